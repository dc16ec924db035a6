/** Waits of one agent, which end together when it stops. Bare timers: thousands of agents would slow down one signal. */
export interface Pauses {
  readonly isStopped: boolean;
  /** @returns a wait and the way to end it early */
  begin(ms: number): { over: Promise<void>; end(): void };
  for(ms: number): Promise<void>;
  stop(): void;
}

export const createPauses = (): Pauses => {
  const open = new Set<() => void>();
  let isStopped = false;
  const begin = (ms: number) => {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      if (isStopped) return resolve();
      end = () => {
        clearTimeout(timer);
        open.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      open.add(end);
    });
    return { over, end: () => end() };
  };
  return {
    get isStopped() {
      return isStopped;
    },
    begin,
    for: (ms) => begin(ms).over,
    stop: () => {
      isStopped = true;
      for (const end of [...open]) end();
    },
  };
};
