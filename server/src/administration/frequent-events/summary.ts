interface Counter {
  /** Never less than the true number. */
  most: number;
  /** By how much `most` may be too high: what the key found in its place when it took it. */
  doubt: number;
}

/**
 * Counts how often keys come, in a memory that does not grow with their number ("space saving": Metwally, Agrawal and
 * El Abbadi, 2005). Of n arrivals every key with more than n / capacity is among those that are kept, and what is told
 * of a key is never more than the truth and at most n / capacity less.
 */
export class KeySummary {
  readonly #capacity: number;
  readonly #counters = new Map<string, Counter>();
  /** No counter is lower; a search for the least one ends where it meets one as low as this. */
  #floor = 1;
  /** Of all keys, kept or not. */
  total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(key: string, count = 1): void {
    this.total += count;
    const known = this.#counters.get(key);
    if (known) {
      known.most += count;
    } else if (this.#counters.size < this.#capacity) {
      this.#counters.set(key, { most: count, doubt: 0 });
      this.#floor = Math.min(this.#floor, count);
    } else {
      this.#replaceLeast(key, count);
    }
  }

  #replaceLeast(key: string, count: number): void {
    let leastKey = '';
    let least: Counter | undefined;
    // Oldest first: where no key stands out, the first is among the lowest.
    for (const [each, counter] of this.#counters) {
      if (least && counter.most >= least.most) continue;
      leastKey = each;
      least = counter;
      if (counter.most <= this.#floor) break;
    }
    if (!least) return;
    this.#floor = least.most;
    this.#counters.delete(leastKey);
    // Its object goes on with the new key, so that a flood of keys makes no garbage.
    least.doubt = least.most;
    least.most += count;
    this.#counters.set(key, least);
  }

  /** At least so many of this key came. */
  atLeast(key: string): number {
    const counter = this.#counters.get(key);
    return counter ? counter.most - counter.doubt : 0;
  }

  /** What came of this key never came. */
  forget(key: string): void {
    this.total -= this.atLeast(key);
    this.#counters.delete(key);
  }

  keys(): IterableIterator<string> {
    return this.#counters.keys();
  }
}
