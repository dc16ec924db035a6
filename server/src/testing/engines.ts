/** The engines that store tests run on: real ones, in temporary folders that are removed afterwards. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, inject } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../platform/db/index.ts';
import { newDatabase, type PostgresCluster, startPostgresCluster } from './postgres-cluster.ts';

/** One of the two relational engines, inside `describeOnBothEngines`. */
export interface TestEngine {
  kind: Database['kind'];
  /** Where a new, empty database is; removed after the last test of the block. */
  newPlace(): Promise<DatabaseOptions>;
  /** Opens a new, empty database; closed and removed after the last test of the block. */
  open(): Promise<Database>;
}

/**
 * The same tests on PGlite and on PostgreSQL. Open once in `beforeAll` (0.6 s on PGlite) and empty the tables between
 * tests. `GATEHOUSE_TEST_POSTGRES=off` leaves PostgreSQL out, visibly.
 */
export const describeOnBothEngines = (name: string, tests: (engine: TestEngine) => void): void => {
  describe(`${name} (on PGlite)`, () => tests(testEngine('pglite', pglitePlace)));
  describe.skipIf(process.env.GATEHOUSE_TEST_POSTGRES === 'off')(`${name} (on PostgreSQL)`, () =>
    tests(testEngine('postgresql', postgresPlace)),
  );
};

type Place = { options: DatabaseOptions; remove(): Promise<void> };

const testEngine = (kind: Database['kind'], newOne: () => Promise<Place>): TestEngine => {
  const cleanUp: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const step of cleanUp.reverse()) await step();
  });
  const newPlace = async () => {
    const { options, remove } = await newOne();
    cleanUp.push(remove);
    return options;
  };
  return {
    kind,
    newPlace,
    open: async () => {
      const db = await openDatabase(await newPlace());
      cleanUp.push(() => db.close());
      return db;
    },
  };
};

/** An empty embedded database in a temporary folder: a copy of a cached one, since making one takes 2.5 s. */
const pglitePlace = async (): Promise<Place> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-db-'));
  cpSync(await emptyPglite(), dataDir, { recursive: true });
  return { options: { dataDir }, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
};

const emptyPglite = async (): Promise<string> => {
  const packageFile = join(dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite'))), '..', 'package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const template = join(tmpdir(), 'gatehouse-test-cache', `pglite-${version}`);
  if (existsSync(template)) return template;
  mkdirSync(dirname(template), { recursive: true });
  const made = mkdtempSync(join(dirname(template), 'new-'));
  await (await openDatabase({ dataDir: made })).close();
  try {
    renameSync(made, template);
  } catch (error) {
    // Another test process was first: its database is as empty as ours.
    if (!existsSync(template)) throw error;
    rmSync(made, { recursive: true });
  }
  return template;
};

let ownCluster: Promise<PostgresCluster> | undefined;

/** A database in the run's cluster; where the test runner started none, in one of this process's own. */
const postgresPlace = async (): Promise<Place> => {
  let clusterUrl = inject('postgresUrl');
  if (!clusterUrl) {
    ownCluster ??= startPostgresCluster();
    clusterUrl = (await ownCluster).url;
  }
  // The databases go with the cluster.
  return { options: { url: await newDatabase(clusterUrl), maxConnections: 5 }, remove: async () => {} };
};

afterAll(async () => {
  const cluster = ownCluster;
  ownCluster = undefined;
  await (await cluster)?.stop();
});
