import type { Kysely } from 'kysely';
import { z } from 'zod';
import { DAY_MS } from '../../platform/clock/index.ts';
import { AppError } from '../../platform/errors/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { Mappings } from '../mappings/index.ts';
import type { Integrations } from '../psa/index.ts';
import type { Sources } from '../sources/index.ts';
import { billingAccounts } from './accounts.ts';
import { approvals } from './approvals.ts';
import { accountBilling } from './bill-account.ts';
import { billingOverview } from './overview.ts';
import { proposer } from './propose.ts';
import { usageReader } from './read-usage.ts';
import type { BillingRouteParts } from './routes.ts';
import { billingRuns } from './runs.ts';
import { sender } from './send.ts';
import { serviceMaps } from './service-map.ts';
import { type AdjustmentTables, adjustmentStore, placeKey } from './store-adjustments.ts';
import { type BillingContractTables, billingContractStore } from './store-contracts.ts';
import { journalStore } from './store-journal.ts';
import { type BillingPlace, type RunTables, runStore } from './store-runs.ts';
import { type BillingSettingTables, billingSettingStore } from './store-settings.ts';
import { type UsageTables, usageStore } from './store-usage.ts';
import { dayOf } from './units.ts';

export type BillingTables = BillingSettingTables & UsageTables & RunTables & BillingContractTables & AdjustmentTables;

export interface BillingParts {
  db: Kysely<BillingTables>;
  /** Not yet started: this adds its jobs. */
  jobs: Jobs;
  sources: Sources;
  mappings: Mappings;
  integrations: Integrations;
  onChange(): void;
  clock: () => Date;
  /** Multiplies every pause; 1 outside tests. */
  pauseScale: number;
  log: Log;
}

/** How often it is looked whether a run or a change is due. */
const SWEEP_SECONDS = 60;
/** Use of licences is kept as long as bills may be asked about; runs are of use for a shorter while. */
const KEEP_USAGE_DAYS = 1_100;
const KEEP_RUNS_DAYS = 400;

/**
 * Usage to bill: licences in use are read and counted, compared with the units of the contracts, and changed there:
 * by itself within the limits, or after a person approved it.
 */
export const createBilling = ({
  db,
  jobs,
  sources,
  mappings,
  integrations,
  onChange,
  clock,
  pauseScale,
  log,
}: BillingParts) => {
  const settings = billingSettingStore(db);
  const usage = usageStore(db);
  const runs = runStore(db);
  const contracts = billingContractStore(db);
  const adjustments = adjustmentStore(db);
  const journal = journalStore(db);
  const accounts = billingAccounts({ mappings, sources });
  const readUsage = usageReader({ sources, store: usage, clock });

  const bill = accountBilling({
    accounts,
    integrations,
    adjustments,
    contracts,
    runs,
    propose: proposer({
      settings,
      adjustments,
      wasApproved: contracts.wasApproved,
      readUsage,
      noticeContracts: mappings.noticeContracts,
      clock,
    }),
    send: sender({ adjustments, integrations, clock, pauseScale }),
    onChange,
    clock,
    pauseScale,
    log,
  });

  const accountJob = jobs.define({
    name: 'integrations.bill',
    payload: z.object({ integrationId: z.uuid(), sourceId: z.uuid(), tenantId: z.string() }),
    // Failures of the PSA have their own times; these are for our own, such as a database that is away.
    retry: { limit: 10, firstDelaySeconds: 5, maxDelaySeconds: 300 },
    concurrency: 2,
    run: async (place, { signal }) => {
      const again = await bill(place, signal);
      if (again) await accountJob.enqueue(place, { key: placeKey(place), startAfter: again });
    },
  });
  const enqueue = async (place: BillingPlace): Promise<void> => {
    const { integrationId, sourceId, tenantId } = place;
    await accountJob.enqueue({ integrationId, sourceId, tenantId }, { key: placeKey(place) });
  };

  const readingJob = jobs.define({
    name: 'integrations.read-licenses',
    payload: z.object({ integrationId: z.uuid(), sourceId: z.uuid(), tenantId: z.string() }),
    // The next run reads again anyway.
    retry: { limit: 1, firstDelaySeconds: 30, maxDelaySeconds: 30 },
    concurrency: 1,
    run: async (place, { signal }) => {
      const account = await accounts.find(place);
      if (!account) return;
      try {
        await readUsage(account.sourceId, account.tenant, signal);
      } catch (error) {
        // Shown as a tenant that was not read; it is no fault of this job.
        if (!(error instanceof AppError)) throw error;
        log.warn({ tenant: account.tenant.name, code: error.code }, error.message);
      }
      onChange();
    },
  });

  const allRuns = billingRuns({ store: runs, settings, accounts, integrations, enqueue, clock });

  /** Runs that are due, and accounts that were left with something to do. */
  const sweep = async (): Promise<void> => {
    await allRuns.startDue();
    const billed = new Map(
      (await accounts.list()).filter(({ isBilled }) => isBilled).map((each) => [placeKey(each), each]),
    );
    // Nobody can approve what is for a contract that the account is billed to no longer.
    const left = (await adjustments.waitingContracts()).filter(
      (line) => billed.get(placeKey(line))?.contractId !== line.contractId,
    );
    const places = [...(await adjustments.duePlaces(clock())), ...(await runs.waitingPlaces()), ...left];
    for (const place of new Map(places.map((each) => [placeKey(each), each])).values()) await enqueue(place);
  };
  jobs.every({ name: 'integrations.billing', seconds: SWEEP_SECONDS, run: sweep });
  jobs.every({
    name: 'integrations.billing-clean-up',
    cron: '40 3 * * *',
    run: async () => {
      const before = (days: number): string => dayOf(new Date(clock().getTime() - days * DAY_MS));
      await usage.forgetBefore(before(KEEP_USAGE_DAYS));
      await runs.forgetBefore(before(KEEP_RUNS_DAYS));
    },
  });

  const routeParts: BillingRouteParts = {
    settings,
    serviceMap: serviceMaps({ settings, usage, accounts, integrations, clock }),
    adjustments,
    journal,
    runStore: runs,
    usage,
    runs: allRuns,
    approvals: approvals({ adjustments, contracts, enqueue, clock }),
    overview: billingOverview({ accounts, journal, runs: allRuns, runStore: runs, integrations, clock }),
    integrations,
    readLicenses: async (integrationId) => {
      const own = (await accounts.list()).filter((account) => account.integrationId === integrationId);
      for (const { sourceId, tenantId } of own) {
        const place = { integrationId, sourceId, tenantId };
        await readingJob.enqueue(place, { key: placeKey(place) });
      }
      return own.length;
    },
    onChange,
    clock,
  };

  return {
    routeParts,
    /** What the clock does each minute, at once. */
    sweep,
    queueOf: adjustments.queueOf,
  };
};
export type Billing = ReturnType<typeof createBilling>;
