import type { ReportedEvent } from '@gatehouse/contract';
import { Unavailable } from '../../platform/errors/index.ts';
import { type EventRow, type EventSender, toEventRow } from './event.ts';
import { type IngestGuard, noGuard } from './guard.ts';
import { defaultTerms, type StorageTermOf } from './storage-term.ts';
import { type EventStore, keyOf, type SenderRow } from './store.ts';
import type { EngineStore } from './store-engine.ts';

export interface EventBatch {
  sender: EventSender;
  /** Names the sender's own row of numbers; a new one starts a new row. */
  epoch: string;
  events: readonly ReportedEvent[];
}

interface Waiting {
  batch: EventBatch;
  done(): void;
  failed(error: unknown): void;
}

/** What lies in memory before it is stored is bounded: beyond this the senders wait with their own copies. */
const MOST_WAITING_EVENTS = 100_000;
const MOST_EVENTS_PER_FLUSH = 10_000;

/** The row of numbers that a batch belongs to. */
const rowOf = ({ sender, epoch }: EventBatch): SenderRow => ({ sender: sender.deviceId ?? 'server', epoch });

/**
 * Takes batches in and stores each event once. While one flush is under way the next gathers, so that many small
 * batches become few big inserts without a timer.
 *
 * Exactly once, with one small write before each insert: `intendedSeq` says how far a sender may have come. What lies
 * above it is new for certain; what does not is looked up in the event store (only after a lost answer or a crash).
 */
export const createIngest = ({
  store,
  engine,
  clock,
  storageTerms = async () => defaultTerms,
  guard = noGuard,
  onStored,
}: {
  store: Pick<EventStore, 'reach' | 'intend' | 'reserveIds'>;
  engine: Pick<EngineStore, 'insert' | 'storedSeqs'>;
  clock: () => Date;
  /** The terms that hold now; asked before each flush. */
  storageTerms?: () => Promise<StorageTermOf>;
  /** Keeps out what is too frequent. */
  guard?: IngestGuard;
  /** Called after each flush, so that consumers need not wait for their clock. */
  onStored: () => void;
}) => {
  let waiting: Waiting[] = [];
  let waitingEvents = 0;
  let flushing: Promise<void> | null = null;
  const totals = { accepted: 0, duplicates: 0, unlisted: 0, suppressed: 0 };

  const flush = async (batches: Waiting[]): Promise<void> => {
    const reach = await store.reach(batches.map(({ batch }) => rowOf(batch)));
    const intended = new Map<string, SenderRow & { intendedSeq: number }>();
    const taken = new Set<string>();
    const fresh: { event: ReportedEvent; batch: EventBatch }[] = [];

    for (const { batch } of batches) {
      const row = rowOf(batch);
      const key = keyOf(row);
      const reached = reach.get(key) ?? 0;
      const maybeStored = batch.events.filter((event) => event.seq <= reached);
      const seqs = maybeStored.map((event) => event.seq);
      const stored = seqs.length
        ? await engine.storedSeqs(batch.sender.deviceId ?? '', batch.epoch, seqs)
        : new Set<number>();
      const suppressed = stored.size < seqs.length ? await guard.taken(row, seqs) : new Set<number>();
      for (const event of batch.events) {
        const once = `${key} ${event.seq}`;
        if (taken.has(once) || stored.has(event.seq) || suppressed.has(event.seq)) totals.duplicates += 1;
        else fresh.push({ event, batch });
        taken.add(once);
      }
      const last = batch.events.reduce((most, event) => Math.max(most, event.seq), reached);
      intended.set(key, { ...row, intendedSeq: Math.max(last, intended.get(key)?.intendedSeq ?? 0) });
    }

    await store.intend([...intended.values()]);
    const admitted = await guard.admit(fresh);
    totals.suppressed += fresh.length - admitted.length;
    if (admitted.length > 0) {
      const registrationTime = clock();
      const termOf = await storageTerms();
      const firstId = await store.reserveIds(admitted.length);
      const rows: EventRow[] = admitted.map(({ event, batch }, index) =>
        toEventRow(event, batch.sender, { eventId: firstId + index, epoch: batch.epoch, registrationTime }, termOf),
      );
      await engine.insert(rows);
      guard.stored(admitted);
      const listed = rows.filter((row) => row.listed).length;
      totals.accepted += listed;
      totals.unlisted += rows.length - listed;
    }
  };

  const run = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        let events = 0;
        let count = 0;
        while (count < waiting.length && (count === 0 || events < MOST_EVENTS_PER_FLUSH)) {
          events += waiting[count]?.batch.events.length ?? 0;
          count += 1;
        }
        const batches = waiting.slice(0, count);
        waiting = waiting.slice(count);
        try {
          await flush(batches);
          for (const { done } of batches) done();
          onStored();
        } catch (error) {
          for (const { failed } of batches) failed(error);
        } finally {
          waitingEvents -= events;
        }
      }
    } finally {
      // In the same breath as the last look at `waiting`: a batch that came in between would wait for the next one.
      flushing = null;
    }
  };

  return {
    totals: totals as Readonly<typeof totals>,

    /**
     * Resolves when every event of the batch would survive the end of the process.
     * @throws Unavailable `events.busy` when too much is waiting; nothing of the batch was taken
     */
    accept: async (batch: EventBatch): Promise<void> => {
      if (waitingEvents + batch.events.length > MOST_WAITING_EVENTS) {
        throw new Unavailable('events.busy', 'Too many events are waiting to be stored; send the batch again later');
      }
      const result = new Promise<void>((done, failed) => waiting.push({ batch, done, failed }));
      waitingEvents += batch.events.length;
      flushing ??= run();
      await result;
    },

    /** Waits until all that was taken is stored or refused. */
    idle: async (): Promise<void> => {
      await flushing;
    },
  };
};
export type Ingest = ReturnType<typeof createIngest>;
