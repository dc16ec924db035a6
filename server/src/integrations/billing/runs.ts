import type { BillingRun as BillingRunView, BillingSettings } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Integrations } from '../psa/index.ts';
import type { BillingAccount, BillingAccounts } from './accounts.ts';
import type { BillingPlace, RunRow, RunStore } from './store-runs.ts';
import type { BillingSettingStore } from './store-settings.ts';
import { dayOf } from './units.ts';

const none = { waiting: 0, unchanged: 0, changed: 0, held: 0, failed: 0 };

export const shownRun = (row: RunRow, counts: BillingRunView['accounts'] | undefined): BillingRunView => ({
  id: row.id,
  integrationId: row.integration_id,
  integrationName: row.integration_name,
  day: row.day,
  cause: row.cause,
  startedBy: row.started_by,
  asksFirst: row.asks_first,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  accounts: counts ?? none,
});

/** The moment of today's run, or of tomorrow's when that of today is over. */
export const nextRunAt = (settings: BillingSettings, now: Date, hasRunToday: boolean): Date => {
  const [hours = 0, minutes = 0] = settings.dailyAt.split(':').map(Number);
  const today = new Date(now);
  today.setUTCHours(hours, minutes, 0, 0);
  return hasRunToday ? new Date(today.getTime() + DAY_MS) : today;
};

/** Begins runs: daily ones once a day for each integration, and whenever a person asks for one. */
export const billingRuns = ({
  store,
  settings,
  accounts,
  integrations,
  enqueue,
  clock,
}: {
  store: RunStore;
  settings: BillingSettingStore;
  accounts: BillingAccounts;
  integrations: Pick<Integrations, 'list' | 'get' | 'connect' | 'enabledIds'>;
  enqueue(place: BillingPlace): Promise<void>;
  clock: () => Date;
}) => {
  const begin = async (
    integrationId: string,
    whom: readonly BillingAccount[],
    { cause, startedBy, asksFirst }: { cause: RunRow['cause']; startedBy: string | null; asksFirst: boolean },
  ): Promise<RunRow | null> => {
    const now = clock();
    const run: RunRow = {
      id: newId(now),
      integration_id: integrationId,
      integration_name: (await integrations.get(integrationId)).name,
      day: dayOf(now),
      cause,
      started_by: startedBy,
      asks_first: asksFirst,
      started_at: now,
      ended_at: null,
    };
    const begun = await store.begin(
      run,
      whom.map((account) => ({
        run_id: run.id,
        integration_id: integrationId,
        source_id: account.sourceId,
        tenant_id: account.tenantId,
        tenant_name: account.tenant.name,
        account_id: account.accountId,
        account_name: account.accountName,
        contract_id: account.contractId,
        contract_name: account.contractName,
        asks_first: asksFirst,
        state: 'waiting',
        explanation: 'Waits for its turn',
        devices: null,
        not_billed: null,
        ended_at: null,
      })),
    );
    if (!begun) return null;
    for (const { sourceId, tenantId } of whom) await enqueue({ integrationId, sourceId, tenantId });
    return run;
  };

  const billedOf = async (integrationId: string): Promise<BillingAccount[]> =>
    (await accounts.list()).filter((account) => account.integrationId === integrationId && account.isBilled);

  return {
    /** @throws NotFound, Conflict */
    async start(
      integrationId: string,
      wish: { startedBy: string; asksFirst: boolean; only?: { sourceId: string; tenantId: string } | undefined },
    ): Promise<BillingRunView> {
      const { connector, name } = await integrations.connect(integrationId);
      if (!connector.billing) throw new Conflict('billing.not-supported', `${name}: this PSA takes no billing`);
      const billed = await billedOf(integrationId);
      const { only } = wish;
      const whom = only
        ? billed.filter((account) => account.sourceId === only.sourceId && account.tenantId === only.tenantId)
        : billed;
      if (only && whom.length === 0) {
        const account = await accounts.find({ integrationId, ...only });
        if (!account) throw new NotFound('mapping', only.tenantId);
        throw new Conflict(
          'billing.off',
          `Billing is off for ${account.accountName}: switch it on under Accounts, then start again`,
        );
      }
      if (whom.length === 0) {
        throw new Conflict(
          'billing.nobody',
          'Billing is on for no account of this integration: switch it on under Accounts, then start again',
        );
      }
      const run = await begin(integrationId, whom, { cause: 'person', ...wish });
      if (!run) throw new Error('a run that a person starts has no second one to collide with');
      return shownRun(run, { ...none, waiting: whom.length });
    },

    /** Begins the daily runs that are due. Cheap, and safe to call in several processes. */
    async startDue(): Promise<void> {
      const now = clock();
      const enabled = await integrations.enabledIds();
      for (const { id } of await integrations.list()) {
        if (!enabled.has(id)) continue;
        const set = await settings.settings(id);
        if (!set.daily || now < nextRunAt(set, now, false) || (await store.hasDaily(id, dayOf(now)))) continue;
        const { connector } = await integrations.connect(id);
        const billed = connector.billing ? await billedOf(id) : [];
        if (billed.length > 0) await begin(id, billed, { cause: 'daily', startedBy: null, asksFirst: false });
      }
    },

    /** When each integration is billed next by itself; null when it is not. */
    async nextOf(integrationId: string): Promise<Date | null> {
      const set = await settings.settings(integrationId);
      if (!set.daily) return null;
      const now = clock();
      return nextRunAt(set, now, await store.hasDaily(integrationId, dayOf(now)));
    },
  };
};
export type BillingRuns = ReturnType<typeof billingRuns>;
