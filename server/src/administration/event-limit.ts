import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { createEventStorage, eventStorageStore } from './event-storage/index.ts';
import { eventStore, trimStore } from './events/index.ts';
import { FLOW_CONSUMER } from './flow.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { tenantStore } from './tenants/index.ts';

/** Wires the limit of the event store: what it deletes, whom it waits for, and where it tells of it. */
export const createEventLimit = ({
  schema,
  engine,
  clock,
  audit,
  onPublished,
  onError,
}: {
  schema: Kysely<AdministrationTables>;
  engine: EventEngine;
  clock: Clock;
  audit: (line: { action: string; target: string; after: unknown }) => Promise<void>;
  onPublished: () => void;
  onError: (error: unknown) => void;
}) => {
  const db = administrationDb(schema);
  type OwnEvent = Parameters<ReturnType<typeof eventStore>['publish']>[1];

  /** The event goes with what it tells of, or not at all. */
  const withEvent = async (
    event: OwnEvent,
    work: (store: ReturnType<typeof eventStorageStore>) => Promise<boolean>,
  ): Promise<boolean> => {
    const main = await tenantStore(db.tenants, 'all').byVirtualServerId(0);
    if (!main) throw new Error('the main server is missing');
    const sender = { tenantId: main.id, deviceId: null, deviceName: '', groupId: null, groupName: '', ipAddress: '' };
    return schema.transaction().execute(async (tx) => {
      const own = administrationDb(tx);
      const isOurs = await work(eventStorageStore(own.eventStorage));
      if (isOurs) await eventStore(own.events).publish(sender, event);
      return isOurs;
    });
  };

  return createEventStorage({
    store: eventStorageStore(db.eventStorage),
    events: trimStore(engine, clock),
    consumersAt: () => eventStore(db.events).slowestCursor([FLOW_CONSUMER]),
    begin: (trim, event) => withEvent(event, (store) => store.begin(trim)),
    end: (trim, finishedAt, event) => withEvent(event, (store) => store.end(trim, finishedAt)),
    record: ({ upTo, startedAt, removedByType }, removedEvents) =>
      audit({
        action: 'event-storage.trimmed',
        target: `events up to ${upTo}`,
        after: { removedEvents, removedByType, startedAt: startedAt.toISOString() },
      }),
    clock,
    onPublished,
    onError,
  });
};
