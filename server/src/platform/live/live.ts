export interface Live {
  /** Says that something of a topic changed. Cheap: call it as often as it happens. */
  publish(topic: string): void;
  /** Calls back with the topics that changed, at most once per interval. @returns ends the subscription */
  subscribe(listener: (topics: string[]) => void): () => void;
}

/**
 * The first change is told at once, those of the interval after it together at its end: a burst of a thousand reports
 * is two messages. Carries no data, so nothing is lost by joining them.
 */
export const createLive = ({ intervalMs = 1000 }: { intervalMs?: number } = {}): Live => {
  const listeners = new Set<(topics: string[]) => void>();
  let waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;

  const tell = () => {
    if (waiting.size === 0) {
      timer = null;
      return;
    }
    const topics = [...waiting];
    waiting = new Set();
    // Not kept alive by news that nobody waits for.
    timer = setTimeout(tell, intervalMs).unref();
    for (const listener of listeners) listener(topics);
  };

  return {
    publish: (topic) => {
      if (listeners.size === 0) return;
      waiting.add(topic);
      if (timer === null) tell();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
