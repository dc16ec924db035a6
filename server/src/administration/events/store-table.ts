import type { EventEngine } from '../../platform/event-engine/index.ts';

/** The event store's table. Partitions end together, so that expired events go in whole parts. */
export const TABLE = 'administration_event';

/** Expired events are gone for readers at once, but lie here until every result set that began before has ended. */
const KEPT_AFTER_EXPIRY_HOURS = 3;

/** Where a table of an earlier layout is written anew. What lies here at a start is of a start that was cut off. */
const REBUILT = `${TABLE}_rebuilt`;

/** Every attribute that a person may search for, as one text. */
const ANY_WORD = `lowerUTF8(concat(type, ' ', display_name, ' ', description, ' ', arrayStringConcat(params, ' '), ' ',
    device_name, ' ', group_name, ' ', ip_address, ' ', task_name, ' ', product))`;

/**
 * Why it looks like this, with figures: docs/decisions/0008-layout-of-the-event-table.md. A page is fifty rows from
 * anywhere: small granules and small compressed blocks are what makes fetching them cheap, and indexes that know rows
 * are what finds a quiet tenant's or one device's among those of all others.
 */
const createTableSql = (ddl: EventEngine['ddl'], name: string) => `
create table if not exists ${name} ${ddl.onCluster} (
  event_id UInt64 codec(Delta, ZSTD(1)),
  tenant_id LowCardinality(String),
  device_id LowCardinality(String),
  epoch LowCardinality(String),
  seq UInt64 codec(Delta, ZSTD(1)),
  type LowCardinality(String),
  type_id Int32,
  known Bool,
  severity UInt8,
  display_name LowCardinality(String),
  description String codec(ZSTD(1)),
  params Array(String) codec(ZSTD(1)),
  rise_time DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  registration_time DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  device_name LowCardinality(String),
  group_id Int32,
  group_name LowCardinality(String),
  ip_address LowCardinality(String),
  product LowCardinality(String),
  product_version LowCardinality(String),
  product_display_version LowCardinality(String),
  task_id LowCardinality(String),
  task_name LowCardinality(String),
  task_old_state Int8,
  task_new_state Int8,
  completed_percent Int8,
  expires_at DateTime codec(Delta, ZSTD(1)),
  listed Bool default true,
  any_word String alias ${ANY_WORD},
  index by_word ${ANY_WORD} type text(tokenizer = splitByNonAlpha),
  index by_tenant tenant_id type text(tokenizer = array),
  index by_device device_id type text(tokenizer = array),
  index by_type type type set(100),
  index by_rise_time rise_time type minmax
) engine = ${ddl.engine('MergeTree')}
partition by toMonday(expires_at) order by event_id ttl expires_at + interval ${KEPT_AFTER_EXPIRY_HOURS} hour delete
${ddl.settings({
  ttl_only_drop_parts: 1,
  index_granularity: 1024,
  min_compress_block_size: 8192,
  max_compress_block_size: 65_536,
})}`;

interface Column {
  name: string;
  kind: string;
}

const columnsOf = (engine: EventEngine, table: string) =>
  engine.query<Column>(
    `select name, default_kind as kind from system.columns
     where database = currentDatabase() and table = {table: String} order by position`,
    { table },
  );

/**
 * Writes a table of the first layout anew, partition by partition. The two change places in one step, so a process that
 * dies anywhere leaves a whole table; the next start begins again.
 */
const rebuild = async (engine: EventEngine, present: readonly Column[]): Promise<void> => {
  const { ddl } = engine;
  await engine.command(createTableSql(ddl, REBUILT));
  const stored = new Set(present.filter(({ kind }) => kind === '' || kind === 'DEFAULT').map(({ name }) => name));
  const names = (await columnsOf(engine, REBUILT)).map(({ name }) => name).filter((name) => stored.has(name));
  const partitions = await engine.query<{ id: string }>(
    `select distinct partition_id as id from system.parts
     where active and database = currentDatabase() and table = {table: String} order by id`,
    { table: TABLE },
  );
  for (const { id } of partitions) {
    await engine.command(
      `insert into ${REBUILT} (${names.join(', ')}) select ${names.join(', ')} from ${TABLE}
       where _partition_id = {id: String}`,
      { id },
    );
  }
  await engine.command(`exchange tables ${TABLE} and ${REBUILT} ${ddl.onCluster}`);
};

/** Makes the table, or brings that of an earlier version up to date. Safe to repeat, and to be cut off anywhere. */
export const prepareTable = async (engine: EventEngine): Promise<void> => {
  const { ddl } = engine;
  await engine.command(`drop table if exists ${REBUILT} ${ddl.onCluster} sync`);
  await engine.command(createTableSql(ddl, TABLE));
  await engine.command(
    `alter table ${TABLE} ${ddl.onCluster} add column if not exists listed Bool default true after expires_at`,
  );
  const present = await columnsOf(engine, TABLE);
  // Only the first layout stored the searchable text.
  if (present.find(({ name }) => name === 'any_word')?.kind === 'MATERIALIZED') {
    await rebuild(engine, present);
    await engine.command(`drop table if exists ${REBUILT} ${ddl.onCluster} sync`);
  }
};
