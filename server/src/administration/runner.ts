/**
 * Under load somebody pokes all the time: between two runs so much gathers that many devices share the statements of
 * one run. A first poke is answered at once.
 */
const PAUSE_MS = 250;

/**
 * Runs the flow when poked and on the clock, never twice at once: pokes during a run make it run once more. A run that
 * fails is tried again after a pause that grows; nothing is lost meanwhile, since every step keeps its own mark.
 */
export const createRunner = ({
  run,
  sweep,
  sweepSeconds,
  onError,
}: {
  run: () => Promise<void>;
  sweep: () => Promise<void>;
  sweepSeconds: number;
  onError: (error: unknown) => void;
}) => {
  let started = false;
  let wanted = false;
  let current: Promise<void> | null = null;
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;

  const loop = async (): Promise<void> => {
    while (wanted && started) {
      wanted = false;
      try {
        await run();
        failures = 0;
        if (wanted && started) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      } catch (error) {
        onError(error);
        failures += 1;
        retry = setTimeout(poke, Math.min(30_000, 250 * 2 ** failures));
      }
    }
  };

  const poke = (): void => {
    wanted = true;
    if (!started || current) return;
    current = loop().finally(() => {
      current = null;
      // A poke that came between the loop's last look and its end.
      if (wanted && started) poke();
    });
  };

  return {
    poke,
    start: (): void => {
      started = true;
      timer = setInterval(() => {
        // A round that takes longer than the interval is not overtaken by the next.
        sweeping ??= sweep()
          .then(poke, onError)
          .finally(() => {
            sweeping = null;
          });
      }, sweepSeconds * 1000);
      poke();
    },
    stop: async (): Promise<void> => {
      started = false;
      clearInterval(timer);
      clearTimeout(retry);
      await Promise.all([current, sweeping]);
    },
  };
};
