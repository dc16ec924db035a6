/**
 * A server to be killed in the middle of a job: `node run-jobs.ts <DatabaseOptions as JSON>`. Enqueues one job
 * `oven.bake`, whose handler prints "began" and never ends.
 */
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { openDatabase } from '../platform/db/index.ts';
import { startJobs } from '../platform/jobs/index.ts';

const db = await openDatabase(JSON.parse(process.argv[2] ?? ''));
const log = { warn: () => {}, error: () => {} };
const jobs = startJobs({ db, log });
const bake = jobs.define({
  name: 'oven.bake',
  payload: z.object({ loaf: z.string() }),
  retry: { limit: 2, firstDelaySeconds: 1, maxDelaySeconds: 1 },
  concurrency: 1,
  run: () => {
    writeSync(1, 'began\n');
    return new Promise(() => {});
  },
});
await jobs.start();
await bake.enqueue({ loaf: 'rye' });
