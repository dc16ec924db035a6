import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../errors/index.ts';
import type { JobLog, RunContext } from './definition.ts';
import { JobsStopping, JobTookTooLong } from './errors.ts';
import type { FetchedJob, Queue, QueueSettings, RunError } from './queue.ts';

export interface Runnable extends QueueSettings {
  concurrency: number;
  /** Throws when the payload does not fit. */
  run(payload: unknown, context: RunContext): Promise<void>;
}

const POLL_MS = 1_000;
const TOUCH_MS = 10_000;

interface Run {
  controller: AbortController;
  ended: Promise<void>;
}

/**
 * Claims jobs and runs them. Our own, since pg-boss's workers look at their queue every half second at best, each for
 * itself; here a job that was enqueued in this process starts within some milliseconds (`wake`), and one statement a
 * second asks for all queues what came from elsewhere or has become due.
 */
export class Runner {
  readonly #queue: Queue;
  readonly #log: JobLog;
  readonly #kinds: Map<string, Runnable>;
  readonly #runs = new Map<string, Map<string, Run>>();
  readonly #claiming = new Map<string, 'once' | 'again'>();
  // Handlers must not inherit the context (a request, a transaction) of whoever happened to wake them.
  readonly #outside = AsyncLocalStorage.snapshot();
  #timers: NodeJS.Timeout[] = [];
  #polling: Promise<void> | undefined;
  #accepting = false;

  constructor(queue: Queue, kinds: Runnable[], log: JobLog) {
    this.#queue = queue;
    this.#log = log;
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    for (const { name } of kinds) this.#runs.set(name, new Map());
  }

  start(): void {
    this.#accepting = true;
    this.#every(POLL_MS, () => {
      this.#polling ??= this.#poll().finally(() => {
        this.#polling = undefined;
      });
    });
    this.#every(TOUCH_MS, () => void this.#touch());
    for (const { name, periodic } of this.#kinds.values()) {
      if (periodic && 'seconds' in periodic) this.#runInSlots(name, periodic.seconds);
      this.wake(name);
    }
  }

  /** There may be work of this name. */
  wake(name: string): void {
    const kind = this.#kinds.get(name);
    if (!kind || !this.#accepting) return;
    if (this.#claiming.has(name)) {
      this.#claiming.set(name, 'again');
      return;
    }
    this.#claiming.set(name, 'once');
    this.#outside(() => void this.#claim(kind));
  }

  /** Claims nothing more, waits for what runs, then aborts it, and gives back what does not end. */
  async stop(graceSeconds: number): Promise<void> {
    this.#accepting = false;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#polling;
    while (this.#claiming.size > 0) await pause(5);
    await Promise.race([this.#allEnded(), pause(graceSeconds * 1000)]);
    for (const [, runs] of this.#runs) {
      for (const [, { controller }] of runs) controller.abort(new JobsStopping());
    }
    await Promise.race([this.#allEnded(), pause(1_000)]);
    for (const [name, runs] of this.#runs) {
      for (const id of runs.keys()) await this.#queue.giveBack(name, id);
    }
  }

  #allEnded = () =>
    Promise.all([...this.#runs.values()].flatMap((runs) => [...runs.values()].map(({ ended }) => ended)));

  #every(ms: number, step: () => void): void {
    this.#timers.push(setInterval(step, ms));
  }

  /** A try at the begin of every slot; the queue lets one of all processes through. */
  #runInSlots(name: string, seconds: number): void {
    const slot = async () => {
      try {
        await this.#queue.enqueueSlot(name, seconds);
        this.wake(name);
      } catch (error) {
        this.#log.warn(
          { err: error, job: name },
          'A periodic job could not be enqueued; its next time is the next try',
        );
      }
      if (!this.#accepting) return;
      const toNextMs = seconds * 1000 - (Date.now() % (seconds * 1000));
      this.#timers.push(setTimeout(() => void slot(), toNextMs + 5));
      this.#timers = this.#timers.filter((timer) => timer.hasRef());
    };
    void slot();
  }

  async #poll(): Promise<void> {
    try {
      for (const name of await this.#queue.due([...this.#kinds.keys()])) this.wake(name);
    } catch (error) {
      this.#log.warn({ err: error }, 'The job queue could not be asked for work; it is asked again in a second');
    }
  }

  async #touch(): Promise<void> {
    for (const [name, runs] of this.#runs) {
      if (runs.size === 0) continue;
      try {
        await this.#queue.touch(name, [...runs.keys()]);
      } catch (error) {
        this.#log.warn({ err: error, job: name }, 'The lease of running jobs could not be renewed');
      }
    }
  }

  async #claim(kind: Runnable): Promise<void> {
    const { name } = kind;
    const runs = this.#runs.get(name) as Map<string, Run>;
    try {
      for (let more = true; more && this.#accepting; ) {
        const free = kind.concurrency - runs.size;
        if (free <= 0) break; // the end of a run wakes us
        this.#claiming.set(name, 'once');
        const jobs = await this.#queue.fetch(name, free);
        for (const job of jobs) this.#begin(kind, runs, job);
        more = jobs.length === free || this.#claiming.get(name) === 'again';
      }
    } catch (error) {
      this.#log.warn({ err: error, job: name }, 'Jobs could not be claimed; it is tried again in a second');
    } finally {
      const again = this.#claiming.get(name) === 'again';
      this.#claiming.delete(name);
      if (again && runs.size < kind.concurrency) this.wake(name);
    }
  }

  #begin(kind: Runnable, runs: Map<string, Run>, job: FetchedJob): void {
    const controller = new AbortController();
    const ended = this.#run(kind, job, controller).finally(() => {
      runs.delete(job.id);
      this.wake(kind.name);
    });
    runs.set(job.id, { controller, ended });
  }

  async #run(kind: Runnable, { id, payload, attempt }: FetchedJob, controller: AbortController): Promise<void> {
    const limit = setTimeout(() => controller.abort(new JobTookTooLong()), kind.maxRunSeconds * 1000);
    let failure: { error: unknown } | undefined;
    try {
      await kind.run(payload, { signal: controller.signal, attempt, jobId: id });
    } catch (error) {
      failure = { error };
    }
    clearTimeout(limit);
    try {
      await this.#settle(kind, id, attempt, controller.signal, failure);
    } catch (error) {
      // Its lease runs out now, and it runs again: jobs may run twice.
      this.#log.error(
        { err: error, job: kind.name, jobId: id },
        'The end of a job could not be recorded; it will run again',
      );
    }
  }

  async #settle(
    kind: Runnable,
    id: string,
    attempt: number,
    signal: AbortSignal,
    failure?: { error: unknown },
  ): Promise<void> {
    const { name } = kind;
    if (!failure) return this.#queue.done(kind, id);
    const { error } = failure;
    if (signal.reason instanceof JobsStopping) return this.#queue.giveBack(name, id);
    const final = error instanceof AppError && !error.retryable;
    const isLast = final || kind.periodic !== null || attempt > kind.retryLimit;
    const say = error instanceof AppError && !isLast ? this.#log.warn.bind(this.#log) : this.#log.error.bind(this.#log);
    say(
      { err: error, job: name, jobId: id, attempt },
      isLast ? 'A job failed for good' : 'A job failed and will be tried again',
    );
    if (kind.periodic) return this.#queue.done(kind, id);
    await this.#queue.failed(name, id, toRunError(error), final);
  }
}

const toRunError = (error: unknown): RunError => {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'jobs.unexpected', message: error instanceof Error ? error.message : String(error) };
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
