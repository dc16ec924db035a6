import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ScannerFailed } from '../../errors.ts';
import { walk } from '../../scanning/walk.ts';
import { eicarString } from '../../testing/eicar.ts';
import { temporaryFolders } from '../../testing/folders.ts';
import type { FileToScan, Scanner } from '../scanner.ts';
import { readPackedHeader } from './databases.ts';
import { clamav } from './index.ts';
import { readClamscanOutput, verdictOf } from './parse.ts';

const ownSignatures = join(import.meta.dirname, '../../../signatures');
const folders = temporaryFolders();
const never = new AbortController().signal;
const FOUND = 'Gatehouse.Test.Eicar.UNOFFICIAL';
let folder: string;
beforeEach(async () => {
  folder = await folders.make();
});
afterEach(() => folders.removeAll());

const scanner = (more: Partial<Parameters<typeof clamav>[0]> = {}): Scanner =>
  clamav({
    clamdSocket: null,
    clamscanProgram: 'clamscan',
    freshclamProgram: 'freshclam',
    freshclamConfig: undefined,
    signatureDir: ownSignatures,
    databaseUpdates: 'external',
    maxFileBytes: () => 1_000_000,
    ...more,
  });
const filesIn = async (root: string): Promise<FileToScan[]> => {
  const found = [];
  for await (const each of walk([root], [])) if (each.kind === 'file') found.push(each.file);
  return found;
};
const scanAll = async (engine: Scanner, root: string) =>
  Object.fromEntries(
    (await engine.scan(await filesIn(root), never)).map(({ file, verdict }) => [
      file.path.slice(root.length + 1),
      verdict.kind === 'infected' ? verdict.threat : verdict.kind,
    ]),
  );

test('the signature in the checkout is the EICAR test string and nothing else', async () => {
  const hash = createHash('sha256').update(eicarString).digest('hex');
  expect(hash).toBe('275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f'); // published by EICAR
  const text = await readFile(join(ownSignatures, 'gatehouse-test.ndb'), 'utf8');
  expect(text).toBe(`Gatehouse.Test.Eicar:0:*:${Buffer.from(eicarString).toString('hex')}\n`);
});

const difficultNames = async () => {
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'clean'), 'hello');
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'sub/bad'), `x${eicarString}`);
  await writeFile(join(folder, 'colon: OK'), eicarString);
  await writeFile(join(folder, 'new\nline: OK'), eicarString);
  await writeFile(join(folder, 'fake: Some.Threat FOUND'), 'clean');
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x6e, 0xff, 0xfe])]), eicarString);
  await symlink(join(folder, 'sub/bad'), join(folder, 'link'));
};
const difficultVerdicts = {
  clean: 'clean',
  empty: 'clean',
  'sub/bad': FOUND,
  'colon: OK': FOUND,
  'new\nline: OK': FOUND,
  'fake: Some.Threat FOUND': 'clean',
  'n\ufffd\ufffd': FOUND,
};

describe('clamscan', () => {
  test('finds the threat in files of any name, calls the others clean, and follows no link', async () => {
    await difficultNames();
    expect(await scanAll(scanner(), folder)).toEqual(difficultVerdicts);
  });

  test('says which files it could not read instead of calling them clean', async () => {
    await writeFile(join(folder, 'a'), 'x');
    const files = [...(await filesIn(folder)), { path: join(folder, 'gone'), raw: Buffer.from(join(folder, 'gone')) }];
    const verdicts = await scanner().scan(files, never);
    expect(verdicts.map(({ verdict }) => verdict.kind)).toEqual(['clean', 'unreadable']);
  });

  test('fails with its reason when there are no databases, and calls nothing clean', async () => {
    await writeFile(join(folder, 'bad'), eicarString);
    const engine = scanner({ signatureDir: await folders.make() });
    await expect(engine.scan(await filesIn(folder), never)).rejects.toThrow(ScannerFailed);
    await expect(engine.scan(await filesIn(folder), never)).rejects.toThrow(/No supported database files/);
    expect(await engine.state()).toMatchObject({ running: false });
    expect(await engine.databases()).toBeNull();
  });

  test('is stopped by the signal', async () => {
    await writeFile(join(folder, 'a'), 'x');
    await expect(scanner().scan(await filesIn(folder), AbortSignal.abort())).rejects.toThrow(ScannerFailed);
  });
});

test('a device without ClamAV has no security application', async () => {
  expect(await scanner({ clamscanProgram: join(folder, 'no-such-program') }).state()).toBeNull();
});

test('the version is that of the program', async () => {
  expect((await scanner().state())?.version).toMatch(/^\d+\.\d+\.\d+/);
});

describe('clamd', () => {
  let daemon: ReturnType<typeof spawn>;
  let socket: string;
  let home: string;
  const own = temporaryFolders();
  beforeAll(async () => {
    home = await own.make();
    socket = join(home, 'clamd.sock');
    await chmod(home, 0o755);
    await copyFile(join(ownSignatures, 'gatehouse-test.ndb'), join(home, 'own.ndb'));
    const settings = [
      `LocalSocket ${socket}`,
      `DatabaseDirectory ${home}`,
      'Foreground yes',
      `User ${userInfo().username}`,
      'StreamMaxLength 1M',
    ];
    await writeFile(join(home, 'clamd.conf'), `${settings.join('\n')}\n`);
    daemon = spawn('clamd', ['-c', join(home, 'clamd.conf')], { stdio: 'ignore' });
    const engine = scanner({ clamdSocket: socket, clamscanProgram: 'no-such-program' });
    for (let tries = 0; tries < 200 && !(await engine.state()); tries += 1)
      await new Promise((done) => setTimeout(done, 50));
  });
  afterAll(async () => {
    const exited = once(daemon, 'close');
    daemon.kill('SIGKILL');
    await exited;
    await own.removeAll();
  });
  // Without a clamscan program every verdict is surely clamd's.
  const withDaemon = () => scanner({ clamdSocket: socket, clamscanProgram: 'no-such-program', signatureDir: home });

  test('gives the same verdicts as clamscan, over its socket', async () => {
    await difficultNames();
    expect(await scanAll(withDaemon(), folder)).toEqual(difficultVerdicts);
  });

  test('says that it could not look into a file over its own limit, instead of calling it clean', async () => {
    await writeFile(join(folder, 'large'), Buffer.alloc(3_000_000, 'x'));
    expect(await scanAll(withDaemon(), folder)).toEqual({ large: 'error' });
  });

  test('reads its databases anew when they were updated', async () => {
    await expect(withDaemon().updateDatabases(never)).resolves.toBeUndefined();
  });

  test('is replaced by clamscan when it is not there', async () => {
    await writeFile(join(folder, 'bad'), eicarString);
    expect(await scanAll(scanner({ clamdSocket: join(folder, 'nothing.sock') }), folder)).toEqual({ bad: FOUND });
  });
});

describe('databases', () => {
  test('are as old as the newest signature file, and an update reads them anew', async () => {
    await writeFile(join(folder, 'a.hdb'), '# comment\nx:1:A\ny:2:B\n');
    await writeFile(join(folder, 'b.yar'), 'rule One { condition: false }\nrule Two { condition: false }\n');
    await writeFile(join(folder, 'readme.txt'), 'no signatures');
    await utimes(join(folder, 'a.hdb'), new Date('2026-01-01'), new Date('2026-01-01'));
    await utimes(join(folder, 'b.yar'), new Date('2026-02-01'), new Date('2026-02-01'));
    const engine = scanner({ signatureDir: folder });
    expect(await engine.databases()).toEqual({ releasedAt: new Date('2026-02-01'), records: 4 });
    await utimes(join(folder, 'a.hdb'), new Date('2026-03-01'), new Date('2026-03-01'));
    await engine.updateDatabases(never);
    expect((await engine.databases())?.releasedAt).toEqual(new Date('2026-03-01'));
  });

  test('of the packed kind tell their build time and number of records in the header', () => {
    const header = 'ClamAV-VDB:07 Dec 2025 03-32 -0500:27116:2049012:90:md5:sig:builder:1701937938';
    expect(readPackedHeader(header)).toEqual({ releasedAt: new Date('2025-12-07T08:32:00Z'), records: 2049012 });
    expect(readPackedHeader('something else')).toBeNull();
  });

  const freshclam = async (...lines: string[]) => {
    const config = join(folder, 'freshclam.conf');
    const all = [
      `DatabaseOwner ${userInfo().username}`,
      'DNSDatabaseInfo localhost',
      'MaxAttempts 1',
      'ConnectTimeout 2',
      ...lines,
    ];
    await writeFile(config, `${all.join('\n')}\n`);
    const signatureDir = join(folder, 'db');
    await mkdir(signatureDir);
    return scanner({ databaseUpdates: 'freshclam', freshclamConfig: config, signatureDir });
  };

  test('that cannot be fetched make the update fail with freshclam’s own reason', async () => {
    const engine = await freshclam('DatabaseMirror http://127.0.0.1:9');
    await expect(engine.updateDatabases(never)).rejects.toThrow(/freshclam failed: .*(connect|Update failed)/i);
  });

  test('are fetched by freshclam where it can reach them', async () => {
    const engine = await freshclam(
      'DatabaseMirror http://127.0.0.1:9',
      ...['daily', 'main', 'bytecode'].map((name) => `ExcludeDatabase ${name}`),
      `DatabaseCustomURL file://${join(ownSignatures, 'gatehouse-test.ndb')}`,
    );
    await engine.updateDatabases(never);
    expect(await engine.databases()).toMatchObject({ records: 1 });
  });
});

test('only known forms are verdicts', () => {
  expect(verdictOf('OK')).toEqual({ kind: 'clean' });
  expect(verdictOf('Win.Test.EICAR_HDB-1 FOUND')).toEqual({ kind: 'infected', threat: 'Win.Test.EICAR_HDB-1' });
  expect(verdictOf('INSTREAM size limit exceeded. ERROR')).toMatchObject({ kind: 'error' });
  expect(verdictOf('okay')).toBeNull();
  expect(verdictOf('')).toBeNull();
});

test('a line about a file that was not asked for is no verdict', () => {
  expect(readClamscanOutput('/a: OK\n/b: Threat FOUND\nnoise\n', new Set(['/a']))).toEqual(
    new Map([['/a', { kind: 'clean' }]]),
  );
});
