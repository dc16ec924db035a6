import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openDatabase } from '../db/index.ts';
import { startJobs } from './index.ts';

const log = { warn: () => {}, error: () => {} };

describeOnBothEngines('a server that is killed in the middle of a job', (engine) => {
  // On a server the lease has to run out first, which is made to be so; it takes up to 15 s until someone looks.
  it('has its job run again by the next one', { timeout: 90_000 }, async () => {
    const place = await engine.newPlace();
    const script = new URL('../../testing/run-jobs.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, JSON.stringify(place)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const db = await openDatabase(place);
    if (db.kind === 'postgresql')
      await db.executeSql(`update jobs.job set heartbeat_on = now() - interval '31 seconds'`);
    const jobs = startJobs({ db, log });
    const runs = Promise.withResolvers<{ loaf: string; attempt: number }>();
    jobs.define({
      name: 'oven.bake',
      payload: z.object({ loaf: z.string() }),
      retry: { limit: 2, firstDelaySeconds: 1, maxDelaySeconds: 1 },
      concurrency: 1,
      run: async ({ loaf }, { attempt }) => runs.resolve({ loaf, attempt }),
    });
    await jobs.start();
    const startedAt = performance.now();
    expect(await runs.promise).toEqual({ loaf: 'rye', attempt: 2 });
    // The embedded database knows at its start that nothing runs any more, and waits for no lease.
    if (db.kind === 'pglite') expect(performance.now() - startedAt).toBeLessThan(20_000);
    await jobs.stop({ graceSeconds: 5 });
    expect((await db.executeSql('select from jobs.job')).rows).toEqual([]);
    await db.close();
  });
});
