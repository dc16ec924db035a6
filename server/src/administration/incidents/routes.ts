import {
  addIncident,
  changeIncident,
  commentIncident,
  deleteIncident,
  getIncident,
  type Incident,
  type IncidentSeverity,
  listIncidents,
  processIncidents,
} from '@gatehouse/contract';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { DeviceStanding, DeviceStandings } from '../devices/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { IncidentRow, IncidentStore } from './store.ts';

export interface IncidentRouteParts {
  incidentsOf: (scope: TenantScope) => IncidentStore;
  standingsOf: (scope: TenantScope) => DeviceStandings;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
  /** Does something to incidents in one transaction; afterwards the devices that it names are counted anew. */
  write: <T>(
    scope: TenantScope,
    work: (store: IncidentStore) => Promise<{ result: T; deviceIds: readonly string[] }>,
  ) => Promise<T>;
  clock: () => Date;
}

const names: readonly IncidentSeverity[] = ['info', 'warning', 'critical'];
const numberOf = (severity: IncidentSeverity): number => names.indexOf(severity) + 1;
const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const toReply = (
  row: IncidentRow,
  device: DeviceStanding | undefined,
  tenantNames: ReadonlyMap<string, string>,
): Incident => ({
  id: row.id,
  number: row.number,
  tenantId: row.tenant_id,
  tenantName: tenantNames.get(row.tenant_id) ?? '',
  deviceId: row.device_id,
  deviceName: device?.name ?? '',
  title: row.title,
  description: row.description,
  severity: names[row.severity - 1] ?? 'info',
  occurredAt: row.occurred_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  createdByKind: row.created_by_kind,
  createdBy: row.created_by,
  eventId: row.event_id === null ? null : String(row.event_id),
  processed: row.processed_at !== null,
  processedAt: row.processed_at?.toISOString() ?? null,
  processedBy: row.processed_by,
  comments: row.comment_count,
});

export const incidentRoutes = (http: Http, parts: IncidentRouteParts): void => {
  const { incidentsOf, standingsOf, clock } = parts;

  const shown = async (actor: Actor, rows: readonly IncidentRow[]): Promise<Incident[]> => {
    const [devices, tenantNames] = await Promise.all([
      standingsOf(scopeOf(actor)).of(rows.map(({ device_id }) => device_id)),
      parts.tenantNames(),
    ]);
    return rows.map((row) => toReply(row, devices.get(row.device_id), tenantNames));
  };
  const one = async (actor: Actor, id: string): Promise<Incident> => {
    const [incident] = await shown(actor, [await incidentsOf(scopeOf(actor)).get(id)]);
    if (!incident) throw new NotFound('incident', id);
    return incident;
  };

  route(http, listIncidents, async ({ actor, query }) => {
    if (query.after !== undefined && !UUID.test(query.after)) {
      throw new InvalidInput('The place in the list is not one that this server gave out; read it from the start', [
        { where: 'query.after', what: 'is not the `next` of a page' },
      ]);
    }
    const filter = {
      tenantIds: query.tenantId,
      deviceId: query.deviceId,
      severities: query.severity?.map(numberOf),
      processed: query.processed,
      text: query.text,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
    };
    const store = incidentsOf(scopeOf(actor));
    const [rows, total] = await Promise.all([store.page(filter, query.after, query.limit + 1), store.count(filter)]);
    const page = rows.slice(0, query.limit);
    return {
      items: await shown(actor, page),
      next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      total,
    };
  });

  route(http, getIncident, async ({ actor, params }) => {
    const incident = await one(actor, params.incidentId);
    const comments = await incidentsOf(scopeOf(actor)).commentsOf(incident.id);
    return {
      incident,
      comments: comments.map(({ id, at, by_name, body }) => ({ id, at: at.toISOString(), by: by_name, text: body })),
    };
  });

  route(http, addIncident, async ({ actor, params, body, audit }) => {
    const device = (await standingsOf(scopeOf(actor)).of([params.deviceId])).get(params.deviceId);
    if (!device) throw new NotFound('device', params.deviceId);
    const now = clock();
    const id = newId(now);
    await parts.write(scopeOf(actor), async (store) => ({
      result: await store.add({
        id,
        tenant_id: device.tenantId,
        device_id: device.id,
        title: body.title,
        description: body.description,
        severity: numberOf(body.severity),
        occurred_at: body.occurredAt === undefined ? now : new Date(body.occurredAt),
        created_at: now,
        created_by_kind: actor.kind === 'api-token' ? 'api-token' : 'user',
        created_by: actor.name,
        event_id: null,
      }),
      deviceIds: [device.id],
    }));
    audit({ tenantId: device.tenantId, after: { id, ...body } });
    return one(actor, id);
  });

  route(http, changeIncident, async ({ actor, params, body, audit }) => {
    const { severity, ...texts } = body;
    const before = await parts.write(scopeOf(actor), async (store) => ({
      result: await store.change(params.incidentId, {
        ...texts,
        ...(severity !== undefined && { severity: numberOf(severity) }),
      }),
      deviceIds: [],
    }));
    const { tenant_id: tenantId, title, description } = before;
    audit({ tenantId, before: { title, description, severity: names[before.severity - 1] } });
    return one(actor, params.incidentId);
  });

  route(http, processIncidents, async ({ actor, body, audit }) => {
    const by = body.processed ? { at: clock(), name: actor.name } : null;
    const changed = await parts.write(scopeOf(actor), async (store) => {
      const result = await store.process(body.incidentIds, by);
      return { result, deviceIds: result.map(({ deviceId }) => deviceId) };
    });
    const tenantIds = new Set(changed.map(({ tenantId }) => tenantId));
    audit({
      ...(tenantIds.size === 1 && { tenantId: [...tenantIds][0] }),
      after: { processed: body.processed, incidentIds: changed.map(({ id }) => id) },
    });
    return { changed: changed.length };
  });

  route(http, commentIncident, async ({ actor, params, body, audit }) => {
    const { tenantId } = await one(actor, params.incidentId);
    const now = clock();
    const comment = { id: newId(now), incident_id: params.incidentId, at: now, by_name: actor.name, body: body.text };
    await parts.write(scopeOf(actor), async (store) => ({ result: await store.comment(comment), deviceIds: [] }));
    audit({ tenantId });
    return { id: comment.id, at: now.toISOString(), by: comment.by_name, text: comment.body };
  });

  route(http, deleteIncident, async ({ actor, params, audit }) => {
    const before = await parts.write(scopeOf(actor), async (store) => {
      const result = await store.remove(params.incidentId);
      return { result, deviceIds: [result.device_id] };
    });
    audit({
      tenantId: before.tenant_id,
      before: { number: before.number, title: before.title, description: before.description },
    });
    return {};
  });
};
