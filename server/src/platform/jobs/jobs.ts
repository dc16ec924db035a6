import type { z } from 'zod';
import type { Database } from '../db/index.ts';
import { NotFound } from '../errors/index.ts';
import type { DeadLetter, Job, JobCounts, JobDefinition, JobLog, PeriodicJob } from './definition.ts';
import { PayloadInvalid } from './errors.ts';
import { Queue } from './queue.ts';
import { type Runnable, Runner } from './runner.ts';

const DEFAULT_MAX_RUN_SECONDS = 3_600;

/**
 * Durable jobs. Define all of them, then `start`. A job runs at least once and may run twice: when its process dies,
 * or is so slow that its lease runs out (30 s without a sign of life), another process runs it again, and the slow one
 * is not held back. So every handler must bear to be run again with the same payload.
 */
export interface Jobs {
  define<Payload extends z.ZodType>(definition: JobDefinition<Payload>): Job<z.input<Payload>>;
  every(job: PeriodicJob): void;
  start(): Promise<void>;
  /** Waits for running handlers, then aborts them by their signal; what had not ended is run again after the next start. */
  stop(options: { graceSeconds: number }): Promise<void>;
  /** The newest first. @param page `after`: the id of the last one seen */
  deadLetters(page: { limit: number; after?: string | null }): Promise<DeadLetter[]>;
  /** Runs a dead letter once more. @throws NotFound */
  retry(id: string): Promise<void>;
  /** Of all names that have jobs, for metrics. */
  counts(): Promise<JobCounts[]>;
}

/** Makes the door to the job queue; nothing runs before `start`. */
export const startJobs = ({ db, log }: { db: Database; log: JobLog }): Jobs => {
  const kinds = new Map<string, Runnable>();
  let running: { queue: Queue; runner: Runner } | undefined;

  const add = (kind: Runnable): void => {
    if (running) throw new Error(`Define the job ${kind.name} before the jobs are started`);
    if (kinds.has(kind.name)) throw new Error(`There are two jobs with the name ${kind.name}`);
    if (!/^[a-z][a-z0-9.-]*$/.test(kind.name)) throw new Error(`"${kind.name}" is no name for a job`);
    kinds.set(kind.name, kind);
  };
  const started = () => {
    if (!running) throw new Error('Start the jobs first');
    return running;
  };

  return {
    define: <Payload extends z.ZodType>(definition: JobDefinition<Payload>): Job<z.input<Payload>> => {
      const { name, payload: schema, retry } = definition;
      const read = (payload: unknown): z.output<Payload> => {
        const parsed = schema.safeParse(payload);
        if (!parsed.success) throw new PayloadInvalid(name, parsed.error.issues);
        return parsed.data;
      };
      add({
        name,
        retryLimit: retry.limit,
        firstDelaySeconds: retry.firstDelaySeconds,
        maxDelaySeconds: retry.maxDelaySeconds,
        maxRunSeconds: definition.maxRunSeconds ?? DEFAULT_MAX_RUN_SECONDS,
        concurrency: definition.concurrency,
        periodic: null,
        run: async (payload, context) => definition.run(read(payload), context),
      });
      return {
        name,
        enqueue: async (payload, options = {}) => {
          const { queue, runner } = started();
          read(payload); // the input itself is stored, so that a transforming schema reads it twice alike
          const id = await queue.enqueue(name, payload, options);
          db.afterTransaction(() => runner.wake(name));
          return id;
        },
      };
    },

    every: (job) =>
      add({
        name: job.name,
        retryLimit: 1, // one more run when the process died in it
        firstDelaySeconds: 1,
        maxDelaySeconds: 1,
        maxRunSeconds: job.maxRunSeconds ?? DEFAULT_MAX_RUN_SECONDS,
        concurrency: 1,
        periodic: 'cron' in job ? { cron: job.cron } : { seconds: job.seconds },
        run: (_payload, context) => job.run(context),
      }),

    start: async () => {
      const all = [...kinds.values()];
      const queue = new Queue(db, all, log);
      const runner = new Runner(queue, all, log);
      await queue.start();
      running = { queue, runner };
      runner.start();
    },

    stop: async ({ graceSeconds }) => {
      if (!running) return;
      const { queue, runner } = running;
      await runner.stop(graceSeconds);
      await queue.stop();
      running = undefined;
    },

    deadLetters: ({ limit, after = null }) => started().queue.deadLetters(limit, after),

    retry: async (id) => {
      const { queue, runner } = started();
      const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
      const name = isId ? await queue.retry(id) : null;
      if (name === null) throw new NotFound('dead letter', id);
      runner.wake(name);
    },

    counts: () => started().queue.counts(),
  };
};
