import { ServerProblem } from './server-client.ts';

export interface BackoffSettings {
  firstMs: number;
  mostMs: number;
}
export const usualBackoff: BackoffSettings = { firstMs: 1_000, mostMs: 300_000 };

/**
 * How long to wait after the n-th failure in a row (1, 2, …): doubled each time up to the most, then a random part
 * of its upper half, so that a thousand devices do not come back in the same second. Never less than the server asked.
 */
export const waitMs = (failures: number, settings: BackoffSettings, random: number, askedMs: number | null): number => {
  const whole = Math.min(settings.mostMs, settings.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(askedMs ?? 0, Math.round(whole * (0.5 + random / 2)));
};

/** What a Retry-After header asked for, if that was the failure. */
export const askedWaitMs = (cause: unknown): number | null =>
  cause instanceof ServerProblem ? cause.retryAfterMs : null;

/** Waits, but not past the signal. Resolves in both cases: the caller looks at the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
