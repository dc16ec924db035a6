import type { Frequency } from './rule.ts';
import { KeySummary } from './summary.ts';

/** The window slides in steps of a tenth of its length. */
export const SLICES = 10;
/** Kinds that a slice keeps of one tenant: a kind with more than 1/64 of the events is always among them. */
export const KINDS_PER_SLICE = 64;
const HOURS = 24;
const HOUR_MS = 3_600_000;

/**
 * What one tenant's devices sent lately: arrivals by kind in a sliding window, and how many were let in within a day.
 * The current slice counts as a whole one, so the window tells of its last nine tenths to whole, and never of more than
 * came in it. Memory is bounded whatever comes: 10 slices of 64 kinds, and 24 numbers.
 */
export class TenantWindow {
  readonly #sliceMs: number;
  /** The newest last; `at` is the slice's number since 1970. */
  #slices: { at: number; summary: KeySummary }[] = [];
  #hours: { at: number; letIn: number }[] = [];

  constructor(windowMinutes: number) {
    this.#sliceMs = (windowMinutes * 60_000) / SLICES;
  }

  /** To be asked before adding and reading: forgets what is too old. A clock that was put back stays in the last slice. */
  moveTo(now: Date): void {
    const at = Math.floor(now.getTime() / this.#sliceMs);
    const newest = this.#slices.at(-1);
    if (!newest || newest.at < at) {
      this.#slices = this.#slices.filter((slice) => slice.at > at - SLICES);
      this.#slices.push({ at, summary: new KeySummary(KINDS_PER_SLICE) });
    }
    const hour = Math.floor(now.getTime() / HOUR_MS);
    const last = this.#hours.at(-1);
    if (!last || last.at < hour) {
      this.#hours = this.#hours.filter((each) => each.at > hour - HOURS);
      this.#hours.push({ at: hour, letIn: 0 });
    }
  }

  add(key: string, count: number, isLetIn: boolean): void {
    this.#slices.at(-1)?.summary.add(key, count);
    const hour = this.#hours.at(-1);
    if (hour && isLetIn) hour.letIn += count;
  }

  get eventsInWindow(): number {
    return this.#slices.reduce((sum, { summary }) => sum + summary.total, 0);
  }

  get letInDay(): number {
    return this.#hours.reduce((sum, { letIn }) => sum + letIn, 0);
  }

  /** At least so many of this kind came in the window. */
  eventsOf(key: string): number {
    return this.#slices.reduce((sum, { summary }) => sum + summary.atLeast(key), 0);
  }

  kinds(): Frequency[] {
    const keys = new Set(this.#slices.flatMap(({ summary }) => [...summary.keys()]));
    return [...keys].map((key) => ({ key, events: this.eventsOf(key) }));
  }

  /** Counting of this kind starts anew. */
  forget(key: string): void {
    for (const { summary } of this.#slices) summary.forget(key);
  }

  /** Nothing of it is younger than the window and the day. */
  isIdle(now: Date): boolean {
    const slice = Math.floor(now.getTime() / this.#sliceMs);
    const hour = Math.floor(now.getTime() / HOUR_MS);
    return (this.#slices.at(-1)?.at ?? 0) <= slice - SLICES && (this.#hours.at(-1)?.at ?? 0) <= hour - HOURS;
  }
}
