import { getEvent, listEvents, listEventTypes, type SecurityEvent, type SeverityName } from '@gatehouse/contract';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { eventTypes } from './catalogue.ts';
import type { EventRow } from './event.ts';
import { type EngineStore, wordsOf } from './store-engine.ts';

export interface EventParts {
  eventsOf: (scope: TenantScope) => EngineStore;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
}

/** Names of the severity codes 1 to 4. */
export const severityNames = ['info', 'warning', 'functional-failure', 'critical'] as const satisfies SeverityName[];
const severityCode = (name: SeverityName): number => severityNames.indexOf(name) + 1;

const toReply = (row: EventRow, tenantNames: ReadonlyMap<string, string>): SecurityEvent => ({
  id: String(row.eventId),
  type: row.type,
  typeId: row.typeId || null,
  displayName: row.displayName,
  severity: severityNames[row.severity - 1] ?? 'info',
  known: row.known,
  description: row.description,
  params: Object.fromEntries(row.params.flatMap((value, index) => (value ? [[String(index + 1), value]] : []))),
  riseTime: row.riseTime.toISOString(),
  registrationTime: row.registrationTime.toISOString(),
  tenantId: row.tenantId,
  tenantName: tenantNames.get(row.tenantId) ?? '',
  deviceId: row.deviceId || null,
  deviceName: row.deviceName,
  groupId: row.groupId < 0 ? null : row.groupId,
  groupName: row.groupName.replace(/\/$/, ''),
  product: row.product,
  productVersion: row.productVersion,
  taskId: row.taskId || null,
  taskName: row.taskName,
  taskOldState: row.taskOldState < 0 ? null : row.taskOldState,
  taskNewState: row.taskNewState < 0 ? null : row.taskNewState,
});

const readPlace = (after: string): number => {
  const id = Number(after);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new InvalidInput('The place in the list is not one that this server gave out; read the list from the start', [
    { where: 'query.after', what: 'is not the `next` of a page' },
  ]);
};

export const eventRoutes = (http: Http, parts: EventParts): void => {
  const store = (actor: Actor) => parts.eventsOf(actor.tenantIds ?? 'all');

  route(http, listEvents, async ({ actor, query }) => {
    const rows = await store(actor).newest(
      {
        tenantIds: query.tenantId,
        deviceId: query.deviceId,
        severities: query.severity?.map(severityCode),
        types: query.type,
        words: query.text === undefined ? undefined : wordsOf(query.text),
        riseFrom: query.from === undefined ? undefined : new Date(query.from),
        riseTo: query.to === undefined ? undefined : new Date(query.to),
        beforeId: query.after === undefined ? undefined : readPlace(query.after),
      },
      query.limit + 1,
    );
    const names = await parts.tenantNames();
    const shown = rows.slice(0, query.limit);
    return {
      items: shown.map((row) => toReply(row, names)),
      next: rows.length > query.limit ? String(shown.at(-1)?.eventId) : null,
    };
  });

  route(http, getEvent, async ({ actor, params }) => {
    const id = Number(params.eventId);
    if (!Number.isSafeInteger(id)) throw new NotFound('event', params.eventId);
    const [row] = id > 0 ? await store(actor).newest({ afterId: id - 1, beforeId: id + 1 }, 1) : [];
    if (!row) throw new NotFound('event', params.eventId);
    return toReply(row, await parts.tenantNames());
  });

  route(http, listEventTypes, () => ({
    items: eventTypes.map((type) => ({ ...type, severity: severityNames[type.severity - 1] ?? 'info' })),
  }));
};
