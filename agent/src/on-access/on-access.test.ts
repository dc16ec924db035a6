import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eicarString } from '../testing/eicar.ts';
import { keptLog, temporaryFolders } from '../testing/folders.ts';
import { findOf, isReady, renderConfig } from './config.ts';
import { type OnAccess, startOnAccess } from './index.ts';

const folders = temporaryFolders();
let folder: string;
let watched: string;
let finds: string[];
let protection: OnAccess | undefined;
let clamd: Server | ChildProcess | undefined;
beforeEach(async () => {
  [folder, watched, finds] = [await folders.make(), await folders.make(), []];
});
afterEach(async () => {
  await protection?.stop();
  if (clamd && 'close' in clamd) await new Promise((done) => (clamd as Server).close(done));
  else if (clamd) {
    const ended = new Promise((done) => (clamd as ChildProcess).once('exit', done));
    clamd.kill('SIGKILL');
    await ended;
  }
  [protection, clamd] = [undefined, undefined];
  await folders.removeAll();
});

const until = async (what: () => boolean, timeoutMs = 8_000) => {
  const end = performance.now() + timeoutMs;
  while (!what()) {
    if (performance.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
};
const start = (program: string, more: { clamdSocket?: string | null } = {}) => {
  const { lines, logger } = keptLog();
  protection = startOnAccess({
    stateDir: folder,
    clamdSocket: join(folder, 'clamd.sock'),
    program,
    onFind: (path) => finds.push(path),
    backoff: { firstMs: 20, mostMs: 100 },
    random: () => 1,
    logger,
    ...more,
  });
  return { started: protection, lines };
};
const listen = async () => {
  const server = createServer();
  clamd = server;
  await new Promise<void>((done) => server.listen(join(folder, 'clamd.sock'), done));
};
/** A program that prints what clamonacc prints and then does what the test says. */
const program = async (then: string) => {
  const path = join(folder, 'clamonacc');
  await writeFile(
    path,
    `#!/bin/sh\necho started >> ${folder}/starts\necho 'ClamScanQueue: waiting to consume events ...'\n${then}\n`,
  );
  await chmod(path, 0o755);
  return path;
};
const settings = () => ({ folders: [watched], excluded: [folder] });

test('what clamonacc prints is read as finds and as being ready', () => {
  expect(findOf('/srv/a: b.doc: Win.Trojan.Agent-1 FOUND')).toBe('/srv/a: b.doc');
  expect(findOf("ClamWorker: performing scanning on file '/srv/a'")).toBeNull();
  expect(findOf('/srv/a: OK')).toBeNull();
  expect(isReady('ClamScanQueue: waiting to consume events ...')).toBe(true);
});

test('its settings leave out what root and clamd read, and a folder can smuggle none in', () => {
  const config = renderConfig({
    clamdSocket: '/run/c',
    clamdUid: 110,
    folders: ['/home', '/srv/x y'],
    excluded: ['/srv/z'],
  });
  expect(config.split('\n')).toEqual([
    'LocalSocket /run/c',
    'OnAccessIncludePath /home',
    'OnAccessIncludePath /srv/x y',
    'OnAccessExcludePath /srv/z',
    'OnAccessExcludeRootUID yes',
    'OnAccessExcludeUID 110',
    'OnAccessPrevention no',
    'OnAccessExtraScanning yes',
    '',
  ]);
  expect(() => renderConfig({ clamdSocket: '/c', clamdUid: 0, folders: ['/a\nVirusEvent rm'], excluded: [] })).toThrow(
    /line breaks/,
  );
});

describe('the look at opened files', () => {
  test('is off without folders, and impossible without clamd or without the program', async () => {
    const { started } = start(await program('exec sleep 60'));
    expect(started.state()).toBe('off');
    started.change(settings());
    await until(() => started.state() === 'impossible');
    started.change({ folders: [], excluded: [] });
    await until(() => started.state() === 'off');
    await started.stop();

    await listen();
    const { started: missing } = start('/does/not/exist');
    missing.change(settings());
    await until(() => missing.state() === 'impossible');
    await missing.stop();

    const { started: never } = start(await program('exec sleep 60'), { clamdSocket: null });
    never.change(settings());
    await new Promise((done) => setTimeout(done, 50));
    expect(never.state()).toBe('off');
  });

  test('runs when it says so, and is started anew with other folders', async () => {
    await listen();
    const { started } = start(await program('exec sleep 60'));
    started.change(settings());
    await until(() => started.state() === 'running');
    started.change(settings());
    started.change({ folders: [watched, folder], excluded: [] });
    await until(() => existsSync(join(folder, 'starts')));
    await new Promise((done) => setTimeout(done, 200));
    await until(() => started.state() === 'running');
    expect((await readFile(join(folder, 'starts'), 'utf8')).split('\n').length - 1).toBe(2);
    expect(await readFile(join(folder, 'clamonacc.conf'), 'utf8')).toContain(`OnAccessIncludePath ${folder}\n`);
    await started.stop();
    expect(started.state()).toBe('off');
  });

  test('that ends by itself is started again, and the reason is said once', async () => {
    await listen();
    const { started, lines } = start(await program("echo 'ERROR: fanotify is not allowed' >&2; sleep 0.05; exit 1"));
    started.change(settings());
    await until(() => started.state() === 'failed');
    await until(() => existsSync(join(folder, 'starts')) && lines.length > 0);
    const starts = async () => (await readFile(join(folder, 'starts'), 'utf8')).split('\n').length - 1;
    while ((await starts()) < 3) await new Promise((done) => setTimeout(done, 20));
    expect(lines.find(({ level }) => level === 'warn')?.fields.reason).toContain('fanotify is not allowed');
  });

  test('hands a find on once for as long as the file stays as it is', async () => {
    await listen();
    await writeFile(join(watched, 'doc'), 'x');
    const line = `echo '${watched}/doc: Test FOUND'`;
    const { started } = start(
      await program(`${line}; ${line}; sleep 0.3; touch ${watched}/doc; ${line}; exec sleep 60`),
    );
    started.change(settings());
    await until(() => finds.length === 2);
    expect(new Set(finds)).toEqual(new Set([join(watched, 'doc')]));
  });
});

const isInstalled = (name: string) => spawnSync(name, ['--help']).error === undefined;
const canWatch = process.getuid?.() === 0 && isInstalled('clamd') && isInstalled('clamonacc');

test.skipIf(!canWatch)('the real clamonacc reports what another user opens', async () => {
  await mkdir(join(folder, 'db'));
  const signatures = join(import.meta.dirname, '../../signatures/gatehouse-test.ndb');
  await copyFile(signatures, join(folder, 'db/gatehouse-test.ndb'));
  const config = ['DatabaseDirectory', join(folder, 'db'), '\nLocalSocket', join(folder, 'clamd.sock')].join(' ');
  await writeFile(join(folder, 'clamd.conf'), `${config}\nForeground yes\nUser root\n`);
  clamd = spawn('clamd', [`--config-file=${join(folder, 'clamd.conf')}`], { stdio: 'ignore' });
  await until(() => existsSync(join(folder, 'clamd.sock')), 30_000);
  const { started } = start('clamonacc');
  await chmod(watched, 0o755);
  await writeFile(join(watched, 'bad'), eicarString, { mode: 0o644 });
  started.change(settings());
  await until(() => started.state() === 'running', 15_000);
  await new Promise((done) => setTimeout(done, 500));
  spawnSync('cat', [join(watched, 'bad')], { uid: 65_534, gid: 65_534, cwd: '/' });
  await until(() => finds.length > 0, 15_000);
  expect(finds).toEqual([join(watched, 'bad')]);
});
