import { Unavailable } from '../errors/index.ts';
import { eventEngineBusy } from './errors.ts';

export interface BatcherOptions<T> {
  /** Stores the rows of one batch, all or none. */
  flush(rows: T[]): Promise<void>;
  /** A batch is stored when it has so many rows … */
  maxRows?: number;
  /** … or when its first row has waited so long. */
  maxWaitMs?: number;
  /** Rows that may wait in memory; beyond, `add` is refused with Unavailable `event-engine.busy`. */
  maxQueuedRows?: number;
}

interface Entry<T> {
  rows: T[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Gathers many small additions into few large inserts. One batch is under way at a time; the next fills meanwhile.
 * What was added together is stored together, in one batch, and its promise tells how that batch ended.
 */
export class Batcher<T> {
  readonly #flush: (rows: T[]) => Promise<void>;
  readonly #maxRows: number;
  readonly #maxWaitMs: number;
  readonly #maxQueuedRows: number;
  #queue: Entry<T>[] = [];
  #queuedRows = 0;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #closed = false;

  constructor({ flush, maxRows = 10_000, maxWaitMs = 200, maxQueuedRows = 100_000 }: BatcherOptions<T>) {
    this.#flush = flush;
    this.#maxRows = maxRows;
    this.#maxWaitMs = maxWaitMs;
    this.#maxQueuedRows = maxQueuedRows;
  }

  /** Rows that wait for their batch. */
  get queuedRows(): number {
    return this.#queuedRows;
  }

  /** Resolves when the rows are stored; rejects with what `flush` threw, and then none of them counts as stored. */
  add(rows: T[]): Promise<void> {
    if (this.#closed) {
      return Promise.reject(
        new Unavailable('event-engine.closed', 'The event store is closed: the server is stopping.'),
      );
    }
    if (rows.length === 0) return Promise.resolve();
    // One addition larger than all room is let in when nothing waits, or it could never be stored.
    if (this.#queuedRows > 0 && this.#queuedRows + rows.length > this.#maxQueuedRows)
      return Promise.reject(eventEngineBusy());
    return new Promise((resolve, reject) => {
      this.#queue.push({ rows, resolve, reject });
      this.#queuedRows += rows.length;
      if (this.#queuedRows >= this.#maxRows) this.#start();
      else this.#timer ??= setTimeout(() => this.#start(), this.#maxWaitMs);
    });
  }

  /** Stores what waits and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#start();
    while (this.#underWay) await this.#underWay;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#underWay || this.#queue.length === 0) return;
    this.#underWay = this.#storeNext().finally(() => {
      this.#underWay = undefined;
      if (this.#queue.length === 0) return;
      // What came meanwhile has waited already.
      this.#start();
    });
  }

  async #storeNext(): Promise<void> {
    const batch: Entry<T>[] = [];
    const rows: T[] = [];
    for (let entry = this.#queue[0]; entry; entry = this.#queue[0]) {
      if (rows.length > 0 && rows.length + entry.rows.length > this.#maxRows) break;
      this.#queue.shift();
      batch.push(entry);
      for (const row of entry.rows) rows.push(row);
    }
    this.#queuedRows -= rows.length;
    try {
      await this.#flush(rows);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
