export interface GathererOptions {
  /** Most keys of one load; what is beyond waits for the next. */
  most?: number;
  /** Between two loads, so that more gathers for the next; for what nobody is in a hurry about. Default 0. */
  pauseMs?: number;
}

interface Waiting<V> {
  answer: Promise<V | undefined>;
  done(value: V | undefined): void;
  failed(error: unknown): void;
}

/**
 * Answers single questions with loads for many: while one load is under way the next gathers, so that under load many
 * small statements become few, and without load nobody waits for company. What is asked after a load began is answered
 * by a later one: nobody gets an answer that is older than the question.
 *
 * @param load for these different keys; a key that it leaves out is answered with undefined. When it fails, all who
 *   asked in it get its error, and the next load is tried as if nothing had been
 */
export const createGatherer = <K extends string | number, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  { most = 500, pauseMs = 0 }: GathererOptions = {},
): ((key: K) => Promise<V | undefined>) => {
  const waiting = new Map<K, Waiting<V>>();
  let isRunning = false;

  const run = async (): Promise<void> => {
    isRunning = true;
    // Questions of one turn of the event loop go together.
    await new Promise(setImmediate);
    while (waiting.size > 0) {
      const taken = [...waiting].slice(0, most);
      for (const [key] of taken) waiting.delete(key);
      try {
        const found = await load(taken.map(([key]) => key));
        for (const [key, { done }] of taken) done(found.get(key));
      } catch (error) {
        for (const [, { failed }] of taken) failed(error);
      }
      if (pauseMs > 0 && waiting.size < most) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    isRunning = false;
  };

  return (key) => {
    const known = waiting.get(key);
    if (known) return known.answer;
    const { promise: answer, resolve: done, reject: failed } = Promise.withResolvers<V | undefined>();
    waiting.set(key, { answer, done, failed });
    if (!isRunning) void run();
    return answer;
  };
};
