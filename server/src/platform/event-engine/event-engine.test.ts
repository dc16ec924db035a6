import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClickhouseFront } from '../../testing/clickhouse-front.ts';
import { type EventEngine, type EventEngineOptions, openEventEngine } from './index.ts';

const endless = 'select count() as n from numbers(500000000000) where sipHash64(number) = 1';
// More than one block of rows (65,409), so that a search can fail when it has put some out already.
const limits = { maxSeconds: 5, maxResultRows: 100_000, maxMemoryBytes: 300_000_000 };

/** Opens the store both ways over the same folder kind, one after the other: chDB takes one folder per process. */
const ways: [string, (folder: string) => Promise<{ options: EventEngineOptions; stop(): Promise<void> }>][] = [
  ['embedded', async (folder) => ({ options: { dataDir: folder, limits }, stop: async () => {} })],
  [
    'a server',
    async (folder) => {
      const front = await startClickhouseFront(folder);
      return { options: { url: front.url, readers: 2, limits, database: 'default' }, stop: () => front.close() };
    },
  ],
];

describe.each(ways)('the event store (%s)', (_way, start) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-events-'));
  let engine: EventEngine;
  let stop = async () => {};
  beforeAll(async () => {
    const place = await start(folder);
    stop = place.stop;
    engine = await openEventEngine(place.options);
    await engine.command(
      `create table ev ${engine.ddl.onCluster} (id UInt64, at DateTime64(3, 'UTC'), name String, more Map(String, String))
       engine = ${engine.ddl.engine('MergeTree')} order by id ${engine.ddl.settings({ merge_with_ttl_timeout: 60 })}`,
    );
  });
  afterAll(async () => {
    await engine.close();
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const row = (id: number, name = 'rye') => ({ id, at: '2026-03-01T10:00:00.123Z', name, more: { a: "it's" } });

  it('gives back what was stored', async () => {
    await engine.insert('ev', [row(1), row(2, 'spelt')]);
    const rows = await engine.query('select *, count() over () as n from ev where name = {name:String}', {
      name: 'spelt',
    });
    expect(rows).toEqual([{ id: 2, at: '2026-03-01 10:00:00.123', name: 'spelt', more: { a: "it's" }, n: 1 }]);
  });

  it('treats a hostile parameter as a value', async () => {
    const hostile = `'; drop table ev; -- \\' \n`;
    expect(await engine.query('select {s:String} as s', { s: hostile })).toEqual([{ s: hostile }]);
    expect(await engine.query('select {s:Array(String)} as s', { s: ["a'b", '\\'] })).toEqual([{ s: ["a'b", '\\'] }]);
  });

  it('stores all rows of an insert or none', async () => {
    await expect(engine.insert('ev', [row(100), { id: 'not a number' }])).rejects.toMatchObject({
      code: 'event-engine.failed',
    });
    expect(await engine.query('select id from ev where id = 100')).toEqual([]);
  });

  it.each([
    ['a file of the server', `select * from file('/etc/passwd', 'LineAsString')`],
    ['an address', `select * from url('http://127.0.0.1:1/', 'LineAsString')`],
    ['a program', `select * from executable('cat', 'LineAsString', 'x String')`],
    ['writing', `insert into ev (id) values (1)`],
    ['a new table', 'create table t2 (id UInt8) engine = Memory'],
    ['deleting', 'drop table ev'],
    ['lifting its own limits', 'select 1 settings max_result_rows = 0'],
  ])('refuses %s to a search', async (_what, sql) => {
    await expect(engine.query(sql)).rejects.toMatchObject({
      code: 'event-engine.failed',
      engineCode: expect.any(Number),
    });
    expect(await engine.query('select count() > 0 as yes from ev')).toEqual([{ yes: 1 }]);
  });

  it('keeps the SQL out of the message of an error and in its cause', async () => {
    const failing = engine.query('select secret_word from ev');
    await expect(failing).rejects.toMatchObject({ code: 'event-engine.failed', engineCode: 47 });
    await expect(failing).rejects.not.toThrow('secret_word');
    await expect(failing).rejects.toMatchObject({ cause: { message: expect.stringContaining('secret_word') } });
  });

  it('never answers a search with rows of an earlier one that failed half way', async () => {
    for (let round = 0; round < 5; round += 1) {
      await expect(engine.query('select number from numbers(5000000)')).rejects.toMatchObject({
        code: 'event-engine.too-large',
      });
      const answers = await Promise.all([1, 2].map((n) => engine.query('select {n:UInt8} as mine', { n })));
      expect(answers).toEqual([[{ mine: 1 }], [{ mine: 2 }]]);
    }
  });

  it('lets no setting of one statement reach another', async () => {
    const setting = () => engine.query(`select value from system.settings where name = 'max_threads'`);
    const before = await setting();
    await engine.command('optimize table ev final settings max_threads = 3');
    await engine.insert('ev', [row(200)]);
    expect([await setting(), await setting(), await setting()]).toEqual([before, before, before]);
    expect(await engine.query(`select value from system.settings where name = 'readonly'`)).toEqual([{ value: '1' }]);
    await engine.insert('ev', [row(201)]); // a pinned reader does not make the writer read-only
  });

  it('ends a search at its limit of time', async () => {
    await expect(engine.query(endless, {}, { maxSeconds: 0.3 })).rejects.toMatchObject({
      code: 'event-engine.too-slow',
    });
    await expect(
      engine.query('select sleepEachRow(1) from numbers(30) settings function_sleep_max_microseconds_per_block = 0'),
    ).rejects.toThrow();
  });

  it('ends a search at its limit of memory', async () => {
    await expect(
      engine.query(
        'select length(groupArray(concat(toString(number), repeat({x:String}, 100)))) from numbers(50000000)',
        { x: 'y' },
      ),
    ).rejects.toMatchObject({ code: 'event-engine.too-large' });
  });

  it('stops an aborted search in the engine, so that others can go on', async () => {
    const controllers = [1, 2].map(() => new AbortController());
    const searches = controllers.map(({ signal }) => engine.query(endless, {}, { signal }));
    const settled = Promise.allSettled(searches);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const controller of controllers) controller.abort(new Error('gone home'));
    expect((await settled).map((one) => one.status === 'rejected' && one.reason.message)).toEqual([
      'gone home',
      'gone home',
    ]);
    const before = performance.now();
    expect(await engine.query('select 1 as one')).toEqual([{ one: 1 }]);
    expect(performance.now() - before).toBeLessThan(2500);
  });

  it('gives up waiting when the one who asked has gone', async () => {
    await expect(engine.query('select 1', {}, { signal: AbortSignal.abort(new Error('gone before')) })).rejects.toThrow(
      'gone before',
    );
  });

  it('streams more rows than a search may return, and stops when the reader leaves', async () => {
    let seen = 0;
    for await (const { n } of engine.stream<{ n: number }>('select number + {from:UInt32} as n from numbers(150000)', {
      from: 5,
    })) {
      if (seen === 0) expect(n).toBe(5);
      seen += 1;
    }
    expect(seen).toBe(150_000);
    for await (const _row of engine.stream('select number from numbers(100000)')) break;
    const rest: unknown[] = [];
    for await (const one of engine.stream('select 7 as seven')) rest.push(one);
    expect(rest).toEqual([{ seven: 7 }]);
  });

  it('tells a failing stream apart from a complete one', async () => {
    const read = async () => {
      for await (const _row of engine.stream('select throwIf(number = 90000) from numbers(100000)'));
    };
    await expect(read()).rejects.toMatchObject({ code: 'event-engine.failed' });
  });

  it('answers a ping while a mutation and searches run', async () => {
    const search = engine.query(endless, {}, { maxSeconds: 0.5 });
    await engine.ping();
    await expect(search).rejects.toMatchObject({ code: 'event-engine.too-slow' });
  });

  it('refuses a table name that is SQL', () => {
    expect(() => engine.insert('ev; drop table ev', [row(1)])).toThrow();
  });
});

describe('an event store that is not there', () => {
  it('is named by host and port, without the password', async () => {
    const opening = openEventEngine({ url: 'http://127.0.0.1:1', user: 'baker', password: 's3cret' });
    await expect(opening).rejects.toMatchObject({ code: 'event-engine.unreachable', retryable: true });
    await expect(opening).rejects.toThrow('127.0.0.1:1');
  });
});

describe('tables of a cluster', () => {
  it('are made replicated and on all nodes', async () => {
    const { ddlFor } = await import('./ddl.ts');
    const ddl = ddlFor('main');
    expect(ddl.onCluster).toBe(`on cluster 'main'`);
    expect(ddl.engine('ReplacingMergeTree', 'version')).toBe(
      `ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', version)`,
    );
    expect(ddlFor().engine('MergeTree')).toBe('MergeTree()');
    expect(ddl.settings({ ttl_only_drop_parts: 1 })).toBe(
      'settings fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1',
    );
  });
});
