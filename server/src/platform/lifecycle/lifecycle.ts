import type { Log } from '../log/index.ts';

/**
 * The same signal again within this time is the same wish: a terminal signals the whole process group, and the npm and
 * the start script in front of us hand on the one that they got too.
 */
const ECHO_MS = 500;

export interface Lifecycle {
  /** Registers what stops a part; parts stop in the reverse order of registration. */
  onStop(name: string, stop: () => Promise<void> | void): void;
  /** Stops everything once; a second call waits for the first. @returns whether all parts stopped well and in time */
  stop(reason: string): Promise<boolean>;
  /** Stops on SIGINT and SIGTERM and then ends the process; a second signal ends it at once. @returns takes it back */
  stopOnSignals(exit?: (code: number) => void): () => void;
}

/** @param limitMs for the whole stop; a part that hangs is left behind and named in the log */
export const createLifecycle = ({ log, limitMs = 5000 }: { log: Log; limitMs?: number }): Lifecycle => {
  const parts: { name: string; stop: () => Promise<void> | void }[] = [];
  let stopping: Promise<boolean> | null = null;

  const stopAll = async (reason: string): Promise<boolean> => {
    log.info({ reason }, 'stopping');
    const endsAt = performance.now() + limitMs;
    let well = true;
    for (const { name, stop } of parts.toReversed()) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), Math.max(0, endsAt - performance.now()));
      });
      try {
        // A part that fails or hangs must not keep the others (the stores are last) from stopping.
        if ((await Promise.race([Promise.resolve().then(stop), late])) === 'late') {
          well = false;
          log.error({ stopping: name, limitMs }, 'did not stop in time');
        }
      } catch (err) {
        well = false;
        log.error({ stopping: name, err }, 'failed to stop');
      } finally {
        clearTimeout(timer);
      }
    }
    log.info('stopped');
    return well;
  };

  const stop = (reason: string): Promise<boolean> => {
    stopping ??= stopAll(reason);
    return stopping;
  };

  return {
    onStop: (name, stopPart) => void parts.push({ name, stop: stopPart }),
    stop,
    stopOnSignals: (exit = (code) => process.exit(code)) => {
      let last: { signal: NodeJS.Signals; at: number } | null = null;
      const heard = (signal: NodeJS.Signals) => {
        const isEcho = last?.signal === signal && performance.now() - last.at < ECHO_MS;
        if (isEcho) return;
        last = { signal, at: performance.now() };
        if (stopping) return exit(130);
        void stop(signal).then((well) => exit(well ? 0 : 1));
      };
      process.on('SIGINT', heard);
      process.on('SIGTERM', heard);
      return () => {
        process.off('SIGINT', heard);
        process.off('SIGTERM', heard);
      };
    },
  };
};
