import type { ReportedEvent } from '@gatehouse/contract';
import { type Generated, type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { EventSender } from './event.ts';

/** The tables that this module owns beside the event store: no other module reads or writes them. */
export interface EventTables {
  /** The highest number of a sender that may have been stored; what lies above it certainly was not. */
  event_position: { sender: string; epoch: string; intended_seq: number };
  /** Event ids are reserved in blocks, so that none is given twice, whatever happens to the process. */
  event_number: { one: Generated<boolean>; reserved_to: number };
  /** How far each consumer of the event store has come. */
  event_cursor: { consumer: string; event_id: number };
  /** Events of the server itself, written with their cause in one transaction, on their way to the event store. */
  event_outbox: { id: Generated<number>; tenant_id: string; sender: EventSender; event: Omit<ReportedEvent, 'seq'> };
}

/** An event of the server itself and whom it is about. */
export interface Published {
  sender: EventSender;
  event: Omit<ReportedEvent, 'seq'>;
}

/** A sender's row of numbers: a device and the epoch of its spool, or the server itself. */
export interface SenderRow {
  sender: string;
  epoch: string;
}
export const keyOf = ({ sender, epoch }: SenderRow): string => `${sender} ${epoch}`;

/** Bookkeeping of events in the relational store. */
export const eventStore = (db: Kysely<EventTables>) => ({
  /** How far each row of numbers may have come, by `keyOf`; rows that were never used are left out. */
  reach: async (rows: readonly SenderRow[]): Promise<Map<string, number>> => {
    const known = await db
      .selectFrom('event_position')
      .selectAll()
      .where('sender', 'in', [...new Set(rows.map((row) => row.sender))])
      .execute();
    return new Map(known.map((row) => [keyOf(row), Number(row.intended_seq)]));
  },

  /** Says, before storing, how far each row will have come; a number never falls. */
  intend: async (positions: readonly (SenderRow & { intendedSeq: number })[]): Promise<void> => {
    if (positions.length === 0) return;
    await db
      .insertInto('event_position')
      .values(positions.map((p) => ({ sender: p.sender, epoch: p.epoch, intended_seq: p.intendedSeq })))
      .onConflict((conflict) =>
        conflict.columns(['sender', 'epoch']).doUpdateSet({
          intended_seq: sql<number>`greatest(event_position.intended_seq, excluded.intended_seq)`,
        }),
      )
      .execute();
  },

  /** Reserves `count` event ids. @returns the first of them */
  reserveIds: async (count: number): Promise<number> => {
    const row = await db
      .updateTable('event_number')
      .set({ reserved_to: sql<number>`reserved_to + ${count}::int` })
      .returning('reserved_to')
      .executeTakeFirstOrThrow();
    return Number(row.reserved_to) - count + 1;
  },

  cursor: async (consumer: string): Promise<number> => {
    const row = await db
      .selectFrom('event_cursor')
      .select('event_id')
      .where('consumer', '=', consumer)
      .executeTakeFirst();
    return Number(row?.event_id ?? 0);
  },

  /** To be called in the transaction of the effect. */
  moveCursor: async (consumer: string, eventId: number): Promise<void> => {
    await db
      .insertInto('event_cursor')
      .values({ consumer, event_id: eventId })
      .onConflict((conflict) => conflict.column('consumer').doUpdateSet({ event_id: eventId }))
      .execute();
  },

  /** How far the slowest consumer has come; 0 when one of these has never begun. */
  slowestCursor: async (expected: readonly string[]): Promise<number> => {
    const rows = await db.selectFrom('event_cursor').selectAll().execute();
    const begun = new Set(rows.map(({ consumer }) => consumer));
    if (expected.some((consumer) => !begun.has(consumer))) return 0;
    return rows.reduce((least, row) => Math.min(least, Number(row.event_id)), Number.MAX_SAFE_INTEGER);
  },

  /** The consumer is gone for good. */
  forgetCursor: async (consumer: string): Promise<void> => {
    await db.deleteFrom('event_cursor').where('consumer', '=', consumer).execute();
  },

  /** Puts an event of the server itself on its way; in the transaction of its cause, so that neither goes without the other. */
  publish: async (sender: EventSender, event: Omit<ReportedEvent, 'seq'>): Promise<void> => {
    await db
      .insertInto('event_outbox')
      .values({ tenant_id: sender.tenantId, sender: json(sender), event: json(event) })
      .execute();
  },

  /** Many at once, in their order. */
  publishAll: async (published: readonly Published[]): Promise<void> => {
    if (published.length === 0) return;
    const list = JSON.stringify(published.map(({ sender, event }) => ({ tenant: sender.tenantId, sender, event })));
    await sql`
      insert into administration.event_outbox (tenant_id, sender, event)
      select (one ->> 'tenant')::uuid, one -> 'sender', one -> 'event'
      from jsonb_array_elements(${list}::jsonb) with ordinality as list(one, place) order by place`.execute(db);
  },

  outbox: async (limit: number) =>
    (await db.selectFrom('event_outbox').selectAll().orderBy('id').limit(limit).execute()).map((row) => ({
      id: Number(row.id),
      sender: row.sender,
      event: row.event,
    })),

  clearOutbox: async (ids: readonly number[]): Promise<void> => {
    if (ids.length === 0) return;
    await db
      .deleteFrom('event_outbox')
      .where('id', 'in', [...ids])
      .execute();
  },
});
export type EventStore = ReturnType<typeof eventStore>;
