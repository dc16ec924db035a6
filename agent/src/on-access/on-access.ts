import { type ChildProcess, spawn } from 'node:child_process';
import { lstat, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BackoffSettings, pause, waitMs } from '../backoff.ts';
import { reasonOf, systemCodeOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { isWithin } from '../scanning/mounts.ts';
import { findOf, isReady, renderConfig } from './config.ts';

export type OnAccessState =
  /** Nothing is to be watched. */
  | 'off'
  /** It cannot be here: no program, or no clamd whose socket it could use. */
  | 'impossible'
  | 'starting'
  | 'running'
  /** It ended by itself; it is started again after a while. */
  | 'failed';

export interface OnAccessParts {
  stateDir: string;
  /** Null: never. */
  clamdSocket: string | null;
  program: string;
  /** A file in which something was found, for a scan of the agent's own. */
  onFind: (path: string) => void;
  backoff: BackoffSettings;
  random: () => number;
  logger: Logger;
}

export interface OnAccess {
  state(): OnAccessState;
  /** Watches these folders from now on; none ends it. */
  change(settings: { folders: readonly string[]; excluded: readonly string[] }): void;
  stop(): Promise<void>;
}

const MOST_REMEMBERED = 1000;
const LAST_LINES = 5;
/** After this it is not asked to end any more but ended. */
const PATIENCE_MS = 1_500;

/**
 * Real-time protection that looks at each file when it is opened: clamonacc, started and kept alive by the agent.
 * It needs clamd and a kernel that lets it use fanotify; where it cannot be, watching folders is what protects.
 */
export const startOnAccess = (parts: OnAccessParts): OnAccess => {
  const { stateDir, clamdSocket, program, onFind, backoff, random, logger } = parts;
  let state: OnAccessState = 'off';
  let current: { stopping: AbortController; done: Promise<void> } | null = null;
  /** Finds that were handed on, and how the file was then: its being looked at again is no news. */
  const handedOn = new Map<string, number>();

  const handOn = async (path: string): Promise<void> => {
    const changedAtMs = await lstat(path).then(
      ({ ctimeMs }) => ctimeMs,
      () => null,
    );
    if (changedAtMs === null || handedOn.get(path) === changedAtMs) return;
    if (handedOn.size >= MOST_REMEMBERED) handedOn.clear();
    handedOn.set(path, changedAtMs);
    onFind(path);
  };

  /** @returns the last that it said, or null when there is no such program */
  const runOnce = (configFile: string, signal: AbortSignal): Promise<string[] | null> =>
    new Promise((resolve) => {
      const args = ['--foreground', '--verbose', '--fdpass', '--stdout', `--config-file=${configFile}`];
      const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const last: string[] = [];
      let killing: NodeJS.Timeout | undefined;
      const end = () => {
        child.kill('SIGTERM');
        killing = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      };
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          const path = findOf(line);
          if (path !== null) void handOn(path);
          else if (isReady(line)) {
            state = 'running';
            logger.info('Files are looked at when they are opened', { program });
          } else if (/ERROR/.test(line)) {
            last.push(line.trim());
            if (last.length > LAST_LINES) last.shift();
          }
        });
      }
      let isMissing = false;
      child.once('error', (cause) => {
        if (systemCodeOf(cause) === 'ENOENT') isMissing = true;
        else last.push(reasonOf(cause));
        // No process, so nothing will close.
        if (child.pid === undefined) resolve(isMissing ? null : last);
      });
      child.once('close', () => {
        clearTimeout(killing);
        signal.removeEventListener('abort', end);
        resolve(isMissing ? null : last);
      });
    });

  const keepRunning = async (
    socket: string,
    settings: { folders: readonly string[]; excluded: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> => {
    const configFile = join(stateDir, 'clamonacc.conf');
    for (let failures = 0; !signal.aborted; ) {
      const owner = await stat(socket).then(
        ({ uid }) => uid,
        () => null,
      );
      if (owner === null) {
        // clamd may be installed, or come up, later.
        state = 'impossible';
        await pause(backoff.mostMs, signal);
        continue;
      }
      state = 'starting';
      const excluded = settings.excluded.filter((path) => settings.folders.some((folder) => isWithin(path, folder)));
      const config = renderConfig({ folders: settings.folders, excluded, clamdSocket: socket, clamdUid: owner });
      await writeFile(configFile, config, { mode: 0o600 });
      const last = await runOnce(configFile, signal);
      if (signal.aborted) return;
      if (last === null) {
        state = 'impossible';
        return;
      }
      // It protected for a while, so this is a new failure and not the next of a row.
      failures = (state as OnAccessState) === 'running' ? 1 : failures + 1;
      state = 'failed';
      if (failures === 1)
        logger.warn('The look at opened files ended; it is started again', { reason: last.join('; ') });
      await pause(waitMs(failures, backoff, random(), null), signal);
    }
  };

  const end = async (): Promise<void> => {
    current?.stopping.abort();
    await current?.done;
    current = null;
    state = 'off';
  };
  let turn: Promise<void> = Promise.resolve();
  let wanted = '';

  return {
    state: () => state,
    change(settings) {
      const asked = JSON.stringify(settings);
      if (asked === wanted) return;
      wanted = asked;
      turn = turn.then(async () => {
        await end();
        if (clamdSocket === null || settings.folders.length === 0) return;
        const stopping = new AbortController();
        const done = keepRunning(clamdSocket, settings, stopping.signal).catch((cause: unknown) => {
          state = 'failed';
          logger.error('The look at opened files cannot be kept up', { reason: reasonOf(cause) });
        });
        current = { stopping, done };
      });
    },
    async stop() {
      await turn;
      await end();
    },
  };
};
