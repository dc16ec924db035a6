/** Durations of many calls in little memory: counted in steps of 5 %, so a quantile is exact to that. */
const GROWTH = 1.05;
const FIRST_MS = 0.1;

export interface Latencies {
  observe(ms: number): void;
  /** Upper end of the step in which this share of the calls lies; null before the first call. */
  quantileMs(share: number): number | null;
  count(): number;
  mostMs(): number;
  /** Begins anew. */
  clear(): void;
}

export const latencies = (): Latencies => {
  const counts: number[] = [];
  let count = 0;
  let most = 0;
  return {
    observe: (ms) => {
      const step = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH));
      counts[step] = (counts[step] ?? 0) + 1;
      count += 1;
      most = Math.max(most, ms);
    },
    quantileMs: (share) => {
      if (count === 0) return null;
      let seen = 0;
      for (let step = 0; step < counts.length; step += 1) {
        seen += counts[step] ?? 0;
        if (seen >= share * count) return Math.min(most, FIRST_MS * GROWTH ** step);
      }
      return most;
    },
    count: () => count,
    mostMs: () => most,
    clear: () => {
      counts.length = 0;
      count = 0;
      most = 0;
    },
  };
};
