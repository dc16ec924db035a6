import { type Kysely, type Selectable, sql } from 'kysely';
import type { ConditionFacts } from './condition-facts.ts';
import type { DecidedStatus, DeviceState, KeptReason } from './device.ts';
import type { DeviceTables } from './store.ts';

type Row = Selectable<DeviceTables['device']>;

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
  'facts_at',
  'heard_since',
  'security_known',
  'security_product',
  'security_name',
  'security_running',
  'rtp_state',
  'rtp_stopped_since',
  'databases_released_at',
  'active_threats',
  'virus_count',
  'restart_since',
  'license_known',
  'license_expires_at',
  'unprocessed_incidents',
  'condition_facts',
  'status',
  'status_mask',
  'status_reasons',
  'status_unseen',
  'status_since',
  'status_visible',
  'status_next_at',
] as const;
type StateRow = Pick<Row, (typeof stateColumns)[number]>;

const toState = (row: StateRow): DeviceState => ({
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
  enrolledAt: row.enrolled_at,
  factsAt: row.facts_at,
  heardSince: row.heard_since,
  restartSince: row.restart_since,
  licenseKnown: row.license_known,
  licenseExpiresAt: row.license_expires_at,
  unprocessedIncidents: row.unprocessed_incidents,
  told: row.condition_facts,
});

const toDecided = (row: StateRow): DecidedStatus => ({
  level: row.status,
  mask: row.status_mask,
  reasons: row.status_reasons,
  unseen: row.status_unseen,
  since: row.status_since,
  visible: row.status_visible,
  nextAt: row.status_next_at,
});

/** A device with what its status is decided from, and the status that stands. */
export interface Decidable {
  state: DeviceState;
  decided: DecidedStatus;
}

/**
 * A device as one line of text, its values between tabs: a driver takes four times as long for a hundred thousand rows
 * of thirty values as for lines. Control characters in texts become blanks; what is written is read in full before.
 */
const SEPARATOR = '\t';
const time = (column: string) => `coalesce((date_part('epoch', ${column}) * 1000)::text, '')`;
const text = (column: string) => `translate(${column}, E'\\t\\n\\r', '   ')`;
const plain = (column: string) => `${column}::text`;
const lineColumns: readonly string[] = [
  plain('id'),
  plain('tenant_id'),
  plain('group_id'),
  text('name'),
  time('created_at'),
  time('enrolled_at'),
  time('key_revoked_at'),
  time('last_seen_at'),
  time('last_connected_at'),
  time('facts_at'),
  plain('security_known'),
  text('security_product'),
  text('security_name'),
  plain('security_running'),
  plain('rtp_state'),
  time('rtp_stopped_since'),
  time('databases_released_at'),
  plain('active_threats'),
  plain('virus_count'),
  time('restart_since'),
  plain('license_known'),
  time('license_expires_at'),
  plain('unprocessed_incidents'),
  // Inside JSON every control character is escaped already.
  plain('condition_facts'),
  plain('status'),
  plain('status_mask'),
  plain('status_reasons'),
  plain('status_unseen'),
  time('status_since'),
  plain('status_visible'),
  time('status_next_at'),
  time('heard_since'),
];
const LINE = sql.raw(`string_agg(concat_ws(E'\\t', ${lineColumns.join(', ')}), E'\\n')`);

const moment = (value: string | undefined): Date | null => (value ? new Date(Math.round(Number(value))) : null);
const EPOCH = new Date(0);
const isTrue = (value: string | undefined): boolean => value === 'true';
const reasonsOf = (value: string | undefined): KeptReason[] =>
  value === '[]' || value === undefined ? [] : JSON.parse(value);

const ofLine = (line: string): Decidable => {
  const v = line.split(SEPARATOR);
  const enrolledAt = moment(v[5]);
  return {
    state: {
      id: v[0] ?? '',
      tenantId: v[1] ?? '',
      groupId: Number(v[2]),
      name: v[3] ?? '',
      createdAt: moment(v[4]) ?? EPOCH,
      agentInstalled: enrolledAt !== null && v[6] === '',
      lastSeenAt: moment(v[7]),
      lastConnectedAt: moment(v[8]),
      securityKnown: isTrue(v[10]),
      securityProduct: v[11] ?? '',
      securityName: v[12] ?? '',
      securityRunning: isTrue(v[13]),
      rtpState: Number(v[14]),
      rtpStoppedSince: moment(v[15]),
      databasesReleasedAt: moment(v[16]),
      activeThreats: Number(v[17]),
      virusCount: Number(v[18]),
      enrolledAt,
      factsAt: moment(v[9]),
      heardSince: moment(v[31]),
      restartSince: moment(v[19]),
      licenseKnown: isTrue(v[20]),
      licenseExpiresAt: moment(v[21]),
      unprocessedIncidents: Number(v[22]),
      told: v[23] === '{}' ? {} : (JSON.parse(v[23] ?? '{}') as ConditionFacts),
    },
    decided: {
      level: v[24] as Row['status'],
      mask: Number(v[25]),
      reasons: reasonsOf(v[26]),
      unseen: reasonsOf(v[27]),
      since: moment(v[28]) ?? EPOCH,
      visible: isTrue(v[29]),
      nextAt: moment(v[30]),
    },
  };
};

const isInOrder = (lines: readonly string[]): boolean =>
  lines.every((line, at) => at === 0 || (lines[at - 1] ?? '') < line);

/** A status as decided; `status` null: as it was, only the clock's next moment is another. */
export interface SavedStatus {
  id: string;
  status: DecidedStatus | null;
  nextAt: Date | null;
}

/** What statuses are decided from and how they are kept, for devices of all tenants and always many at once. */
export const deviceStatuses = (db: Kysely<DeviceTables>) => {
  const lock = (due: 'marked' | 'by now', limit: number, now: Date) =>
    db
      .selectFrom('device')
      .select(stateColumns)
      .$if(due === 'marked', (q) => q.where('status_due', '=', true).orderBy('id'))
      .$if(due === 'by now', (q) =>
        q.where('status_due', '=', false).where('status_next_at', '<=', now).orderBy('status_next_at'),
      )
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();

  return {
    /**
     * Statuses to decide: of devices that something happened to, and of those for which the time has come. They are
     * locked until the caller's transaction ends, and due until it saved them; what happens meanwhile waits and marks
     * them again.
     */
    lockDue: async (limit: number, now: Date): Promise<Decidable[]> => {
      const rows = await lock('marked', limit, now);
      if (rows.length < limit) rows.push(...(await lock('by now', limit - rows.length, now)));
      return rows.map((row) => ({ state: toState(row), decided: toDecided(row) }));
    },

    /** These devices, locked until the transaction ends. */
    lockThese: async (ids: readonly string[]): Promise<Decidable[]> => {
      const rows = await db
        .selectFrom('device')
        .select(stateColumns)
        .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
        .orderBy('id')
        .forUpdate()
        .execute();
      return rows.map((row) => ({ state: toState(row), decided: toDecided(row) }));
    },

    /** All of them in one statement; none is due afterwards. */
    saveDecided: async (saved: readonly SavedStatus[]): Promise<void> => {
      const same = saved.filter(({ status }) => status === null);
      const changed = saved.flatMap(({ id, status, nextAt }) =>
        status
          ? [
              {
                id,
                next_at: nextAt,
                status: status.level,
                mask: status.mask,
                reasons: status.reasons,
                unseen: status.unseen,
                since: status.since,
                visible: status.visible,
              },
            ]
          : [],
      );
      if (same.length > 0) {
        const list = JSON.stringify(same.map(({ id, nextAt }) => ({ id, next_at: nextAt })));
        await sql`
          update administration.device as d set status_due = false, status_next_at = v.next_at
          from json_to_recordset(${list}::json) as v(id uuid, next_at timestamptz)
          where d.id = v.id`.execute(db);
      }
      if (changed.length > 0) {
        await sql`
          update administration.device as d set
            status_due = false, status_next_at = v.next_at, status = v.status, status_mask = v.mask,
            status_reasons = v.reasons, status_unseen = v.unseen, status_since = v.since, status_visible = v.visible
          from json_to_recordset(${JSON.stringify(changed)}::json) as v(
            id uuid, next_at timestamptz, status text, mask integer, reasons jsonb, unseen jsonb, since timestamptz,
            visible boolean)
          where d.id = v.id`.execute(db);
      }
    },

    /** A page of the devices of some groups in the order of their ids, read only. */
    ofGroups: async (groupIds: readonly number[], afterId: string | null, limit: number): Promise<Decidable[]> => {
      const page = sql`
        select * from administration.device
        where group_id = any(${[...groupIds]}::int[]) ${afterId === null ? sql`` : sql`and id > ${afterId}::uuid`}
        order by id limit ${limit}`;
      const { rows } = await sql<{ lines: string | null }>`
        select ${LINE} as lines from (${page}) as device`.execute(db);
      const lines = rows[0]?.lines?.split('\n') ?? [];
      // A line begins with the id. The page is in order already, but an aggregate promises none.
      return (isInOrder(lines) ? lines : lines.sort()).map(ofLine);
    },

    /** Takes when the licences of some devices end; null: the device has none. Devices of which it is news are due. */
    saveLicenseEnds: async (ends: readonly { deviceId: string; expiresAt: Date | null }[]): Promise<void> => {
      if (ends.length === 0) return;
      const list = JSON.stringify(ends.map(({ deviceId, expiresAt }) => ({ id: deviceId, expires_at: expiresAt })));
      await sql`
        update administration.device as d set license_known = true, license_expires_at = v.expires_at, status_due = true
        from json_to_recordset(${list}::json) as v(id uuid, expires_at timestamptz)
        where d.id = v.id
          and (not d.license_known or d.license_expires_at is distinct from v.expires_at)`.execute(db);
    },

    /** Takes how many incidents of some devices nobody has processed. */
    saveIncidentCounts: async (counts: readonly { deviceId: string; unprocessed: number }[]): Promise<void> => {
      if (counts.length === 0) return;
      const list = JSON.stringify(counts.map(({ deviceId, unprocessed }) => ({ id: deviceId, n: unprocessed })));
      await sql`
        update administration.device as d set unprocessed_incidents = v.n, status_due = true
        from json_to_recordset(${list}::json) as v(id uuid, n integer)
        where d.id = v.id and d.unprocessed_incidents <> v.n`.execute(db);
    },
  };
};
export type DeviceStatuses = ReturnType<typeof deviceStatuses>;
