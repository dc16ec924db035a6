import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf } from './world.ts';

const DAY_MS = 86_400_000;
const sourceId = idOf('source');
const decisions: contract.RehearsalDecision[] = ['open', 'close', 'wait', 'note', 'skip'];

/** Trials that are done the second time that somebody looks; `empty` has none yet. */
export const answerRehearsals = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  const state = {
    items: [] as contract.Rehearsal[],
    /** What the last start sent. */
    asked: null as unknown,
  };
  const trial = (at: number, more: Partial<contract.Rehearsal> = {}): contract.Rehearsal => ({
    id: idOf(`rehearsal ${at}`),
    state: 'done',
    startedBy: 'grace',
    startedAt: new Date(Date.now() - at * 3_600_000).toISOString(),
    endedAt: null,
    from: new Date(Date.now() - 7 * DAY_MS).toISOString(),
    until: new Date().toISOString(),
    scope: 'mapped',
    isDraft: false,
    clients: 40,
    clientsDone: 40,
    problem: null,
    ...more,
  });
  if (kind === 'full') state.items = [trial(5)];
  const must = (id: string): contract.Rehearsal => {
    const found = state.items.find((each) => each.id === id);
    if (!found) throw new Refusal(404, 'rehearsal.not-found', 'There is no such trial');
    return found;
  };

  on(contract.listRehearsals, () => ({ items: state.items }));
  on(contract.startRehearsal, ({ body }) => {
    state.asked = body;
    const isDraft = body.rules.length + body.removed.length > 0;
    const started = trial(0, { state: 'running', startedBy: 'ada', scope: body.scope, isDraft, clientsDone: 10 });
    state.items = [started, ...state.items];
    return started;
  });
  on(contract.cancelRehearsal, ({ params }) => Object.assign(must(params.rehearsalId), { state: 'cancelled' }));
  on(contract.getRehearsal, ({ params }) => ({
    rehearsal: must(params.rehearsalId),
    total: { opened: 41, raised: 3, closed: 22, held: 17 },
    reallyOpened: 88,
    days: [...Array(8).keys()].map((at) => ({
      day: new Date(Date.now() - (7 - at) * DAY_MS).toISOString().slice(0, 10),
      opened: [4, 6, 3, 9, 5, 7, 6, 1][at] ?? 0,
      raised: 0,
      closed: at,
      held: 2,
      reallyOpened: 11,
    })),
    rules: [
      { reason: 'event:critical', title: 'Critical event', opened: 30, raised: 0, closed: 0, held: 15 },
      {
        reason: 'status:critical:databasesOutdated',
        title: 'Databases are outdated',
        opened: 11,
        raised: 3,
        closed: 22,
        held: 2,
      },
    ],
    clients: [...Array(6).keys()].map((at) => ({
      sourceId,
      tenantId: String(at + 1),
      tenantName: `Client number ${at + 1}`,
      opened: 12 - at,
      raised: 0,
      closed: 3,
      held: 1,
      reallyOpened: 15,
    })),
    unknown: {
      statusEvents: 4,
      conditions: 2,
      unread: [{ sourceId, tenantName: 'Birch Dental', problem: 'The server does not answer' }],
    },
  }));
  on(contract.listRehearsalLines, ({ query }) => ({
    items: decisions
      .filter((each) => query.decision === undefined || each === query.decision)
      .map((decision, at) => ({
        id: String(at + 1),
        at: new Date(Date.now() - at * 3_600_000).toISOString(),
        decision,
        rule: 'event:critical',
        sourceId,
        tenantId: '1',
        tenantName: 'Client number 1',
        deviceId: idOf('device'),
        deviceName: 'LAPTOP-7',
        ticket: 1,
        guard: decision === 'wait' ? ('maintenance' as const) : null,
        why: `"Malicious object detected" happened on LAPTOP-7 (${decision})`,
      })),
    next: null,
  }));
  return state;
};
