import { CompiledQuery, type Transaction } from 'kysely';
import { PgBoss } from 'pg-boss';
import type { Database } from '../db/index.ts';
import type { DeadLetter, EnqueueOptions, JobCounts, JobLog, Times } from './definition.ts';

const SCHEMA = 'jobs';
const DAY_SECONDS = 86_400;
const KEPT_DEAD_DAYS = 90;
/** pg-boss deletes what has waited longer, silently: so practically never. */
const WAITING_DAYS = 3_650;
/** Without a sign of life for so long, a run counts as dead with its process. */
const LEASE_SECONDS = 30;
/** How often the dead are looked for. */
const SUPERVISE_SECONDS = 15;
/** The one key of all runs of a periodic job. */
const PERIODIC_KEY = 'periodic';

export interface QueueSettings {
  name: string;
  retryLimit: number;
  firstDelaySeconds: number;
  maxDelaySeconds: number;
  maxRunSeconds: number;
  /** Null for jobs that are enqueued. */
  periodic: Times | null;
}

export interface FetchedJob {
  id: string;
  payload: unknown;
  attempt: number;
}

export interface RunError {
  code: string;
  message: string;
}

/**
 * The durable queue: pg-boss in the schema `jobs`, used as tables and SQL, without its workers. What pg-boss gives: the
 * tables and their upgrades, keys, claiming, back-off, leases, cron. What it does not, and is done here on its table
 * `job`: sending a job to the dead letters at once, listing those, giving a run back unspent, asking with one
 * statement which of many queues have work.
 */
export class Queue {
  readonly #db: Database;
  readonly #boss: PgBoss;
  readonly #queues: QueueSettings[];

  constructor(db: Database, queues: QueueSettings[], log: JobLog) {
    this.#db = db;
    this.#queues = queues;
    this.#boss = new PgBoss({
      db: { executeSql: (text, values) => db.executeSql(text, values) },
      backend: db.kind === 'pglite' ? 'pglite' : 'postgres',
      schema: SCHEMA,
      schedule: queues.some(({ periodic }) => periodic && 'cron' in periodic),
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      maintenanceIntervalSeconds: 3_600,
      flowIntervalSeconds: 3_600, // dependencies between jobs are not used
    });
    this.#boss.on('error', (error) => log.error({ err: error }, 'The job queue could not do its upkeep'));
    this.#boss.on('warning', (warning) => log.warn({ warning }, 'The job queue warns'));
  }

  async start(): Promise<void> {
    await this.#boss.start();
    for (const queue of this.#queues) {
      const { name, periodic } = queue;
      const options = {
        retryLimit: queue.retryLimit,
        retryDelay: queue.firstDelaySeconds,
        retryDelayMax: queue.maxDelaySeconds,
        retryBackoff: true,
        expireInSeconds: queue.maxRunSeconds,
        heartbeatSeconds: LEASE_SECONDS,
        retentionSeconds: WAITING_DAYS * DAY_SECONDS,
        // A finished run must be remembered until its time slot is over, or it would run again in it.
        deleteAfterSeconds:
          periodic && 'seconds' in periodic ? Math.ceil(periodic.seconds) * 2 + 60 : KEPT_DEAD_DAYS * DAY_SECONDS,
      };
      await this.#boss.createQueue(name, { policy: periodic ? 'exclusive' : 'short', ...options });
      await this.#boss.updateQueue(name, options); // of an earlier release
      if (periodic && 'cron' in periodic) {
        await this.#boss.schedule(name, periodic.cron, null, { tz: 'UTC', singletonKey: PERIODIC_KEY });
      } else {
        await this.#boss.unschedule(name);
      }
      // Fills pg-boss's cache of the queue: inside a transaction it could not be read.
      await this.#boss.touch(name, '00000000-0000-0000-0000-000000000000');
    }
    if (this.#db.kind === 'pglite') await this.#failOrphans();
  }

  stop(): Promise<void> {
    return this.#boss.stop({ graceful: false, close: false });
  }

  async enqueue(
    name: string,
    payload: unknown,
    { key, startAfter, in: transaction }: EnqueueOptions,
  ): Promise<string | null> {
    const db = transaction ? insideOf(transaction) : this.#db;
    const id = await this.#boss.send(
      name,
      { payload },
      {
        // The policy allows one waiting job per key, and no key would be a key too.
        singletonKey: key === undefined ? `once:${crypto.randomUUID()}` : `key:${key}`,
        startAfter,
        db,
      },
    );
    if (id === null) {
      await db.executeSql(
        `update ${SCHEMA}.job set start_after = least(start_after, coalesce($3::timestamptz, now()))
         where name = $1 and singleton_key = $2 and state = 'created'`,
        [name, `key:${key}`, startAfter ?? null],
      );
    }
    return id;
  }

  /** Enqueues the run of this moment's time slot, if no process has done so. The slots are those of the database's clock. */
  async enqueueSlot(name: string, seconds: number): Promise<void> {
    await this.#boss.send(name, { payload: {} }, { singletonSeconds: seconds, singletonKey: PERIODIC_KEY });
  }

  /** Of these names, those with a job that may start now. */
  async due(names: string[]): Promise<string[]> {
    const { rows } = await this.#db.executeSql(
      `select name from unnest($1::text[]) as name where exists (select from ${SCHEMA}.job j
         where j.name = name.name and j.state < 'active' and not j.blocked and j.start_after <= now())`,
      [names],
    );
    return rows.map(({ name }) => name);
  }

  async fetch(name: string, atMost: number): Promise<FetchedJob[]> {
    const jobs = await this.#boss.fetch<{ payload: unknown } | null>(name, {
      batchSize: atMost,
      includeMetadata: true,
    });
    return jobs.map(({ id, data, retryCount }) => ({ id, payload: data?.payload ?? {}, attempt: retryCount + 1 }));
  }

  /** Says that these runs are alive. */
  async touch(name: string, ids: string[]): Promise<void> {
    await this.#boss.touch(name, ids);
  }

  /** The job is done: nothing remains of it, except of a periodic one, which marks its time slot. */
  async done({ name, periodic }: QueueSettings, id: string): Promise<void> {
    if (periodic && 'seconds' in periodic) await this.#boss.complete(name, id);
    else await this.#boss.deleteJob(name, id);
  }

  /** Later again, or to the dead letters when the tries are used up or `final`. */
  async failed(name: string, id: string, error: RunError, final: boolean): Promise<void> {
    if (final) {
      await this.#db.executeSql(
        `update ${SCHEMA}.job set retry_limit = retry_count where name = $1 and id = $2 and state = 'active'`,
        [name, id],
      );
    }
    await this.#boss.fail(name, id, error);
  }

  /** Takes a run back as if it had not begun: it may start at once, anywhere. */
  async giveBack(name: string, id: string): Promise<void> {
    await this.#db.executeSql(
      `update ${SCHEMA}.job set state = 'retry', started_on = null, heartbeat_on = null
       where name = $1 and id = $2 and state = 'active'`,
      [name, id],
    );
  }

  async deadLetters(limit: number, after: string | null): Promise<DeadLetter[]> {
    const { rows } = await this.#db.executeSql(
      `select id, name, data -> 'payload' as payload, output, retry_count, completed_on from ${SCHEMA}.job
       where state = 'failed' and ($2::uuid is null
         or (completed_on, id) < (select completed_on, id from ${SCHEMA}.job where id = $2::uuid limit 1))
       order by completed_on desc, id desc limit $1`,
      [limit, after],
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      payload: row.payload,
      error: errorOf(row.output),
      attempts: row.retry_count + 1,
      failedAt: row.completed_on,
    }));
  }

  /** @returns the name of the job, or null when no such job is among the dead letters */
  async retry(id: string): Promise<string | null> {
    const { rows } = await this.#db.executeSql(`select name from ${SCHEMA}.job where id = $1 and state = 'failed'`, [
      id,
    ]);
    const name: string | undefined = rows[0]?.name;
    if (name === undefined) return null;
    await this.#boss.retry(name, id);
    return name;
  }

  async counts(): Promise<JobCounts[]> {
    const { rows } = await this.#db.executeSql(
      `select name, count(*) filter (where state < 'active') as waiting, count(*) filter (where state = 'active') as running,
         count(*) filter (where state = 'failed') as dead
       from ${SCHEMA}.job where name not like '\\_\\_pgboss%' group by name order by name`,
    );
    return rows;
  }

  /** The embedded database has one process: whatever is marked as running at its start died with the last one. */
  async #failOrphans(): Promise<void> {
    const { rows } = await this.#db.executeSql(
      `select name, array_agg(id::text) as ids from ${SCHEMA}.job where state = 'active' group by name`,
    );
    for (const { name, ids } of rows) await this.#boss.fail(name, ids, interrupted);
  }
}

const interrupted: RunError = { code: 'jobs.interrupted', message: 'The server ended while the job ran' };

/** pg-boss writes its own words when a lease or the time of a run is over. */
const errorOf = (output: { code?: string; message?: string; value?: { message?: string } } | null): RunError => {
  if (output?.code && output.message !== undefined) return { code: output.code, message: output.message };
  if (output?.value?.message === 'job timed out') {
    return { code: 'jobs.took-too-long', message: 'The job took longer than it may' };
  }
  return interrupted;
};

const insideOf = (transaction: Transaction<any>) => ({
  executeSql: async (text: string, values: unknown[] = []): Promise<{ rows: any[] }> => {
    const { rows } = await transaction.executeQuery<any>(CompiledQuery.raw(text, values));
    return { rows };
  },
});
