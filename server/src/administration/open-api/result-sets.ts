import { pxgError } from '@gatehouse/protocols/ksc-open-api';

/** Seconds that a result set lives after its last use, unless told (Limits 51), and the most that may be told (52). */
export const DEFAULT_LIFETIME_SECONDS = 900;
export const MAX_LIFETIME_SECONDS = 7200;
/** More than this at once and the oldest is dropped: a client that forgets to release harms only itself. */
const MOST_RESULT_SETS = 100;
/** And no more memory than this, beside the newest: ids of a few searches over a million hosts. */
const MOST_BYTES = 32 * 1024 * 1024;

interface Kept {
  kind: string;
  value: unknown;
  lifetimeMs: number;
  expiresAtMs: number;
  bytes: number;
}

/** The server-side result sets of one login. They end with it, when they are released, and when nobody asks for long. */
export class ResultSets {
  readonly #kept = new Map<string, Kept>();

  /** @param bytes about what the value takes in memory, where it is more than a few */
  add(id: string, kind: string, value: unknown, lifetimeSeconds: number | undefined, nowMs: number, bytes = 0): void {
    this.#dropExpired(nowMs);
    let held = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    for (const [oldest, kept] of this.#kept) {
      const areMany = this.#kept.size >= MOST_RESULT_SETS;
      if (!areMany && (held === 0 || held + bytes <= MOST_BYTES)) break;
      if (!areMany && kept.bytes === 0) continue;
      held -= kept.bytes;
      this.#kept.delete(oldest);
    }
    const seconds = lifetimeSeconds && lifetimeSeconds > 0 ? lifetimeSeconds : DEFAULT_LIFETIME_SECONDS;
    const lifetimeMs = Math.min(seconds, MAX_LIFETIME_SECONDS) * 1000;
    this.#kept.set(id, { kind, value, lifetimeMs, expiresAtMs: nowMs + lifetimeMs, bytes });
  }

  /** @throws PxgError 1186 for an id that is unknown, released or expired */
  get<T>(id: string, kind: string, nowMs: number): T {
    this.#dropExpired(nowMs);
    const found = this.#kept.get(id);
    if (!found || found.kind !== kind) throw pxgError('notFound', `There is no result set ${id}; search again`);
    found.expiresAtMs = nowMs + found.lifetimeMs;
    return found.value as T;
  }

  has(id: string, kind: string, nowMs: number): boolean {
    this.#dropExpired(nowMs);
    return this.#kept.get(id)?.kind === kind;
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
