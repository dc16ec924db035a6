import type { DeviceFacts, StatusLevel } from '@gatehouse/contract';
import { type ColumnType, type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { type ConditionFacts, conditionFactsOf } from './condition-facts.ts';
import { hoist, type KeptReason, RTP_RUNNING, restartSinceOf } from './device.ts';

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
    /** Every address of the device that is one, as `writeAddress` writes it. */
    addresses: Generated<string[]>;
    tags: Generated<string[]>;
    /** Made by the store of what people search in. */
    search_text: ColumnType<string, never, never>;
    /** Something that moving rules ask about has changed. */
    moving_due: Generated<boolean>;
    /** Enrolled, and rules for enrolling devices were not yet asked with all facts known. */
    moving_enrolling: Generated<boolean>;
    /** Group or tags are others: perhaps another policy is in force. */
    policy_due: Generated<boolean>;
    /** When event 4103 told that the device is not seen any more. */
    inactive_notified_at: Date | null;
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
    /** What conditions read of the facts, in short. */
    condition_facts: Generated<ConditionFacts>;
    restart_since: Date | null;
    /** Since when the agent has been heard without a longer silence and without telling facts; null since it told some. */
    heard_since: Date | null;
    license_known: Generated<boolean>;
    license_expires_at: Date | null;
    unprocessed_incidents: Generated<number>;
    /** What people or programs noted about the device; no agent tells these two. */
    comment: Generated<string>;
    windows_domain: Generated<string>;
    status: Generated<StatusLevel>;
    status_mask: Generated<number>;
    status_reasons: Generated<KeptReason[]>;
    status_unseen: Generated<KeptReason[]>;
    status_since: Date;
    status_visible: Generated<boolean>;
    status_due: Generated<boolean>;
    /** Until then time alone changes nothing of the status. */
    status_next_at: Date | null;
  };
  active_threat: { device_id: string; uid: string; object: string; threat_name: string; found_at: Date };
}
export type DeviceRecord = Selectable<DeviceTables['device']>;

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

/** Columns out of the facts that conditions of a status read. */
const conditionColumns = [
  'security_known',
  'security_product',
  'security_name',
  'security_running',
  'rtp_state',
  'databases_released_at',
] as const;
/** Bits of KLHST_WKS_STATUS_MASK that a report by itself clears: unmanaged, out of disk space. */
const UNSYNCED_BITS = (1 << 0) | (1 << 19);

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
          moving_due: true,
          moving_enrolling: true,
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
            moving_due: true,
            moving_enrolling: true,
          }),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id: row.id, isNew: row.id === device.id };
    },

    /** Takes what a sync says; a fact that is left out keeps its value. */
    saveFacts: async (id: string, facts: DeviceFacts, agentVersion: string, now: Date): Promise<void> => {
      const { addresses, ...columns } = hoist(facts);
      const movesBy = {
        hostname: columns.hostname,
        os_name: columns.os_name,
        os_family: columns.os_family,
        os_is_server: columns.os_is_server,
      };
      const differs = Object.entries(movesBy)
        .filter(([, value]) => value !== undefined)
        .map(([column, value]) => sql`${sql.ref(column)} is distinct from ${value}`);
      const rtpState = columns.rtp_state;
      const short = json(conditionFactsOf(facts));
      const restartSince =
        facts.restart &&
        (facts.restart.required
          ? sql<Date>`coalesce(${restartSinceOf(facts)}::timestamptz, restart_since, ${now})`
          : null);
      const readByConditions = conditionColumns
        .filter((column) => columns[column] !== undefined)
        .map((column) => sql`${sql.ref(column)} is distinct from ${columns[column]}`);
      await db
        .updateTable('device')
        .set({
          ...columns,
          ...(addresses && { addresses: sql<string[]>`${addresses}::text[]` }),
          moving_due: sql<boolean>`moving_due or moving_enrolling${sql.join(
            [...differs, ...(addresses ? [sql`addresses is distinct from ${addresses}::text[]`] : [])].map(
              (changed) => sql` or ${changed}`,
            ),
            sql``,
          )}`,
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
          heard_since: null,
          condition_facts: sql<ConditionFacts>`condition_facts || ${short}`,
          ...(restartSince !== undefined && { restart_since: restartSince }),
          // Most reports say what the last one said: then there is nothing to decide.
          status_due: sql<boolean>`${sql.join(
            [
              sql`status_due or not status_visible or (status_mask & ${UNSYNCED_BITS}::int) <> 0`,
              sql`condition_facts <> (condition_facts || ${short})`,
              ...(restartSince === undefined ? [] : [sql`restart_since is distinct from ${restartSince}`]),
              ...readByConditions,
            ],
            sql` or `,
          )}`,
        })
        .where('id', '=', id)
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
          ...(change.groupId !== undefined && { group_id: change.groupId, policy_due: true }),
          status_due: true,
          moving_due: true,
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
  };
};
export type DeviceStore = ReturnType<typeof deviceStore>;
