import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventEngine } from './index.ts';

describe('an event store whose process is killed while it writes', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-events-'));
    const engine = await openEventEngine({ dataDir });
    await engine.command(
      `create table ev (batch UInt32, n UInt32) engine = ${engine.ddl.engine('MergeTree')} order by (batch, n) ${engine.ddl.settings()}`,
    );
    await engine.close();
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('has every acknowledged batch, whole, and none twice', { timeout: 90_000 }, async () => {
    let first = 0;
    for (let round = 0; round < 4; round += 1) {
      const writer = new URL('../../testing/write-events.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [writer, dataDir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let acknowledged = first - 1;
      let count = 0;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.trim().split('\n')) {
          acknowledged = Number(line);
          count += 1;
        }
        if (count >= 10 + round * 7) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
      });
      await once(child, 'close');
      expect(count).toBeGreaterThan(0);

      const engine = await openEventEngine({ dataDir });
      const batches = await engine.query<{ batch: number; rows: number; different: number }>(
        'select batch, count() as rows, uniqExact(n) as different from ev group by batch order by batch',
      );
      await engine.close();
      expect(batches.filter(({ rows, different }) => rows !== 500 || different !== 500)).toEqual([]);
      const stored = new Set(batches.map(({ batch }) => batch));
      expect(Array.from({ length: acknowledged + 1 }, (_, n) => n).filter((n) => !stored.has(n))).toEqual([]);
      first = Math.max(...stored) + 1;
    }
  });

  it('cannot be opened by two processes, and says what to do', async () => {
    const engine = await openEventEngine({ dataDir });
    const writer = new URL('../../testing/write-events.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [writer, dataDir, '1000000'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    expect(code).not.toBe(0);
    expect(said).toContain('event-engine.not-openable');
    await engine.close();
  });
});
