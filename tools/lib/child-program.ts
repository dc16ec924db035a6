/** A program of ours as a child process: started, listened to, ended by its own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './root.mjs';

export interface ChildProgram {
  output(): string;
  /** The first match in what it prints, now or within `withinMs`. */
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Resolves with its exit code; null when a signal ended it. */
  ended: Promise<number | null>;
  isRunning(): boolean;
  stop(): Promise<void>;
  /** Ends it in the middle of whatever it does (SIGKILL). */
  kill(): Promise<void>;
}

const STOP_LIMIT_MS = 8000;

/** @param file below the project's folder */
export const startProgram = (file: string, args: readonly string[], env: Record<string, string> = {}): ChildProgram => {
  const child: ChildProcess = spawn(process.execPath, [inRoot(file), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const endWithParent = () => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  void ended.then(() => process.off('exit', endWithParent));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    output: () => text,
    ended,
    isRunning,
    printed: async (pattern, withinMs = 10_000) => {
      const until = performance.now() + withinMs;
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        if (!isRunning() || performance.now() > until) {
          throw new Error(`${file} did not print ${pattern} within ${withinMs} ms. It printed:\n${text.slice(-1500)}`);
        }
        await sleep(25);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(late);
    },
  };
};
