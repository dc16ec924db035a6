import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScriptInterpreter } from '@gatehouse/contract';
import { AgentError } from '../errors.ts';
import type { CommandHandler } from './command.ts';

/** A script was not run, or did not end well. */
class ScriptFailed extends AgentError {
  readonly code = 'agent.script_failed';
}

/** The one program of each interpreter, with what stands before the script's path. Never a command line. */
const interpreters: Record<ScriptInterpreter, { programs: readonly string[]; args: readonly string[] }> = {
  sh: { programs: ['/bin/sh'], args: [] },
  bash: { programs: ['/bin/bash', '/usr/bin/bash'], args: ['--noprofile', '--norc'] },
  python3: { programs: ['/usr/bin/python3', '/usr/local/bin/python3'], args: ['-I'] },
  perl: { programs: ['/usr/bin/perl'], args: [] },
  powershell: {
    programs: ['/usr/bin/pwsh', '/opt/microsoft/powershell/7/pwsh'],
    args: ['-NoProfile', '-NonInteractive', '-File'],
  },
};

/** Nothing of the agent's own environment: it may hold an enrolment token. */
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  HOME: '/root',
};
/** How much of the output stands in the result itself. */
const SHOWN_CHARACTERS = 400;
/** Between the polite end and the other one. */
const GRACE_MS = 2_000;

const programOf = async (interpreter: ScriptInterpreter): Promise<string> => {
  for (const program of interpreters[interpreter].programs) {
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
  }
  throw new ScriptFailed(`This device has no ${interpreter}`);
};

interface Ended {
  exitCode: number | null;
  output: Buffer;
  isCut: boolean;
}

/** Runs a program in a process group of its own, so that what it started ends with it. */
const runGroup = (program: string, args: string[], cwd: string, limitBytes: number, signal: AbortSignal) =>
  new Promise<Ended>((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const kept: Buffer[] = [];
    let bytes = 0;
    let isCut = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        const room = limitBytes - bytes;
        if (chunk.length > room) isCut = true;
        if (room > 0) kept.push(chunk.subarray(0, room));
        bytes += Math.min(chunk.length, Math.max(0, room));
      });
    }
    const end = (how: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // It has ended already.
      }
    };
    let hardEnd: NodeJS.Timeout | undefined;
    const stop = () => {
      end('SIGTERM');
      hardEnd = setTimeout(() => end('SIGKILL'), GRACE_MS);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const done = () => {
      clearTimeout(hardEnd);
      signal.removeEventListener('abort', stop);
    };
    child.once('error', (cause) => {
      done();
      reject(cause);
    });
    // What a script left running in the background ends with it, else it would hold the pipes open.
    child.once('exit', () => end('SIGKILL'));
    child.once('close', (exitCode) => {
      done();
      resolve({ exitCode, output: Buffer.concat(kept), isCut });
    });
  });

/** Runs a script, if this agent's own settings allow scripts at all. */
export const runScript: CommandHandler = {
  kind: 'run-script',
  async run({ id, script }, { scriptFolder }, control, signal) {
    if (scriptFolder === null) throw new ScriptFailed('This agent runs no scripts; its setting remoteScripts is off');
    if (!script) throw new ScriptFailed('The command holds no script');
    if (createHash('sha256').update(script.body).digest('hex') !== script.sha256) {
      throw new ScriptFailed('The script is not the one that its hash names; it was not run');
    }
    const program = await programOf(script.interpreter);
    const folder = join(scriptFolder, id);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const path = join(folder, script.interpreter === 'powershell' ? 'script.ps1' : 'script');
      await writeFile(path, script.body, { mode: 0o700, flag: 'wx' });
      const limit = AbortSignal.timeout(script.timeLimitSeconds * 1000);
      const both = AbortSignal.any([signal, limit]);
      const args = [...interpreters[script.interpreter].args, path];
      const { exitCode, output, isCut } = await runGroup(program, args, folder, script.outputLimitBytes, both);
      const text = output.toString('utf8');
      await control.keepOutput(text, isCut);
      signal.throwIfAborted();
      const shown = text.trim().slice(0, SHOWN_CHARACTERS);
      if (limit.aborted) throw new ScriptFailed(`Stopped after ${script.timeLimitSeconds} seconds. ${shown}`.trim());
      if (exitCode !== 0) throw new ScriptFailed(`Ended with code ${exitCode ?? 'none'}. ${shown}`.trim());
      return { summary: `Ended with code 0. ${shown}`.trim(), isPartial: false };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
