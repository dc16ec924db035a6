import { type Kysely, sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { type Database, DatabaseIsNewer, MigrationFailed, type MigrationSet, migrate, openDatabase } from './index.ts';

const table = (name: string) => ({
  up: async (db: Kysely<any>) => {
    await db.schema.createTable(name).addColumn('id', 'integer').execute();
    // Raw SQL finds the table without the schema's name too.
    await sql`insert into ${sql.id(name)} values (1)`.execute(db);
  },
});

describeOnBothEngines('bringing the database up to date', (engine) => {
  let db: Database;
  beforeAll(async () => {
    db = await engine.open();
  });
  const tablesOf = async (schema: string) => {
    const { rows } = await db.executeSql(
      `select table_name as name from information_schema.tables where table_schema = $1 and table_name not like 'migration%' order by 1`,
      [schema],
    );
    return rows.map(({ name }) => name);
  };

  it('makes each system its schema, runs every step once, and tells of each', async () => {
    const sets: MigrationSet[] = [
      { schema: 'bakery', migrations: { '002-loaf': table('loaf'), '001-oven': table('oven') } },
      { schema: 'shop', migrations: { '001-till': table('till') } },
    ];
    const steps: string[] = [];
    await migrate(db, sets, (step) => steps.push(step));
    await migrate(db, sets, (step) => steps.push(step));
    expect(steps).toEqual(['bakery/001-oven', 'bakery/002-loaf', 'shop/001-till']);
    expect(await tablesOf('bakery')).toEqual(['loaf', 'oven']);
    expect(await tablesOf('shop')).toEqual(['till']);
  });

  it('runs a step that another branch put between', async () => {
    const set = { schema: 'mill', migrations: { '003-c': table('c'), '001-a': table('a') } };
    await migrate(db, [set]);
    await migrate(db, [{ ...set, migrations: { ...set.migrations, '002-b': table('b') } }]);
    expect(await tablesOf('mill')).toEqual(['a', 'b', 'c']);
  });

  it('leaves the schema as it was when a step fails, and names the step', async () => {
    const broken = {
      up: async (db: Kysely<any>) => {
        await db.schema.createTable('half').addColumn('id', 'integer').execute();
        await sql`select 1 / 0`.execute(db);
      },
    };
    const failing = migrate(db, [
      { schema: 'cellar', migrations: { '001-shelf': table('shelf'), '002-broken': broken } },
    ]);
    await expect(failing).rejects.toThrow(MigrationFailed);
    await expect(failing).rejects.toThrow('cellar/002-broken');
    expect(await tablesOf('cellar')).toEqual([]);
    await migrate(db, [{ schema: 'cellar', migrations: { '001-shelf': table('shelf') } }]);
    expect(await tablesOf('cellar')).toEqual(['shelf']);
  });

  it('does not touch a database that a newer release wrote', async () => {
    await migrate(db, [{ schema: 'yard', migrations: { '001-cart': table('cart'), '002-horse': table('horse') } }]);
    const older = migrate(db, [{ schema: 'yard', migrations: { '001-cart': table('cart') } }]);
    await expect(older).rejects.toThrow(DatabaseIsNewer);
  });

  it('is safe to start several times at once', async () => {
    const others = engine.kind === 'postgresql' ? await openOthers(db) : [];
    let runs = 0;
    const slow = {
      up: async (db: Kysely<any>) => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
        await table('bench').up(db);
      },
    };
    await Promise.all(
      [db, db, ...others].map((one) => migrate(one, [{ schema: 'garden', migrations: { '001-bench': slow } }])),
    );
    expect(runs).toBe(1);
    for (const other of others) await other.close();
  });

  /** Two more servers on the same database. */
  const openOthers = async (first: Database) => {
    const { rows } = await first.executeSql(
      `select current_database() as name, current_setting('unix_socket_directories') as folder`,
    );
    const url = `postgresql:///${rows[0].name}?host=${encodeURIComponent(rows[0].folder)}&user=postgres`;
    return Promise.all([openDatabase({ url }), openDatabase({ url })]);
  };
});
