import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirInUse, lockDataDir } from './index.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-lock-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const holdInChild = async (platform: string) => {
  const door = new URL('./index.ts', import.meta.url).href;
  const script = `import { lockDataDir } from ${JSON.stringify(door)};
    await lockDataDir(${JSON.stringify(dataDir)}, { platform: ${JSON.stringify(platform)} });
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
};

describe.each(['linux', 'darwin'] as const)('the data folder lock, as on %s', (platform) => {
  it('turns a second server away with a sentence that names the folder', async () => {
    const lock = await lockDataDir(dataDir, { platform });
    const second = lockDataDir(dataDir, { platform });
    await expect(second).rejects.toThrow(DataDirInUse);
    await expect(second).rejects.toMatchObject({ code: 'data-dir.in-use', message: expect.stringContaining(dataDir) });
    await lock.release();
  });

  it('is free again after release', async () => {
    await (await lockDataDir(dataDir, { platform })).release();
    await (await lockDataDir(dataDir, { platform })).release();
  });

  it('sees a server in another process, and is free once that one was killed', async () => {
    const child = await holdInChild(platform);
    await expect(lockDataDir(dataDir, { platform })).rejects.toThrow(DataDirInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await lockDataDir(dataDir, { platform })).release();
  });
});

it('does not trust a lock file without a process number', async () => {
  writeFileSync(join(dataDir, 'server.pid'), 'nonsense');
  await (await lockDataDir(dataDir, { platform: 'darwin' })).release();
});
