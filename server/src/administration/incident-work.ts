import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import { deviceStandings, deviceStatuses } from './devices/index.ts';
import type { EventRow } from './events/index.ts';
import { incidentOf, incidentRoutes, incidentStore } from './incidents/index.ts';
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

/** Incidents for the console and for programs. */
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
}): void => {
  const db = administrationDb(schema);
  incidentRoutes(http, {
    incidentsOf: (scope) => incidentStore(db.incidents, scope),
    standingsOf: (scope: TenantScope) => deviceStandings(db.devices, scope),
    tenantNames,
    write: async (scope, work) => {
      const written = await schema.transaction().execute(async (tx) => {
        const { result, deviceIds } = await work(incidentStore(administrationDb(tx).incidents, scope));
        await countAnew(tx, deviceIds);
        return result;
      });
      changed();
      return written;
    },
    clock,
  });
};
