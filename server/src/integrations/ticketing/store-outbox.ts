import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';

export type DeliveryAction = 'open' | 'raise' | 'close' | 'reopen' | 'note';

/** A table that this module owns. */
export interface OutboxTables {
  /** The outbox: what is to be done in the PSA, written before it is done. */
  delivery: {
    id: Generated<number>;
    ticket_id: string;
    action: DeliveryAction;
    change: Record<string, unknown>;
    why: string;
    /** `sent`: under way, or its outcome is not known. */
    state: 'planned' | 'sent' | 'done' | 'failed' | 'dropped';
    attempts: Generated<number>;
    not_before: Date;
    sent_at: Date | null;
    created_at: Date;
    problem: string | null;
  };
}
export type Delivery = Selectable<OutboxTables['delivery']>;

/** What is due is asked per integration, which the ticket knows. */
export interface DueTables {
  ticket: { id: string; integration_id: string };
}

/** A delivery that is under way is held by signs of life; without one for this long its process has died. */
const LEASE_MS = 60_000;

/** The order in which a PSA with little room left is told: closed tickets first, then new ones, then mere words. */
const URGENCY = sql`min(case delivery.action when 'close' then 0 when 'note' then 2 else 1 end)`;

/** What is to be done in the PSA. */
export const outboxStore = (db: Kysely<OutboxTables & DueTables>) => ({
  async plan(delivery: {
    ticketId: string;
    action: DeliveryAction;
    change: Record<string, unknown>;
    why: string;
    now: Date;
  }): Promise<void> {
    await db
      .insertInto('delivery')
      .values({
        ticket_id: delivery.ticketId,
        action: delivery.action,
        change: json(delivery.change),
        why: delivery.why,
        state: 'planned',
        not_before: delivery.now,
        sent_at: null,
        created_at: delivery.now,
        problem: null,
      })
      .execute();
  },

  /** How much of an integration waits to be told, and since when. */
  async queueOf(integrationId: string): Promise<{ waiting: number; oldestAt: Date | null }> {
    const row = await db
      .selectFrom('delivery')
      .innerJoin('ticket', 'ticket.id', 'delivery.ticket_id')
      .select([sql<number>`count(*)`.as('waiting'), sql<Date | null>`min(delivery.created_at)`.as('oldest_at')])
      .where('ticket.integration_id', '=', integrationId)
      .where('delivery.state', 'in', ['planned', 'sent'])
      .executeTakeFirstOrThrow();
    return { waiting: Number(row.waiting), oldestAt: row.oldest_at };
  },

  /** What comes next for a ticket: its deliveries are carried out in the order in which they were planned. */
  nextDelivery: (ticketId: string): Promise<Delivery | undefined> =>
    db
      .selectFrom('delivery')
      .selectAll()
      .where('ticket_id', '=', ticketId)
      .where('state', 'in', ['planned', 'sent'])
      .orderBy('id')
      .limit(1)
      .executeTakeFirst(),

  /** @returns false when another process has it in hand */
  async claim(deliveryId: number, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('delivery')
      .set({ state: 'sent', sent_at: now, attempts: sql<number>`attempts + 1` })
      .where('id', '=', deliveryId)
      .where('not_before', '<=', now)
      .where((where) =>
        where.or([
          where('state', '=', 'planned'),
          where.and([where('state', '=', 'sent'), where('sent_at', '<', new Date(now.getTime() - LEASE_MS))]),
        ]),
      )
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },

  /** A sign of life. */
  async hold(deliveryId: number, now: Date): Promise<void> {
    await db
      .updateTable('delivery')
      .set({ sent_at: now })
      .where('id', '=', deliveryId)
      .where('state', '=', 'sent')
      .execute();
  },

  async endDelivery(deliveryId: number, state: 'done' | 'failed' | 'dropped', problem: string | null): Promise<void> {
    await db.updateTable('delivery').set({ state, problem }).where('id', '=', deliveryId).execute();
  },

  /** Back into the box. `uncounted`: the attempt never reached the PSA, so it does not use up a try. */
  async putOff(deliveryId: number, notBefore: Date, problem: string, { uncounted = false } = {}): Promise<void> {
    await db
      .updateTable('delivery')
      .set({
        state: 'planned',
        not_before: notBefore,
        problem,
        ...(uncounted ? { attempts: sql<number>`greatest(attempts - 1, 0)` } : {}),
      })
      .where('id', '=', deliveryId)
      .execute();
  },

  /** Takes back what was planned and never tried. @returns whether there was such a thing */
  async withdraw(ticketId: string, action: DeliveryAction, why: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('delivery')
      .set({ state: 'dropped', problem: why })
      .where('ticket_id', '=', ticketId)
      .where('action', '=', action)
      .where('state', '=', 'planned')
      .where('attempts', '=', 0)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  },

  /** Takes back a closing that has not been done, tried or not. One that is under way is not taken back. */
  async withdrawClosing(ticketId: string, why: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('delivery')
      .set({ state: 'dropped', problem: why })
      .where('ticket_id', '=', ticketId)
      .where('action', '=', 'close')
      .where('state', '=', 'planned')
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  },

  /** What failed for good turned out to have been done. */
  async dropFailed(ticketId: string, why: string): Promise<void> {
    await db
      .updateTable('delivery')
      .set({ state: 'dropped', problem: why })
      .where('ticket_id', '=', ticketId)
      .where('state', '=', 'failed')
      .execute();
  },

  /** @param tickets one, or as many as one statement takes */
  async dropAll(tickets: string | readonly string[], why: string): Promise<void> {
    await db
      .updateTable('delivery')
      .set({ state: 'dropped', problem: why })
      .where('ticket_id', 'in', [tickets].flat())
      .where('state', 'in', ['planned', 'sent'])
      .execute();
  },

  /** Tickets of an integration with something to do now, the most urgent first, then the longest waiting. */
  async listDue(integrationId: string, now: Date, limit: number): Promise<string[]> {
    const rows = await db
      .selectFrom('delivery')
      .innerJoin('ticket', 'ticket.id', 'delivery.ticket_id')
      .select('delivery.ticket_id')
      .where('ticket.integration_id', '=', integrationId)
      .where('delivery.not_before', '<=', now)
      .where((where) =>
        where.or([
          where('delivery.state', '=', 'planned'),
          where.and([
            where('delivery.state', '=', 'sent'),
            where('delivery.sent_at', '<', new Date(now.getTime() - LEASE_MS)),
          ]),
        ]),
      )
      .groupBy('delivery.ticket_id')
      .orderBy(URGENCY)
      .orderBy(sql`min(delivery.id)`)
      .limit(limit)
      .execute();
    return rows.map(({ ticket_id }) => ticket_id);
  },

  /** When the next delivery that is put off until after `after` comes up; null when there is none. */
  async nextDueAt(integrationId: string, after: Date): Promise<Date | null> {
    const row = await db
      .selectFrom('delivery')
      .innerJoin('ticket', 'ticket.id', 'delivery.ticket_id')
      .select(sql<Date | null>`min(delivery.not_before)`.as('at'))
      .where('ticket.integration_id', '=', integrationId)
      .where('delivery.state', '=', 'planned')
      .where('delivery.not_before', '>', after)
      .executeTakeFirst();
    return row?.at ?? null;
  },
});
