import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import { deviceStandings, deviceStatuses } from './devices/index.ts';
import type { EventRow } from './events/index.ts';
import { type IncidentStore, incidentOf, incidentRoutes, incidentSearch, incidentStore } from './incidents/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TenantScope } from './tenants/index.ts';

type Tx = Kysely<AdministrationTables>;

/** What nobody has processed decides a device's status, so the count stands with the device. In the caller's transaction. */
const countAnew = async (tx: Tx, deviceIds: readonly string[]): Promise<void> => {
  const own = administrationDb(tx);
  await deviceStatuses(own.devices).saveIncidentCounts(
    await incidentStore(own.incidents, 'all').unprocessedOf(deviceIds),
  );
};

/** An event that tells of an incident: makes it one, once. In the transaction that moves the reader's cursor. */
export const takeIncidentEvent = async (tx: Tx, event: EventRow, now: Date): Promise<void> => {
  const own = administrationDb(tx);
  // The device may be gone by now, with all that was known of it.
  if (!(await deviceStandings(own.devices, 'all').of([event.deviceId])).has(event.deviceId)) return;
  const isNew = await incidentStore(own.incidents, 'all').add(incidentOf(event, { id: newId(now), now }));
  if (isNew) await countAnew(tx, [event.deviceId]);
};

/** Incidents for the console, and their doors for the Open API. */
export const serveIncidents = ({
  db: schema,
  http,
  clock,
  tenantNames,
  changed,
}: {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  http: Http;
  clock: Clock;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
  /** Incidents changed, and with them perhaps what devices' statuses are decided from. */
  changed: () => void;
}) => {
  const db = administrationDb(schema);
  const incidentsOf = (scope: TenantScope) => incidentStore(db.incidents, scope);
  /** Does something to incidents in one transaction; afterwards the devices that it names are counted anew. */
  const write = async <T>(
    scope: TenantScope,
    work: (store: IncidentStore) => Promise<{ result: T; deviceIds: readonly string[] }>,
  ): Promise<T> => {
    const written = await schema.transaction().execute(async (tx) => {
      const { result, deviceIds } = await work(incidentStore(administrationDb(tx).incidents, scope));
      await countAnew(tx, deviceIds);
      return result;
    });
    changed();
    return written;
  };
  incidentRoutes(http, {
    incidentsOf,
    standingsOf: (scope: TenantScope) => deviceStandings(db.devices, scope),
    tenantNames,
    write,
    clock,
  });
  return { searchOf: (scope: TenantScope) => incidentSearch(db.incidents, scope), write };
};
