import { AgentError } from '../errors.ts';

/** People, or the command's own time limit, ended it. */
export class Stopped extends AgentError {
  readonly code = 'agent.stopped';
  readonly isTimeOut: boolean;
  constructor(why: string, isTimeOut: boolean) {
    super(why);
    this.isTimeOut = isTimeOut;
  }
}

const MINUTE_MS = 60_000;

/** The command that runs: what can be done to it from outside. */
export const commandUnderWay = ({
  id,
  agentStops,
  stopAfterMinutes,
  onPaused,
  onResumed,
}: {
  id: string;
  agentStops: AbortSignal;
  stopAfterMinutes: number | undefined;
  /** The work holds on, or goes on again. */
  onPaused: () => Promise<void>;
  onResumed: () => Promise<void>;
}) => {
  const stopping = new AbortController();
  const signal = AbortSignal.any([agentStops, stopping.signal]);
  let isPaused = false;
  let goOn = () => {};
  const timer = stopAfterMinutes
    ? setTimeout(() => {
        stopping.abort(new Stopped(`Stopped: it ran for longer than ${stopAfterMinutes} minutes`, true));
      }, stopAfterMinutes * MINUTE_MS)
    : undefined;

  return {
    id,
    signal,
    /** What ended it from outside; null when that was nobody, or the agent itself stops. */
    stopped: (): Stopped | null => (stopping.signal.reason instanceof Stopped ? stopping.signal.reason : null),
    cancel: () => stopping.abort(new Stopped('Cancelled by the server', false)),
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      goOn();
    },
    pausePoint: async (): Promise<void> => {
      signal.throwIfAborted();
      if (!isPaused) return;
      await onPaused();
      while (isPaused && !signal.aborted) {
        await new Promise<void>((resolve) => {
          goOn = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      signal.throwIfAborted();
      await onResumed();
    },
    over: () => clearTimeout(timer),
  };
};
export type CommandUnderWay = ReturnType<typeof commandUnderWay>;
