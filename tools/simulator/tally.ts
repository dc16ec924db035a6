/** What a simulation measured so far. */
import { type Latencies, latencies } from './latencies.ts';

/** A sync that was answered later than this after it was due was not kept. */
export const SYNC_GRACE_MS = 10_000;

export interface Tally {
  readonly sync: Latencies;
  readonly events: Latencies;
  readonly enrol: Latencies;
  /** From the server's `createdAt` of a command to its arrival here. */
  readonly commandArrival: Latencies;
  syncsOnTime: number;
  syncsLate: number;
  eventsMade: number;
  eventsAcknowledged: number;
  /** Dropped from a full spool, or refused by the server for good. */
  eventsLost: number;
  commandsTaken: number;
  commandsEnded: number;
  /** Polls that are open now. */
  pollsOpen: number;
  /** By what was answered: `status code`, or `no answer`. */
  readonly failures: Map<string, number>;
}

export const newTally = (): Tally => ({
  sync: latencies(),
  events: latencies(),
  enrol: latencies(),
  commandArrival: latencies(),
  syncsOnTime: 0,
  syncsLate: 0,
  eventsMade: 0,
  eventsAcknowledged: 0,
  eventsLost: 0,
  commandsTaken: 0,
  commandsEnded: 0,
  pollsOpen: 0,
  failures: new Map(),
});
