/**
 * Long polls of agents that wait for a command. A command given in this process wakes its device at once; one given in
 * another process is found when the poll looks again.
 */
export const createWaitingRoom = () => {
  const wakers = new Map<string, Set<() => void>>();
  return {
    wake: (deviceId: string): void => {
      for (const wake of wakers.get(deviceId) ?? []) wake();
    },

    /** Asks again and again until there is something, the time is over, or the caller went away. */
    waitFor: async <T>(
      deviceId: string,
      ask: () => Promise<T[]>,
      {
        waitSeconds,
        signal,
        lookEverySeconds = 5,
      }: { waitSeconds: number; signal: AbortSignal; lookEverySeconds?: number },
    ): Promise<T[]> => {
      const until = performance.now() + waitSeconds * 1000;
      for (;;) {
        let woken = false;
        let wake = () => {
          woken = true;
        };
        const own = wakers.get(deviceId) ?? new Set();
        wakers.set(deviceId, own);
        const listener = () => wake();
        own.add(listener);
        try {
          const found = await ask();
          const leftMs = until - performance.now();
          if (found.length > 0 || leftMs <= 0 || signal.aborted) return found;
          if (!woken) {
            await new Promise<void>((resolve) => {
              const end = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', end);
                resolve();
              };
              const timer = setTimeout(end, Math.min(leftMs, lookEverySeconds * 1000));
              wake = end;
              signal.addEventListener('abort', end, { once: true });
            });
          }
        } finally {
          own.delete(listener);
          if (own.size === 0) wakers.delete(deviceId);
        }
      }
    },
  };
};
export type WaitingRoom = ReturnType<typeof createWaitingRoom>;
