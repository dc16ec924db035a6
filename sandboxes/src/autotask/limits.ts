import { tooMany } from './errors.ts';

const WINDOW_MINUTES = 60;
const WINDOW_MS = WINDOW_MINUTES * 60_000;

export interface LimitSettings {
  /** Requests per rolling 60 minutes for the whole database, all integrations together. */
  threshold: number;
  /** Simultaneous requests per tracking identifier and entity. */
  threads: number;
  /** 1 slows down as the service does (0.5 s from half of the threshold, 1 s from three quarters); 0 not at all. */
  latencyScale: number;
}
export const usualLimits: LimitSettings = { threshold: 10_000, threads: 3, latencyScale: 1 };

/** Counts requests and threads. Rejected requests are not counted, or a waiting caller could never recover. */
export const createLimits = () => {
  let settings = { ...usualLimits };
  let times: number[] = [];
  const threads = new Map<string, number>();

  const used = (now: Date): number => {
    const oldest = now.getTime() - WINDOW_MS;
    const firstInside = times.findIndex((time) => time > oldest);
    times = firstInside === -1 ? [] : firstInside === 0 ? times : times.slice(firstInside);
    return times.length;
  };

  return {
    get settings(): LimitSettings {
      return settings;
    },
    change: (next: Partial<LimitSettings>): void => {
      settings = { ...settings, ...next };
    },
    /** As if other integrations had just made so many calls. */
    setUsed: (count: number, now: Date): void => {
      times = Array.from({ length: count }, () => now.getTime());
    },
    reset: (): void => {
      settings = { ...usualLimits };
      times = [];
    },
    /**
     * Lets one request in and counts it.
     * @returns how long it has to wait before it is served, in milliseconds
     * @throws ApiFailure 429 at the threshold
     */
    admit: (now: Date): { waitMs: number } => {
      const before = used(now);
      if (before >= settings.threshold) {
        throw tooMany(
          `The request threshold of ${settings.threshold} requests per ${WINDOW_MINUTES} minutes has been exceeded.`,
        );
      }
      times.push(now.getTime());
      const share = (before + 1) / settings.threshold;
      const slowMs = share >= 0.75 ? 1000 : share >= 0.5 ? 500 : 0;
      return { waitMs: slowMs * settings.latencyScale };
    },
    /**
     * Takes a thread; call the answer to give it back.
     * @throws ApiFailure 429 when all are taken
     */
    takeThread: (trackingId: string, entity: string): (() => void) => {
      const key = `${trackingId}\n${entity}`.toLowerCase();
      const busy = threads.get(key) ?? 0;
      if (busy >= settings.threads) {
        throw tooMany(
          `The thread threshold of ${settings.threads} threads has been exceeded for this object endpoint.`,
        );
      }
      threads.set(key, busy + 1);
      return () => {
        const left = (threads.get(key) ?? 1) - 1;
        if (left <= 0) threads.delete(key);
        else threads.set(key, left);
      };
    },
    information: (now: Date) => ({
      externalRequestThreshold: settings.threshold,
      requestThresholdTimeframe: WINDOW_MINUTES,
      currentTimeframeRequestCount: used(now),
    }),
  };
};
export type Limits = ReturnType<typeof createLimits>;
