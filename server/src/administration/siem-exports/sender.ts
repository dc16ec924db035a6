import type { DiskQueue, QueuedRecord } from '../../platform/disk-queue/index.ts';
import { type Connection, wordsOfError } from './connect.ts';

export interface SenderParts {
  queue: DiskQueue;
  connect: () => Promise<Connection>;
  clock: () => Date;
  /** Something that people see changed. */
  changed: () => void;
  /** Something of ours failed, the disk for one. */
  onError: (error: unknown) => void;
  /**
   * Syslog knows no answer. What was sent counts as arrived when the connection outlived it by so long; what a
   * connection took to its grave is sent again.
   */
  provenAfterMs?: number;
  firstPauseMs?: number;
  longestPauseMs?: number;
}

const RECORDS_AT_ONCE = 500;
/** Sent and not proven: what would be sent again at worst. */
const MOST_UNPROVEN = 50_000;

interface Sent {
  record: QueuedRecord;
  count: number;
  at: number;
}

/** Brings a queue's records to the receiver, in order, each at least once, for as long as it takes. */
export const createSender = (parts: SenderParts) => {
  const { queue, clock, changed, provenAfterMs = 2000, firstPauseMs = 1000, longestPauseMs = 60_000 } = parts;
  const state = {
    lastSentAt: null as Date | null,
    lastError: null as string | null,
    lastErrorAt: null as Date | null,
    nextTryAt: null as Date | null,
  };
  let connection: Connection | null = null;
  let unproven: Sent[] = [];
  let failures = 0;
  let stopping = false;
  let wake: () => void = () => {};
  let running: Promise<void> | null = null;
  /** Why a connection ended that had something unproven. */
  let lost: Error | null = null;

  /** What came up while nobody waited. */
  let poked = false;

  const pause = (ms: number): Promise<void> =>
    new Promise((done) => {
      if (stopping) return done();
      const timer = setTimeout(done, ms);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });

  const prove = async (sent: Sent[]): Promise<void> => {
    const last = sent.at(-1);
    if (!last) return;
    await queue.confirm(
      last.record.place,
      sent.reduce((sum, { count }) => sum + count, 0),
    );
    failures = 0;
    state.lastError = null;
    state.lastErrorAt = null;
    changed();
  };

  const proveWhatIsOld = async (): Promise<void> => {
    const before = performance.now() - provenAfterMs;
    const young = unproven.findIndex(({ at }) => at > before);
    const proven = young < 0 ? unproven : unproven.slice(0, young);
    unproven = young < 0 ? [] : unproven.slice(young);
    await prove(proven);
  };

  /** After a failure: everything that may not have arrived is to be sent again. */
  const fail = async (error: unknown): Promise<void> => {
    connection = null;
    lost = null;
    unproven = [];
    await queue.rewind();
    const now = clock();
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
    failures += 1;
    state.lastError = wordsOfError(error);
    state.lastErrorAt = now;
    state.nextTryAt = new Date(now.getTime() + pauseMs);
    changed();
    await pause(pauseMs);
    state.nextTryAt = null;
  };

  const open = async (): Promise<Connection> => {
    const opened = await parts.connect();
    connection = opened;
    void opened.ended.then((reason) => {
      if (connection !== opened) return;
      connection = null;
      // An idle connection may be closed: that is no failure.
      lost = unproven.length > 0 ? reason : null;
      poked = true;
      wake();
    });
    return opened;
  };

  const step = async (): Promise<void> => {
    if (lost !== null) {
      const reason = lost;
      lost = null;
      await fail(reason);
      return;
    }
    poked = false;
    await proveWhatIsOld();
    const room = unproven.reduce((sum, { count }) => sum - count, MOST_UNPROVEN);
    const records = room > 0 ? await queue.take(Math.min(room, RECORDS_AT_ONCE)) : [];
    const last = records.at(-1);
    if (last === undefined) {
      const oldest = unproven[0];
      // Not past what came up since the look into the queue.
      if (poked && room > 0) return;
      await pause(oldest ? Math.max(20, oldest.at + provenAfterMs - performance.now()) : 60_000);
      return;
    }
    try {
      const open_ = connection ?? (await open());
      await open_.send(records.map(({ payload }) => payload.toString('utf8')));
    } catch (error) {
      void connection?.close();
      await fail(error);
      return;
    }
    unproven.push({ record: last, count: records.length, at: performance.now() });
    state.lastSentAt = clock();
    changed();
  };

  const run = async (): Promise<void> => {
    await queue.rewind();
    while (!stopping) {
      try {
        await step();
      } catch (error) {
        // Our own disk: said, and tried again.
        parts.onError(error);
        state.lastError = wordsOfError(error);
        state.lastErrorAt = clock();
        await pause(longestPauseMs);
      }
    }
  };

  return {
    state: (): Readonly<typeof state> => state,
    start: (): void => {
      stopping = false;
      running ??= run();
    },
    /** There may be something to send. Does not cut a pause after a failure short. */
    poke: (): void => {
      poked = true;
      if (state.nextTryAt === null) wake();
    },
    /** What was sent and not proven is proven by the receiver's good-bye, or sent again next time. */
    stop: async (): Promise<void> => {
      stopping = true;
      wake();
      await running;
      running = null;
      const open_ = connection;
      connection = null;
      if (open_ && (await open_.close())) await prove(unproven);
      unproven = [];
    },
  };
};
export type Sender = ReturnType<typeof createSender>;
