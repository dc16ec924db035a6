import { z } from 'zod';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Log } from '../../platform/log/index.ts';
import { type Integrations, type PsaConfigurationItems, PsaError } from '../psa/index.ts';
import type { Reports } from './book.ts';
import { planItems } from './plan.ts';
import { itemKinds, licenseItem, serviceItem } from './psa-items.ts';
import type { ReportingStore } from './store.ts';
import { type ItemRow, keptItem } from './store-items.ts';

const HOUR_MS = 3_600_000;
/** Pauses after failures of one item; the last one repeats. The first is long enough for a stored row to be found. */
const PAUSES_MS = [60_000, 5 * 60_000, 30 * 60_000, HOUR_MS];
const AT_ONCE = 50;
/** The product that reports are items of when nobody chose one. */
export const USUAL_PRODUCT = 'Endpoint security report';

/** Why no product can be used, in words; or its id. */
export const chosenProduct = (
  products: Awaited<ReturnType<PsaConfigurationItems['products']>>,
  productId: string | null,
): { productId: string; problem: null } | { productId: null; problem: string } => {
  if (productId === null) {
    const usual = products.find(({ name, isActive }) => isActive && name.trim() === USUAL_PRODUCT);
    return usual
      ? { productId: usual.id, problem: null }
      : {
          productId: null,
          problem: `Reports wait for a product: choose the one that they are items of, or make one named "${USUAL_PRODUCT}" in the PSA`,
        };
  }
  const chosen = products.find(({ id }) => id === productId);
  if (chosen?.isActive) return { productId, problem: null };
  return {
    productId: null,
    problem: chosen
      ? `The product ${chosen.name} is inactive in the PSA: make it active there, or choose another`
      : 'The chosen product is no longer in the PSA: choose another',
  };
};

/**
 * Writes reports into the PSAs: the difference between the reports and what was made of them. Each has a key that is
 * made of what it is about, so that a crash or a lost answer makes no second item.
 */
export const reportDelivery = ({
  store,
  jobs,
  integrations,
  onChange,
  clock,
  log,
}: {
  store: ReportingStore;
  jobs: Jobs;
  integrations: Integrations;
  onChange(): void;
  clock: () => Date;
  log: Log;
}) => {
  const putOff = async (row: ItemRow, error: PsaError, resume: Date | 'stopped' | null): Promise<void> => {
    const now = clock();
    const pause = PAUSES_MS[Math.min(row.attempts, PAUSES_MS.length - 1)] ?? HOUR_MS;
    const later = resume instanceof Date && resume > now ? resume : new Date(now.getTime() + pause);
    await store.itemFailed(row, error.message, error.retryable || resume !== null ? later : null);
  };

  /** @returns when to go on; null: when something changes */
  const deliver = async (integrationId: string, signal: AbortSignal): Promise<Date | null> => {
    const connection = (await integrations.ready()).find((each) => each.integrationId === integrationId);
    const port = connection?.connector.configurationItems;
    const { enabled, productId: wished } = await store.settings(integrationId);
    if (!connection || !port || !enabled) return null;
    let product: string | null = null;
    for (;;) {
      const due = await store.dueItems(integrationId, clock(), AT_ONCE);
      if (due.length === 0) return store.nextItemAt(integrationId);
      for (const row of due) {
        if (signal.aborted) return null;
        try {
          if (product === null) {
            const chosen = chosenProduct(await port.products(), wished);
            // The settings say so to people; saving them goes on.
            if (chosen.productId === null) return null;
            await port.prepare(itemKinds);
            product = chosen.productId;
          }
          await carryOut(port, row, product);
          await integrations.reportSuccess(integrationId);
        } catch (error) {
          if (!(error instanceof PsaError)) throw error;
          const resume = await integrations.reportFailure(integrationId, error);
          log.warn({ integration: connection.name, report: row.key, code: error.code }, error.message);
          // What fails before the first item fails for all of them.
          for (const each of product === null ? due : [row]) await putOff(each, error, resume);
          onChange();
          if (resume === 'stopped') return null;
          if (resume instanceof Date) return resume;
          if (product === null) return store.nextItemAt(integrationId);
        }
      }
      onChange();
    }
  };

  const carryOut = async (port: PsaConfigurationItems, row: ItemRow, productId: string): Promise<void> => {
    const { account_id: accountId, key, kind, title, field_values: values } = row;
    if (!row.is_wanted) {
      await port.retire({ key, accountId });
      await store.itemDone(row, null, clock());
      return;
    }
    const { itemId } = await port.put({ key, accountId, productId, kind, title, values });
    await store.itemDone(row, itemId, clock());
  };

  const job = jobs.define({
    name: 'integrations.report-items',
    payload: z.object({ integrationId: z.uuid() }),
    // Failures of the PSA have their own times in the table; these are for our own.
    retry: { limit: 10, firstDelaySeconds: 2, maxDelaySeconds: 300 },
    // One at a time: two could each make an item that the other has not made yet.
    concurrency: 1,
    maxRunSeconds: 6 * 3_600,
    run: async ({ integrationId }, { signal }) => {
      const next = await deliver(integrationId, signal);
      if (next) await job.enqueue({ integrationId }, { key: integrationId, startAfter: next });
    },
  });
  const soon = async (integrationId: string): Promise<void> => {
    await job.enqueue({ integrationId }, { key: integrationId });
  };

  return {
    /** Finds which reports differ from what the PSAs have, and hands them to the jobs. */
    async plan(reports: Reports): Promise<void> {
      const now = clock();
      for (const { id } of await integrations.list()) {
        const wanted = [
          ...reports.services.filter((report) => report.integrationId === id).map(serviceItem),
          ...reports.licenses.filter((report) => report.integrationId === id).map(licenseItem),
        ];
        await store.planItems(id, planItems(wanted, (await store.items(id)).map(keptItem)), now);
      }
      // Also what waited for a pause of the PSA to end.
      for (const { integrationId } of await integrations.ready()) {
        const next = await store.nextItemAt(integrationId);
        if (next !== null && next <= now) await soon(integrationId);
      }
    },

    /** After somebody saved the settings: what waits or failed is tried once more. */
    async again(integrationId: string): Promise<void> {
      await store.planFailedItemsAgain(integrationId, clock());
      await soon(integrationId);
    },
  };
};
