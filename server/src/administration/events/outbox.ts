import type { ReportedEvent } from '@gatehouse/contract';
import type { EventBatch, Ingest } from './ingest.ts';
import type { EventStore } from './store.ts';

/**
 * The row of numbers of the server's own events: the outbox's ids, which only grow. Shorter than any epoch that an
 * agent may choose, so that no device can take the numbers of the server's events about it.
 */
export const SERVER_EPOCH = 'server';
const PAGE = 1000;

/**
 * Carries the server's own events from the outbox to the event store, in order. Twice is once: the outbox's id is the
 * event's number, and the event store's door knows the numbers that it has.
 */
export const createOutbox = ({ store, ingest }: { store: EventStore; ingest: Ingest }) => {
  let carrying: Promise<void> | null = null;
  let again = false;

  const carryAll = async (): Promise<void> => {
    try {
      do {
        again = false;
        for (let page = await store.outbox(PAGE); page.length > 0; page = await store.outbox(PAGE)) {
          // A batch has one sender, so neighbours of one sender go together. All are handed over at once, in order: a
          // change of the rules moves thousands of devices, and one flush for each would take minutes.
          const batches: (EventBatch & { events: ReportedEvent[] })[] = [];
          let last = '';
          for (const { id, sender, event } of page) {
            const key = JSON.stringify(sender);
            const events = key === last ? batches.at(-1)?.events : undefined;
            if (events) events.push({ ...event, seq: id });
            else batches.push({ sender, epoch: SERVER_EPOCH, events: [{ ...event, seq: id }] });
            last = key;
          }
          // Nothing is left under way when this fails: whoever tries again meets no flush of the try before.
          const ends = await Promise.allSettled(batches.map((batch) => ingest.accept(batch)));
          const failed = ends.find((end) => end.status === 'rejected');
          if (failed) throw failed.reason;
          await store.clearOutbox(page.map(({ id }) => id));
        }
      } while (again);
    } finally {
      // In the same breath as the last look at `again`: a call in between would be answered by a run that is over.
      carrying = null;
    }
  };

  return {
    /** Carries what waits; a call during another makes that one look once more. */
    carry: (): Promise<void> => {
      again = true;
      carrying ??= carryAll();
      return carrying;
    },
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
