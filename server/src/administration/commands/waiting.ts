import type { AgentCommand } from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';

export interface WaitingRoomParts {
  /** What these devices may take now; devices without anything are left out. */
  ask: (deviceIds: readonly string[]) => Promise<ReadonlyMap<string, AgentCommand[]>>;
  /** Devices whose commands became due between two moments, given by whichever process. */
  becameDue: (from: Date, to: Date) => Promise<readonly string[]>;
  clock: Clock;
  onError: (error: unknown) => void;
  /** Polls that are asked for, and answered, together. */
  sliceDevices?: number;
  /** Between two full slices, so that other work gets its turn. */
  sliceEveryMs?: number;
  lookEverySeconds?: number;
}

interface Poll {
  deviceId: string;
  untilMs: number;
  /** Its device was woken while it was asked for: what was found may be old. */
  isWoken: boolean;
  isOver: boolean;
  timer: NodeJS.Timeout | undefined;
  end: (found: AgentCommand[]) => void;
  fail: (error: unknown) => void;
}

/** A look begins so long before the last one ended: a transaction may have been slow to commit what was due. */
const LOOK_BACK_MS = 60_000;

/**
 * Long polls of agents that wait for commands. Polls come to their turn in slices, one query for each: ten thousand
 * devices that are woken at once are answered slice by slice, not all in one breath.
 *
 * A command given in this process wakes its device at once. What another process gave, and what was given for later,
 * is found by one look for all every few seconds.
 */
export const createWaitingRoom = ({
  ask,
  becameDue,
  clock,
  onError,
  sliceDevices = 200,
  sliceEveryMs = 100,
  lookEverySeconds = 5,
}: WaitingRoomParts) => {
  const parked = new Map<string, Set<Poll>>();
  const queue = new Set<Poll>();
  let pumping = false;
  let isLookPlanned = false;
  let lookedUntil: Date | null = null;

  /** One look for all, as long as somebody waits. */
  const planLook = (): void => {
    if (isLookPlanned) return;
    isLookPlanned = true;
    setTimeout(look, lookEverySeconds * 1000).unref();
  };

  const unpark = (poll: Poll): void => {
    const own = parked.get(poll.deviceId);
    own?.delete(poll);
    if (own?.size === 0) parked.delete(poll.deviceId);
  };

  const park = (poll: Poll): void => {
    const own = parked.get(poll.deviceId) ?? new Set();
    parked.set(poll.deviceId, own.add(poll));
    planLook();
  };

  const askSlice = async (slice: Poll[]): Promise<void> => {
    for (const poll of slice) poll.isWoken = false;
    try {
      const found = await ask([...new Set(slice.map(({ deviceId }) => deviceId))]);
      for (const poll of slice) {
        if (poll.isOver) continue;
        const own = found.get(poll.deviceId) ?? [];
        if (own.length > 0 || performance.now() >= poll.untilMs) poll.end(own);
        else if (poll.isWoken) queue.add(poll);
        else park(poll);
      }
    } catch (error) {
      for (const poll of slice) poll.fail(error);
    }
  };

  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    // Polls that come in the same turn of the event loop share a slice.
    await new Promise(setImmediate);
    while (queue.size > 0) {
      const slice = [...queue].slice(0, sliceDevices);
      for (const poll of slice) queue.delete(poll);
      asking = new Set(slice);
      await askSlice(slice);
      asking = new Set();
      if (queue.size > 0) await new Promise((resolve) => setTimeout(resolve, sliceEveryMs));
    }
    pumping = false;
  };
  let asking: ReadonlySet<Poll> = new Set();

  const wake = (deviceIds: Iterable<string>): void => {
    const woken = new Set(deviceIds);
    for (const poll of asking) if (woken.has(poll.deviceId)) poll.isWoken = true;
    for (const deviceId of woken) {
      for (const poll of parked.get(deviceId) ?? []) {
        unpark(poll);
        queue.add(poll);
      }
    }
    if (queue.size > 0) void pump();
  };

  const look = (): void => {
    const until = clock();
    const from = lookedUntil ?? new Date(until.getTime() - lookEverySeconds * 1000);
    becameDue(new Date(from.getTime() - LOOK_BACK_MS), until)
      .then((deviceIds) => {
        lookedUntil = until;
        wake(deviceIds);
      }, onError)
      .finally(() => {
        isLookPlanned = false;
        if (parked.size > 0) planLook();
      });
  };

  return {
    wake,

    /** Commands of the device as soon as there are some; none when the time is over or the caller has gone. */
    waitFor: (
      deviceId: string,
      { waitSeconds, signal }: { waitSeconds: number; signal: AbortSignal },
    ): Promise<AgentCommand[]> =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve([]);
        const leave = () => {
          poll.isOver = true;
          clearTimeout(poll.timer);
          signal.removeEventListener('abort', goAway);
          queue.delete(poll);
          unpark(poll);
        };
        const poll: Poll = {
          deviceId,
          untilMs: performance.now() + waitSeconds * 1000,
          isWoken: false,
          isOver: false,
          timer: undefined,
          end: (found) => {
            leave();
            resolve(found);
          },
          fail: (error) => {
            leave();
            reject(error);
          },
        };
        const goAway = () => poll.end([]);
        // A poll whose time is over leaves from where it is parked; one that is in turn is answered there.
        poll.timer = setTimeout(() => parked.get(deviceId)?.has(poll) && poll.end([]), waitSeconds * 1000);
        signal.addEventListener('abort', goAway, { once: true });
        queue.add(poll);
        void pump();
      }),

    /** Polls that wait, for figures. */
    waiting: (): number => [...parked.values()].reduce((sum, own) => sum + own.size, 0) + queue.size,
  };
};
export type WaitingRoom = ReturnType<typeof createWaitingRoom>;
