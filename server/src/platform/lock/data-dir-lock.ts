import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DataDirInUse } from './errors.ts';

/** A held lock. `release` may be called twice. */
export interface DataDirLock {
  dataDir: string;
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process, before any engine opens a file in it; creates the folder when absent.
 *
 * The embedded database takes no lock of its own: two processes would both write, and ruin it.
 * On Linux the kernel holds the lock as an abstract socket, so that it is gone with the process, however that ends.
 * The socket belongs to a network namespace: two containers that share a folder do not see each other's lock.
 *
 * @throws DataDirInUse when another process, or this one, already holds it
 */
export const lockDataDir = async (
  dataDir: string,
  options: { platform?: NodeJS.Platform } = {},
): Promise<DataDirLock> => {
  mkdirSync(dataDir, { recursive: true });
  const real = realpathSync(dataDir);
  return (options.platform ?? process.platform) === 'linux' ? lockBySocket(real) : lockByFile(real);
};

const lockBySocket = async (dataDir: string): Promise<DataDirLock> => {
  const name = `\0gatehouse-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`;
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((held, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'EADDRINUSE' ? new DataDirInUse(dataDir) : error),
    );
    server.listen(name, held);
  });
  server.unref();
  return { dataDir, release: () => closed(server) };
};

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    // The callback gets an error when the server is closed already, which is what was asked for.
    server.close(() => done());
  });

const lockByFile = async (dataDir: string): Promise<DataDirLock> => {
  const path = join(dataDir, 'server.pid');
  for (let tries = 0; ; tries += 1) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = readFileSync(path, 'utf8').trim();
      if (tries > 0 || isAlive(Number(holder))) throw new DataDirInUse(dataDir, holder);
      rmSync(path, { force: true }); // left behind by a process that was killed
    }
  }
  return { dataDir, release: async () => rmSync(path, { force: true }) };
};

const isAlive = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
