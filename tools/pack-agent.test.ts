import { execFile } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOutAgent } from './lib/agent-package.mjs';
import { buildDebian, hasDpkg } from './lib/debian-agent.mjs';

const call = promisify(execFile);

describe('the packed agent', () => {
  let device: string;
  beforeAll(() => {
    device = mkdtempSync(join(tmpdir(), 'gatehouse-device-'));
    layOutAgent(join(device, 'gatehouse-agent'), process.execPath);
    symlinkSync('gatehouse-agent/bin/gatehouse-agent', join(device, 'program'));
  });
  afterAll(() => rmSync(device, { recursive: true, force: true }));

  // A device has neither Node nor this checkout: nothing but the system's own programs is on its PATH.
  const agent = (...args: string[]) =>
    call(join(device, 'program'), args, { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeout: 60_000 });

  test('runs by itself, through a link', async () => {
    expect((await agent('help')).stdout).toContain('gatehouse-agent enrol --server URL --token TOKEN');
  });

  test('speaks of its settings and of a device that is not enrolled', async () => {
    const state = join(device, 'state');
    expect((await agent('config', '--state-dir', state)).stdout).toContain(state);
    await expect(agent('run', '--state-dir', state, '--server', 'http://127.0.0.1:9')).rejects.toThrow(/not enrolled/);
  });

  test('carries no tests along', () => {
    expect(globSync(join(device, 'gatehouse-agent/{agent,contract}/**/*.test.ts'))).toEqual([]);
    expect(globSync(join(device, 'gatehouse-agent/agent/src/*.ts'))).not.toEqual([]);
  });
});

describe.skipIf(!hasDpkg())('the Debian package', () => {
  let folder: string;
  let system: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-debian-'));
    file = join(folder, 'gatehouse-agent.deb');
    buildDebian(join(folder, 'laid-out'), file, { version: '0.1.0', node: process.execPath, compression: 1 });
    rmSync(join(folder, 'laid-out'), { recursive: true });
    // An empty system for dpkg, so that nothing is installed on the machine that tests.
    system = join(folder, 'system');
    for (const each of ['updates', 'info', 'triggers'])
      mkdirSync(join(system, 'var/lib/dpkg', each), { recursive: true });
    writeFileSync(join(system, 'var/lib/dpkg/status'), '');
    writeFileSync(join(system, 'var/lib/dpkg/available'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const dpkg = (...args: string[]) =>
    call(
      'dpkg',
      [
        `--root=${system}`,
        '--force-script-chrootless',
        '--force-not-root',
        '--force-bad-path',
        '--force-depends',
        ...args,
      ],
      { timeout: 120_000 },
    );
  const inSystem = (path: string) => join(system, path);

  test('is installed with program, unit and settings that only root reads, and runs from there', async () => {
    await dpkg('--install', file);
    const { stdout } = await call(inSystem('usr/bin/gatehouse-agent'), ['help'], { env: { PATH: '/usr/bin:/bin' } });
    expect(stdout).toContain('gatehouse-agent enrol --server URL --token TOKEN');
    const unit = readFileSync(inSystem('lib/systemd/system/gatehouse-agent.service'), 'utf8');
    expect(unit).toContain('ExecStart="/opt/gatehouse-agent/bin/node" "/opt/gatehouse-agent/agent/src/main.ts" "run"');
    expect(unit).toContain('EnvironmentFile=-/etc/default/gatehouse-agent');
    expect(unit).toContain('Documentation=file:/opt/gatehouse-agent/docs/agent.md');
    expect(existsSync(inSystem('opt/gatehouse-agent/docs/agent.md'))).toBe(true);
    expect(statSync(inSystem('etc/default/gatehouse-agent')).mode & 0o777).toBe(0o600);
    expect(statSync(inSystem('var/lib/gatehouse-agent')).mode & 0o777).toBe(0o700);
  });

  test('is installed over itself without losing what was set, leaves state and settings when removed, and nothing when purged', async () => {
    appendFileSync(inSystem('etc/default/gatehouse-agent'), 'GATEHOUSE_AGENT_SERVER=https://mine.example\n');
    writeFileSync(inSystem('var/lib/gatehouse-agent/identity.json'), '{}');
    await dpkg('--install', file);
    await dpkg('--remove', 'gatehouse-agent');
    expect(existsSync(inSystem('opt/gatehouse-agent'))).toBe(false);
    expect(existsSync(inSystem('lib/systemd/system/gatehouse-agent.service'))).toBe(false);
    expect(readFileSync(inSystem('etc/default/gatehouse-agent'), 'utf8')).toContain('https://mine.example');
    expect(existsSync(inSystem('var/lib/gatehouse-agent/identity.json'))).toBe(true);
    await dpkg('--purge', 'gatehouse-agent');
    expect(existsSync(inSystem('etc/default/gatehouse-agent'))).toBe(false);
    expect(existsSync(inSystem('var/lib/gatehouse-agent'))).toBe(false);
  });
});
