import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { installService, uninstallService } from './service.ts';
import { renderUnit } from './service-unit.ts';
import { temporaryFolders } from './testing/folders.ts';

const folders = temporaryFolders();
afterEach(() => folders.removeAll());
const options = {
  node: process.execPath,
  mainFile: join(import.meta.dirname, 'main.ts'),
  stateDir: '/var/lib/gatehouse-agent',
  signatureDir: '/var/lib/clamav',
};

test('the service runs the agent in the foreground, restarts it, and takes all needless rights away', () => {
  const unit = renderUnit(options);
  expect(unit).toContain(
    `ExecStart="${options.node}" "${options.mainFile}" "run" "--state-dir" "/var/lib/gatehouse-agent"`,
  );
  for (const line of [
    'Restart=always',
    'ProtectSystem=full',
    'NoNewPrivileges=yes',
    'SystemCallFilter=@system-service fanotify_init fanotify_mark',
  ]) {
    expect(unit.split('\n')).toContain(line);
  }
});

test('a path with blanks, quotes and signs that systemd expands is taken literally', () => {
  const unit = renderUnit({ ...options, stateDir: '/srv/my "agent" 100% $HOME' });
  expect(unit).toContain('"/srv/my \\"agent\\" 100%% $$HOME"');
  expect(unit).toContain('ReadWritePaths="/srv/my \\"agent\\" 100%% $HOME"');
});

test.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('systemd accepts the unit', async () => {
  const unitDir = await folders.make();
  const path = await installService(unitDir, { ...options, stateDir: join(unitDir, 'state') }, true);
  const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  expect(verified.stderr.split('\n').filter((line) => line.includes('gatehouse-agent'))).toEqual([]);
  expect(verified.status).toBe(0);
});

test('uninstalling removes the unit and keeps the state', async () => {
  const unitDir = await folders.make();
  const stateDir = join(unitDir, 'state');
  await mkdir(stateDir);
  const path = await installService(unitDir, { ...options, stateDir }, true);
  expect(await readFile(path, 'utf8')).toContain('[Service]');
  await uninstallService(unitDir, true);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await stat(stateDir)).isDirectory()).toBe(true);
});
