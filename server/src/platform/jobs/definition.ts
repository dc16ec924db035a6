import type { Transaction } from 'kysely';
import type { z } from 'zod';

/** What a handler is told besides its payload. */
export interface RunContext {
  /** Aborted when the server stops and will not wait longer, or when `maxRunSeconds` are over. */
  signal: AbortSignal;
  /** 1 for the first run. A run that a crash cut short counts. */
  attempt: number;
  jobId: string;
}

export interface JobDefinition<Payload extends z.ZodType> {
  /** `<module>.<what it does>`, as `psa.deliver`. Waiting jobs bear it: renaming it leaves them behind. */
  name: string;
  payload: Payload;
  /**
   * After a failure that may pass (an AppError that is retryable, or anything unexpected) the job runs again, up to
   * `limit` times: after `firstDelaySeconds` at the earliest, each time twice as long up to `maxDelaySeconds`, with
   * up to as much again by chance. Then, or at once when the error says that trying again is of no use, it goes to
   * the dead letters.
   */
  retry: { limit: number; firstDelaySeconds: number; maxDelaySeconds: number };
  /** How many run at once in this process. */
  concurrency: number;
  /** A run that takes longer is aborted, and counts as failed; at most a day. */
  maxRunSeconds?: number;
  run(payload: z.output<Payload>, context: RunContext): Promise<void>;
}

export interface EnqueueOptions {
  /** Of jobs with the same name and key, one waits at most: enqueuing another only moves its start forward. */
  key?: string;
  startAfter?: Date;
  /** The caller's transaction: the job exists if, and only if, that is committed. */
  in?: Transaction<any>;
}

export interface Job<Input> {
  name: string;
  /** @returns the id, or null when a job with this key waits already */
  enqueue(payload: Input, options?: EnqueueOptions): Promise<string | null>;
}

/** When a periodic job runs: five cron fields, in UTC, to the minute; or every so many seconds. */
export type Times = { cron: string } | { seconds: number };

export type PeriodicJob = Times & {
  name: string;
  maxRunSeconds?: number;
  /** Runs in one process at a time. A failure is logged, and the next time is the next try. */
  run(context: RunContext): Promise<void>;
};

export interface DeadLetter {
  id: string;
  name: string;
  payload: unknown;
  error: { code: string; message: string };
  attempts: number;
  failedAt: Date;
}

export interface JobCounts {
  name: string;
  waiting: number;
  running: number;
  dead: number;
}

/** The part of a pino logger that is used. */
export interface JobLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
