import { eventEngineBusy } from './errors.ts';

interface Waiting<C> {
  take(connection: C): void;
}

/** How long and how many may wait for a connection. */
export interface LaneLimits {
  maxWaiting: number;
  maxWaitSeconds: number;
}

/**
 * Connections of one purpose, each used by one statement at a time, in the order of asking. Waiting is bounded:
 * whoever comes when the queue is full, or waits too long, gets Unavailable `event-engine.busy`.
 */
export class Lanes<C> {
  readonly #free: C[];
  readonly #waiting: Waiting<C>[] = [];
  readonly #limits: LaneLimits;

  constructor(connections: C[], limits: LaneLimits) {
    this.#free = [...connections];
    this.#limits = limits;
  }

  /** Waits for a connection; whoever gets it must hand it back. An abort ends the waiting. */
  acquire(signal?: AbortSignal): Promise<C> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const connection = this.#free.pop();
    if (connection !== undefined) return Promise.resolve(connection);
    if (this.#waiting.length >= this.#limits.maxWaiting) return Promise.reject(eventEngineBusy());
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        settle();
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(eventEngineBusy());
      }, this.#limits.maxWaitSeconds * 1000);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiting: Waiting<C> = {
        take: (connection) => {
          settle();
          resolve(connection);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiting.push(waiting);
    });
  }

  release(connection: C): void {
    const next = this.#waiting.shift();
    if (next) next.take(connection);
    else this.#free.push(connection);
  }

  async run<T>(work: (connection: C) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = await this.acquire(signal);
    try {
      return await work(connection);
    } finally {
      this.release(connection);
    }
  }
}
