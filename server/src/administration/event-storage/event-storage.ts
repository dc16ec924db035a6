import type { EventStorage, ReportedEvent } from '@gatehouse/contract';
import type { TrimStore } from '../events/index.ts';
import { deletableUpTo, isOverLimit, marginOf } from './limit.ts';
import { type EventStorageStore, removedBy, type Trim } from './store.ts';

const CHECK_SECONDS = 60;
/** Of fewer the figure would be that of the folders around them. */
const FEWEST_EVENTS_TO_MEASURE = 5000;
/** An event of ordinary length, merged and compressed (tools/bench/retention.ts). */
const BYTES_PER_EVENT = 150;

type OwnEvent = Omit<ReportedEvent, 'seq'>;

export interface EventStorageParts {
  store: Pick<EventStorageStore, 'read' | 'setMaximum'>;
  events: TrimStore;
  /** How far the slowest consumer of events has come. */
  consumersAt: () => Promise<number>;
  /** Notes the deletion and publishes the event in one transaction; false when another process has begun one. */
  begin: (trim: Trim, event: OwnEvent) => Promise<boolean>;
  /** Notes the end and publishes the event in one transaction; false when another process has ended it. */
  end: (trim: Trim, finishedAt: Date, event: OwnEvent) => Promise<boolean>;
  /** Leaves a line in the audit trail. */
  record: (trim: Trim, removedEvents: number) => Promise<void>;
  clock: () => Date;
  /** Events of the server itself wait to be carried. */
  onPublished: () => void;
  onError: (error: unknown) => void;
}

/**
 * Keeps the number of events at its limit. Three steps, each of which may be cut off and repeated: note what goes and
 * say that it begins (4145); delete; leave an audit line, note the end and say so (4146). New events are stored meanwhile.
 */
export const createEventStorage = (parts: EventStorageParts) => {
  const { store, events, clock } = parts;
  let checking: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let started = false;
  let acceptedAtCheck = 0;
  let margin = marginOf(1);
  /** The slowest consumer when it was last seen to move. */
  let slowest = { at: -1, since: clock() };

  const heldMs = (consumersAt: number): number => {
    const now = clock();
    if (consumersAt !== slowest.at) slowest = { at: consumersAt, since: now };
    return now.getTime() - slowest.since.getTime();
  };

  const begin = async (maximumEvents: number): Promise<Trim | null> => {
    const storedEvents = await events.countListed();
    if (!isOverLimit(storedEvents, maximumEvents)) return null;
    const newestBeyond = await events.newestBeyond(maximumEvents);
    if (newestBeyond === null) return null;
    const consumersAt = await parts.consumersAt();
    const upTo = deletableUpTo(newestBeyond, consumersAt, heldMs(consumersAt));
    const trim: Trim = { upTo, startedAt: clock(), removedByType: await events.countsByTypeUpTo(upTo) };
    const count = removedBy(trim);
    if (count === 0) return null;
    const isOurs = await parts.begin(trim, {
      type: 'KLSRV_EVP_DB_TRUNCATING',
      riseTime: trim.startedAt.toISOString(),
      description: `${storedEvents} events are stored and the maximum is ${maximumEvents}: the oldest ${count} are being deleted`,
      params: { '1': String(count), '2': String(storedEvents), '3': String(maximumEvents) },
    });
    if (isOurs) parts.onPublished();
    return isOurs ? trim : null;
  };

  const carryOut = async (trim: Trim): Promise<void> => {
    await events.removeUpTo(trim.upTo);
    const count = removedBy(trim);
    // Before the end is noted: twice after a crash is better than never.
    await parts.record(trim, count);
    const finishedAt = clock();
    const isOurs = await parts.end(trim, finishedAt, {
      type: 'KLSRV_EVP_DB_TRUNCATED',
      riseTime: finishedAt.toISOString(),
      description: `The oldest ${count} events were deleted in ${Math.max(0, Math.round((finishedAt.getTime() - trim.startedAt.getTime()) / 1000))} s`,
      params: { '1': String(count) },
    });
    if (isOurs) parts.onPublished();
  };

  const checkOnce = async (): Promise<void> => {
    const { maximumEvents, trim } = await store.read();
    margin = marginOf(maximumEvents);
    if (trim) await carryOut(trim);
    const next = await begin(maximumEvents);
    if (next) await carryOut(next);
  };

  /** Deletes what is beyond the maximum, and ends what was cut off. One at a time in a process. */
  const check = (): Promise<void> => {
    checking ??= checkOnce().finally(() => {
      checking = null;
    });
    return checking;
  };
  const checkNow = () => void check().catch(parts.onError);

  return {
    check,

    /** @param acceptedEvents stored by this process since its start */
    onStored: (acceptedEvents: number): void => {
      if (!started || acceptedEvents - acceptedAtCheck < margin) return;
      acceptedAtCheck = acceptedEvents;
      checkNow();
    },

    figures: async (): Promise<EventStorage> => {
      const [{ maximumEvents, trim, last }, counts, space] = await Promise.all([
        store.read(),
        events.counts(),
        events.space(),
      ]);
      const isMeasured = space.rows >= FEWEST_EVENTS_TO_MEASURE;
      return {
        maximumEvents,
        marginEvents: marginOf(maximumEvents),
        storedEvents: counts.listed,
        unlistedEvents: counts.unlisted,
        oldestAt: counts.oldestAt?.toISOString() ?? null,
        bytesOnDisk: space.bytesOnDisk,
        bytesPerEvent: isMeasured ? Math.round((space.bytesOnDisk / space.rows) * 10) / 10 : BYTES_PER_EVENT,
        isMeasured,
        trimmingSince: trim?.startedAt.toISOString() ?? null,
        lastTrim: last && {
          startedAt: last.startedAt.toISOString(),
          finishedAt: last.finishedAt.toISOString(),
          removedEvents: last.removedEvents,
        },
      };
    },

    /** @returns the maximum that held before */
    setMaximum: async (maximumEvents: number): Promise<number> => {
      const before = (await store.read()).maximumEvents;
      await store.setMaximum(maximumEvents);
      if (started) checkNow();
      return before;
    },

    start: (): void => {
      started = true;
      timer = setInterval(checkNow, CHECK_SECONDS * 1000);
      checkNow();
    },
    /** Ends after what is under way; what is not done is done at the next start. */
    stop: async (): Promise<void> => {
      started = false;
      clearInterval(timer);
      await checking?.catch(parts.onError);
    },
  };
};
export type EventStorageKeeper = ReturnType<typeof createEventStorage>;
