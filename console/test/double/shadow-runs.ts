import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf } from './world.ts';

const DAY_MS = 86_400_000;
const OUTDATED = 'status:critical:databasesOutdated';
const decisions: contract.RehearsalDecision[] = ['open', 'close', 'wait', 'note', 'skip'];
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** One run that goes on for six days; `empty` has none yet. */
export const answerShadowRuns = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  const state = {
    run: null as contract.ShadowRun | null,
    /** What the last start and the last "make real" sent. */
    asked: null as unknown,
    madeReal: null as unknown,
  };
  const begun = (days: number, more: Partial<contract.ShadowRun> = {}): contract.ShadowRun => ({
    id: idOf(`shadow run ${days}`),
    state: 'running',
    startedBy: 'grace',
    startedAt: ago(days * DAY_MS),
    endsAt: ago((days - 30) * DAY_MS),
    endedAt: null,
    endedBy: null,
    problem: null,
    changedRules: [
      {
        reason: OUTDATED,
        title: 'Databases are outdated',
        enabled: true,
        fields: { priority: '1' },
        dueHours: 12,
        lifetimeDays: null,
        autoClose: true,
      },
    ],
    removed: [],
    isOvertaken: false,
    clients: 40,
    ...more,
  });
  if (kind === 'full') state.run = begun(6);
  const end = (to: 'stopped' | 'made-real'): contract.ShadowRun => {
    if (state.run?.state !== 'running') throw new Refusal(409, 'shadow-run.none-runs', 'None runs just now');
    state.run = { ...state.run, state: to, endedAt: ago(0), endedBy: 'ada' };
    return state.run;
  };

  on(contract.getShadowRun, () => ({
    run: state.run,
    opened: { shadow: 41, real: 88 },
    closed: { shadow: 22, real: 60 },
    openNow: { shadow: 19, real: 28 },
    days: [...Array(7).keys()].map((at) => ({
      day: ago((6 - at) * DAY_MS).slice(0, 10),
      opened: { shadow: [4, 6, 3, 9, 5, 7, 7][at] ?? 0, real: [12, 14, 9, 18, 11, 13, 11][at] ?? 0 },
      closed: { shadow: at, real: at + 4 },
    })),
    rules: [
      {
        reason: 'event:critical',
        title: 'Critical event',
        opened: { shadow: 30, real: 88 },
        closed: { shadow: 10, real: 60 },
      },
      {
        reason: OUTDATED,
        title: 'Databases are outdated',
        opened: { shadow: 11, real: 0 },
        closed: { shadow: 12, real: 0 },
      },
    ],
    held: 17,
  }));
  on(contract.startShadowRun, ({ body }) => {
    state.asked = body;
    if (state.run?.state === 'running') throw new Refusal(409, 'shadow-run.runs-already', 'One runs already');
    state.run = begun(0, {
      startedBy: 'ada',
      changedRules: body.rules.map((rule) => ({ ...rule, title: 'Databases are outdated' })),
      removed: body.removed,
    });
    return state.run;
  });
  on(contract.stopShadowRun, () => end('stopped'));
  on(contract.makeShadowRunReal, ({ body }) => {
    state.madeReal = body;
    return end('made-real');
  });
  const side = (why: string, priority: string) => ({
    openedAt: ago(DAY_MS),
    closedAt: null,
    why,
    fields: { priority },
  });
  const differences: contract.ShadowDifference[] = contract.ShadowDifferenceKind.options.map((what, at) => ({
    id: `s-${at}`,
    kind: what,
    at: ago(at * 3_600_000),
    tenantName: 'Client number 1',
    deviceId: idOf('device'),
    deviceName: `LAPTOP-${at}`,
    rule: what === 'only-shadow' ? OUTDATED : 'event:critical',
    shadow: what === 'only-real' ? null : side(`LAPTOP-${at} is Critical: Databases are outdated`, '1'),
    real:
      what === 'only-shadow'
        ? null
        : {
            ...side(`"Malicious object detected" happened on LAPTOP-${at}`, '2'),
            psaTicketNumber: 'T20260301.0004',
            psaUrl: null,
          },
    fields: what === 'other-fields' ? ['priority'] : [],
    because: what === 'other-fields' ? '' : 'The real rule "Databases are outdated" is off now',
  }));
  on(contract.listShadowDifferences, ({ query }) => ({
    items: differences.filter((each) => query.kind === undefined || each.kind === query.kind),
    next: null,
  }));
  on(contract.listShadowLines, ({ query }) => ({
    items: decisions
      .filter((each) => query.decision === undefined || each === query.decision)
      .map((decision, at) => ({
        id: String(at + 1),
        at: ago(at * 3_600_000),
        decision,
        rule: OUTDATED,
        sourceId: idOf('source'),
        tenantId: '1',
        tenantName: 'Client number 1',
        deviceId: idOf('device'),
        deviceName: 'LAPTOP-7',
        ticket: 1,
        guard: decision === 'wait' ? ('delay' as const) : null,
        why: `LAPTOP-7 is Critical: Databases are outdated (${decision})`,
      })),
    next: null,
  }));
  return state;
};
