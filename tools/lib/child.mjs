/** Child processes of the scripts. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './root.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const LOOK_FOR_NPM_MS = 250;

/**
 * npm puts a shell between itself and us. Whoever stops npm stops that shell, and the shell hands nothing on: without
 * this a server would go on without anybody knowing of it. Calls `gone` when the shell is no longer our parent.
 *
 * @returns stops looking
 */
const whenNpmIsGone = (gone) => {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, LOOK_FOR_NPM_MS);
  return () => clearInterval(timer);
};

/**
 * Runs a command in the checkout's folder and hands it every signal that we get, so that it can stop cleanly.
 *
 * @returns its exit code; 128 + the signal's number when a signal ended it, as a shell says it
 */
export const run = (command, args, { env = process.env, quiet = false, cwd = root } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit' });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const stopLooking = whenNpmIsGone(() => child.kill('SIGTERM'));
    const settle = () => {
      stopLooking();
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });

/**
 * Runs a command and keeps what it wrote. @returns { code, text }; code 127 when there is no such command
 */
export const capture = (command, args, { env = process.env, cwd = root } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
    child.once('error', (error) => (error.code === 'ENOENT' ? resolve({ code: 127, text: '' }) : reject(error)));
    child.once('close', (code) => resolve({ code: code ?? 1, text }));
  });
