import { afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { describeOnBothEngines } from '../../testing/engines.ts';
import type { Database } from '../db/index.ts';
import { InvalidInput, Unavailable } from '../errors/index.ts';
import { type JobDefinition, type Jobs, startJobs } from './index.ts';

const Loaf = z.object({ loaf: z.string() });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (fact: () => boolean | Promise<boolean>, maxMs = 8000) => {
  const end = performance.now() + maxMs;
  while (!(await fact())) {
    if (performance.now() > end) throw new Error('It did not come true in time');
    await later(5);
  }
};

describeOnBothEngines('jobs', (engine) => {
  let db: Database;
  let started: Jobs[] = [];
  let logged: { message: string; fields: object }[] = [];
  const log = {
    warn: (fields: object, message: string) => void logged.push({ message, fields }),
    error: (fields: object, message: string) => void logged.push({ message, fields }),
  };
  beforeAll(async () => {
    db = await engine.open();
  });
  afterEach(async () => {
    for (const jobs of started) await jobs.stop({ graceSeconds: 0 });
    started = [];
    logged = [];
    // Every test has its own names, so that none sees another's jobs; the dead letters are common to all.
    await db.executeSql('delete from jobs.job');
  });

  let names = 0;
  const newName = () => {
    names += 1;
    return `oven.bake-${names}`;
  };
  const newJobs = () => {
    const jobs = startJobs({ db, log });
    started.push(jobs);
    return jobs;
  };
  type Settings = Partial<Omit<JobDefinition<typeof Loaf>, 'payload'>>;
  const oven = async (run: JobDefinition<typeof Loaf>['run'], settings: Settings = {}) => {
    const jobs = newJobs();
    const retry = { limit: 2, firstDelaySeconds: 1, maxDelaySeconds: 1 };
    const bake = jobs.define({ name: newName(), payload: Loaf, retry, concurrency: 4, ...settings, run });
    await jobs.start();
    return { jobs, bake };
  };

  it('runs a job with its payload, once, soon after it was enqueued', async () => {
    const runs: unknown[] = [];
    let ranAt = 0;
    const { jobs, bake } = await oven(async (payload, { attempt }) => {
      ranAt = performance.now();
      runs.push([payload, attempt]);
    });
    await bake.enqueue({ loaf: 'warm up' });
    await until(() => runs.length === 1);
    const enqueuedAt = performance.now();
    await bake.enqueue({ loaf: 'rye' });
    await until(() => runs.length === 2);
    expect(ranAt - enqueuedAt).toBeLessThan(250); // 50 ms on a quiet machine
    await later(1200);
    expect(runs).toEqual([
      [{ loaf: 'warm up' }, 1],
      [{ loaf: 'rye' }, 1],
    ]);
    expect(await jobs.counts()).toEqual([]);
  });

  it('runs as many at once as allowed, and no more', async () => {
    let now = 0;
    let most = 0;
    let done = 0;
    const { bake } = await oven(
      async () => {
        now += 1;
        most = Math.max(most, now);
        await later(30);
        now -= 1;
        done += 1;
      },
      { concurrency: 3 },
    );
    for (let n = 0; n < 12; n += 1) await bake.enqueue({ loaf: String(n) });
    await until(() => done === 12);
    expect(most).toBe(3);
  });

  it('enqueues with the transaction or not at all', async () => {
    const baked: string[] = [];
    const { bake } = await oven(async ({ loaf }) => void baked.push(loaf));
    const failing = db.kysely.transaction().execute(async (transaction) => {
      await bake.enqueue({ loaf: 'rolled back' }, { in: transaction });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await db.kysely.transaction().execute(async (transaction) => {
      await bake.enqueue({ loaf: 'kept' }, { in: transaction });
      await later(50);
      expect(baked).toEqual([]);
    });
    const committedAt = performance.now();
    await until(() => baked.length > 0);
    expect(performance.now() - committedAt).toBeLessThan(500);
    await later(1200);
    expect(baked).toEqual(['kept']);
  });

  it('starts a job at its time and not before', async () => {
    let ranAt = 0;
    const { bake } = await oven(async () => {
      ranAt = Date.now();
    });
    const startAfter = new Date(Date.now() + 1500);
    await bake.enqueue({ loaf: 'slow' }, { startAfter });
    await until(() => ranAt > 0);
    expect(ranAt).toBeGreaterThanOrEqual(startAfter.getTime() - 50);
    expect(ranAt).toBeLessThan(startAfter.getTime() + 2000);
  });

  it('keeps one waiting job per key, moved to the earliest time asked for, and takes the key again once it runs', async () => {
    const baked: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { bake } = await oven(async ({ loaf }) => {
      baked.push(loaf);
      await gate;
    });
    const inAnHour = new Date(Date.now() + 3_600_000);
    expect(await bake.enqueue({ loaf: 'first' }, { key: 'a', startAfter: inAnHour })).toEqual(expect.any(String));
    expect(await bake.enqueue({ loaf: 'other' }, { key: 'b', startAfter: inAnHour })).toEqual(expect.any(String));
    expect(await bake.enqueue({ loaf: 'twice' }, { key: 'a' })).toBeNull();
    await until(() => baked.length === 1);
    expect(await bake.enqueue({ loaf: 'again' }, { key: 'a' })).toEqual(expect.any(String));
    await until(() => baked.length === 2);
    open();
    expect(baked).toEqual(['first', 'again']);
  });

  it('tries again, later each time, after a failure that may pass', async () => {
    const times: number[] = [];
    const { jobs, bake } = await oven(
      async (_payload, { attempt }) => {
        times.push(Date.now());
        if (attempt === 1) throw new Unavailable('oven.cold', 'The oven is cold');
        if (attempt === 2) throw new Error('unexpected');
      },
      { retry: { limit: 2, firstDelaySeconds: 1, maxDelaySeconds: 2 } },
    );
    await bake.enqueue({ loaf: 'rye' });
    await until(() => times.length === 3, 12_000);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(950);
    expect(third - second).toBeGreaterThanOrEqual(1900);
    await until(async () => (await jobs.counts()).length === 0);
    expect(await jobs.deadLetters({ limit: 10 })).toEqual([]);
  });

  it('puts a job whose tries are used up among the dead letters, with its error, from where it can be run again', async () => {
    let cold = true;
    const { jobs, bake } = await oven(
      async () => {
        if (cold) throw new Unavailable('oven.cold', 'The oven is cold');
      },
      { retry: { limit: 1, firstDelaySeconds: 1, maxDelaySeconds: 1 } },
    );
    const id = await bake.enqueue({ loaf: 'rye' });
    await until(async () => (await jobs.deadLetters({ limit: 10 })).length === 1);
    expect(await jobs.deadLetters({ limit: 10 })).toEqual([
      {
        id,
        name: bake.name,
        payload: { loaf: 'rye' },
        error: { code: 'oven.cold', message: 'The oven is cold' },
        attempts: 2,
        failedAt: expect.any(Date),
      },
    ]);
    expect(await jobs.counts()).toEqual([{ name: bake.name, waiting: 0, running: 0, dead: 1 }]);
    cold = false;
    await jobs.retry(id as string);
    await until(async () => (await jobs.counts()).length === 0);
    await expect(jobs.retry(id as string)).rejects.toMatchObject({ code: 'dead-letter.not-found' });
    await expect(jobs.retry('nonsense')).rejects.toMatchObject({ code: 'dead-letter.not-found' });
  });

  it('does not try again what trying cannot mend', async () => {
    let runs = 0;
    const { jobs, bake } = await oven(async () => {
      runs += 1;
      throw new InvalidInput('No such flour', [], 'oven.no-flour');
    });
    await bake.enqueue({ loaf: 'rye' });
    await until(async () => (await jobs.deadLetters({ limit: 10 })).length === 1);
    const [letter] = await jobs.deadLetters({ limit: 10 });
    expect(letter).toMatchObject({ error: { code: 'oven.no-flour', message: 'No such flour' }, attempts: 1 });
    expect(runs).toBe(1);
  });

  it('pages through the dead letters, the newest first', async () => {
    const { jobs, bake } = await oven(
      async ({ loaf }) => {
        throw new InvalidInput(loaf);
      },
      { concurrency: 1 },
    );
    for (let n = 0; n < 5; n += 1) {
      await bake.enqueue({ loaf: String(n) });
      await until(async () => (await jobs.deadLetters({ limit: 10 })).length === n + 1);
    }
    const seen: string[] = [];
    for (let after: string | undefined; seen.length < 5; ) {
      const page = await jobs.deadLetters({ limit: 2, after });
      seen.push(...page.map(({ error }) => error.message));
      after = page.at(-1)?.id;
      expect(page.length).toBeGreaterThan(0);
    }
    expect(seen).toEqual(['4', '3', '2', '1', '0']);
  });

  it('refuses a payload of the wrong shape, and buries one that another release left', async () => {
    const { jobs, bake } = await oven(async () => {});
    await expect(bake.enqueue({ loaf: 5 } as never)).rejects.toMatchObject({
      code: 'jobs.payload-invalid',
      issues: [{ where: 'payload.loaf', what: expect.any(String) }],
    });
    await bake.enqueue({ loaf: 'old' }, { startAfter: new Date(Date.now() + 3_600_000) });
    await db.executeSql(`update jobs.job set data = '{"payload": {"bread": 1}}', start_after = now()`);
    await until(async () => (await jobs.deadLetters({ limit: 1 })).length === 1);
    expect((await jobs.deadLetters({ limit: 1 }))[0]).toMatchObject({
      error: { code: 'jobs.payload-invalid' },
      attempts: 1,
    });
  });

  it('lets running jobs end when the server stops', async () => {
    let ended = false;
    let began = false;
    const { jobs, bake } = await oven(async () => {
      began = true;
      await later(300);
      ended = true;
    });
    await bake.enqueue({ loaf: 'rye' });
    await until(() => began);
    await jobs.stop({ graceSeconds: 5 });
    expect(ended).toBe(true);
    expect((await db.executeSql('select from jobs.job')).rows).toEqual([]);
  });

  it('aborts what takes longer than the grace, and runs it again after the next start without counting it', async () => {
    const attempts: number[] = [];
    const run: JobDefinition<typeof Loaf>['run'] = async (_payload, { signal, attempt }) => {
      attempts.push(attempt);
      if (attempts.length > 1) return;
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { jobs, bake } = await oven(run);
    await bake.enqueue({ loaf: 'rye' });
    await until(() => attempts.length === 1);
    await jobs.stop({ graceSeconds: 0.1 });
    await oven(run, { name: bake.name });
    await until(() => attempts.length === 2);
    expect(attempts).toEqual([1, 1]);
  });

  it('gives back a job whose handler does not listen to the signal', async () => {
    let began = 0;
    const run = async () => {
      began += 1;
      if (began === 1) await later(60_000);
    };
    const { jobs, bake } = await oven(run);
    await bake.enqueue({ loaf: 'stone' });
    await until(() => began === 1);
    await jobs.stop({ graceSeconds: 0 });
    await oven(run, { name: bake.name });
    await until(() => began === 2);
  });

  it('aborts a run that takes longer than it may, and tries again', async () => {
    const attempts: number[] = [];
    const { bake } = await oven(
      async (_payload, { signal, attempt }) => {
        attempts.push(attempt);
        if (attempt === 1)
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      { maxRunSeconds: 1 },
    );
    await bake.enqueue({ loaf: 'rye' });
    await until(() => attempts.length === 2);
    expect(attempts).toEqual([1, 2]);
  });

  it('runs a periodic job once in each of its times, however many servers there are', async () => {
    const name = newName();
    const at: number[] = [];
    for (let server = 0; server < 3; server += 1) {
      const jobs = newJobs();
      jobs.every({ name, seconds: 1, run: async () => void at.push(Date.now()) });
      await jobs.start();
    }
    const begin = at.length;
    await later(4000);
    expect(at.length - begin).toBeGreaterThanOrEqual(3);
    expect(at.length - begin).toBeLessThanOrEqual(5);
  });

  it('goes on with a periodic job after a failure, which is logged', async () => {
    const jobs = newJobs();
    let runs = 0;
    jobs.every({
      name: newName(),
      seconds: 1,
      run: async () => {
        runs += 1;
        throw new Error('burnt');
      },
    });
    await jobs.start();
    await until(() => runs === 2);
    expect(logged.some(({ message }) => message.startsWith('A job failed'))).toBe(true);
    expect(await jobs.deadLetters({ limit: 5 })).toEqual([]);
  });

  it('knows the times of a cron job, and refuses what is none', async () => {
    const jobs = newJobs();
    const name = newName();
    jobs.every({ name, cron: '0 3 * * *', run: async () => {} });
    await jobs.start();
    const { rows } = await db.executeSql('select cron, timezone from jobs.schedule where name = $1', [name]);
    expect(rows).toEqual([{ cron: '0 3 * * *', timezone: 'UTC' }]);
    const wrong = newJobs();
    wrong.every({ name: newName(), cron: 'at noon', run: async () => {} });
    await expect(wrong.start()).rejects.toThrow();
  });

  it('shares the work between servers on one database and loses none', async () => {
    const name = newName();
    const baked: string[] = [];
    const run = async ({ loaf }: { loaf: string }) => {
      await later(2);
      baked.push(loaf);
    };
    const { bake } = await oven(run, { name });
    await oven(run, { name });
    const loaves = Array.from({ length: 100 }, (_, n) => String(n));
    await Promise.all(loaves.map((loaf) => bake.enqueue({ loaf })));
    await until(() => baked.length >= 100);
    await later(100);
    expect(baked.toSorted()).toEqual(loaves.toSorted());
  });
});
