import type { BilledAccount, BillingOverview } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import type { Integrations } from '../psa/index.ts';
import type { BillingAccounts } from './accounts.ts';
import { type BillingRuns, shownRun } from './runs.ts';
import { shownAccountRun } from './shown.ts';
import { placeKey } from './store-adjustments.ts';
import type { JournalStore } from './store-journal.ts';
import type { RunStore } from './store-runs.ts';

/** A run that is longer ago tells nothing of now. */
const RECENT_DAYS = 31;

const isTrouble = ({ billing, contractId, last }: BilledAccount): boolean =>
  billing && (contractId === null || last?.state === 'held' || last?.state === 'failed');

/** What waits, what is next and what holds billing up; and the accounts one by one. */
export const billingOverview = ({
  accounts,
  journal,
  runs,
  runStore,
  integrations,
  clock,
}: {
  accounts: BillingAccounts;
  journal: JournalStore;
  runs: BillingRuns;
  runStore: RunStore;
  integrations: Pick<Integrations, 'list' | 'connect'>;
  clock: () => Date;
}) => {
  const list = async (integrationId?: string): Promise<BilledAccount[]> => {
    const all = await integrations.list();
    const names = new Map(all.map(({ id, name }) => [id, name]));
    const own = (await accounts.list()).filter(
      (each) => integrationId === undefined || each.integrationId === integrationId,
    );
    const waiting = await journal.waitingByPlace();
    const latest = new Map(
      (
        await runStore.latest(
          all.map(({ id }) => id),
          new Date(clock().getTime() - RECENT_DAYS * DAY_MS),
        )
      ).map((row) => [
        placeKey({ integrationId: row.integration_id, sourceId: row.source_id, tenantId: row.tenant_id }),
        row,
      ]),
    );
    return own.map((each) => {
      const last = latest.get(placeKey(each));
      return {
        integrationId: each.integrationId,
        integrationName: names.get(each.integrationId) ?? '',
        sourceId: each.sourceId,
        sourceTenantId: each.tenantId,
        tenantName: each.tenant.name,
        accountId: each.accountId,
        accountName: each.accountName,
        billing: each.isBilled,
        contractId: each.contractId,
        contractName: each.contractName,
        waiting: waiting.get(placeKey(each)) ?? 0,
        last: last ? shownAccountRun(last) : null,
      };
    });
  };

  return {
    async accounts(filter: {
      integrationId?: string | undefined;
      text?: string | undefined;
      show: 'billed' | 'problems' | 'off' | 'all';
    }): Promise<BilledAccount[]> {
      const text = filter.text?.trim().toLowerCase() ?? '';
      return (await list(filter.integrationId)).filter(
        (each) =>
          (text === '' ||
            each.accountName.toLowerCase().includes(text) ||
            each.tenantName.toLowerCase().includes(text)) &&
          (filter.show === 'all' ||
            (filter.show === 'billed' && each.billing) ||
            (filter.show === 'off' && !each.billing) ||
            (filter.show === 'problems' && isTrouble(each))),
      );
    },

    async read(integrationId?: string): Promise<BillingOverview> {
      const all = (await integrations.list()).filter(({ id }) => integrationId === undefined || id === integrationId);
      const counts = await journal.countByState(integrationId);
      const mapped = await list(integrationId);
      const shown = [];
      for (const { id, name } of all) {
        const [last] = await runStore.page({ integrationId: id }, { limit: 1, after: null });
        const supported = (await integrations.connect(id)).connector.billing !== undefined;
        const isBilled = mapped.some((each) => each.integrationId === id && each.billing);
        shown.push({
          id,
          name,
          supported,
          nextRunAt: supported && isBilled ? ((await runs.nextOf(id))?.toISOString() ?? null) : null,
          lastRun: last ? shownRun(last, (await runStore.counts([last.id])).get(last.id)) : null,
        });
      }
      const problems = [
        ...all.flatMap(({ name, problem }) =>
          problem ? [{ what: name, message: problem.message, since: problem.at }] : [],
        ),
        ...mapped
          .filter(isTrouble)
          .flatMap(({ accountName, last }) =>
            last?.endedAt ? [{ what: accountName, message: last.explanation, since: last.endedAt }] : [],
          ),
      ];
      return {
        waiting: counts.get('waiting') ?? 0,
        unknown: counts.get('unknown') ?? 0,
        failed: counts.get('failed') ?? 0,
        accounts: { billed: mapped.filter(({ billing }) => billing).length, all: mapped.length },
        integrations: shown,
        problems: problems.slice(0, 50),
      };
    },
  };
};
export type BillingOverviews = ReturnType<typeof billingOverview>;
