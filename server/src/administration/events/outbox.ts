import type { Ingest } from './ingest.ts';
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
    do {
      again = false;
      for (let page = await store.outbox(PAGE); page.length > 0; page = await store.outbox(PAGE)) {
        // A batch has one sender, so neighbours of one sender go together.
        for (let from = 0; from < page.length; ) {
          const first = page[from];
          if (!first) break;
          const key = JSON.stringify(first.sender);
          let to = from;
          while (to < page.length && JSON.stringify(page[to]?.sender) === key) to += 1;
          const part = page.slice(from, to);
          await ingest.accept({
            sender: first.sender,
            epoch: SERVER_EPOCH,
            events: part.map(({ id, event }) => ({ ...event, seq: id })),
          });
          from = to;
        }
        await store.clearOutbox(page.map(({ id }) => id));
      }
    } while (again);
  };

  return {
    /** Carries what waits; a call during another makes that one look once more. */
    carry: (): Promise<void> => {
      again = true;
      carrying ??= carryAll().finally(() => {
        carrying = null;
      });
      return carrying;
    },
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
