import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eicarString } from './testing/eicar.ts';
import { temporaryFolders } from './testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from './testing/server-stand-in.ts';

const folders = temporaryFolders();
const signatureDir = join(import.meta.dirname, '../signatures');
let server: ServerStandIn;
let stateDir: string;
let files: string;
let children: ChildProcess[] = [];

const agent = (...args: string[]) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, '--state-dir', stateDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, GATEHOUSE_AGENT_CLAMD_SOCKET: 'none', GATEHOUSE_AGENT_SIGNATURE_DIR: signatureDir },
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended, output: () => stdout };
};
const until = async (what: () => boolean | Promise<boolean>, timeoutMs = 15_000) => {
  const end = performance.now() + timeoutMs;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
};
const enrol = () => agent('enrol', '--server', server.url, '--token', 'enrol-me').ended;

beforeEach(async () => {
  server = await startServerStandIn();
  stateDir = await folders.make();
  files = await folders.make();
});
afterEach(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  children = [];
  await server.stop();
  await folders.removeAll();
  expect(server.complaints).toEqual([]);
});

test('enrol, run, status, scan and a stop within three seconds work from the command line', async () => {
  expect(await enrol()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Enrolled as device [0-9a-f-]{36}\n$/),
  });
  expect((await stat(join(stateDir, 'identity.json'))).mode & 0o077).toBe(0);
  expect((await agent('status').ended).stdout).toContain('No agent runs');

  const running = agent('run', '--watch', files);
  await until(() => running.output().includes('The agent runs'));
  await writeFile(join(files, 'bad'), eicarString);
  const scanned = await agent('scan', files).ended;
  expect(JSON.parse(scanned.stdout)).toMatchObject({ infected: [{ path: join(files, 'bad') }] });
  await until(() => server.types().includes('GNRL_EV_VIRUS_FOUND'));
  const status = JSON.parse((await agent('status').ended).stdout);
  expect(status).toMatchObject({ enrolment: 'enrolled', activeThreats: [{ path: join(files, 'bad') }] });

  const before = performance.now();
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 0 });
  expect(performance.now() - before).toBeLessThan(3000);
});

test('a scan without a running agent finds, tells the server and leaves commands to the service', async () => {
  await enrol();
  server.command({ scan: { mode: 'paths', paths: [files] } });
  await writeFile(join(files, 'bad'), eicarString);
  const { code, stdout } = await agent('scan', files).ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ files: 1, infected: [{ path: join(files, 'bad') }] });
  expect(server.taken).toEqual([]);
  const running = agent('run');
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  running.child.kill('SIGTERM');
  await running.ended;
  expect(server.types().filter((type) => type === 'GNRL_EV_VIRUS_FOUND')).toHaveLength(1);
});

describe('mistakes on the command line', () => {
  test('get a stable code, a reason and a failing exit status', async () => {
    const failures = await Promise.all([
      agent('dance').ended,
      agent('run', '--serve', 'x').ended,
      agent('run').ended,
      agent('enrol', '--server', server.url, '--token', 'wrong').ended,
    ]);
    expect(failures.map(({ code, stderr }) => [code, stderr.split(':')[0]])).toEqual([
      [2, 'agent.bad_usage'],
      [2, 'agent.bad_usage'],
      [2, 'agent.bad_settings'],
      [1, 'agent.enrolment_refused'],
    ]);
  });

  test('a token is never printed', async () => {
    const { stdout } = await agent('config', '--token', 'very-secret').ended;
    expect(stdout).toContain('(set)');
    expect(stdout).not.toContain('very-secret');
  });
});

test('kill -9 in the middle of a command: after the restart it is told as failed and not carried out again', async () => {
  await enrol();
  for (let index = 0; index < 3000; index += 1) await writeFile(join(files, `f${index}`), `content ${index}`);
  const first = agent('run');
  await until(() => first.output().includes('The agent runs'));
  const { id } = server.command({ scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 1);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = agent('run');
  await until(() => server.of('KLPRCI_TaskState').some(({ task }) => (task?.newState ?? 0) > 1));
  const steps = server.of('KLPRCI_TaskState').map(({ task }) => [task?.id, task?.oldState, task?.newState]);
  expect(steps).toEqual([
    [id, 0, 1],
    [id, 1, 3],
  ]);
  second.child.kill('SIGTERM');
  await second.ended;
});

test('kill -9 at any time loses no find and tells none under two uids', async () => {
  await enrol();
  for (let round = 0; round < 4; round += 1) {
    const running = agent('run', '--watch', files);
    await until(() => running.output().includes('The agent runs'));
    await writeFile(join(files, `bad${round}`), `${round}${eicarString}`);
    await new Promise((done) => setTimeout(done, round * 300 + Math.random() * 300));
    running.child.kill('SIGKILL');
    await running.ended;
  }
  const last = agent('run', '--watch', files);
  await until(() => new Set(server.of('GNRL_EV_VIRUS_FOUND').map(({ params }) => params?.['2'])).size === 4);
  last.child.kill('SIGTERM');
  await last.ended;
  const uidsByPath = Map.groupBy(server.of('GNRL_EV_VIRUS_FOUND'), ({ params }) => params?.['2']);
  for (const finds of uidsByPath.values()) expect(new Set(finds.map(({ params }) => params?.['6'])).size).toBe(1);
});
