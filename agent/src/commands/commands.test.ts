import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentCommand, ScriptOrder } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type AgentOptions, type RunningAgent, startAgent } from '../agent.ts';
import { runProgram } from '../scanners/run-program.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from '../testing/server-stand-in.ts';
import { evilScanner } from '../testing/stand-in-scanner.ts';
import { systemRestarter } from './restart.ts';

const folders = temporaryFolders();
const running: RunningAgent[] = [];
let server: ServerStandIn;
let stateDir: string;
let files: string;

beforeEach(async () => {
  server = await startServerStandIn();
  stateDir = await folders.make();
  files = await folders.make();
});
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.stop();
  await server.stop();
  await folders.removeAll();
  expect(server.complaints).toEqual([]);
});

const start = async (more: Partial<AgentOptions> = {}): Promise<RunningAgent> => {
  const agent = await startAgent({
    serverUrl: server.url,
    stateDir,
    token: 'enrol-me',
    scanner: evilScanner(),
    backoff: { firstMs: 20, mostMs: 200 },
    pollWaitSeconds: 1,
    ...more,
  });
  running.push(agent);
  return agent;
};
const statesOf = ({ id }: AgentCommand) =>
  server.of('KLPRCI_TaskState').flatMap(({ task }) => (task?.id === id ? [task.newState] : []));
const endOf = ({ id }: AgentCommand) =>
  server.of('KLPRCI_TaskState').findLast(({ task }) => task?.id === id)?.description ?? '';
const until = async (what: () => boolean, timeoutMs = 15_000) => {
  const end = performance.now() + timeoutMs;
  while (!what()) {
    if (performance.now() > end) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await sleep(10);
  }
};
const ended = (command: AgentCommand) => until(() => [3, 4, 5].includes(statesOf(command).at(-1) ?? 0));
const manyFiles = async (count: number) => {
  for (let index = 0; index < count; index += 1) await writeFile(join(files, `f${index}`), 'x');
};
const scanHere = (more: Partial<AgentCommand> = {}) =>
  server.command({ scan: { mode: 'paths', paths: [files] }, ...more });

describe('a scan that takes long', () => {
  it('is stopped when it is cancelled, and one that waits behind it never starts', async () => {
    const agent = await start({ scanner: evilScanner({ delayMs: 50 }) });
    await manyFiles(200);
    const first = scanHere();
    const second = scanHere({ createdAt: new Date(Date.now() + 1000).toISOString() });
    await until(() => statesOf(first).length === 1);
    const cancel = server.command({ kind: 'cancel', commandId: second.id });
    await ended(second);
    server.command({ kind: 'cancel', commandId: first.id });
    await ended(first);
    await agent.whenIdle();
    expect(statesOf(second)).toEqual([3]);
    expect(statesOf(first)).toEqual([1, 3]);
    expect(endOf(first)).toBe('Cancelled by the server');
    // A request tells nothing of itself, also when there is nothing left to stop.
    server.command({ kind: 'cancel', commandId: first.id });
    await until(() => server.taken.length === 5);
    await agent.whenIdle();
    expect(statesOf(cancel)).toEqual([]);
    expect(statesOf(first)).toEqual([1, 3]);
  });

  it('holds on when it is paused, goes on when it is resumed, and tells both', async () => {
    const agent = await start({ scanner: evilScanner({ delayMs: 2 }) });
    await manyFiles(1100);
    const command = scanHere();
    await until(() => statesOf(command).length === 1);
    server.command({ kind: 'pause', commandId: command.id });
    await until(() => statesOf(command).includes(2));
    await sleep(1500);
    expect(statesOf(command).at(-1)).toBe(2);
    server.command({ kind: 'resume', commandId: command.id });
    await ended(command);
    await agent.whenIdle();
    expect(statesOf(command).filter((state, index, all) => state !== all[index - 1])).toEqual([1, 2, 1, 4]);
    expect(endOf(command)).toBe('Scanned 1100 files: 0 infected');
  });

  it('that is held before it starts does not start, also after the agent was started anew', async () => {
    const first = await start({ scanner: evilScanner({ delayMs: 50 }) });
    await manyFiles(40);
    const busy = scanHere();
    const held = scanHere({ createdAt: new Date(Date.now() + 1000).toISOString() });
    await until(() => server.taken.length === 2);
    server.command({ kind: 'pause', commandId: held.id });
    await until(() => statesOf(held).includes(2));
    await ended(busy);
    await first.stop();
    await (await start()).whenIdle();
    expect(statesOf(held)).toEqual([2]);
    server.command({ kind: 'resume', commandId: held.id });
    await ended(held);
    expect(statesOf(held)).toEqual([2, 0, 1, 4]);
  });

  it('tells its progress no more often than it is asked to', async () => {
    await start({ scanner: evilScanner({ delayMs: 2 }) });
    await manyFiles(1600);
    const seldom = scanHere({ progressEverySeconds: 60 });
    await ended(seldom);
    expect(statesOf(seldom)).toEqual([1, 4]);
    const often = scanHere();
    await ended(often);
    const told = server.of('KLPRCI_TaskState').filter(({ task }) => task?.id === often.id);
    expect(told.length).toBeGreaterThan(2);
    const times = told.slice(0, -1).map(({ riseTime }) => Date.parse(riseTime));
    for (const [index, time] of times.entries()) {
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
    }
  });
});

describe('a restart', () => {
  const order = { mode: 'warn', delayMinutes: 7, onlyIfRequired: true, message: 'Updates' } as const;
  const asked: [number, string][] = [];
  const restarter = (reasons: string[]) => ({
    reasons: async () => reasons,
    restartIn: async (minutes: number, message: string) => void asked.push([minutes, message]),
  });
  beforeEach(() => void asked.splice(0));

  it('that nothing waits for is left out, one that is needed is announced', async () => {
    const agent = await start({ restarter: restarter([]) });
    const unneeded = server.command({ kind: 'restart', restart: order });
    await ended(unneeded);
    expect(endOf(unneeded)).toBe('No restart is needed');
    await agent.stop();
    await start({ restarter: restarter(['linux-image']) });
    const needed = server.command({ kind: 'restart', restart: order });
    await ended(needed);
    expect(asked).toEqual([[7, 'Updates']]);
    expect(endOf(needed)).toBe('Restarts in 7 minutes. A restart is needed: linux-image');
    const told = server.command({ kind: 'restart', restart: { ...order, mode: 'tell' } });
    await ended(told);
    expect(asked).toHaveLength(1);
  });

  test('of the system is its own shutdown with a delay, as arguments and never as a command line', async () => {
    const calls: [string, string[]][] = [];
    const run: typeof runProgram = async (program, args) => {
      calls.push([program, args]);
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    await systemRestarter({ root: files, run }).restartIn(3, 'now; rm -rf /', AbortSignal.timeout(1000));
    expect(calls).toEqual([['shutdown', ['-r', '+3', 'now; rm -rf /']]]);
    await expect(
      systemRestarter({ root: files, run: async () => null }).restartIn(3, '', AbortSignal.timeout(1000)),
    ).rejects.toThrow('no program');
  });
});

describe('a script', () => {
  const script = (body: string, more: Partial<ScriptOrder> = {}): Partial<AgentCommand> => ({
    kind: 'run-script',
    script: {
      interpreter: 'sh',
      body,
      sha256: createHash('sha256').update(body).digest('hex'),
      timeLimitSeconds: 20,
      outputLimitBytes: 4096,
      ...more,
    },
  });

  it('is not run unless this agent’s own settings allow scripts', async () => {
    await start();
    const command = server.command(script(`touch ${files}/was-here`));
    await ended(command);
    expect(statesOf(command)).toEqual([1, 3]);
    expect(endOf(command)).toContain('remoteScripts is off');
    expect(await readdir(files)).toEqual([]);
  });

  it('is run, and what it wrote comes to the server, cut where it is too long; nothing of it stays', async () => {
    const agent = await start({ remoteScripts: true });
    process.env.GATEHOUSE_AGENT_TOKEN = 'a secret';
    const good = server.command(script('echo "hello $GATEHOUSE_AGENT_TOKEN"; echo late >&2'));
    await ended(good);
    delete process.env.GATEHOUSE_AGENT_TOKEN;
    const long = server.command(script('head -c 100000 /dev/zero | tr "\\\\0" x'));
    await ended(long);
    const bad = server.command(script('echo no; exit 3'));
    await ended(bad);
    await agent.whenIdle();
    expect(endOf(good)).toBe('Ended with code 0. hello \nlate');
    expect(server.outputs.get(good.id)).toEqual({ output: 'hello \nlate\n', isCut: false });
    expect(server.outputs.get(long.id)).toMatchObject({ isCut: true });
    expect(server.outputs.get(long.id)?.output).toHaveLength(4096);
    expect(statesOf(bad)).toEqual([1, 3]);
    expect(endOf(bad)).toBe('Ended with code 3. no');
    expect(await readdir(join(stateDir, 'scripts'))).toEqual([]);
    expect(await readdir(join(stateDir, 'outputs'))).toEqual([]);
  });

  it('that is not the one its hash names is not run', async () => {
    await start({ remoteScripts: true });
    const command = server.command(script(`touch ${files}/was-here`, { sha256: '0'.repeat(64) }));
    await ended(command);
    expect(endOf(command)).toContain('not the one');
    expect(await readdir(files)).toEqual([]);
  });

  it('that runs for too long, or is cancelled, ends with all that it started', async () => {
    await start({ remoteScripts: true });
    const forever = `(sleep 60; touch ${files}/late) & sleep 60`;
    const slow = server.command(script(forever, { timeLimitSeconds: 1 }));
    await ended(slow);
    expect(endOf(slow)).toContain('Stopped after 1 seconds');
    const cancelled = server.command(script(`echo begun; ${forever}`));
    await until(() => statesOf(cancelled).length === 1);
    await sleep(300);
    server.command({ kind: 'cancel', commandId: cancelled.id });
    await ended(cancelled);
    expect(endOf(cancelled)).toBe('Cancelled by the server');
    await until(() => server.outputs.get(cancelled.id) !== undefined);
    expect(server.outputs.get(cancelled.id)?.output).toBe('begun\n');
    const left = await runProgram('pgrep', ['-f', `${files}/late`], { signal: AbortSignal.timeout(5000) });
    expect(left?.stdout ?? '').toBe('');
  });
});
