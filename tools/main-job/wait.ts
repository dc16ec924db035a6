import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;

/** Looks again and again until there is something. @throws Error naming what was waited for and what was seen last */
export const waitFor = async <T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  { withinMs, seen = () => '' }: { withinMs: number; seen?: () => string },
): Promise<T> => {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > until) {
      const last = seen();
      throw new Error(`${what} did not happen within ${withinMs / 1000} s${last ? `; seen last: ${last}` : ''}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
};
