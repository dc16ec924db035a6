import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { SourceEvent } from '../sources/index.ts';
import type { FollowedTicket } from './decide.ts';
import type { Reason } from './reasons.ts';

export type TicketState = 'opening' | 'open' | 'closing' | 'closed' | 'failed';
export type DeliveryAction = 'open' | 'raise' | 'close';

/** Tables that this module owns. */
export interface TicketTables {
  ticket: {
    id: string;
    /** In the PSA's ticket too. */
    key: string;
    integration_id: string;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    account_id: string;
    account_name: string;
    device_id: string;
    device_name: string;
    subject: string;
    reason: Reason;
    title: string;
    description: string;
    /** Choice ids by field name, as last sent. */
    fields: Record<string, string | null>;
    due_at: Date;
    event_id: number | null;
    state: TicketState;
    why: string;
    psa_ticket_id: string | null;
    psa_number: string | null;
    psa_url: string | null;
    opened_at: Date;
    closed_at: Date | null;
    /** The reason is over, so that the next time is a new ticket. */
    over_at: Date | null;
    /** When the PSA was last asked about it. */
    checked_at: Date | null;
    problem: string | null;
  };
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
  held_back: {
    integration_id: string;
    source_id: string;
    tenant_id: string;
    device_id: string;
    subject: string;
    why: string;
    since: Date;
  };
  pending_event: {
    source_id: string;
    tenant_id: string;
    event_id: number;
    event: Record<string, unknown>;
  };
}
export type TicketRow = TicketTables['ticket'];
export type Delivery = Selectable<TicketTables['delivery']>;
/** A tenant in an integration: what every decision is about. */
export interface Place {
  integrationId: string;
  sourceId: string;
  tenantId: string;
}

export interface TicketFilter {
  integrationId?: string | undefined;
  deviceId?: string | undefined;
  states?: TicketState[] | undefined;
  /** Only of these tenants; undefined: all. */
  tenants?: { sourceId: string; tenantId: string }[] | undefined;
}

/** A delivery that is under way is held by signs of life; without one for this long its process has died. */
const LEASE_MS = 60_000;

/** Tickets, their outbox, and what is held back. */
export const ticketStore = (db: Kysely<TicketTables>) => {
  const at = ({ integrationId, sourceId, tenantId }: Place) =>
    ({ integration_id: integrationId, source_id: sourceId, tenant_id: tenantId }) as const;

  return {
    find: (id: string): Promise<TicketRow | undefined> =>
      db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirst(),

    async findAll(ids: string[]): Promise<Map<string, TicketRow>> {
      if (ids.length === 0) return new Map();
      const rows = await db.selectFrom('ticket').selectAll().where('id', 'in', ids).execute();
      return new Map(rows.map((row) => [row.id, row]));
    },

    /** Tickets whose reason is not over. */
    async listFollowed(place: Place): Promise<FollowedTicket[]> {
      const { integration_id, source_id, tenant_id } = at(place);
      const rows = await db
        .selectFrom('ticket')
        .select(['id', 'device_id', 'subject', 'reason', 'state'])
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .where('over_at', 'is', null)
        .execute();
      return rows.map(({ id, device_id, subject, reason, state }) => ({
        ticketId: id,
        deviceId: device_id,
        subject,
        reason,
        state,
      }));
    },

    async ticketedEventIds(place: Place, eventIds: number[]): Promise<Set<number>> {
      if (eventIds.length === 0) return new Set();
      const { integration_id, source_id, tenant_id } = at(place);
      const rows = await db
        .selectFrom('ticket')
        .select('event_id')
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .where('event_id', 'in', eventIds)
        .execute();
      return new Set(rows.flatMap(({ event_id }) => (event_id === null ? [] : [event_id])));
    },

    /** @returns false when there is one already, for its subject or its event: somebody else was faster */
    async openOnce(row: TicketRow): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('ticket')
        .values({ ...row, fields: json(row.fields) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    /** The PSA has it. A closing that was decided meanwhile stays decided. */
    async confirmOpened(
      id: string,
      psa: Pick<TicketRow, 'psa_ticket_id' | 'psa_number' | 'psa_url' | 'checked_at' | 'problem'>,
    ): Promise<void> {
      await db
        .updateTable('ticket')
        .set({ ...psa, state: sql<TicketState>`case when state = 'opening' then 'open' else state end` })
        .where('id', '=', id)
        .execute();
    },

    async change(id: string, { fields, ...change }: Partial<TicketRow>): Promise<void> {
      await db
        .updateTable('ticket')
        .set({ ...change, ...(fields ? { fields: json(fields) } : {}) })
        .where('id', '=', id)
        .execute();
    },

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

    async dropAll(ticketId: string, why: string): Promise<void> {
      await db
        .updateTable('delivery')
        .set({ state: 'dropped', problem: why })
        .where('ticket_id', '=', ticketId)
        .where('state', 'in', ['planned', 'sent'])
        .execute();
    },

    /** Tickets with something to do now, of these integrations. */
    async listDue(integrationIds: string[], now: Date): Promise<string[]> {
      if (integrationIds.length === 0) return [];
      const rows = await db
        .selectFrom('delivery')
        .innerJoin('ticket', 'ticket.id', 'delivery.ticket_id')
        .select('delivery.ticket_id')
        .distinct()
        .where('ticket.integration_id', 'in', integrationIds)
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
        .limit(1_000)
        .execute();
      return rows.map(({ ticket_id }) => ticket_id);
    },

    /** Openings that failed for good, and closings: worth another try after somebody changed the settings. */
    async planFailedAgain(integrationId: string, now: Date): Promise<string[]> {
      const rows = await db
        .selectFrom('ticket')
        .select(['id', 'psa_ticket_id'])
        .where('integration_id', '=', integrationId)
        .where('state', '=', 'failed')
        .execute();
      const again: string[] = [];
      for (const { id, psa_ticket_id } of rows) {
        const failed = await db
          .selectFrom('delivery')
          .select('id')
          .where('ticket_id', '=', id)
          .where('state', '=', 'failed')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (!failed) continue;
        await db
          .updateTable('delivery')
          .set({ state: 'planned', attempts: 0, not_before: now, problem: null })
          .where('id', '=', failed.id)
          .execute();
        await db
          .updateTable('ticket')
          .set({ state: psa_ticket_id === null ? 'opening' : 'closing', problem: null })
          .where('id', '=', id)
          .execute();
        again.push(id);
      }
      return again;
    },

    /** Tickets that are open in the PSA as far as we know, the longest unasked first. */
    listToCheck: (integrationId: string, before: Date, limit: number): Promise<TicketRow[]> =>
      db
        .selectFrom('ticket')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .where('state', 'in', ['open', 'failed'])
        .where('psa_ticket_id', 'is not', null)
        .where((where) => where.or([where('checked_at', 'is', null), where('checked_at', '<', before)]))
        .orderBy(sql`checked_at nulls first`)
        .limit(limit)
        .execute(),

    /** Everything of a place that is not closed, to be left to people. */
    listUnclosed: (place: Partial<Place>): Promise<TicketRow[]> =>
      db
        .selectFrom('ticket')
        .selectAll()
        .where((where) => where.or([where('state', '<>', 'closed'), where('over_at', 'is', null)]))
        .$if(place.integrationId !== undefined, (query) =>
          query.where('integration_id', '=', place.integrationId as string),
        )
        .$if(place.sourceId !== undefined, (query) => query.where('source_id', '=', place.sourceId as string))
        .$if(place.tenantId !== undefined, (query) => query.where('tenant_id', '=', place.tenantId as string))
        .execute(),

    /** Newest first. @param after id of the last one seen */
    async page(filter: TicketFilter, { limit, after }: { limit: number; after: string | null }): Promise<TicketRow[]> {
      if (filter.tenants?.length === 0) return [];
      const last =
        after === null
          ? undefined
          : await db.selectFrom('ticket').select(['id', 'opened_at']).where('id', '=', after).executeTakeFirst();
      return db
        .selectFrom('ticket')
        .selectAll()
        .$if(filter.integrationId !== undefined, (query) =>
          query.where('integration_id', '=', filter.integrationId as string),
        )
        .$if(filter.deviceId !== undefined, (query) => query.where('device_id', '=', filter.deviceId as string))
        .$if(filter.states !== undefined, (query) => query.where('state', 'in', filter.states as TicketState[]))
        .$if(filter.tenants !== undefined, (query) =>
          query.where((where) =>
            where.or(
              (filter.tenants ?? []).map(({ sourceId, tenantId }) =>
                where.and([where('source_id', '=', sourceId), where('tenant_id', '=', tenantId)]),
              ),
            ),
          ),
        )
        .$if(last !== undefined, (query) =>
          query.where(sql<boolean>`(opened_at, id) < (${last?.opened_at}, ${last?.id}::uuid)`),
        )
        .orderBy('opened_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
    },

    async countByState(tenants: TicketFilter['tenants']): Promise<Record<string, number>> {
      if (tenants?.length === 0) return {};
      const rows = await db
        .selectFrom('ticket')
        .select(['state', sql<number>`count(*)`.as('count')])
        .$if(tenants !== undefined, (query) =>
          query.where((where) =>
            where.or(
              (tenants ?? []).map(({ sourceId, tenantId }) =>
                where.and([where('source_id', '=', sourceId), where('tenant_id', '=', tenantId)]),
              ),
            ),
          ),
        )
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },

    /** Tickets opened and closed per UTC day since then; `opened` and `closed` are counted independently. */
    async countByDay(
      since: Date,
      tenants: TicketFilter['tenants'],
    ): Promise<{ day: string; opened: number; closed: number }[]> {
      if (tenants?.length === 0) return [];
      const count = async (column: 'opened_at' | 'closed_at') =>
        db
          .selectFrom('ticket')
          .select([
            sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD')`.as('day'),
            sql<number>`count(*)`.as('count'),
          ])
          .where(column, '>=', since)
          .$if(tenants !== undefined, (query) =>
            query.where((where) =>
              where.or(
                (tenants ?? []).map(({ sourceId, tenantId }) =>
                  where.and([where('source_id', '=', sourceId), where('tenant_id', '=', tenantId)]),
                ),
              ),
            ),
          )
          .groupBy('day')
          .execute();
      const days = new Map<string, { day: string; opened: number; closed: number }>();
      const dayOf = (day: string) => {
        const found = days.get(day) ?? { day, opened: 0, closed: 0 };
        days.set(day, found);
        return found;
      };
      for (const row of await count('opened_at')) dayOf(row.day).opened = row.count;
      for (const row of await count('closed_at')) dayOf(row.day).closed = row.count;
      return [...days.values()];
    },

    listHeldBack: (place: Place) => {
      const { integration_id, source_id, tenant_id } = at(place);
      return db
        .selectFrom('held_back')
        .selectAll()
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .execute();
    },

    async holdBack(place: Place, held: { deviceId: string; subject: string; why: string; since: Date }): Promise<void> {
      const row = { ...at(place), device_id: held.deviceId, subject: held.subject, why: held.why, since: held.since };
      await db
        .insertInto('held_back')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['integration_id', 'source_id', 'tenant_id', 'device_id', 'subject'])
            .doUpdateSet({ why: held.why, since: held.since }),
        )
        .execute();
    },

    async releaseHeld(place: Place, { deviceId, subject }: { deviceId: string; subject: string }): Promise<void> {
      const { integration_id, source_id, tenant_id } = at(place);
      await db
        .deleteFrom('held_back')
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .where('device_id', '=', deviceId)
        .where('subject', '=', subject)
        .execute();
    },

    async listPendingEvents(sourceId: string, tenantId: string): Promise<SourceEvent[]> {
      const rows = await db
        .selectFrom('pending_event')
        .select('event')
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .orderBy('event_id')
        .limit(10_000)
        .execute();
      return rows.map(({ event }) => {
        const { happenedAt, storedAt, ...rest } = event as unknown as SourceEvent & {
          happenedAt: string;
          storedAt: string | null;
        };
        return { ...rest, happenedAt: new Date(happenedAt), storedAt: storedAt === null ? null : new Date(storedAt) };
      });
    },

    async keepPendingEvents(sourceId: string, tenantId: string, events: SourceEvent[]): Promise<void> {
      for (const event of events) {
        await db
          .insertInto('pending_event')
          .values({
            source_id: sourceId,
            tenant_id: tenantId,
            event_id: event.eventId,
            event: json(event as unknown as Record<string, unknown>),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },

    async dropPendingEvents(sourceId: string, tenantId: string, eventIds: number[] | 'all'): Promise<void> {
      if (eventIds !== 'all' && eventIds.length === 0) return;
      await db
        .deleteFrom('pending_event')
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .$if(eventIds !== 'all', (query) => query.where('event_id', 'in', eventIds as number[]))
        .execute();
    },
  };
};
export type TicketStore = ReturnType<typeof ticketStore>;
