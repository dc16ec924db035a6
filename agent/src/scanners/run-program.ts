import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { reasonOf, systemCodeOf } from '../errors.ts';

export interface ProgramResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

const LARGEST_OUTPUT_BYTES = 32 * 1024 * 1024;

/**
 * Runs a program without a shell and keeps what it prints. The signal ends it with SIGKILL.
 * @returns null when there is no such program
 */
export const runProgram = (
  program: string,
  args: string[],
  { signal, stdin }: { signal: AbortSignal; stdin?: Readable },
): Promise<ProgramResult | null> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      stdin?.destroy();
      return reject(signal.reason);
    }
    const child = spawn(program, args, {
      stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= LARGEST_OUTPUT_BYTES) kept[name].push(chunk);
        else child.kill('SIGKILL');
      });
    }
    let inputFailure: unknown = null;
    if (stdin && child.stdin) {
      pipeline(stdin, child.stdin).catch((cause: unknown) => {
        // A scanner that has seen enough closes its input early; that is not a failure.
        if (systemCodeOf(cause) !== 'EPIPE') inputFailure = cause;
      });
    }
    child.once('error', (cause) => {
      stdin?.destroy();
      if (systemCodeOf(cause) === 'ENOENT') resolve(null);
      else reject(cause);
    });
    child.once('close', (exitCode) => {
      if (inputFailure) return reject(new Error(reasonOf(inputFailure)));
      resolve({
        exitCode,
        stdout: Buffer.concat(kept.stdout).toString('utf8'),
        stderr: Buffer.concat(kept.stderr).toString('utf8'),
      });
    });
  });
