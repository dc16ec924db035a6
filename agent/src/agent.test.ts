import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AgentOptions, type RunningAgent, startAgent } from './agent.ts';
import { EnrolmentRefused, NotEnrolled, StateInUse } from './errors.ts';
import { eicarString } from './testing/eicar.ts';
import { keptLog, temporaryFolders } from './testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from './testing/server-stand-in.ts';
import { evilScanner } from './testing/stand-in-scanner.ts';

const folders = temporaryFolders();
const signatureDir = join(import.meta.dirname, '../signatures');
let server: ServerStandIn;
let stateDir: string;
let files: string;
const running: RunningAgent[] = [];

const start = async (more: Partial<AgentOptions> = {}): Promise<RunningAgent> => {
  const agent = await startAgent({
    serverUrl: server.url,
    stateDir,
    token: 'enrol-me',
    clamdSocket: null,
    signatureDir,
    backoff: { firstMs: 20, mostMs: 200 },
    pollWaitSeconds: 1,
    ...more,
  });
  running.push(agent);
  return agent;
};
const until = async (what: () => boolean, timeoutMs = 10_000) => {
  const end = performance.now() + timeoutMs;
  while (!what()) {
    if (performance.now() > end) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
};
const write = async (name: string, text: string) => {
  await writeFile(join(files, name), text);
  return join(files, name);
};

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

test('a threat in a watched folder is found by the real ClamAV, told once, and its end is told with the same uid', async () => {
  const agent = await start({ watch: [files] });
  await agent.whenIdle();
  const path = await write('bad.txt', `before ${eicarString} after`);
  await until(() => server.of('GNRL_EV_VIRUS_FOUND').length > 0);
  await agent.scanNow([files]);
  await agent.whenIdle();
  const [found, ...more] = server.of('GNRL_EV_VIRUS_FOUND');
  expect(more).toEqual([]);
  expect(found?.severity).toBe(4);
  expect(found?.params).toMatchObject({ 2: path, 5: 'Gatehouse.Test.Eicar.UNOFFICIAL', 8: '60' });
  expect(found?.params?.['1']).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.parse(found?.params?.['9'] ?? '')).toMatchObject({ engine: 'ClamAV' });
  expect(agent.status().activeThreats).toHaveLength(1);

  await rm(path);
  await until(() => server.of('GNRL_EV_OBJECT_DELETED').length > 0);
  expect(server.of('GNRL_EV_OBJECT_DELETED')[0]?.params?.['6']).toBe(found?.params?.['6']);
  expect(agent.status().activeThreats).toEqual([]);
});

test('a file that was cleaned is told as cured, and a new infection of it as a new find', async () => {
  const agent = await start({ scanner: evilScanner() });
  await write('doc', 'evil');
  await agent.scanNow([files]);
  await write('doc', 'good');
  await agent.scanNow([files]);
  await write('doc', 'evil');
  await agent.scanNow([files]);
  await agent.whenIdle();
  expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_CURED', 'GNRL_EV_VIRUS_FOUND']);
  const uids = server.stored.map(({ params }) => params?.['6']);
  expect(uids[1]).toBe(uids[0]);
  expect(uids[2]).not.toBe(uids[0]);
});

test('a file that is put over an infected one with another infection never makes the device look clean in between', async () => {
  const agent = await start({ scanner: evilScanner() });
  await write('doc', 'evil 1');
  await agent.scanNow([files]);
  await write('doc', 'evil 2');
  await agent.scanNow([files]);
  await agent.whenIdle();
  expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_DELETED']);
});

test('what happens while the server is away is told in order when it is back, and nothing twice', async () => {
  const agent = await start({ scanner: evilScanner() });
  await agent.whenIdle();
  await server.goAway();
  for (const name of ['a', 'b', 'c']) {
    await write(name, `evil ${name}`);
    await agent.scanNow([files]);
  }
  await until(() => agent.status().spool.failing !== null);
  expect(agent.status().spool.events).toBe(3);
  await server.comeBack();
  await agent.whenIdle();
  expect(server.of('GNRL_EV_VIRUS_FOUND').map(({ params }) => params?.['2'])).toEqual(
    ['a', 'b', 'c'].map((name) => join(files, name)),
  );
});

test('a threat that was found before a restart is known after it', async () => {
  const first = await start({ scanner: evilScanner() });
  const path = await write('doc', 'evil');
  await first.scanNow([files]);
  await first.stop();
  const second = await start({ scanner: evilScanner() });
  await second.scanNow([files]);
  await rm(path);
  await second.scanNow([files]);
  await second.whenIdle();
  expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_DELETED']);
});

test('a file that came into a watched folder while the agent was off is found at its start', async () => {
  const first = await start({ scanner: evilScanner(), watch: [files] });
  await first.whenIdle();
  await first.stop();
  const path = await write('doc', 'evil');
  await utimes(path, new Date(0), new Date(0)); // an old modification time hides nothing
  const second = await start({ scanner: evilScanner(), watch: [files] });
  await second.whenIdle();
  expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND']);
});

test('a folder that is moved away takes its threats with it, and its new place is scanned', async () => {
  const agent = await start({ scanner: evilScanner(), watch: [files] });
  await mkdir(join(files, 'sub'));
  await write('sub/doc', 'evil');
  await until(() => server.types().length === 1);
  await rename(join(files, 'sub'), join(files, 'other'));
  await until(() => server.types().length === 3);
  await agent.whenIdle();
  expect(agent.status().activeThreats.map(({ path }) => path)).toEqual([join(files, 'other/doc')]);
});

test('a sync tells what is true of the device, at the start and soon after something was found', async () => {
  const agent = await start();
  await agent.whenIdle();
  const [facts] = server.syncs;
  expect(facts).toMatchObject({
    os: { family: 'linux' },
    securityApplication: { product: 'ClamAV', running: true, rtpState: 1 },
    databases: { records: 1 },
    lastScanAt: null,
  });
  expect(facts?.hostname).toBeTruthy();
  expect(facts?.disks?.some(({ mount }) => mount === '/')).toBe(true);
  const before = server.syncs.length;
  await write('bad', eicarString);
  await agent.scanNow([files]);
  await agent.whenIdle();
  expect(server.syncs.length).toBeGreaterThan(before);
  expect(server.syncs.at(-1)?.lastScanAt).not.toBeNull();
});

test('without a scanner the agent runs, and says that no security application is installed', async () => {
  const agent = await start({ scanner: null, watch: [files] });
  await write('doc', 'evil');
  await agent.whenIdle();
  expect(server.syncs.at(-1)).toMatchObject({ securityApplication: null, databases: null });
  await expect(agent.scanNow([files])).rejects.toMatchObject({ code: 'agent.no_scanner' });
});

test('a scan command is carried out once and reports its start and its result', async () => {
  const agent = await start({ scanner: evilScanner() });
  await write('doc', 'evil');
  const { id } = server.command({ displayName: 'Look here', scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  await agent.whenIdle();
  const [started, ended] = server.of('KLPRCI_TaskState');
  expect(started?.task).toEqual({ id, displayName: 'Look here', oldState: 0, newState: 1, completedPercent: 0 });
  expect(ended?.task).toEqual({ id, displayName: 'Look here', oldState: 1, newState: 4, completedPercent: 100 });
  expect(ended?.severity).toBe(1);
  expect(ended?.description).toBe('Scanned 1 files: 1 infected');
  expect(server.taken).toEqual([id]);
});

test('the start of a command is told at once, not with its end', async () => {
  const agent = await start({ scanner: evilScanner({ delayMs: 4000 }) });
  await agent.whenIdle();
  await write('doc', 'x');
  const { createdAt } = server.command({ scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 1, 3_000);
  expect(Date.now() - Date.parse(createdAt)).toBeLessThan(3_000);
});

test('a command whose taking was not heard comes again and is not carried out again', async () => {
  const agent = await start({ scanner: evilScanner() });
  await agent.whenIdle();
  server.failNext('/agent/v1/commands/taken', ...Array.from({ length: 500 }, () => ({ kind: 'hang-up' as const })));
  const { id } = server.command({ scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  const heard = server.requests.length;
  await until(() => server.requests.slice(heard).filter((each) => each.endsWith('/taken')).length >= 3);
  server.failNext('');
  await until(() => server.taken.length === 1);
  await agent.whenIdle();
  expect(server.taken).toEqual([id]);
  expect(server.of('KLPRCI_TaskState')).toHaveLength(2);
});

test('a command that came too late is not started, and says so', async () => {
  const agent = await start({ scanner: evilScanner() });
  server.command({ expiresAt: new Date(Date.now() - 1000).toISOString(), scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 1);
  await agent.whenIdle();
  expect(server.of('KLPRCI_TaskState')[0]).toMatchObject({ severity: 3, task: { oldState: 0, newState: 5 } });
});

test('a command that fails says why: no such path, a broken engine, a path that is not absolute', async () => {
  const agent = await start({ scanner: evilScanner({ isBroken: true }) });
  await write('doc', 'x');
  server.command({ scan: { mode: 'paths', paths: ['/does/not/exist'] } });
  server.command({ scan: { mode: 'paths', paths: [files] } });
  server.command({ scan: { mode: 'paths', paths: ['relative'] } });
  await until(() => server.of('KLPRCI_TaskState').filter(({ task }) => task?.newState === 3).length === 3);
  await agent.whenIdle();
  const reasons = server
    .of('KLPRCI_TaskState')
    .filter(({ severity }) => severity === 3)
    .map(({ description }) => description);
  expect(reasons.join()).toContain('/does/not/exist');
  expect(reasons.join()).toContain('the engine does not start');
  expect(reasons.join()).toContain('relative is no absolute path');
});

test('an update of the databases reads them anew, reports its end, and the next sync tells their date', async () => {
  const agent = await start();
  await agent.whenIdle();
  const { id } = server.command({ kind: 'update-databases', displayName: 'Update' });
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  await agent.whenIdle();
  const ended = server.of('KLPRCI_TaskState')[1];
  expect(ended?.task).toMatchObject({ id, newState: 4 });
  const released = server.syncs.at(-1)?.databases?.releasedAt;
  expect(ended?.description).toBe(`Databases of ${released}, 1 records`);
});

test('a command of a kind that this agent does not know is told as failed and holds up no other', async () => {
  const agent = await start({ scanner: evilScanner() });
  server.command({ kind: 'make-coffee' as 'scan' });
  server.command({ scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 3);
  await agent.whenIdle();
  expect(server.of('KLPRCI_TaskState').map(({ task }) => task?.newState)).toEqual([3, 1, 4]);
});

test('what no scan looked into is counted, and makes the result of a command a warning', async () => {
  const agent = await start({ scanner: evilScanner(), maxFileBytes: 10 });
  await write('large', 'x'.repeat(11));
  server.command({ scan: { mode: 'paths', paths: [files, '/does/not/exist'] } });
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  await agent.whenIdle();
  expect(server.of('KLPRCI_TaskState')[1]).toMatchObject({
    severity: 2,
    description: 'Scanned 1 files: 0 infected, 1 over the size limit, not found: /does/not/exist',
  });
});

test('the agent stops within three seconds in the middle of a scan, and the command is told as failed', async () => {
  const agent = await start({ scanner: evilScanner({ delayMs: 200 }) });
  for (let index = 0; index < 100; index += 1) await write(`f${index}`, 'x');
  server.command({ scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 1);
  const before = performance.now();
  await agent.stop();
  expect(performance.now() - before).toBeLessThan(3000);
  await (await start({ scanner: evilScanner() })).whenIdle();
  expect(server.of('KLPRCI_TaskState').map(({ task }) => task?.newState)).toEqual([1, 3]);
});

test('a bad token ends the start with a clear error, and a missing one too', async () => {
  await expect(start({ token: 'wrong' })).rejects.toBeInstanceOf(EnrolmentRefused);
  await expect(start({ token: undefined })).rejects.toBeInstanceOf(NotEnrolled);
});

test('two agents cannot work with one state folder', async () => {
  await start();
  await expect(start()).rejects.toBeInstanceOf(StateInUse);
});

test('a refused key is renewed with the token: the same device, and what was found meanwhile is told', async () => {
  const agent = await start({ scanner: evilScanner() });
  const { deviceId } = agent;
  server.revokeAll();
  await write('doc', 'evil');
  await agent.scanNow([files]);
  await agent.whenIdle();
  expect(agent.deviceId).toBe(deviceId);
  expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND']);
  expect(agent.status().enrolment).toBe('enrolled');
});

test('a refused key without a token stops the sending, keeps the events and shows in the status', async () => {
  await (await start()).stop();
  const { log, lines } = keptLog();
  const agent = await start({ token: undefined, scanner: evilScanner(), log });
  await agent.whenIdle();
  server.revokeAll();
  await write('doc', 'evil');
  await agent.scanNow([files]);
  await until(() => agent.status().enrolment === 'key-refused');
  const asked = server.requests.filter((request) => request.endsWith('/events')).length;
  await new Promise((done) => setTimeout(done, 600));
  expect(server.requests.filter((request) => request.endsWith('/events')).length).toBe(asked);
  expect(agent.status().spool).toMatchObject({ events: 1 });
  expect(lines.filter(({ message }) => message.includes('refuses the key'))).toHaveLength(1);
});

test('events of another product are told under its name, the agent’s own under the agent’s', async () => {
  const agent = await start({ scanner: evilScanner() });
  await write('doc', 'evil');
  server.command({ scan: { mode: 'paths', paths: [files] } });
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  await agent.whenIdle();
  expect(server.of('GNRL_EV_VIRUS_FOUND')[0]?.product?.name).toBe('Evil');
  expect(server.of('KLPRCI_TaskState')[0]?.product?.name).toBe('Gatehouse agent');
});
