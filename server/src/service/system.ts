import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ServiceFailed } from './errors.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;

/** What is asked of the machine itself. None of it is done when an installation goes below another root. */
export interface System {
  hasUser(name: string): Promise<boolean>;
  addUser(name: string, home: string): Promise<void>;
  removeUser(name: string): Promise<void>;
  own(path: string, user: string): Promise<void>;
  systemctl(...words: string[]): Promise<void>;
  /** Waits until the server at this address says that it is ready. */
  becomesReady(url: string): Promise<boolean>;
}

const call = async (program: string, ...words: string[]): Promise<void> => {
  try {
    await run(program, words, { timeout: TIMEOUT_MS });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    const said = code === 'ENOENT' ? `there is no ${program} on this machine` : (stderr ?? '').trim();
    throw new ServiceFailed(`${program} ${words.join(' ')} failed: ${said || `it ended with ${String(code)}`}`);
  }
};

const READY_WITHIN_MS = 300_000;
const LOOK_MS = 1_000;

/** This machine. */
export const thisSystem: System = {
  hasUser: (name) =>
    run('id', ['-u', name]).then(
      () => true,
      () => false,
    ),
  addUser: (name, home) =>
    call(
      'useradd',
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      home,
      '--shell',
      '/usr/sbin/nologin',
      name,
    ),
  removeUser: (name) => call('userdel', name),
  own: (path, user) => call('chown', '--recursive', `${user}:`, path),
  systemctl: (...words) => call('systemctl', ...words),
  becomesReady: async (url) => {
    for (const endMs = performance.now() + READY_WITHIN_MS; performance.now() < endMs; await sleep(LOOK_MS)) {
      const answer = await fetch(`${url}/readyz`).catch(() => null); // not listening yet
      if (answer?.ok) return true;
    }
    return false;
  },
};
