import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GatehouseDidNotStart, type GatehouseProcess, startGatehouse } from './gatehouse-process.ts';

describe('a server in a process of its own', () => {
  let dataDir: string;
  const running: GatehouseProcess[] = [];
  const start = async (flags: string[] = []) => {
    const server = await startGatehouse({ dataDir, flags });
    running.push(server);
    return server;
  };

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-process-'));
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('is ready, hands out a set-up link, and stops cleanly when asked', async () => {
    const server = await start();
    expect(await server.setUpLink()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup\?token=\S{20,}$/);
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  test('keeps a second server away from its data folder, in words', async () => {
    await start();
    const second = start();
    await expect(second).rejects.toThrow(GatehouseDidNotStart);
    await expect(second).rejects.toThrow(/ended with [1-9]\d*\. [\s\S]*(in use|another)/i);
  });

  test('comes back on its data folder after it was killed', async () => {
    const first = await start();
    await first.kill();
    const again = await start();
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
  });

  test('refuses a flag that does not exist, in words', async () => {
    await expect(start(['--htp-port', '1'])).rejects.toThrow(/htp-port/);
  });
});
