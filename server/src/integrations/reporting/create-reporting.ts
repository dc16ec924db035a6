import {
  exportLicenseReports,
  exportServiceReports,
  getReportSettings,
  listLicenseReports,
  listServiceReports,
  putReportSettings,
  type ReportSettings,
  restoreAccountFields,
  updateServiceReports,
} from '@gatehouse/contract';
import { z } from 'zod';
import { InvalidInput } from '../../platform/errors/index.ts';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Log } from '../../platform/log/index.ts';
import type { AccountFields } from '../account-fields/index.ts';
import type { Mappings } from '../mappings/index.ts';
import { type Integrations, PsaError, type PsaProduct } from '../psa/index.ts';
import { mustSeeAll, type Sources } from '../sources/index.ts';
import type { ReportCountStore } from '../ticketing/index.ts';
import { reportBook } from './book.ts';
import { collector } from './collect.ts';
import { chosenProduct, reportDelivery } from './deliver.ts';
import { licenseReportFile, serviceReportFile } from './files.ts';
import { highestOf, licensesOf, pageOf, servicesOf } from './lists.ts';
import type { ReportingStore } from './store.ts';

const HOUR_SECONDS = 3_600;

export interface ReportingParts {
  store: ReportingStore;
  ticketCounts: ReportCountStore;
  jobs: Jobs;
  http: Http;
  sources: Sources;
  mappings: Mappings;
  integrations: Integrations;
  accountFields: AccountFields;
  onChange(): void;
  clock: () => Date;
  log: Log;
}

/**
 * Reports about what was done for each client and how its licences are used: read once a day, shown, written to files,
 * and kept as items in the PSA.
 */
export const createReporting = ({
  store,
  ticketCounts,
  jobs,
  http,
  sources,
  mappings,
  integrations,
  accountFields,
  onChange,
  clock,
  log,
}: ReportingParts) => {
  const collect = collector({ store, sources, mappings, integrations, ticketCounts, clock, log });
  const read = reportBook({ store, sources, mappings, clock });
  const delivery = reportDelivery({ store, jobs, integrations, onChange, clock, log });

  const run = async (all: boolean, signal: AbortSignal): Promise<void> => {
    const changed = await collect({ all, signal });
    if (signal.aborted) return;
    await delivery.plan(await read(null));
    if (changed) onChange();
  };

  const update = jobs.define({
    name: 'integrations.reports',
    payload: z.object({ all: z.boolean() }),
    retry: { limit: 3, firstDelaySeconds: 10, maxDelaySeconds: 300 },
    concurrency: 1,
    maxRunSeconds: 6 * HOUR_SECONDS,
    run: ({ all }, { signal }) => run(all, signal),
  });
  // Each hour, so that a server that was away at night is not left out until the next day.
  jobs.every({
    name: 'integrations.reports-hourly',
    seconds: HOUR_SECONDS,
    run: async () => {
      await update.enqueue({ all: false }, { key: 'update' });
    },
  });

  const settingsOf = async (integrationId: string): Promise<ReportSettings> => {
    const { connector } = await integrations.connect(integrationId);
    const { enabled, productId } = await store.settings(integrationId);
    const port = connector.configurationItems;
    let products: PsaProduct[] = [];
    let problem: string | null = null;
    if (port) {
      try {
        products = await port.products();
        problem = enabled ? chosenProduct(products, productId).problem : null;
      } catch (error) {
        // The form shows what is saved all the same, and why it cannot offer more.
        if (!(error instanceof PsaError)) throw error;
        problem = error.message;
      }
    }
    const { isSupported, fields, ...written } = await accountFields.state(integrationId);
    return {
      supported: port !== undefined,
      enabled,
      productId,
      products: products.map(({ id, name, isActive }) => ({ id, name, active: isActive })),
      problem,
      items: await store.itemsByState(integrationId),
      accountFields: { supported: isSupported, names: fields, ...written },
    };
  };

  route(http, listServiceReports, async ({ actor, query }) => {
    const reports = await read(actor);
    const items = servicesOf(reports, query);
    return { ...pageOf(items, query), highest: highestOf(items), missing: reports.missing };
  });

  route(http, listLicenseReports, async ({ actor, query }) => {
    const items = licensesOf(await read(actor), query, clock());
    return pageOf(items, query);
  });

  fileRoute(http, exportServiceReports, async ({ actor, query }) =>
    serviceReportFile(query.format, servicesOf(await read(actor), query), clock()),
  );

  fileRoute(http, exportLicenseReports, async ({ actor, query }) =>
    licenseReportFile(query.format, licensesOf(await read(actor), query, clock()), clock()),
  );

  route(http, updateServiceReports, async ({ actor }) => {
    mustSeeAll(actor);
    await update.enqueue({ all: true }, { key: 'update-all' });
    return {};
  });

  route(http, getReportSettings, ({ params }) => settingsOf(params.integrationId));

  route(http, putReportSettings, async ({ params: { integrationId }, body, actor, audit }) => {
    mustSeeAll(actor);
    const { connector } = await integrations.connect(integrationId);
    if (body.productId !== null && connector.configurationItems) {
      const { problem } = chosenProduct(await connector.configurationItems.products(), body.productId);
      if (problem !== null) {
        throw new InvalidInput(problem, [{ where: 'body.productId', what: problem }], 'reports.product-unusable');
      }
    }
    audit({ before: await store.settings(integrationId), after: body });
    await store.saveSettings(integrationId, body, clock());
    await delivery.again(integrationId);
    return settingsOf(integrationId);
  });

  route(http, restoreAccountFields, async ({ params: { integrationId }, actor }) => {
    mustSeeAll(actor);
    await integrations.get(integrationId);
    await accountFields.restore(integrationId);
    return {};
  });

  return {
    /** Reads and plans now, waiting until that is done; the jobs write it into the PSAs. */
    runNow: run,
    /** The settings of the integration changed: what waits or failed is tried once more. */
    again: delivery.again,
  };
};
