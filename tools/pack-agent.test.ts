import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOutAgent } from './lib/agent-package.mjs';

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
