import type { ConnectionHealth, HealthAlarm, HealthSettings } from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { InvalidInput } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { Integrations } from '../psa/index.ts';
import type { Sources } from '../sources/index.ts';
import { decide, type Subject } from './decide.ts';
import type { AlarmRow, HealthStore, StoredSettings } from './store.ts';
import { tellPsa } from './tell-psa.ts';

const MOST_ALARMS = 100;

/** What waits to be told to a PSA. */
export interface Queue {
  waiting: number;
  oldestAt: Date | null;
}

export interface HealthParts {
  store: HealthStore;
  sources: Pick<Sources, 'list'>;
  integrations: Integrations;
  /** Of tickets, of bills: each module tells its own. */
  queues: readonly ((integrationId: string) => Promise<Queue>)[];
  onChange(): void;
  clock: Clock;
  pauseScale: number;
  log: Log;
}

const secondsSince = (at: Date, now: Date): number => Math.max(0, Math.round((now.getTime() - at.getTime()) / 1_000));

const shownAlarm = (row: AlarmRow): HealthAlarm => ({
  id: row.id,
  kind: row.kind,
  subjectId: row.subject_id,
  name: row.name,
  problem: row.problem,
  failingSince: row.failing_since.toISOString(),
  raisedAt: row.raised_at.toISOString(),
  clearedAt: row.cleared_at?.toISOString() ?? null,
  ticket:
    row.ticket_state === 'none'
      ? null
      : { state: row.ticket_state, number: row.psa_number, url: row.psa_url, problem: row.ticket_problem },
});

const shownSettings = ({ alarmAfterMinutes, ticket }: StoredSettings) => ({
  alarmAfterMinutes,
  ticket: ticket && { integrationId: ticket.integrationId, accountId: ticket.accountId },
  accountName: ticket?.accountName ?? null,
});

/** How the connections do, and what is to be done about it. */
export const createHealth = ({
  store,
  sources,
  integrations,
  queues,
  onChange,
  clock,
  pauseScale,
  log,
}: HealthParts) => {
  const psa = tellPsa({ store, integrations, clock, pauseScale, log });

  const subjects = async (): Promise<Subject[]> => {
    const all = [
      ...(await sources.list()).map((each) => ({ ...each, kind: 'source' as const })),
      ...(await integrations.list()).map((each) => ({ ...each, kind: 'integration' as const })),
    ];
    return all.map(({ kind, id, name, enabled, failingSince, problem }) => ({
      kind,
      id,
      name,
      failingSince: enabled && failingSince !== null ? new Date(failingSince) : null,
      problem,
    }));
  };

  const raise = async ({ kind, id, name, failingSince, problem }: Subject, { ticket }: StoredSettings) => {
    const now = clock();
    if (failingSince === null || problem === null) return;
    const { code, message } = problem;
    const isNew = await store.raise({
      id: newId(now),
      kind,
      subject_id: id,
      name,
      problem: { code, message },
      failing_since: failingSince,
      raised_at: now,
      cleared_at: null,
      ticket_state: ticket ? 'opening' : 'none',
      ticket_integration_id: ticket?.integrationId ?? null,
      ticket_account_id: ticket?.accountId ?? null,
      psa_ticket_id: null,
      psa_number: null,
      psa_url: null,
      attempts: 0,
      next_try_at: null,
      ticket_problem: null,
    });
    if (isNew) log.warn({ kind, name, code, since: failingSince }, `${name} is down for too long: ${message}`);
  };

  const clear = async (alarm: AlarmRow): Promise<void> => {
    const isOpen = alarm.ticket_state === 'open';
    await store.change(alarm.id, {
      cleared_at: clock(),
      ...(isOpen ? { ticket_state: 'closing', attempts: 0 } : {}),
      // One that is still to be opened has to be looked at at once: it may not be wanted any more.
      ...(isOpen || alarm.ticket_state === 'opening' ? { next_try_at: null } : {}),
    });
    log.info({ kind: alarm.kind, name: alarm.name }, `${alarm.name} works again, is switched off or is gone`);
  };

  /** All that waits together, by its oldest. */
  const queueOf = async (integrationId: string): Promise<Queue> => {
    const each = await Promise.all(queues.map((tell) => tell(integrationId)));
    const since = each.flatMap(({ oldestAt }) => oldestAt ?? []).sort((a, b) => a.getTime() - b.getTime());
    return { waiting: each.reduce((sum, { waiting }) => sum + waiting, 0), oldestAt: since[0] ?? null };
  };

  const integrationHealth = async (now: Date): Promise<ConnectionHealth[]> => {
    const result: ConnectionHealth[] = [];
    for (const each of await integrations.list()) {
      const queue = await queueOf(each.id);
      const used = await integrations.usageOf(each.id);
      result.push({
        kind: 'integration',
        id: each.id,
        name: each.name,
        state: each.state,
        lastSuccessAt: each.lastSuccessAt,
        lagSeconds: queue.oldestAt === null ? 0 : secondsSince(queue.oldestAt, now),
        problem: each.problem,
        failingSince: each.failingSince,
        nextTryAt: each.nextTryAt,
        alarmSince: null,
        queue: { waiting: queue.waiting, oldestAt: queue.oldestAt?.toISOString() ?? null },
        usage: { ...used, toldAt: used.toldAt?.toISOString() ?? null },
      });
    }
    return result;
  };

  const sourceHealth = async (now: Date): Promise<ConnectionHealth[]> =>
    (await sources.list()).map((each) => ({
      kind: 'source',
      id: each.id,
      name: each.name,
      state: !each.enabled ? 'off' : each.problem ? 'failing' : 'working',
      lastSuccessAt: each.lastReadAt,
      lagSeconds: each.lastReadAt === null ? null : secondsSince(new Date(each.lastReadAt), now),
      problem: each.problem,
      failingSince: each.failingSince,
      nextTryAt: each.nextTryAt,
      alarmSince: null,
      queue: null,
      usage: null,
    }));

  return {
    /** Raises and clears alarms, then tells the PSA what is due. */
    async check(): Promise<void> {
      const settings = await store.settings();
      const standing = await store.listStanding();
      const { raise: toRaise, clear: toClear } = decide(await subjects(), standing, settings, clock());
      for (const subject of toRaise) await raise(subject, settings);
      for (const alarm of standing) {
        if (toClear.includes(alarm.id)) await clear(alarm);
        else if (alarm.ticket_state === 'none' && settings.ticket) {
          // Tickets were wanted only after it was raised.
          const { integrationId, accountId } = settings.ticket;
          const wanted = { ticket_integration_id: integrationId, ticket_account_id: accountId };
          await store.change(alarm.id, { ticket_state: 'opening', ...wanted });
        }
      }
      await psa.tellDue();
      if (toRaise.length > 0 || toClear.length > 0) onChange();
    },

    async view(): Promise<{
      at: string;
      items: ConnectionHealth[];
      alarms: HealthAlarm[];
      settings: ReturnType<typeof shownSettings>;
    }> {
      const now = clock();
      const [alarms, settings] = [await store.listNewest(MOST_ALARMS), await store.settings()];
      const items = [...(await sourceHealth(now)), ...(await integrationHealth(now))].map((item) => ({
        ...item,
        alarmSince:
          alarms
            .find((row) => row.cleared_at === null && row.kind === item.kind && row.subject_id === item.id)
            ?.raised_at.toISOString() ?? null,
      }));
      return { at: now.toISOString(), items, alarms: alarms.map(shownAlarm), settings: shownSettings(settings) };
    },

    settings: async () => shownSettings(await store.settings()),

    /** The account of tickets is asked for before it is saved. @throws InvalidInput, NotFound */
    async saveSettings({ alarmAfterMinutes, ticket }: HealthSettings) {
      let stored: StoredSettings = { alarmAfterMinutes, ticket: null };
      if (ticket) {
        const { connector } = await integrations.connect(ticket.integrationId);
        const [account] = await connector.readAccounts([ticket.accountId]);
        if (!account?.active) {
          const what = account
            ? `The account ${account.name} is inactive in the PSA: choose another`
            : 'The PSA has no such account';
          throw new InvalidInput(what, [{ where: 'body.ticket.accountId', what }], 'integration-health.account');
        }
        stored = { alarmAfterMinutes, ticket: { ...ticket, accountName: account.name } };
      }
      await store.saveSettings(stored);
      return shownSettings(stored);
    },
  };
};
export type Health = ReturnType<typeof createHealth>;
