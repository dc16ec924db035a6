import { pxgError } from '@gatehouse/protocols/ksc-open-api';

/** Seconds that a result set lives after its last use, unless told (Limits 51), and the most that may be told (52). */
export const DEFAULT_LIFETIME_SECONDS = 900;
export const MAX_LIFETIME_SECONDS = 7200;
/** More than this at once and the oldest is dropped: a client that forgets to release harms only itself. */
const MOST_RESULT_SETS = 100;

interface Kept {
  kind: string;
  value: unknown;
  lifetimeMs: number;
  expiresAtMs: number;
}

/** The server-side result sets of one login. They end with it, when they are released, and when nobody asks for long. */
export class ResultSets {
  readonly #kept = new Map<string, Kept>();

  add(id: string, kind: string, value: unknown, lifetimeSeconds: number | undefined, nowMs: number): void {
    this.#dropExpired(nowMs);
    while (this.#kept.size >= MOST_RESULT_SETS) {
      const oldest = this.#kept.keys().next().value;
      if (oldest === undefined) break;
      this.#kept.delete(oldest);
    }
    const seconds = lifetimeSeconds && lifetimeSeconds > 0 ? lifetimeSeconds : DEFAULT_LIFETIME_SECONDS;
    const lifetimeMs = Math.min(seconds, MAX_LIFETIME_SECONDS) * 1000;
    this.#kept.set(id, { kind, value, lifetimeMs, expiresAtMs: nowMs + lifetimeMs });
  }

  /** @throws PxgError 1186 for an id that is unknown, released or expired */
  get<T>(id: string, kind: string, nowMs: number): T {
    this.#dropExpired(nowMs);
    const found = this.#kept.get(id);
    if (!found || found.kind !== kind) throw pxgError('notFound', `There is no result set ${id}; search again`);
    found.expiresAtMs = nowMs + found.lifetimeMs;
    return found.value as T;
  }

  /** @throws PxgError 1186 */
  release(id: string, kind: string, nowMs: number): void {
    this.get(id, kind, nowMs);
    this.#kept.delete(id);
  }

  clear(): void {
    this.#kept.clear();
  }

  get size(): number {
    return this.#kept.size;
  }

  #dropExpired(nowMs: number): void {
    for (const [id, kept] of this.#kept) if (kept.expiresAtMs <= nowMs) this.#kept.delete(id);
  }
}
