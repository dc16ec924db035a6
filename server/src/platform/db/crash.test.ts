import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openDatabase } from './index.ts';

describeOnBothEngines('a server that is killed while it writes', (engine) => {
  it('has lost no acknowledged commit and torn no transaction', { timeout: 90_000 }, async () => {
    const place = await engine.newPlace();
    const setUp = await openDatabase(place);
    await setUp.executeSql('create table pair (n int, half int, primary key (n, half))');
    await setUp.close();

    let first = 0;
    for (let round = 0; round < 3; round += 1) {
      const child = spawn(
        process.execPath,
        [new URL('../../testing/write-pairs.ts', import.meta.url).pathname, JSON.stringify(place), String(first)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const acknowledged: number[] = [];
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) acknowledged.push(Number(line));
        if (acknowledged.length >= 40 + round * 37) child.kill('SIGKILL');
      });
      await once(child, 'close');
      expect(acknowledged.length).toBeGreaterThan(0);

      const after = await openDatabase(place);
      const { rows } = await after.executeSql('select n, count(*) as halves from pair group by n');
      await after.close();
      const halves = new Map(rows.map((row) => [row.n, row.halves]));
      expect(acknowledged.filter((n) => !halves.has(n))).toEqual([]);
      expect(rows.filter((row) => row.halves !== 2)).toEqual([]);
      first = Math.max(...halves.keys()) + 1;
    }
  });
});

describe('the thread of the embedded database', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-db-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('rejects everything as Unavailable when it dies, and says so once', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const fatal: Error[] = [];
    const db = await openDatabase({ dataDir, onFatal: (error) => fatal.push(error) });
    await db.ping();
    const hanging = db.executeSql('select count(*) from generate_series(1, 100000000)');
    const rejected = expect(hanging).rejects.toMatchObject({ code: 'db.stopped', retryable: true });
    await (post.mock.contexts[0] as Worker).terminate();
    post.mockRestore();
    await rejected;
    await expect(db.ping()).rejects.toMatchObject({ code: 'db.stopped' });
    await expect(db.kysely.selectFrom('x').selectAll().execute()).rejects.toMatchObject({ code: 'db.stopped' });
    expect(fatal).toHaveLength(1);
    await db.close();
  });

  it.each([
    ['is a file', (path: string) => writeFileSync(path, '')],
    [
      'holds something else',
      (path: string) => {
        mkdirSync(join(path, 'database'), { recursive: true });
        writeFileSync(join(path, 'database', 'PG_VERSION'), '9');
      },
    ],
  ])('says what is wrong when the folder %s', async (_what, spoil) => {
    const place = join(mkdtempSync(join(dataDir, 'spoiled-')), 'data');
    spoil(place);
    const opening = openDatabase({ dataDir: place });
    await expect(opening).rejects.toMatchObject({ code: 'db.not-openable' });
    await expect(opening).rejects.toThrow(place);
  });
});

describeOnBothEngines('a database that goes away', (engine) => {
  it.runIf(engine.kind === 'postgresql')(
    'is Unavailable while it is away, and used again when it is back',
    async () => {
      const place = await engine.newPlace();
      if (!('url' in place)) throw new Error('a server has an address');
      const proxy = await startProxy(place.url);
      const db = await openDatabase({ url: proxy.url });
      await db.ping();
      proxy.breakOff();
      await expect(db.ping()).rejects.toMatchObject({ code: 'db.unreachable', retryable: true });
      proxy.mend();
      await db.ping();
      await db.close();
      await proxy.close();
    },
  );
});

/** A TCP door to the cluster's socket that can be shut. */
const startProxy = async (socketUrl: string) => {
  const url = new URL(socketUrl);
  const path = join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const open = new Set<{ destroy(): void }>();
  let broken = false;
  const server = createServer((inside) => {
    if (broken) return inside.destroy();
    const outside = connectTo(path);
    for (const socket of [inside, outside]) {
      open.add(socket);
      socket.on('error', () => {}); // torn on purpose
    }
    inside.pipe(outside).pipe(inside);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `postgresql://postgres@127.0.0.1:${port}${url.pathname}`,
    breakOff: () => {
      broken = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      broken = false;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};
