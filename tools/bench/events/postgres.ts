/** The same events in PostgreSQL, with the indexes that one would give them there: the yardstick. */
import pg from 'pg';
import type { EventRow } from '../../../server/src/administration/events/event.ts';
import { startPostgresCluster } from '../../../server/src/testing/postgres-cluster.ts';
import type { ReadableStore, Wanted } from './reads.ts';
import { count, perSecond } from './timing.ts';

const columns = [
  ['event_id', 'bigint'],
  ['tenant_id', 'uuid'],
  ['device_id', 'uuid'],
  ['epoch', 'text'],
  ['seq', 'bigint'],
  ['type', 'text'],
  ['type_id', 'int'],
  ['known', 'boolean'],
  ['severity', 'smallint'],
  ['display_name', 'text'],
  ['description', 'text'],
  ['params', 'text'],
  ['rise_time', 'timestamptz'],
  ['registration_time', 'timestamptz'],
  ['device_name', 'text'],
  ['group_id', 'int'],
  ['group_name', 'text'],
  ['ip_address', 'text'],
  ['product', 'text'],
  ['product_version', 'text'],
  ['task_id', 'text'],
  ['task_name', 'text'],
  ['task_old_state', 'smallint'],
  ['task_new_state', 'smallint'],
  ['completed_percent', 'smallint'],
  ['expires_at', 'timestamptz'],
  ['listed', 'boolean'],
] as const;

const valuesOf = (row: EventRow): Record<(typeof columns)[number][0], unknown> => ({
  event_id: row.eventId,
  tenant_id: row.tenantId,
  device_id: row.deviceId,
  epoch: row.epoch,
  seq: row.seq,
  type: row.type,
  type_id: row.typeId,
  known: row.known,
  severity: row.severity,
  display_name: row.displayName,
  description: row.description,
  params: row.params.join('\n'),
  rise_time: row.riseTime,
  registration_time: row.registrationTime,
  device_name: row.deviceName,
  group_id: row.groupId,
  group_name: row.groupName,
  ip_address: row.ipAddress,
  product: row.product,
  product_version: row.productVersion,
  task_id: row.taskId,
  task_name: row.taskName,
  task_old_state: row.taskOldState,
  task_new_state: row.taskNewState,
  completed_percent: row.completedPercent,
  expires_at: row.expiresAt,
  listed: row.listed,
});

const ANY_WORD = `to_tsvector('simple', type || ' ' || display_name || ' ' || description || ' ' || params || ' ' ||
  device_name || ' ' || group_name || ' ' || ip_address || ' ' || task_name || ' ' || product)`;

const indexes = [
  'alter table event add primary key (event_id)',
  'create index on event (tenant_id, event_id)',
  'create index on event (device_id, event_id)',
  'create index on event (type, event_id)',
  'create index on event using brin (rise_time)',
  'create index on event using gin (any_word)',
  'analyze event',
];

interface PostgresStore extends ReadableStore {
  version: string;
  bytesPerEvent: number;
  stop(): Promise<void>;
}

/** Makes a cluster of this run alone and fills it; indexes are made after the rows, which is the faster way. */
export const loadPostgres = async (
  rows: AsyncIterable<EventRow[]>,
  now: Date,
  say: (line: string) => void,
): Promise<PostgresStore> => {
  const cluster = await startPostgresCluster();
  const client = new pg.Client({ connectionString: cluster.url });
  try {
    await client.connect();
    await client.query('set timezone = utc');
    await client.query(`set maintenance_work_mem = '512MB'`);
    await client.query(`set work_mem = '64MB'`);
    await client.query('set max_parallel_workers_per_gather = 2');
    const shape = columns.map(([name, type]) => `${name} ${type}`).join(', ');
    await client.query(
      `create table event (${shape}, any_word tsvector generated always as (${ANY_WORD}) stored) with (fillfactor = 100)`,
    );
    const names = columns.map(([name]) => name).join(', ');
    let loaded = 0;
    const begun = performance.now();
    let insertMs = 0;
    for await (const block of rows) {
      const values = JSON.stringify(block.map(valuesOf));
      const insertBegun = performance.now();
      await client.query(`insert into event (${names}) select ${names} from json_to_recordset($1) as r(${shape})`, [
        values,
      ]);
      insertMs += performance.now() - insertBegun;
      loaded += block.length;
    }
    const loadedAt = performance.now();
    for (const sql of indexes) await client.query(sql);
    say(
      `Loaded ${count(loaded)} events into PostgreSQL in ${((loadedAt - begun) / 1000).toFixed(0)} s ` +
        `(${perSecond(loaded, insertMs)}, no index yet), indexes in ${((performance.now() - loadedAt) / 1000).toFixed(0)} s`,
    );
    const size = await client.query<{ bytes: string; version: string }>(
      `select pg_total_relation_size('event') as bytes, current_setting('server_version') as version`,
    );

    const page = async ({ tenant, device, words, from, beforeId }: Wanted, limit: number) => {
      const values: unknown[] = [];
      const put = (value: unknown) => `$${values.push(value)}`;
      const conditions = ['listed', `expires_at > ${put(now)}`];
      if (tenant) conditions.push(`tenant_id = ${put(tenant)}`);
      if (device) conditions.push(`device_id = ${put(device)}`);
      if (from) conditions.push(`rise_time >= ${put(from)}`);
      if (beforeId) conditions.push(`event_id < ${put(beforeId)}`);
      if (words) conditions.push(`any_word @@ to_tsquery('simple', ${put(words.join(' & '))})`);
      const { rows: found } = await client.query(
        `select ${names} from event where ${conditions.join(' and ')} order by event_id desc limit ${put(limit)}`,
        values,
      );
      return found;
    };
    return {
      version: size.rows[0]?.version ?? '',
      bytesPerEvent: Number(size.rows[0]?.bytes) / loaded,
      page,
      countsByType: async () => {
        const { rows: counted } = await client.query(
          'select type, count(*) as n from event where listed and expires_at > $1 group by type order by n desc',
          [now],
        );
        return counted;
      },
      countsByHour: async (from, tenant) => {
        const { rows: counted } = await client.query(
          `select date_trunc('hour', rise_time) as hour, severity, count(*) as n from event
           where listed and expires_at > $1 and rise_time >= $2 and tenant_id = $3 group by hour, severity order by hour`,
          [now, from, tenant],
        );
        return counted;
      },
      stop: async () => {
        await client.end();
        await cluster.stop();
      },
    };
  } catch (error) {
    await client.end();
    await cluster.stop();
    throw error;
  }
};
