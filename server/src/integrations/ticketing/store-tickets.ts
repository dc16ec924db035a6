import { type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { FollowedTicket } from './decide.ts';
import { type GuardedTicketTables, type MemberTables, stormStore } from './guards/store-storms.ts';
import type { Reason } from './reasons.ts';
import { type DueTables, type OutboxTables, outboxStore } from './store-outbox.ts';
import { inScope, type Place, placeColumns, type Scope, type WaitingTables, waitingStore } from './store-waiting.ts';

export type TicketState = 'opening' | 'open' | 'closing' | 'closed' | 'failed';

/** A table that this module owns, and those of its outbox and of what waits. */
export interface TicketTables extends OutboxTables, WaitingTables, MemberTables {
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
    /** Status and assignee as the PSA had them right after it was opened: what differs from that, people did. */
    opened_status: string | null;
    opened_assignee: string | null;
    /** Who ended it: Gatehouse, a person, or nobody since it is gone or our interest in it ended. */
    closed_by: 'us' | 'person' | 'gone' | 'left' | null;
    /** Its reason was gone and a person worked on it: the person closes it. */
    left_to_person_at: Date | null;
    /** How often it was opened again. */
    reopened: number;
  };
}
export type TicketRow = TicketTables['ticket'];
export interface TicketFilter {
  integrationId?: string | undefined;
  deviceId?: string | undefined;
  states?: TicketState[] | undefined;
  /** Only of these tenants; undefined: all. */
  tenants?: { sourceId: string; tenantId: string }[] | undefined;
}

/** Tickets, their outbox, and what is held back. */
export const ticketStore = (db: Kysely<TicketTables>) => {
  const at = placeColumns;

  return {
    ...outboxStore(db as unknown as Kysely<OutboxTables & DueTables>),
    ...waitingStore(db as unknown as Kysely<WaitingTables>),
    ...stormStore(db as unknown as Kysely<MemberTables & GuardedTicketTables>),

    find: (id: string): Promise<TicketRow | undefined> =>
      db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirst(),

    async findByKeys(keys: string[]): Promise<Map<string, TicketRow>> {
      const found = new Map<string, TicketRow>();
      for (let at = 0; at < keys.length; at += 1_000) {
        const part = keys.slice(at, at + 1_000);
        const rows = await db.selectFrom('ticket').selectAll().where('key', 'in', part).execute();
        for (const row of rows) found.set(row.key, row);
      }
      return found;
    },

    async findAll(ids: string[]): Promise<Map<string, TicketRow>> {
      if (ids.length === 0) return new Map();
      const rows = await db.selectFrom('ticket').selectAll().where('id', 'in', ids).execute();
      return new Map(rows.map((row) => [row.id, row]));
    },

    /** Tickets of single devices whose reason is not over. */
    async listFollowed(place: Place): Promise<FollowedTicket[]> {
      const { integration_id, source_id, tenant_id } = at(place);
      const rows = await db
        .selectFrom('ticket')
        .select(['id', 'device_id', 'subject', 'reason', 'state', 'closed_at', 'left_to_person_at'])
        .where('integration_id', '=', integration_id)
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .where('over_at', 'is', null)
        .where('subject', 'not like', 'storm:%')
        .execute();
      return rows.map(({ id, device_id, subject, reason, state, closed_at, left_to_person_at }) => ({
        ticketId: id,
        deviceId: device_id,
        subject,
        reason,
        state,
        closedAt: closed_at,
        isLeftToPerson: left_to_person_at !== null,
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
        .unionAll(
          db
            .selectFrom('ticket_member')
            .innerJoin('ticket', 'ticket.id', 'ticket_member.ticket_id')
            .select('ticket_member.event_id')
            .where('ticket.integration_id', '=', integration_id)
            .where('ticket.source_id', '=', source_id)
            .where('ticket.tenant_id', '=', tenant_id)
            .where('ticket_member.event_id', 'in', eventIds),
        )
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
      psa: Pick<
        Partial<TicketRow>,
        'psa_ticket_id' | 'psa_number' | 'psa_url' | 'checked_at' | 'problem' | 'opened_status' | 'opened_assignee'
      >,
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
          .select(['id', 'action'])
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
          .set({ state: psa_ticket_id === null || failed.action === 'reopen' ? 'opening' : 'closing', problem: null })
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

    /** Everything that is not closed, to be left to people. */
    listUnclosed: (scope: Scope): Promise<TicketRow[]> =>
      db
        .selectFrom('ticket')
        .selectAll()
        .where((where) => where.or([where('state', '<>', 'closed'), where('over_at', 'is', null)]))
        .where(inScope(scope))
        .execute(),

    /** Our interest in these ends; one that was closed before keeps its own end. @param ids as many as one statement takes */
    async leave(ids: readonly string[], problem: string, now: Date): Promise<void> {
      await db
        .updateTable('ticket')
        .set({
          state: 'closed',
          closed_at: sql<Date>`coalesce(closed_at, ${now})`,
          closed_by: sql<TicketRow['closed_by']>`coalesce(closed_by, 'left')`,
          over_at: now,
          problem: sql<string | null>`case when state = 'closed' then problem else ${problem} end`,
        })
        .where('id', 'in', ids)
        .execute();
    },

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
  };
};
export type TicketStore = ReturnType<typeof ticketStore>;
