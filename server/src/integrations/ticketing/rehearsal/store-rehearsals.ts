import type { GuardName, Rehearsal, RehearsalDecision } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../../platform/db/index.ts';
import type { Rule } from '../decide.ts';
import type { Reason } from '../reasons.ts';
import type { TicketTables } from '../store-tickets.ts';

export interface UnreadClient {
  sourceId: string;
  tenantName: string;
  problem: string;
}
export interface ClientRef {
  sourceId: string;
  tenantId: string;
  name: string;
}

/** The tables that this part owns; of the tickets it only counts. */
export interface RehearsalTables extends Pick<TicketTables, 'ticket'> {
  rehearsal: {
    id: string;
    integration_id: string;
    state: Rehearsal['state'];
    started_by: string;
    started_at: Date;
    ended_at: Date | null;
    since: Date;
    until: Date;
    scope: Rehearsal['scope'];
    is_draft: boolean;
    /** The rules as they were when it was asked for, and the clients. */
    asked: { rules: Rule[]; clients: ClientRef[] };
    clients: number;
    clients_done: number;
    status_events: number;
    conditions: number;
    unread: UnreadClient[];
    problem: string | null;
  };
  rehearsal_line: {
    id: Generated<number>;
    rehearsal_id: string;
    at: Date;
    decision: RehearsalDecision;
    rule: Reason | null;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    device_id: string;
    device_name: string;
    ticket: number | null;
    guard: GuardName | null;
    why: string;
  };
}
export type RehearsalRow = RehearsalTables['rehearsal'];
export type RehearsalLineRow = Selectable<RehearsalTables['rehearsal_line']>;

const DAY_MS = 86_400_000;
const KEPT_DAYS = 7;
const LINES_AT_ONCE = 500;

const count = (what: string) => sql<string>`count(*) filter (where ${sql.raw(what)})`;
const figures = [
  count(`decision in ('open', 'reopen')`).as('opened'),
  count(`decision = 'raise'`).as('raised'),
  count(`decision = 'close'`).as('closed'),
  count(`guard is not null and decision in ('skip', 'wait')`).as('held'),
] as const;
const dayOf = (column: string) => sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD')`;

/** Rehearsals of the last week, with their lines. */
export const rehearsalStore = (db: Kysely<RehearsalTables>) => ({
  async add(row: RehearsalRow): Promise<void> {
    await db
      .insertInto('rehearsal')
      .values({ ...row, asked: json(row.asked), unread: json(row.unread) } as never)
      .execute();
  },

  find: (id: string): Promise<RehearsalRow | undefined> =>
    db.selectFrom('rehearsal').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Newest first. */
  list: (integrationId: string, limit: number): Promise<RehearsalRow[]> =>
    db
      .selectFrom('rehearsal')
      .selectAll()
      .where('integration_id', '=', integrationId)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),

  /** From the start, also when a run before was cut short. @returns false when it was cancelled or is over */
  async begin(id: string): Promise<boolean> {
    const begun = await db
      .updateTable('rehearsal')
      .set({ state: 'running', clients_done: 0, status_events: 0, conditions: 0, unread: json([]) as never })
      .where('id', '=', id)
      .where('state', 'in', ['waiting', 'running'])
      .returning('id')
      .executeTakeFirst();
    if (begun) await db.deleteFrom('rehearsal_line').where('rehearsal_id', '=', id).execute();
    return begun !== undefined;
  },

  /** One client's part, all of it or nothing. @returns false when somebody cancelled meanwhile: nothing is kept then */
  addClient: (
    id: string,
    part: {
      lines: Omit<RehearsalLineRow, 'id' | 'rehearsal_id'>[];
      statusEvents: number;
      conditions: number;
      unread: UnreadClient[];
    },
  ): Promise<boolean> =>
    db.transaction().execute(async (transaction) => {
      const running = await transaction
        .updateTable('rehearsal')
        .set((row) => ({
          clients_done: row('clients_done', '+', 1),
          status_events: row('status_events', '+', part.statusEvents),
          conditions: row('conditions', '+', part.conditions),
          unread: sql`unread || ${JSON.stringify(part.unread)}::jsonb` as never,
        }))
        .where('id', '=', id)
        .where('state', '=', 'running')
        .returning('id')
        .executeTakeFirst();
      if (!running) return false;
      for (let at = 0; at < part.lines.length; at += LINES_AT_ONCE) {
        const lines = part.lines.slice(at, at + LINES_AT_ONCE).map((line) => ({ ...line, rehearsal_id: id }));
        await transaction.insertInto('rehearsal_line').values(lines).execute();
      }
      return true;
    }),

  async end(id: string, state: 'done' | 'cancelled' | 'failed', now: Date, problem: string | null): Promise<void> {
    await db
      .updateTable('rehearsal')
      .set({ state, ended_at: now, problem })
      .where('id', '=', id)
      .where('state', 'in', ['waiting', 'running'])
      .execute();
  },

  async forgetOld(now: Date): Promise<void> {
    const oldest = new Date(now.getTime() - KEPT_DAYS * DAY_MS);
    await db.deleteFrom('rehearsal').where('started_at', '<', oldest).execute();
  },

  countByDay: (id: string) =>
    db
      .selectFrom('rehearsal_line')
      .select([dayOf('at').as('day'), ...figures])
      .where('rehearsal_id', '=', id)
      .groupBy('day')
      .execute(),
  countByRule: (id: string) =>
    db
      .selectFrom('rehearsal_line')
      .select(['rule', ...figures])
      .where('rehearsal_id', '=', id)
      .groupBy('rule')
      .execute(),
  countByClient: (id: string) =>
    db
      .selectFrom('rehearsal_line')
      .select(['source_id', 'tenant_id', 'tenant_name', ...figures])
      .where('rehearsal_id', '=', id)
      .groupBy(['source_id', 'tenant_id', 'tenant_name'])
      .execute(),

  /** Tickets that the PSA really got from us in that time, by client and day. */
  countReal: ({ integration_id, since, until }: RehearsalRow) =>
    db
      .selectFrom('ticket')
      .select(['source_id', 'tenant_id', dayOf('opened_at').as('day'), sql<string>`count(*)`.as('opened')])
      .where('integration_id', '=', integration_id)
      .where('psa_ticket_id', 'is not', null)
      .where('opened_at', '>=', since)
      .where('opened_at', '<=', until)
      .groupBy(['source_id', 'tenant_id', 'day'])
      .execute(),

  /** In the order in which they were decided, client by client. @param after id of the last one seen */
  lines: (
    id: string,
    { decision, after, limit }: { decision: RehearsalDecision | undefined; after: number | null; limit: number },
  ): Promise<RehearsalLineRow[]> =>
    db
      .selectFrom('rehearsal_line')
      .selectAll()
      .where('rehearsal_id', '=', id)
      .$if(decision !== undefined, (query) => query.where('decision', '=', decision as RehearsalDecision))
      .$if(after !== null, (query) => query.where('id', '>', after as number))
      .orderBy('id')
      .limit(limit)
      .execute(),
});
export type RehearsalStore = ReturnType<typeof rehearsalStore>;
