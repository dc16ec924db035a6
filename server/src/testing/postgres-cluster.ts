import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A PostgreSQL server of this test run alone, reached by a socket in a temporary folder. */
export interface PostgresCluster {
  /** Address of its maintenance database; take it as a base for `newDatabase`. */
  url: string;
  stop(): Promise<void>;
}

/** The newest PostgreSQL that Debian's packages (or `GATEHOUSE_TEST_POSTGRES_BIN`) put on this machine. */
const findBinaries = (): string => {
  const given = process.env.GATEHOUSE_TEST_POSTGRES_BIN;
  if (given) return given;
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (found) return found;
  throw new Error(
    'The store tests need PostgreSQL 15 or newer on this machine: install it (Debian: apt-get install postgresql), ' +
      'or name its folder of programs in GATEHOUSE_TEST_POSTGRES_BIN, or set GATEHOUSE_TEST_POSTGRES=off to leave ' +
      'PostgreSQL out of the tests.',
  );
};

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
const asServerUser = async (): Promise<{ prefix: string[]; own(path: string): void }> => {
  if (userInfo().uid !== 0) return { prefix: [], own: () => {} };
  const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
  const [uid, gid] = ids.map(({ stdout }) => Number(stdout));
  return {
    prefix: ['runuser', '-u', 'postgres', '--'],
    own: (path) => chownSync(path, uid as number, gid as number),
  };
};

const cached = (bin: string) => join(tmpdir(), 'gatehouse-test-cache', `postgresql${bin.replaceAll(/[^\w.]/g, '-')}`);

/**
 * Starts the cluster: 0.5 s from the cached empty one, 2 s when that must be made. It ends with the process that
 * started it, even when that one is killed.
 */
export const startPostgresCluster = async (): Promise<PostgresCluster> => {
  const bin = findBinaries();
  const { prefix, own } = await asServerUser();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pg-'));
  own(folder);
  const data = join(folder, 'data');
  const command = (...args: string[]) => run([...prefix, ...args][0] as string, [...prefix, ...args].slice(1));

  const template = cached(bin);
  if (!existsSync(template)) {
    const made = `${data}-new`;
    await command(
      join(bin, 'initdb'),
      '-D',
      made,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    );
    mkdirSync(join(template, '..'), { recursive: true });
    try {
      renameSync(made, template);
    } catch (error) {
      // Another test run was first: its cluster is as empty as ours.
      if (!existsSync(template)) throw error;
    }
  }
  await command('cp', '-a', template, data);

  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
    'listen_addresses=',
  ];
  const server = join(bin, 'postgres');
  const options = settings.map((setting) => `-c '${setting}'`).join(' ');
  // Standard input is this process's end of a pipe: it closes when this process dies, and `cat` returns.
  const script = `'${server}' -D '${data}' -k '${folder}' ${options} >'${folder}/log' 2>&1 & pid=$!; cat; kill -INT $pid; wait $pid`;
  const [program, ...args] = [...prefix, 'sh', '-c', script];
  const shell = spawn(program as string, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const url = `postgresql:///postgres?host=${encodeURIComponent(folder)}&user=postgres`;
  await untilReady(url, shell, folder);
  return {
    url,
    stop: async () => {
      const ended = once(shell, 'exit');
      shell.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const untilReady = async (url: string, shell: ChildProcess, folder: string): Promise<void> => {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries === 200 || shell.exitCode !== null) {
        throw new Error(`PostgreSQL did not start; its log is ${folder}/log`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/** A new empty database in the cluster. @returns its address */
export const newDatabase = async (clusterUrl: string): Promise<string> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: clusterUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return clusterUrl.replace('///postgres?', `///${name}?`);
};
