import type { DeviceFacts, StatusLevel, StatusReason } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { type DecidedStatus, type DeviceState, hoist, RTP_RUNNING } from './device.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface DeviceTables {
  device: {
    id: string;
    number: Generated<number>;
    tenant_id: string;
    group_id: number;
    name: string;
    machine_id: string | null;
    key_hash: string | null;
    key_revoked_at: Date | null;
    agent_version: string | null;
    created_at: Date;
    enrolled_at: Date | null;
    last_connected_at: Date | null;
    last_seen_at: Date | null;
    facts: Generated<DeviceFacts>;
    facts_at: Date | null;
    hostname: Generated<string>;
    fqdn: Generated<string>;
    os_name: Generated<string>;
    os_family: Generated<string>;
    os_is_server: Generated<boolean>;
    ip_address: Generated<string>;
    security_product: Generated<string>;
    security_name: Generated<string>;
    security_version: Generated<string>;
    security_known: Generated<boolean>;
    security_running: Generated<boolean>;
    rtp_state: Generated<number>;
    rtp_stopped_since: Date | null;
    databases_released_at: Date | null;
    last_scan_at: Date | null;
    last_boot_at: Date | null;
    restart_required: Generated<boolean>;
    active_threats: Generated<number>;
    virus_count: Generated<number>;
    status: Generated<StatusLevel>;
    status_mask: Generated<number>;
    status_reasons: Generated<StatusReason[]>;
    status_since: Date;
    status_visible: Generated<boolean>;
    status_due: Generated<boolean>;
  };
  active_threat: { device_id: string; uid: string; object: string; threat_name: string; found_at: Date };
}
export type DeviceRecord = Selectable<DeviceTables['device']>;

const stateColumns = [
  'id',
  'tenant_id',
  'group_id',
  'name',
  'created_at',
  'enrolled_at',
  'key_revoked_at',
  'last_seen_at',
  'last_connected_at',
  'security_known',
  'security_product',
  'security_name',
  'security_running',
  'rtp_state',
  'rtp_stopped_since',
  'databases_released_at',
  'active_threats',
  'virus_count',
  'status',
  'status_mask',
  'status_reasons',
  'status_since',
  'status_visible',
] as const;

const toState = (row: Pick<DeviceRecord, (typeof stateColumns)[number]>): DeviceState => ({
  id: row.id,
  tenantId: row.tenant_id,
  groupId: row.group_id,
  name: row.name,
  createdAt: row.created_at,
  agentInstalled: row.enrolled_at !== null && row.key_revoked_at === null,
  lastSeenAt: row.last_seen_at,
  lastConnectedAt: row.last_connected_at,
  securityKnown: row.security_known,
  securityProduct: row.security_product,
  securityName: row.security_name,
  securityRunning: row.security_running,
  rtpState: row.rtp_state,
  rtpStoppedSince: row.rtp_stopped_since,
  databasesReleasedAt: row.databases_released_at,
  activeThreats: row.active_threats,
  virusCount: row.virus_count,
});

const toDecided = (row: Pick<DeviceRecord, (typeof stateColumns)[number]>): DecidedStatus => ({
  level: row.status,
  mask: row.status_mask,
  reasons: row.status_reasons,
  since: row.status_since,
  visible: row.status_visible,
});

/** What enrolment needs of a device. */
export interface NewDevice {
  id: string;
  tenantId: string;
  groupId: number;
  name: string;
  machineId: string;
  keyHash: string;
  agentVersion: string;
  now: Date;
}

/** Devices of a scope of tenants. */
export const deviceStore = (db: Kysely<DeviceTables>, scope: TenantScope) => {
  const scoped = <Q extends { where(column: 'tenant_id', op: 'in', value: string[]): Q }>(query: Q): Q =>
    scope === 'all'
      ? query
      : query.where('tenant_id', 'in', scope.length ? [...scope] : ['00000000-0000-0000-0000-000000000000']);
  const own = () => scoped(db.selectFrom('device').selectAll() as never) as ReturnType<typeof all>;
  const all = () => db.selectFrom('device').selectAll();
  const counted = () => db.selectFrom('device').select((e) => e.fn.countAll<number>().as('n'));

  return {
    /** @throws NotFound, also for a device of another tenant */
    get: async (id: string): Promise<DeviceRecord> => {
      const row = await own().where('id', '=', id).executeTakeFirst();
      if (!row) throw new NotFound('device', id);
      return row;
    },

    find: async (id: string): Promise<DeviceRecord | null> =>
      (await own().where('id', '=', id).executeTakeFirst()) ?? null,

    /** The device whose agent holds the key with this hash, unless the key was revoked. */
    byKeyHash: async (hash: string) =>
      (await db
        .selectFrom('device')
        .select(['id', 'tenant_id', 'group_id', 'name', 'ip_address'])
        .where('key_hash', '=', hash)
        .where('key_revoked_at', 'is', null)
        .executeTakeFirst()) ?? null,

    /**
     * The same machine of a tenant is the same device: its old key dies, and it stays in its group.
     * @returns the device's id and whether it is new
     */
    enrol: async (device: NewDevice): Promise<{ id: string; isNew: boolean }> => {
      const row = await db
        .insertInto('device')
        .values({
          id: device.id,
          tenant_id: device.tenantId,
          group_id: device.groupId,
          name: device.name,
          hostname: device.name,
          machine_id: device.machineId,
          key_hash: device.keyHash,
          agent_version: device.agentVersion,
          created_at: device.now,
          enrolled_at: device.now,
          last_connected_at: device.now,
          last_seen_at: device.now,
          status_since: device.now,
        })
        .onConflict((conflict) =>
          conflict.columns(['tenant_id', 'machine_id']).doUpdateSet({
            key_hash: device.keyHash,
            key_revoked_at: null,
            agent_version: device.agentVersion,
            enrolled_at: device.now,
            last_connected_at: device.now,
            last_seen_at: device.now,
            status_due: true,
          }),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id: row.id, isNew: row.id === device.id };
    },

    /** An agent spoke: the device is visible and connected. */
    touch: async (id: string, now: Date): Promise<void> => {
      await db
        .updateTable('device')
        .set({
          last_connected_at: now,
          last_seen_at: now,
          // A device that comes back into sight may change status, so it is decided anew.
          status_due: sql<boolean>`status_due or not status_visible`,
        })
        .where('id', '=', id)
        .execute();
    },

    /** Takes what a sync says; a fact that is left out keeps its value. */
    saveFacts: async (id: string, facts: DeviceFacts, agentVersion: string, now: Date): Promise<void> => {
      const columns = hoist(facts);
      const rtpState = columns.rtp_state;
      await db
        .updateTable('device')
        .set({
          ...columns,
          ...(rtpState !== undefined && {
            rtp_stopped_since:
              RTP_RUNNING.includes(rtpState) || !columns.security_product
                ? null
                : sql<Date>`coalesce(rtp_stopped_since, ${now})`,
          }),
          facts: sql<DeviceFacts>`facts || ${json(facts)}::jsonb`,
          facts_at: now,
          agent_version: agentVersion,
          last_connected_at: now,
          last_seen_at: now,
          status_due: true,
        })
        .where('id', '=', id)
        .execute();
    },

    /** Makes detections count once each. To be called inside the transaction that moves the reader's cursor. */
    addThreat: async (threat: { deviceId: string; uid: string; object: string; threatName: string; foundAt: Date }) => {
      const done = await db
        .insertInto('active_threat')
        .columns(['device_id', 'uid', 'object', 'threat_name', 'found_at'])
        .expression(
          db
            .selectFrom('device')
            .select([
              'id',
              sql<string>`${threat.uid}::text`.as('uid'),
              sql<string>`${threat.object}::text`.as('object'),
              sql<string>`${threat.threatName}::text`.as('threat_name'),
              sql<Date>`${threat.foundAt}::timestamptz`.as('found_at'),
            ])
            .where('id', '=', threat.deviceId),
        )
        .onConflict((conflict) =>
          conflict.columns(['device_id', 'uid']).doUpdateSet({
            // The same object under another name: a scanner with newer databases knows better what it is.
            object: sql<string>`excluded.object`,
            threat_name: sql<string>`excluded.threat_name`,
          }),
        )
        .returning(sql<boolean>`(xmax = 0)`.as('isNew'))
        .executeTakeFirst();
      await db
        .updateTable('device')
        .set({
          virus_count: sql<number>`virus_count + 1`,
          active_threats: sql<number>`active_threats + ${done?.isNew ? 1 : 0}::int`,
          status_due: true,
        })
        .where('id', '=', threat.deviceId)
        .execute();
    },

    /** A found object was deleted, cured or moved away: by the detection's uid, or by the object where none is told. */
    resolveThreat: async (deviceId: string, by: { uid: string } | { object: string }): Promise<void> => {
      const done = await db
        .deleteFrom('active_threat')
        .where('device_id', '=', deviceId)
        .$if('uid' in by, (q) => q.where('uid', '=', (by as { uid: string }).uid))
        .$if('object' in by, (q) => q.where('object', '=', (by as { object: string }).object))
        .executeTakeFirst();
      await db
        .updateTable('device')
        .set({
          active_threats: sql<number>`greatest(0, active_threats - ${Number(done.numDeletedRows)}::int)`,
          status_due: true,
        })
        .where('id', '=', deviceId)
        .execute();
    },

    threatsOf: async (deviceId: string) =>
      db
        .selectFrom('active_threat')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('found_at')
        .limit(200)
        .execute(),

    resetVirusCount: async (id: string): Promise<void> => {
      await db.updateTable('device').set({ virus_count: 0, status_due: true }).where('id', '=', id).execute();
    },

    change: async (id: string, change: { name?: string; groupId?: number }): Promise<void> => {
      await db
        .updateTable('device')
        .set({
          ...(change.name !== undefined && { name: change.name }),
          ...(change.groupId !== undefined && { group_id: change.groupId }),
          status_due: true,
        })
        .where('id', '=', id)
        .execute();
    },

    revokeKey: async (id: string, now: Date): Promise<void> => {
      await db.updateTable('device').set({ key_revoked_at: now, status_due: true }).where('id', '=', id).execute();
    },

    remove: async (id: string): Promise<void> => {
      await db.deleteFrom('device').where('id', '=', id).execute();
    },

    count: async (): Promise<number> =>
      (await (scoped(counted() as never) as ReturnType<typeof counted>).executeTakeFirstOrThrow()).n,

    countInGroup: async (groupId: number): Promise<number> =>
      (
        await db
          .selectFrom('device')
          .select((e) => e.fn.countAll<number>().as('n'))
          .where('group_id', '=', groupId)
          .executeTakeFirstOrThrow()
      ).n,

    /**
     * Takes statuses to decide: those that something happened to. To be called inside the transaction that saves what
     * was decided, so that a crash gives them back; whatever happens meanwhile waits and marks them again.
     */
    takeDue: async (limit: number) =>
      (
        await db
          .updateTable('device')
          .set({ status_due: false })
          .where('id', 'in', (e) =>
            e
              .selectFrom('device')
              .select('id')
              .where('status_due', '=', true)
              .orderBy('id')
              .limit(limit)
              .forUpdate()
              .skipLocked(),
          )
          .returning(stateColumns)
          .execute()
      ).map((row) => ({ state: toState(row), decided: toDecided(row) })),

    /** A page of all devices in the order of their ids, for the clock's round. */
    statesAfter: async (afterId: string | null, limit: number) =>
      (
        await db
          .selectFrom('device')
          .select(stateColumns)
          .$if(afterId !== null, (q) => q.where('id', '>', afterId as string))
          .orderBy('id')
          .limit(limit)
          .execute()
      ).map((row) => ({ state: toState(row), decided: toDecided(row) })),

    /** These devices are to be decided anew, since time changed something. */
    markDueByIds: async (ids: readonly string[]): Promise<void> => {
      if (ids.length === 0) return;
      await db
        .updateTable('device')
        .set({ status_due: true })
        .where('id', 'in', [...ids])
        .execute();
    },

    /** All devices of some groups are to be decided anew, since the rules changed. */
    markDue: async (groupIds: readonly number[]): Promise<void> => {
      if (groupIds.length === 0) return;
      await db
        .updateTable('device')
        .set({ status_due: true })
        .where('group_id', 'in', [...groupIds])
        .execute();
    },

    saveStatus: async (id: string, status: DecidedStatus): Promise<void> => {
      await db
        .updateTable('device')
        .set({
          status: status.level,
          status_mask: status.mask,
          status_reasons: json(status.reasons),
          status_since: status.since,
          status_visible: status.visible,
        })
        .where('id', '=', id)
        .execute();
    },
  };
};
export type DeviceStore = ReturnType<typeof deviceStore>;
