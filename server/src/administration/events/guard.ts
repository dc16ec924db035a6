import type { ReportedEvent } from '@gatehouse/contract';
import type { EventSender } from './event.ts';
import type { SenderRow } from './store.ts';

/** A new event on its way to the store. */
export interface Arrival {
  event: ReportedEvent;
  batch: { sender: EventSender; epoch: string };
}

/** Says which new events are stored, where some are not for their number. */
export interface IngestGuard {
  /** Those of these numbers that an earlier flush took without storing them: they are not new. */
  taken(row: SenderRow, seqs: readonly number[]): Promise<ReadonlySet<number>>;
  /** What to store. What is left out counts as taken when this resolves. */
  admit<A extends Arrival>(arrivals: A[]): Promise<A[]>;
  /** These were stored. */
  stored(arrivals: readonly Arrival[]): void;
}

/** Stores everything. */
export const noGuard: IngestGuard = {
  taken: async () => new Set(),
  admit: async (arrivals) => arrivals,
  stored: () => {},
};
