import {
  blockFrequentEvents,
  excludeFrequentEvents,
  type FrequentEvent,
  getFrequentEvent,
  getFrequentEventSettings,
  getFrequentEventSummary,
  listFrequentEvents,
  putFrequentEventSettings,
  removeFrequentEvents,
} from '@gatehouse/contract';
import { Forbidden, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import { severityNames } from '../events/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { FrequentEvents } from './guard.ts';
import type { FrequentEventRow, FrequentEventStore } from './store.ts';

export interface FrequentEventRouteParts {
  frequentEvents: FrequentEvents;
  storeOf: (scope: TenantScope) => FrequentEventStore;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
}

const MOST_DEVICES_SHOWN = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';

const toReply = (row: FrequentEventRow, tenantNames: ReadonlyMap<string, string>): FrequentEvent => ({
  id: row.id,
  tenantId: row.tenant_id,
  tenantName: tenantNames.get(row.tenant_id) ?? '',
  state: row.state,
  type: row.type,
  displayName: row.display_name,
  severity: severityNames[row.severity - 1] ?? 'info',
  product: row.product,
  productVersion: row.product_version,
  displayVersionMin: row.display_version_min,
  displayVersionMax: row.display_version_max,
  taskId: row.task_id || null,
  taskName: row.task_name,
  blockedAt: row.blocked_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
  changedBy: row.changed_by,
  eventsInWindow: Number(row.events_in_window),
  sharePercent: row.share_percent,
  suppressed: Number(row.suppressed),
  firstSuppressed: row.first_suppressed,
  lastSuppressed: row.last_suppressed,
});

/** What the audit line keeps of rows that were moved. */
const inAudit = (rows: readonly FrequentEventRow[]) =>
  rows.map(({ id, tenant_id, type, state, suppressed }) => ({ id, tenantId: tenant_id, type, state, suppressed }));

export const frequentEventRoutes = (http: Http, { frequentEvents, storeOf, tenantNames }: FrequentEventRouteParts) => {
  route(http, listFrequentEvents, async ({ actor, query }) => {
    if (query.after !== undefined && !UUID.test(query.after)) {
      throw new InvalidInput(
        'The place in the list is not one that this server gave out; read the list from the start',
        [{ where: 'query.after', what: 'is not the `next` of a page' }],
      );
    }
    const rows = await storeOf(scopeOf(actor)).page(
      { tenantIds: query.tenantId, states: query.state, beforeId: query.after },
      query.limit + 1,
    );
    const names = await tenantNames();
    const shown = rows.slice(0, query.limit);
    return {
      items: shown.map((row) => toReply(row, names)),
      next: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
    };
  });

  route(http, getFrequentEvent, async ({ actor, params }) => {
    const store = storeOf(scopeOf(actor));
    const row = await store.byId(params.frequentEventId);
    if (!row) throw new NotFound('frequent event', params.frequentEventId);
    const devices = (await store.devices(row.id, MOST_DEVICES_SHOWN)).map((device) => ({
      deviceId: device.device_id,
      deviceName: device.device_name,
      suppressed: Number(device.suppressed),
    }));
    const ofShown = devices.reduce((sum, { suppressed }) => sum + suppressed, 0);
    return {
      frequentEvent: toReply(row, await tenantNames()),
      devices,
      suppressedOfOthers: Math.max(0, Number(row.suppressed) - ofShown),
    };
  });

  route(http, getFrequentEventSummary, async ({ actor, query }) => {
    const { blocked, suppressed, since } = await storeOf(scopeOf(actor)).summary(query.tenantId);
    return { blocked, suppressed, since: since?.toISOString() ?? null };
  });

  const moves = [
    [excludeFrequentEvents, frequentEvents.exclude, 'excluded'],
    [blockFrequentEvents, frequentEvents.blockAgain, 'blocked'],
    [removeFrequentEvents, frequentEvents.remove, 'removed'],
  ] as const;
  for (const [endpoint, move, state] of moves) {
    route(http, endpoint, async ({ actor, body, audit }) => {
      const before = inAudit(await move(scopeOf(actor), [...new Set(body.ids)], actor.name));
      const tenantIds = new Set(before.map(({ tenantId }) => tenantId));
      audit({
        before,
        after: before.map((each) => ({ ...each, state })),
        tenantId: tenantIds.size === 1 ? ([...tenantIds][0] ?? null) : null,
      });
      return {};
    });
  }

  route(http, getFrequentEventSettings, () => frequentEvents.rule());

  route(http, putFrequentEventSettings, async ({ actor, body, audit }) => {
    if (actor.tenantIds !== null) {
      throw new Forbidden('The rule holds for every tenant: only users of all tenants may change it');
    }
    audit({ before: (await frequentEvents.rule()).settings });
    await frequentEvents.changeRule(body);
    return frequentEvents.rule();
  });
};
