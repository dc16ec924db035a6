import {
  BillingSettings,
  decideAdjustments,
  exportAdjustments,
  getAdjustmentEvidence,
  getBillingOverview,
  getBillingSettings,
  getServiceMap,
  getUsageOfAccount,
  listAccountRuns,
  listAdjustments,
  listBilledAccounts,
  listBillingRuns,
  putBillingSettings,
  putServiceMap,
  readLicensesNow,
  reopenAdjustment,
  startBillingRun,
} from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import { writeTable } from '../../platform/table-files/index.ts';
import type { Integrations } from '../psa/index.ts';
import { mustSeeAll } from '../sources/index.ts';
import type { Approvals } from './approvals.ts';
import { journalColumns, journalPages } from './export.ts';
import type { BillingOverviews } from './overview.ts';
import { type BillingRuns, shownRun } from './runs.ts';
import { devicesOf, type ServiceMaps } from './service-map.ts';
import { shownAccountRun, shownAdjustment } from './shown.ts';
import type { AdjustmentStore } from './store-adjustments.ts';
import type { AdjustmentFilter, JournalStore } from './store-journal.ts';
import type { RunStore } from './store-runs.ts';
import type { BillingSettingStore } from './store-settings.ts';
import type { UsageStore } from './store-usage.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST_USAGE_DAYS = 1_100;

const badPage = () =>
  new InvalidInput('"after" is not the "next" of a page', [
    { where: 'query.after', what: 'the "next" of the page before' },
  ]);
const idAfter = (after: string | undefined): string | null => {
  if (after !== undefined && !UUID.test(after)) throw badPage();
  return after ?? null;
};
const offsetAfter = (after: string | undefined): number => {
  if (after !== undefined && !/^\d{1,9}$/.test(after)) throw badPage();
  return Number(after ?? 0);
};

/** A page of rows that know their id, of which one more than asked for was read. */
const paged = <Row extends { id: string }>(rows: Row[], limit: number): { items: Row[]; next: string | null } => {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
};
const pagedByOffset = <Row>(rows: Row[], limit: number, offset: number): { items: Row[]; next: string | null } => ({
  items: rows.slice(0, limit),
  next: rows.length > limit ? String(offset + limit) : null,
});

const filterOf = (query: {
  integrationId?: string | undefined;
  state?: AdjustmentFilter['states'];
  account?: string | undefined;
  sourceId?: string | undefined;
  sourceTenantId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}): AdjustmentFilter => ({
  integrationId: query.integrationId,
  states: query.state,
  account: query.account,
  sourceId: query.sourceId,
  tenantId: query.sourceTenantId,
  from: query.from,
  to: query.to,
});

export interface BillingRouteParts {
  settings: BillingSettingStore;
  serviceMap: ServiceMaps;
  adjustments: Pick<AdjustmentStore, 'find'>;
  journal: JournalStore;
  runStore: RunStore;
  usage: UsageStore;
  runs: BillingRuns;
  approvals: Approvals;
  overview: BillingOverviews;
  integrations: Pick<Integrations, 'get'>;
  /** Has the licences of all mapped tenants read soon. @returns of how many */
  readLicenses(integrationId: string): Promise<number>;
  onChange(): void;
  clock: () => Date;
}

/** What is billed says something of every customer: it is for those who may see all of them. */
export const billingRoutes = (http: Http, part: BillingRouteParts): void => {
  const {
    settings,
    serviceMap,
    adjustments,
    journal,
    runStore,
    usage,
    runs,
    approvals,
    overview,
    integrations,
    clock,
  } = part;

  route(http, getServiceMap, ({ params, actor }) => {
    mustSeeAll(actor);
    return serviceMap.read(params.integrationId);
  });
  route(http, putServiceMap, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const { before, after } = await serviceMap.save(params.integrationId, body);
    const chosen = ({ byCategory, applications }: typeof before) => ({
      byCategory,
      applications: applications.map(({ application, services }) => ({ application, services })),
    });
    audit({ before: chosen(before), after: chosen(after) });
    part.onChange();
    return after;
  });
  route(http, readLicensesNow, async ({ params, actor }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    return { tenants: await part.readLicenses(params.integrationId) };
  });

  const defaults = BillingSettings.parse({});
  route(http, getBillingSettings, async ({ params, actor }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    return { settings: await settings.settings(params.integrationId), defaults };
  });
  route(http, putBillingSettings, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    await integrations.get(params.integrationId);
    const before = await settings.settings(params.integrationId);
    await settings.saveSettings(params.integrationId, body, clock());
    audit({ before, after: body });
    part.onChange();
    return { settings: body, defaults };
  });

  route(http, getBillingOverview, ({ query, actor }) => {
    mustSeeAll(actor);
    return overview.read(query.integrationId);
  });
  route(http, listBilledAccounts, async ({ query, actor }) => {
    mustSeeAll(actor);
    const offset = offsetAfter(query.after);
    const all = await overview.accounts(query);
    return { ...pagedByOffset(all.slice(offset, offset + query.limit + 1), query.limit, offset), total: all.length };
  });
  route(http, getUsageOfAccount, async ({ query, actor }) => {
    mustSeeAll(actor);
    const days = (Date.parse(query.to) - Date.parse(query.from)) / DAY_MS;
    if (days < 0 || days > MOST_USAGE_DAYS) {
      const what = days < 0 ? 'is before the first day' : `is more than ${MOST_USAGE_DAYS} days after the first`;
      throw new InvalidInput('The span of days cannot be answered', [{ where: 'query.to', what }]);
    }
    const place = { sourceId: query.sourceId, tenantId: query.sourceTenantId };
    const found = await usage.history(place, query.from, query.to);
    return {
      days: found.days,
      items: found.uses.map((row) => ({
        day: row.day,
        application: row.application,
        devices: devicesOf(row),
        otherDevices: row.other_devices,
      })),
    };
  });

  route(http, startBillingRun, async ({ params, body, actor }) => {
    mustSeeAll(actor);
    const started = await runs.start(params.integrationId, {
      startedBy: actor.name,
      asksFirst: body.asksFirst,
      only: body.only && { sourceId: body.only.sourceId, tenantId: body.only.sourceTenantId },
    });
    part.onChange();
    return started;
  });
  route(http, listBillingRuns, async ({ query, actor }) => {
    mustSeeAll(actor);
    const rows = await runStore.page(query, { limit: query.limit + 1, after: idAfter(query.after) });
    const { items, next } = paged(rows, query.limit);
    const counts = await runStore.counts(items.map(({ id }) => id));
    return { items: items.map((row) => shownRun(row, counts.get(row.id))), next };
  });
  route(http, listAccountRuns, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    if (!(await runStore.find(params.runId))) throw new NotFound('billing run', params.runId);
    const offset = offsetAfter(query.after);
    const rows = await runStore.accounts(params.runId, { text: query.text, limit: query.limit + 1, offset });
    const { items, next } = pagedByOffset(rows, query.limit, offset);
    return { items: items.map(shownAccountRun), next };
  });

  route(http, listAdjustments, async ({ query, actor }) => {
    mustSeeAll(actor);
    const rows = await journal.page(filterOf(query), { limit: query.limit + 1, after: idAfter(query.after) });
    const { items, next } = paged(rows, query.limit);
    return { items: items.map(shownAdjustment), next };
  });
  fileRoute(http, exportAdjustments, ({ query, actor }) => {
    mustSeeAll(actor);
    const now = clock();
    const pages = journalPages(journal, filterOf(query));
    return {
      name: `billing-journal-${now.toISOString().slice(0, 10)}.${query.format}`,
      ...writeTable(query.format, { title: 'Billing journal', columns: journalColumns, pages, now }),
    };
  });
  route(http, getAdjustmentEvidence, async ({ params, actor }) => {
    mustSeeAll(actor);
    const row = await adjustments.find(params.adjustmentId);
    if (!row) throw new NotFound('adjustment', params.adjustmentId);
    const steps = await journal.steps(row.id);
    return {
      devices: (await journal.evidence(row.evidence_id)).map(
        ([deviceId, deviceName, application, serialNumber, category]) => ({
          deviceId,
          deviceName,
          application,
          serialNumber,
          category,
        }),
      ),
      readAt: row.read_at.toISOString(),
      steps: steps.map(({ at, state, explanation, actor: by }) => ({ at: at.toISOString(), state, explanation, by })),
    };
  });
  route(http, decideAdjustments, async ({ body, actor }) => {
    mustSeeAll(actor);
    const decided = await approvals.decide(body, actor.name);
    part.onChange();
    return decided;
  });
  route(http, reopenAdjustment, async ({ params, actor }) => {
    mustSeeAll(actor);
    const row = await approvals.reopen(params.adjustmentId, actor.name);
    part.onChange();
    return shownAdjustment(row);
  });
};
