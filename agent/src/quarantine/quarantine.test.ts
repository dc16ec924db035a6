import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentOptions, type RunningAgent, startAgent } from '../agent.ts';
import { keptLog, temporaryFolders } from '../testing/folders.ts';
import { startServerStandIn } from '../testing/server-stand-in.ts';
import { evilScanner } from '../testing/stand-in-scanner.ts';
import { openQuarantine } from './index.ts';

const folders = temporaryFolders();
let folder: string;
let files: string;
let at: Date;
beforeEach(async () => {
  [folder, files] = [await folders.make(), await folders.make()];
  at = new Date('2026-03-04T05:06:07Z');
});
afterEach(() => folders.removeAll());

const open = (limitBytes = 1_000_000) =>
  openQuarantine({ folder, limitBytes, now: () => at, logger: keptLog().logger });
const put = async (name: string, text: string) => {
  await writeFile(join(files, name), text);
  return join(files, name);
};
const found = (path: string, sha256: string | null = null) => ({
  threatUid: `uid of ${path}`,
  path,
  raw: Buffer.from(path),
  threatName: 'Test.Evil',
  sha256,
});
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('an object in quarantine', () => {
  test('is gone from its place, cannot be recognised in the folder, and comes back as it was', async () => {
    const path = await put('tool.sh', '#!/bin/sh\necho evil\n');
    await chmod(path, 0o4751);
    await utimes(path, new Date('2020-01-02'), new Date('2020-01-02'));
    const before = await stat(path);
    const quarantine = await open();
    const { id } = await quarantine.take(found(path));
    expect(await isThere(path)).toBe(false);
    expect(quarantine.list()).toEqual([
      { id, path, threatName: 'Test.Evil', sizeBytes: before.size, quarantinedAt: at.toISOString() },
    ]);
    for (const name of await readdir(folder)) {
      expect((await readFile(join(folder, name))).includes('evil')).toBe(false);
      expect((await stat(join(folder, name))).mode & 0o111).toBe(0);
    }
    const again = await open();
    await again.restore(id);
    expect(await readFile(path, 'utf8')).toBe('#!/bin/sh\necho evil\n');
    const after = await stat(path);
    expect([after.mode, after.uid, after.gid, after.mtimeMs]).toEqual([
      before.mode,
      before.uid,
      before.gid,
      before.mtimeMs,
    ]);
    expect(again.list()).toEqual([]);
    expect(await readdir(files)).toEqual(['tool.sh']);
    await expect(again.restore(id)).rejects.toMatchObject({ code: 'agent.not_in_quarantine' });
  });

  test('keeps a name that is no UTF-8', async () => {
    const raw = Buffer.concat([Buffer.from(`${files}/`), Buffer.from([0x62, 0xff, 0x64])]);
    await writeFile(raw, 'evil');
    const quarantine = await open();
    const { id } = await quarantine.take({ ...found(raw.toString()), raw });
    expect(await readdir(files)).toEqual([]);
    await quarantine.restore(id);
    expect(await readFile(raw, 'utf8')).toBe('evil');
  });

  test('is restored over nothing: what has taken its place stays, and so does the object', async () => {
    const path = await put('doc', 'evil');
    const quarantine = await open();
    const { id } = await quarantine.take(found(path));
    await put('doc', 'a new one');
    await expect(quarantine.restore(id)).rejects.toMatchObject({ code: 'agent.not_restored' });
    expect(await readFile(path, 'utf8')).toBe('a new one');
    await rm(files, { recursive: true });
    await expect(quarantine.restore(id)).rejects.toMatchObject({ code: 'agent.not_restored' });
    await mkdir(files);
    await quarantine.restore(id);
    expect(await readFile(path, 'utf8')).toBe('evil');
  });

  test('is deleted for good on demand, and when it was kept long enough', async () => {
    const quarantine = await open();
    const first = await quarantine.take(found(await put('a', 'evil a')));
    await quarantine.remove(first.id);
    await quarantine.take(found(await put('b', 'evil b')));
    at = new Date('2026-03-20T00:00:00Z');
    await quarantine.take(found(await put('c', 'evil c')));
    at = new Date('2026-04-04T00:00:00Z');
    expect((await quarantine.expire(30)).map(({ path }) => path)).toEqual([join(files, 'b')]);
    expect(quarantine.list().map(({ path }) => path)).toEqual([join(files, 'c')]);
    expect((await readdir(folder)).length).toBe(2);
  });
});

describe('an object is left in its place', () => {
  test('when there is no room for it, when it is no file, or when it is not what was scanned', async () => {
    const path = await put('large', 'x'.repeat(2000));
    const small = await open(1000);
    await expect(small.take(found(path))).rejects.toThrow(/room for 1000 bytes/);
    await expect(small.take(found(await put('doc', 'changed'), 'ab'.repeat(32)))).rejects.toThrow(/another one/);
    await symlink(path, join(files, 'link'));
    await expect(small.take(found(join(files, 'link')))).rejects.toMatchObject({ code: 'agent.not_quarantined' });
    expect((await readdir(files)).sort()).toEqual(['doc', 'large', 'link']);
    expect(await readdir(folder)).toEqual([]);
  });

  test('under its other names: only the name that was found goes', async () => {
    const path = await put('doc', 'evil');
    await link(path, join(files, 'twin'));
    const quarantine = await open();
    await quarantine.take(found(path));
    expect(await readdir(files)).toEqual(['twin']);
  });
});

test('killed at any moment, every object is whole: in its place or in quarantine', async () => {
  const contents = new Map(
    Array.from({ length: 6 }, (_, index) => [`object-${index}`, `evil ${index} `.repeat(20_000 * (index + 1))]),
  );
  for (const [name, text] of contents) await put(name, text);
  let seenInside = 0;
  for (let round = 0; round < 12; round += 1) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../testing/quarantine-child.ts'), '--folder', folder, '--objects', files],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    const ended = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), ended]);
    await new Promise((done) => setTimeout(done, 7 * round));
    child.kill('SIGKILL');
    await ended;
    expect(complaints).toBe('');

    const quarantine = await openQuarantine({
      folder,
      limitBytes: 1024 ** 3,
      now: () => at,
      logger: keptLog().logger,
    });
    const inside = new Map(quarantine.list().map(({ id, path }) => [path, id]));
    seenInside += inside.size;
    const inPlace = await readdir(files);
    for (const name of contents.keys()) {
      // Never in both once it was opened again, and never in none.
      expect([name, Number(inPlace.includes(name)) + Number(inside.has(join(files, name)))]).toEqual([name, 1]);
    }
    for (const id of inside.values()) await quarantine.restore(id);
    expect((await readdir(files)).sort()).toEqual([...contents.keys()].sort());
    for (const [name, text] of contents) expect(await readFile(join(files, name), 'utf8')).toBe(text);
    expect((await readdir(folder)).filter((name) => name !== 'allowed.json')).toEqual([]);
  }
  expect(seenInside).toBeGreaterThan(0);
});

describe('an agent whose policy moves detected objects away', () => {
  let server: Awaited<ReturnType<typeof startServerStandIn>>;
  const running: RunningAgent[] = [];
  beforeEach(async () => {
    server = await startServerStandIn();
    server.setPolicy({
      id: 'move-away',
      name: 'Move away',
      settings: { scan: { action: 'quarantine' } },
      locked: [],
      outOfOffice: null,
    });
  });
  afterEach(async () => {
    for (const agent of running.splice(0)) await agent.stop();
    await server.stop();
    expect(server.complaints).toEqual([]);
  });
  const start = async (more: Partial<AgentOptions> = {}) => {
    const agent = await startAgent({
      serverUrl: server.url,
      stateDir: folder,
      token: 'enrol-me',
      scanner: evilScanner(),
      backoff: { firstMs: 20, mostMs: 200 },
      pollWaitSeconds: 1,
      ...more,
    });
    running.push(agent);
    await agent.whenIdle();
    return agent;
  };
  const until = async (what: () => boolean) => {
    const end = performance.now() + 10_000;
    while (!what()) {
      if (performance.now() > end) throw new Error(`not in time: ${what}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  };

  test('tells the find and its end, and what it holds; a restored object is let be', async () => {
    const agent = await start({ watch: [files] });
    const path = await put('doc', 'evil');
    await until(() => server.of('GNRL_EV_OBJECT_QUARANTINED').length === 1);
    await agent.whenIdle();
    expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_QUARANTINED']);
    expect(new Set(server.stored.map(({ params }) => params?.['6'])).size).toBe(1);
    expect(agent.status().activeThreats).toEqual([]);
    const [object] = server.syncs.at(-1)?.quarantine ?? [];
    expect(object).toMatchObject({ path, threatName: 'Test.Evil', sizeBytes: 4 });

    server.command({ kind: 'restore-from-quarantine', quarantine: { objectIds: [object?.id ?? ''] } });
    await until(() => server.of('KLPRCI_TaskState').length === 2);
    expect(server.of('KLPRCI_TaskState')[1]).toMatchObject({ severity: 1, description: `Restored: ${path}` });
    await agent.scanNow([files]);
    await agent.whenIdle();
    expect(await readFile(path, 'utf8')).toBe('evil');
    expect(server.of('GNRL_EV_VIRUS_FOUND')).toHaveLength(1);
    expect(server.of('GATEHOUSE_AGENT_OBJECT_RESTORED')).toHaveLength(1);
    expect(server.syncs.at(-1)?.quarantine).toEqual([]);
  });

  test('deletes on command, and says which ids it does not have', async () => {
    const agent = await start();
    await put('doc', 'evil');
    await agent.scanNow([files]);
    await agent.whenIdle();
    const [object] = server.syncs.at(-1)?.quarantine ?? [];
    const objectIds = [object?.id ?? '', '00000000-0000-4000-8000-000000000000'];
    server.command({ kind: 'delete-from-quarantine', quarantine: { objectIds } });
    await until(() => server.of('KLPRCI_TaskState').length === 2);
    await agent.whenIdle();
    expect(server.of('KLPRCI_TaskState')[1]).toMatchObject({ severity: 2, task: { newState: 4 } });
    expect(server.of('KLPRCI_TaskState')[1]?.description).toMatch(/^Deleted: .*doc; Nothing in quarantine has the id/);
    expect(server.of('GATEHOUSE_AGENT_OBJECT_REMOVED')).toHaveLength(1);
    expect(agent.quarantine.list()).toEqual([]);
  });

  test('that has no room says so once, and the threat stays active', async () => {
    const agent = await start({ quarantineLimitBytes: 2 });
    await put('doc', 'evil');
    await agent.scanNow([files]);
    await agent.scanNow([files]);
    await agent.whenIdle();
    expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GATEHOUSE_AGENT_OBJECT_NOT_QUARANTINED']);
    expect(agent.status().activeThreats).toHaveLength(1);
  });

  test('deals with what was found before the policy came', async () => {
    server.setPolicy(null);
    const agent = await start();
    await put('doc', 'evil');
    await agent.scanNow([files]);
    expect(agent.quarantine.list()).toEqual([]);
    await agent.stop();
    running.splice(0);
    server.setPolicy({
      id: 'b',
      name: 'b',
      settings: { scan: { action: 'quarantine' } },
      locked: [],
      outOfOffice: null,
    });
    const again = await start();
    await again.scanNow([files]);
    await again.whenIdle();
    expect(server.types()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_QUARANTINED']);
  });
});
