import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import { DatabaseIsNewer, MigrationFailed } from './errors.ts';

/** The tables of one system: a schema and the steps that made it what it is. */
export interface MigrationSet {
  schema: string;
  /** Steps by name; run in the order of their names, each once. `db` is set to the schema, raw SQL too. */
  migrations: Record<string, { up(db: Kysely<any>): Promise<void> }>;
}

/** Any number that nothing else uses as an advisory lock: two processes must not migrate at once. */
const LOCK_KEY = 7_203_114_009;

/** One after the other within this process too: the embedded engine has one session, whose locks do not exclude it. */
const running = new WeakMap<Database, Promise<unknown>>();

/**
 * Brings the schemas up to date, forward only. A schema's steps are all done or none of them. Steps that came from
 * another branch may fill a gap in the order. Processes that start together wait for each other.
 *
 * @param onProgress called before each step, with `<schema>/<name>`
 * @throws MigrationFailed, DatabaseIsNewer
 */
export const migrate = async (
  db: Database,
  sets: readonly MigrationSet[],
  onProgress: (step: string) => void = () => {},
): Promise<void> => {
  const before = running.get(db) ?? Promise.resolve();
  const mine = before.then(() => runAll(db, sets, onProgress));
  running.set(
    db,
    mine.catch(() => {}), // the caller of `mine` hears of it; the next in line starts anyway
  );
  return mine;
};

const runAll = (db: Database, sets: readonly MigrationSet[], onProgress: (step: string) => void): Promise<void> =>
  db.kysely.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`select pg_advisory_lock(${LOCK_KEY})`.execute(connection);
    try {
      for (const set of sets) await runSet(connection, set, onProgress);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK_KEY})`.execute(connection);
      await sql`reset statement_timeout`.execute(connection);
    }
  });

const runSet = async (
  connection: Kysely<any>,
  set: MigrationSet,
  onProgress: (step: string) => void,
): Promise<void> => {
  const { schema } = set;
  await sql`create schema if not exists ${sql.id(schema)}`.execute(connection);
  let current = schema;
  const steps = Object.entries(set.migrations).map(([name, { up }]): [string, Migration] => [
    `${schema}/${name}`,
    {
      up: async (transaction) => {
        current = `${schema}/${name}`;
        onProgress(current);
        await sql`set local search_path to ${sql.id(schema)}, public`.execute(transaction);
        await up(transaction.withSchema(schema));
      },
    },
  ]);
  const migrator = new Migrator({
    db: connection,
    provider: { getMigrations: async () => Object.fromEntries(steps) },
    migrationTableSchema: schema,
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    throw new DatabaseIsNewer(schema, error.message);
  }
  throw new MigrationFailed(current, { cause: error });
};
