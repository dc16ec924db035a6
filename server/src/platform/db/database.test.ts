import { type Kysely, sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { type Database, DatabaseUsedInsideTransaction, json, openDatabase } from './index.ts';

interface Tables {
  loaf: { id: number; name: string; tags: unknown; count: number };
}

describeOnBothEngines('the database', (engine) => {
  let db: Database;
  let bakery: Kysely<Tables>;
  beforeAll(async () => {
    db = await engine.open();
    bakery = db.forSchema<Tables>('bakery');
    await db.executeSql(
      `create schema bakery; create table bakery.loaf (id int primary key, name text, tags jsonb, count bigint);`,
    );
  });
  beforeEach(() => db.executeSql('truncate bakery.loaf'));
  const loaf = (id: number) => ({ id, name: `loaf ${id}`, tags: json(['rye']), count: id });
  const idsOf = async () => (await bakery.selectFrom('loaf').select('id').orderBy('id').execute()).map(({ id }) => id);

  it('says which engine it is', () => expect(db.kind).toBe(engine.kind));

  it('returns every type of value in the same shape', async () => {
    const { rows } = await db.executeSql(`select 7::int8 as small, 9007199254740993::int8 as big, count(*) as n,
      1.50::numeric as money, 0.5::float8 as half, true as yes, null::text as nothing,
      timestamptz '2026-03-01 12:00:00.123+02' as moment, date '2026-03-01' as day, '\\x00ff'::bytea as bytes,
      timestamp '2026-03-01 12:00:00' as local, '{"a":[1]}'::jsonb as doc, '{1,2,NULL}'::int8[] as numbers,
      array['a','b,"c','NULL'] as texts, array[[1,2],[3,4]] as grid, '{}'::text[] as none, interval '1 day' as span,
      array[timestamptz '2026-03-01 10:00:00Z'] as moments, array['{"a":"x,y"}'::jsonb] as docs,
      'aaaaaaaa-0000-4000-8000-000000000001'::uuid as uuid from (values (1)) v`);
    expect(rows).toEqual([
      {
        small: 7,
        big: 9007199254740993n,
        n: 1,
        money: '1.50',
        half: 0.5,
        yes: true,
        nothing: null,
        moment: new Date('2026-03-01T10:00:00.123Z'),
        day: '2026-03-01',
        bytes: new Uint8Array([0, 255]),
        local: '2026-03-01 12:00:00',
        doc: { a: [1] },
        numbers: [1, 2, null],
        texts: ['a', 'b,"c', 'NULL'],
        grid: [
          [1, 2],
          [3, 4],
        ],
        none: [],
        span: '1 day',
        moments: [new Date('2026-03-01T10:00:00Z')],
        docs: [{ a: 'x,y' }],
        uuid: 'aaaaaaaa-0000-4000-8000-000000000001',
      },
    ]);
  });

  it('takes every type of parameter in the same way', async () => {
    const moment = new Date('1999-12-31T23:59:59.999Z');
    const { rows } = await db.executeSql(
      `select $1::int8 + 1 as big, $2::timestamptz as moment, $3::bytea as bytes, $4::text[] as texts, $5::bool as yes,
        $6::jsonb as doc, $7::text as hostile, $8::text as nothing, $9::int + 1 as next, $10::text as digits`,
      [2n ** 60n, moment, Buffer.from([1, 2]), ['a"', '\\', null], false, '["x"]', `'; drop --`, undefined, 4, 12],
    );
    expect(rows).toEqual([
      {
        big: 2n ** 60n + 1n,
        moment,
        bytes: new Uint8Array([1, 2]),
        texts: ['a"', '\\', null],
        yes: false,
        doc: ['x'],
        hostile: `'; drop --`,
        nothing: null,
        next: 5,
        digits: '12',
      },
    ]);
  });

  it('stores any JSON value through json(), lists and bare strings too', async () => {
    for (const value of [['a', { b: [1] }], 'text', 5, null, { quote: `'"\\` }]) {
      const { rows } = await sql`select ${json(value)} as value`.execute(db.kysely);
      expect(rows).toEqual([{ value }]);
    }
  });

  it('tells how many rows a statement changed', async () => {
    await bakery
      .insertInto('loaf')
      .values([loaf(1), loaf(2), loaf(3)])
      .execute();
    expect(
      (await bakery.updateTable('loaf').set({ name: 'x' }).where('id', '<', 3).executeTakeFirst()).numUpdatedRows,
    ).toBe(2n);
    expect((await bakery.deleteFrom('loaf').where('id', '=', 99).executeTakeFirst()).numDeletedRows).toBe(0n);
    const counted = await bakery
      .selectFrom('loaf')
      .select((eb) => eb.fn.countAll().as('n'))
      .execute();
    expect(counted).toEqual([{ n: 3 }]);
  });

  it('reports a broken rule with SQLSTATE and the name of the rule', async () => {
    await bakery.insertInto('loaf').values(loaf(1)).execute();
    await expect(bakery.insertInto('loaf').values(loaf(1)).execute()).rejects.toMatchObject({
      code: '23505',
      constraint: 'loaf_pkey',
    });
  });

  it('rolls a transaction back as a whole when one of its statements fails, and goes on working', async () => {
    const failing = db.kysely.transaction().execute(async (transaction) => {
      const inside = transaction.withSchema('bakery');
      await inside.insertInto('loaf').values(loaf(1)).execute();
      await sql`select 1 / 0`.execute(transaction);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(await idsOf()).toEqual([]);
  });

  it('does not pretend that a transaction was kept when a swallowed error had spoiled it', async () => {
    const spoiled = db.kysely.transaction().execute(async (transaction) => {
      await transaction.withSchema('bakery').insertInto('loaf').values(loaf(1)).execute();
      await sql`select 1 / 0`.execute(transaction).catch(() => {});
    });
    await expect(spoiled).rejects.toThrow();
    expect(await idsOf()).toEqual([]);
  });

  it('goes on after a savepoint is rolled back', async () => {
    const transaction = await db.kysely.startTransaction().execute();
    await transaction.withSchema('bakery').insertInto('loaf').values(loaf(1)).execute();
    const later = await transaction.savepoint('half').execute();
    await later.withSchema('bakery').insertInto('loaf').values(loaf(2)).execute();
    await later.rollbackToSavepoint('half').execute();
    await transaction.commit().execute();
    expect(await idsOf()).toEqual([1]);
  });

  it('refuses the outer database inside its own transaction instead of waiting for ever', async () => {
    const nested = db.kysely.transaction().execute(() => bakery.selectFrom('loaf').selectAll().execute());
    await expect(nested).rejects.toThrow(DatabaseUsedInsideTransaction);
    await expect(db.kysely.transaction().execute(() => db.executeSql('select 1'))).rejects.toThrow(
      DatabaseUsedInsideTransaction,
    );
    await expect(
      db.kysely.transaction().execute(() => db.kysely.transaction().execute(async () => {})),
    ).rejects.toThrow(DatabaseUsedInsideTransaction);
    await db.ping();
  });

  it('lets work that a transaction left behind use the database after it', async () => {
    let afterwards: Promise<number[]> | undefined;
    let ended = () => {};
    await db.kysely.transaction().execute(async () => {
      const gate = new Promise<void>((resolve) => {
        ended = resolve;
      });
      afterwards = gate.then(idsOf);
    });
    ended();
    expect(await afterwards).toEqual([]);
  });

  it('keeps the statements of others out of an open transaction', async () => {
    const meanwhile = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
      Promise.all([10, 11, 12].map((id) => bakery.insertInto('loaf').values(loaf(id)).execute())),
    );
    const failing = db.kysely.transaction().execute(async (transaction) => {
      await transaction.withSchema('bakery').insertInto('loaf').values(loaf(1)).execute();
      await new Promise((resolve) => setTimeout(resolve, 60));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await meanwhile;
    expect(await idsOf()).toEqual([10, 11, 12]);
  });

  it('recovers from a script that fails in its own transaction', async () => {
    await expect(db.executeSql('begin; select 1 / 0; commit;')).rejects.toMatchObject({ code: '22012' });
    await db.ping();
  });

  it('does not stop the loop of the server while a query runs', async () => {
    const running = db.executeSql('select count(*) from generate_series(1, 3000000)');
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    await running;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('rejects after close instead of hanging', async () => {
    const own = await openDatabase(await engine.newPlace());
    await own.close();
    await expect(own.ping()).rejects.toThrow();
    await expect(own.forSchema<Tables>('bakery').selectFrom('loaf').selectAll().execute()).rejects.toThrow();
    await own.close();
  });
});

describe('a PostgreSQL server that is not there', () => {
  it('is named by host and port, without the password', async () => {
    const opening = openDatabase({ url: 'postgres://baker:s3cret@127.0.0.1:1/bakery' });
    await expect(opening).rejects.toMatchObject({ code: 'db.unreachable', retryable: true });
    await expect(opening).rejects.toThrow('127.0.0.1:1');
    await expect(opening).rejects.not.toThrow('s3cret');
  });
});
