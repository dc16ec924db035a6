/** A Gatehouse server as a child process with its own data folder and ports: for stories, kill tests and benches. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot, root } from './root.mjs';

const POLL_MS = 25;
const STOP_LIMIT_MS = 15_000;

export interface GatehouseOptions {
  /** An existing data folder to start on; without it a temporary one is made, which `remove()` deletes. */
  dataDir?: string;
  httpPort?: number;
  openApiPort?: number;
  /** Further flags of `serve`, as ['--demo', '--log-level', 'debug']. */
  flags?: string[];
  env?: Record<string, string>;
  readyWithinMs?: number;
}

export interface GatehouseProcess {
  /** As http://127.0.0.1:43210, without a slash at its end. */
  url: string;
  httpPort: number;
  openApiPort: number;
  dataDir: string;
  pid: number;
  /** From spawning the process to the first good answer of /readyz. */
  readyAfterMs: number;
  /** Everything that it printed until now. */
  output(): string;
  /** The one-time link that a server without users prints, with the address on which it listens here. */
  setUpLink(): Promise<string>;
  /** The first match in what it prints, now or within `withinMs`. */
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  residentMegabytes(): number;
  /** Stops it as a service manager would. @returns its exit code and how long that took */
  stop(): Promise<{ code: number | null; tookMs: number }>;
  /** Ends it in the middle of whatever it does (SIGKILL). */
  kill(): Promise<void>;
  /** Ends it if it runs still, and deletes the data folder if this module made it. */
  remove(): Promise<void>;
}

/** The server ended, or was not ready in time. Its last lines are in the message. */
export class GatehouseDidNotStart extends Error {
  override name = 'GatehouseDidNotStart';
}

/** A port of this machine that nobody listens on at this moment. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the listening socket has no port');
  return address.port;
};

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

const isReady = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false; // Not listening yet: the caller asks again until its time is up.
  }
};

/** Settings of the person who runs the tests must not change what is tested. */
const cleanEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_')));

/** Starts a server and waits until it is ready. @throws GatehouseDidNotStart */
export const startGatehouse = async (options: GatehouseOptions = {}): Promise<GatehouseProcess> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'gatehouse-data-'));
  const httpPort = options.httpPort ?? (await freePort());
  const openApiPort = options.openApiPort ?? (await freePort());
  const url = `http://127.0.0.1:${httpPort}`;

  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      inRoot('server/src/main.ts'),
      'serve',
      ...['--data-dir', dataDir],
      ...['--http-port', String(httpPort)],
      ...['--open-api-port', String(openApiPort)],
      ...(options.flags ?? []),
    ],
    {
      cwd: root,
      env: { ...cleanEnvironment(), UV_THREADPOOL_SIZE: '16', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  // Listened to from the beginning: it may end at any time.
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A parent that is stopped takes its server along.
  const endWithParent = () => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  void ended.then(() => process.off('exit', endWithParent));

  const kill = async () => {
    if (isRunning(child)) child.kill('SIGKILL');
    await ended;
  };
  const remove = async () => {
    await kill();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };

  const readyWithinMs = options.readyWithinMs ?? 90_000;
  while (!(await isReady(url))) {
    const isLate = performance.now() - startedAt > readyWithinMs;
    if (isRunning(child) && !isLate) {
      await sleep(POLL_MS);
      continue;
    }
    const why = isLate
      ? `was not ready within ${readyWithinMs} ms`
      : `ended with ${child.exitCode ?? child.signalCode}`;
    await remove();
    throw new GatehouseDidNotStart(`The server ${why}. Its last words:\n${text.slice(-2_000)}`);
  }
  const readyAfterMs = performance.now() - startedAt;

  const printed = async (pattern: RegExp, withinMs = 5_000): Promise<RegExpExecArray> => {
    const until = performance.now() + withinMs;
    for (;;) {
      const match = pattern.exec(text);
      if (match) return match;
      if (!isRunning(child) || performance.now() > until) {
        throw new Error(
          `The server did not print ${pattern} within ${withinMs} ms. It printed:\n${text.slice(-2_000)}`,
        );
      }
      await sleep(POLL_MS);
    }
  };

  return {
    url,
    httpPort,
    openApiPort,
    dataDir,
    pid: child.pid ?? 0,
    readyAfterMs,
    output: () => text,
    printed,
    setUpLink: async () => {
      const [, path] = await printed(/Set-up link: https?:\/\/[^/\s]+(\/\S+)/);
      return `${url}${path}`;
    },
    residentMegabytes: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    },
    stop: async () => {
      const begun = performance.now();
      child.kill('SIGTERM');
      const isStopped = await Promise.race([ended.then(() => true), sleep(STOP_LIMIT_MS, false, { ref: false })]);
      if (!isStopped) {
        await kill();
        throw new Error(`The server did not stop within ${STOP_LIMIT_MS} ms. Its last words:\n${text.slice(-2_000)}`);
      }
      return { code: child.exitCode, tookMs: performance.now() - begun };
    },
    kill,
    remove,
  };
};
