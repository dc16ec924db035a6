import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startReceiver } from './receiver.testing.ts';

const program = new URL('../../testing/run-export.ts', import.meta.url).pathname;

it('after kill -9, again and again, the SIEM has every acknowledged event, in order', {
  timeout: 180_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-export-'));
  const siem = await startReceiver('tcp');
  const start = (mode: string) =>
    spawn(process.execPath, [program, dataDir, String(siem.port), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      const child = start('write');
      let batches = 0;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        acknowledged = Number(text.trim().split('\n').at(-1));
        batches += text.trim().split('\n').length;
        if (batches > 15 + round * 7) setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
      });
      await once(child, 'close');
      expect(batches).toBeGreaterThan(0);
      // In one round the SIEM dies with it.
      if (round === 1) {
        await siem.leave();
        await siem.comeBack();
      }
    }
    const [code] = await once(start('drain'), 'close');
    expect(code).toBe(0);
    const arrived = [...new Set(siem.messages.map((message) => Number(/p1="(\d+)"/.exec(message)?.[1])))];
    expect(arrived.length).toBeGreaterThanOrEqual(acknowledged);
    expect(arrived).toEqual(Array.from({ length: arrived.length }, (_, index) => index + 1));
  } finally {
    await siem.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
