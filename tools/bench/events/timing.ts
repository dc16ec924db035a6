/** Measured times and how they are printed. */

export interface Times {
  /** The first call, which finds nothing in memory; it is in no other figure. */
  firstMs: number;
  p50Ms: number;
  p95Ms: number;
  /** What this process computed for one call, in all of its threads: other work on the machine does not blur it. */
  computedMs: number;
}

const computedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** @param rounds how often after the first call, which is told apart: it measures the disk */
export const measure = async (rounds: number, work: (round: number) => Promise<unknown>): Promise<Times> => {
  const took: number[] = [];
  const begunFirst = performance.now();
  await work(0);
  const firstMs = performance.now() - begunFirst;
  const computedBefore = computedMs();
  for (let round = 1; round <= rounds; round += 1) {
    const begun = performance.now();
    await work(round);
    took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  return { firstMs, p50Ms: at(took, 0.5), p95Ms: at(took, 0.95), computedMs: (computedMs() - computedBefore) / rounds };
};

export const inMs = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));
export const count = (number: number): string => Math.round(number).toLocaleString('en');
export const perSecond = (number: number, ms: number): string => `${count(number / (ms / 1000))}/s`;
