import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const HOUR_MS = 3_600_000;

/** One storm that is blocked, one that somebody wants, and some that are over; or nothing. */
export const answerFrequentEvents = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();
  const tenant = world.tenants[1];
  const printer = { deviceId: idOf('device 3'), deviceName: 'print-server' };
  const sample = (hours: number) => ({
    ...printer,
    riseTime: ago(hours),
    registrationTime: ago(hours),
    description: 'The printer <b>Room 7</b> has a paper jam',
  });
  const row = (name: string, state: contract.FrequentEventState, hours: number): contract.FrequentEvent => ({
    id: idOf(`frequent ${name}`),
    tenantId: tenant?.id ?? '',
    tenantName: tenant?.name ?? '',
    state,
    type: 'SHOP_PRINTER_PAPER_JAM',
    displayName: name,
    severity: 'warning',
    product: 'PrintWatch',
    productVersion: '4.2.0',
    displayVersionMin: '4.2',
    displayVersionMax: '4.10',
    taskId: null,
    taskName: '',
    blockedAt: ago(hours),
    changedAt: ago(hours - 1),
    changedBy: state === 'excluded' || state === 'removed' ? 'ada' : null,
    eventsInWindow: 41_870,
    sharePercent: 87.4,
    suppressed: state === 'excluded' ? 0 : 1_234_567,
    firstSuppressed: state === 'excluded' ? null : sample(hours),
    lastSuppressed: state === 'excluded' ? null : sample(hours - 1),
  });
  const rows =
    kind === 'full' && tenant
      ? [
          row('Paper jam', 'blocked', 5),
          row('Door opened', 'excluded', 30),
          row('Disk is slow', 'ended', 50),
          row('Fan is loud', 'removed', 70),
        ]
      : [];
  let settings: contract.FrequentEventSettings = {
    enabled: true,
    windowMinutes: 10,
    sharePercent: 20,
    minimumEvents: 1000,
    budgetPerDay: null,
    roomForDays: 30,
    calmWindows: 2,
    noticeHours: 24,
    historyDays: 90,
  };
  const seenBy = (tenantIds: unknown) =>
    rows.filter(({ tenantId }) => tenantIds === undefined || (tenantIds as string[]).includes(tenantId));
  const rule = () => ({
    settings,
    maximumEvents: 400_000,
    effectiveBudgetPerDay: settings.budgetPerDay ?? Math.floor(400_000 / settings.roomForDays),
  });
  const find = (id: string) => {
    const found = rows.find((each) => each.id === id);
    if (!found) throw new Refusal(404, 'frequent-event.not-found', 'There is no such frequent event');
    return found;
  };
  const move = (ids: string[], state: contract.FrequentEventState) => {
    for (const id of ids) Object.assign(find(id), { state, changedBy: 'ada', changedAt: new Date().toISOString() });
    return {};
  };

  on(contract.listFrequentEvents, ({ query }) => ({
    items: seenBy(query.tenantId).filter(({ state }) =>
      ((query.state as string[] | undefined) ?? ['blocked', 'excluded']).includes(state),
    ),
    next: null,
  }));
  on(contract.getFrequentEvent, ({ params }) => {
    const frequentEvent = find(params.frequentEventId);
    const isQuiet = frequentEvent.suppressed === 0;
    return {
      frequentEvent,
      devices: isQuiet ? [] : [{ ...printer, suppressed: 1_200_000 }],
      suppressedOfOthers: isQuiet ? 0 : 34_567,
    };
  });
  on(contract.getFrequentEventSummary, ({ query }) => {
    const blocked = seenBy(query.tenantId).filter(({ state }) => state === 'blocked');
    return {
      blocked: blocked.length,
      suppressed: blocked.reduce((sum, { suppressed }) => sum + suppressed, 0),
      since: blocked[0]?.blockedAt ?? null,
    };
  });
  on(contract.excludeFrequentEvents, ({ body }) => move(body.ids, 'excluded'));
  on(contract.blockFrequentEvents, ({ body }) => move(body.ids, 'blocked'));
  on(contract.removeFrequentEvents, ({ body }) => move(body.ids, 'removed'));
  on(contract.getFrequentEventSettings, rule);
  on(contract.putFrequentEventSettings, ({ body }) => {
    settings = body;
    return rule();
  });
};
