import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentPackage, packageText } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningAgent, startAgent } from '../agent.ts';
import { runProgram } from '../scanners/run-program.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from '../testing/server-stand-in.ts';
import { agentVersion } from '../version.ts';

const folders = temporaryFolders();
const content = Buffer.from('the new agent');
let server: ServerStandIn;
let stateDir: string;
let key: { publicKey: KeyObject; privateKey: KeyObject };
let hook: string;
const running: RunningAgent[] = [];

const publicText = ({ publicKey }: { publicKey: KeyObject }) =>
  publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const offerOf = (version: string, signer = key, more: Partial<AgentPackage> = {}): AgentPackage => {
  const said = { version, sha256: createHash('sha256').update(content).digest('hex'), sizeBytes: content.length };
  return {
    ...said,
    signature: sign(null, Buffer.from(packageText(said)), signer.privateKey).toString('base64'),
    ...more,
  };
};
const start = async (more: { updateProgram?: string } = { updateProgram: hook }) => {
  const agent = await startAgent({
    serverUrl: server.url,
    stateDir,
    token: 'enrol-me',
    scanner: null,
    syncSeconds: 1,
    backoff: { firstMs: 20, mostMs: 200 },
    pollWaitSeconds: 1,
    ...more,
  });
  running.push(agent);
  await agent.whenIdle();
  return agent;
};
const restart = async () => {
  for (const agent of running.splice(0)) await agent.stop();
  await start();
};
const calls = () =>
  readFile(join(stateDir, 'hook-calls'), 'utf8').then(
    (text) => text.trim().split('\n'),
    () => [],
  );
const until = async (what: () => Promise<boolean> | boolean) => {
  const end = performance.now() + 10_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};
const hookThat = async (then: string) => {
  hook = join(stateDir, 'hook');
  await writeFile(hook, `#!/bin/sh\necho "$(cat "$1") $2" >> ${stateDir}/hook-calls\n${then}\n`);
  await chmod(hook, 0o755);
};

beforeEach(async () => {
  server = await startServerStandIn();
  stateDir = await folders.make();
  key = generateKeyPairSync('ed25519');
  server.setPackageKey(publicText(key));
  await hookThat('exit 0');
});
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.stop();
  await server.stop();
  await folders.removeAll();
  expect(server.complaints).toEqual([]);
});

describe('a newer version of the agent', () => {
  test('is fetched, checked and handed once to the program that installs it; the next start tells what came of it', async () => {
    await start();
    server.offer(offerOf('9.9.9'), content);
    await until(async () => (await calls()).length > 0);
    await new Promise((done) => setTimeout(done, 1500));
    expect(await calls()).toEqual(['the new agent 9.9.9']);
    // The program put the same old agent back.
    await restart();
    await until(() => server.of('GATEHOUSE_AGENT_UPDATE_FAILED').length === 1);
    expect(server.of('GATEHOUSE_AGENT_UPDATE_FAILED')[0]).toMatchObject({
      severity: 3,
      description: `Version 9.9.9 did not come up; ${agentVersion} runs again`,
    });
    await new Promise((done) => setTimeout(done, 1500));
    expect(await calls()).toHaveLength(1);
  });

  test('that came up is told as an update', async () => {
    await start();
    await restart();
    for (const agent of running.splice(0)) await agent.stop();
    const installing = { from: '0.0.1', to: agentVersion, signature: 'x' };
    await writeFile(join(stateDir, 'update.json'), JSON.stringify({ installing, failed: null }));
    await start();
    expect(server.of('GATEHOUSE_AGENT_UPDATED')[0]?.description).toBe(`From version 0.0.1 to ${agentVersion}`);
  });

  test('is installed by no device that was not told how', async () => {
    await start({});
    server.offer(offerOf('9.9.9'), content);
    await new Promise((done) => setTimeout(done, 1500));
    expect(server.requests.filter((request) => request.includes('/packages/'))).toEqual([]);
  });

  test.each([
    ['signed by another key', () => offerOf('9.9.9', generateKeyPairSync('ed25519')), /not signed by the key/],
    ['whose version was changed', () => ({ ...offerOf('9.9.9'), version: '9.9.8' }), /not signed by the key/],
    ['whose file is another one', () => offerOf('9.9.9'), /not the signed/],
  ])('%s is refused, told once, and never run', async (how, make, reason) => {
    await start();
    server.offer(make(), how.includes('file') ? Buffer.from('the old agent') : content);
    await until(() => server.of('GATEHOUSE_AGENT_UPDATE_FAILED').length === 1);
    await new Promise((done) => setTimeout(done, 1500));
    expect(server.of('GATEHOUSE_AGENT_UPDATE_FAILED').map(({ description }) => description)).toEqual([
      expect.stringMatching(reason),
    ]);
    expect(await calls()).toEqual([]);
  });

  test('of a key that came with a renewed enrolment is refused: whom a device trusts changes by hand only', async () => {
    await start();
    const other = generateKeyPairSync('ed25519');
    server.setPackageKey(publicText(other));
    server.revokeAll();
    server.offer(offerOf('9.9.9', other), content);
    await until(() => server.of('GATEHOUSE_AGENT_UPDATE_FAILED').length === 1);
    expect(await calls()).toEqual([]);
  });

  test('that the program cannot install is told with what it said', async () => {
    await hookThat('echo "no room left" >&2; exit 3');
    await start();
    server.offer(offerOf('9.9.9'), content);
    await until(() => server.of('GATEHOUSE_AGENT_UPDATE_FAILED').length === 1);
    expect(server.of('GATEHOUSE_AGENT_UPDATE_FAILED')[0]?.description).toMatch(/ended with 3: no room left/);
  });
});

describe('the program that installs on Debian', () => {
  const script = join(import.meta.dirname, '../../packaging/install-update');
  /** A system in a folder: the installed agent is a file, and the programs that the script calls act upon it. */
  const install = async ({ comesUp }: { comesUp: boolean }) => {
    const system = await folders.make();
    await mkdir(join(system, 'home'));
    await writeFile(join(system, 'home/version'), '1.0.0');
    const programs = {
      dpkg: `echo 2.0.0 > ${system}/home/version`,
      systemctl: `echo "systemctl $*" >> ${system}/log`,
      'gatehouse-agent': comesUp ? `echo "{ \\"agentVersion\\": \\"$(cat ${system}/home/version)\\" }"` : 'exit 1',
      'systemd-run': 'shift 3; exec "$@"',
    };
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(system, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(system, name), 0o755);
    }
    const env = {
      PATH: `${system}:/usr/bin:/bin`,
      GATEHOUSE_HOME: join(system, 'home'),
      GATEHOUSE_TRIES: '2',
      GATEHOUSE_PAUSE_SECONDS: '0',
    };
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const told = await runProgram('env', [...assignments, script, '/the/package', '2.0.0'], {
      signal: AbortSignal.timeout(20_000),
    });
    return { told, version: (await readFile(join(system, 'home/version'), 'utf8')).trim(), system };
  };

  test('leaves the new agent when it answers', async () => {
    expect(await install({ comesUp: true })).toMatchObject({ told: { exitCode: 0 }, version: '2.0.0' });
  });

  test('puts the old one back when the new one does not answer, and starts it', async () => {
    const { told, version, system } = await install({ comesUp: false });
    expect(told?.stderr).toContain('does not answer');
    expect([told?.exitCode, version]).toEqual([1, '1.0.0']);
    expect(await readFile(join(system, 'log'), 'utf8')).toBe('systemctl restart gatehouse-agent\n');
  });
});
