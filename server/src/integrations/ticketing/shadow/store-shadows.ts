import type { GuardName, RehearsalDecision, ShadowRun } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../../platform/db/index.ts';
import type { Reason } from '../reasons.ts';
import type { RuleInput, StoredRule } from '../rules.ts';
import type { Place } from '../store-waiting.ts';
import type { StoredWorld } from './world-json.ts';

/** The tables that this part owns. */
export interface ShadowTables {
  shadow_run: {
    id: string;
    integration_id: string;
    state: ShadowRun['state'];
    started_by: string;
    started_at: Date;
    ends_at: Date;
    ended_at: Date | null;
    ended_by: string | null;
    problem: string | null;
    /** Of the ticket settings that it was started from. */
    revision: number;
    /** All of them, with their own choices. */
    rules: StoredRule[];
    /** What differs from the rules saved at its start. */
    wish: { rules: RuleInput[]; removed: string[] };
  };
  shadow_place: {
    run_id: string;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    /** When it was first read in this run. */
    begun_at: Date;
    world: StoredWorld;
  };
  shadow_ticket: {
    run_id: string;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    number: number;
    device_id: string;
    device_name: string;
    subject: string;
    reason: Reason;
    rule: Reason | null;
    fields: Record<string, string | null>;
    why: string;
    opened_at: Date;
    closed_at: Date | null;
    /** It was open for real when the run began. */
    taken_over: boolean;
    /** The real ticket of the same thing, whose closing by a person counts here too. */
    real_ticket_id: string | null;
  };
  shadow_line: {
    id: Generated<number>;
    run_id: string;
    at: Date;
    decision: RehearsalDecision;
    rule: Reason | null;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    device_id: string;
    device_name: string;
    subject: string;
    ticket: number | null;
    guard: GuardName | null;
    why: string;
  };
}
export type ShadowRunRow = ShadowTables['shadow_run'];
export type ShadowTicketRow = ShadowTables['shadow_ticket'];
export type ShadowLineRow = Selectable<ShadowTables['shadow_line']>;

const ROWS_AT_ONCE = 500;
const SAVEPOINT = sql.id('shadow_run');

/** Shadow runs with what they would have done. */
export const shadowStore = (db: Kysely<ShadowTables>) => {
  const inPlace = (runId: string, { sourceId, tenantId }: Place) => ({
    run_id: runId,
    source_id: sourceId,
    tenant_id: tenantId,
  });

  return {
    /** In place of those before. @returns false when one runs */
    begin: (row: ShadowRunRow): Promise<boolean> =>
      db.transaction().execute(async (transaction) => {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('shadow_run')
          .values({ ...row, rules: json(row.rules), wish: json(row.wish) } as never)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        await transaction
          .deleteFrom('shadow_run')
          .where('integration_id', '=', row.integration_id)
          .where('id', '<>', row.id)
          .execute();
        return true;
      }),

    running: (integrationId: string, now: Date): Promise<ShadowRunRow | undefined> =>
      db
        .selectFrom('shadow_run')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .where('state', '=', 'running')
        .where('ends_at', '>', now)
        .executeTakeFirst(),

    last: (integrationId: string): Promise<ShadowRunRow | undefined> =>
      db
        .selectFrom('shadow_run')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),

    /** @returns false when it does not run any more */
    async end(
      id: string,
      end: Pick<ShadowRunRow, 'ended_by' | 'problem'> & { state: Exclude<ShadowRunRow['state'], 'running'>; at: Date },
    ): Promise<boolean> {
      const { at, ...change } = end;
      const { numUpdatedRows } = await db
        .updateTable('shadow_run')
        .set({ ...change, ended_at: at })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** Those whose time is up end, and those that ended long ago go with their logs. @returns how many ended */
    async tidy(now: Date, endedBefore: Date): Promise<number> {
      const { numUpdatedRows } = await db
        .updateTable('shadow_run')
        .set({ state: 'ended', ended_at: sql<Date>`ends_at` })
        .where('state', '=', 'running')
        .where('ends_at', '<=', now)
        .executeTakeFirstOrThrow();
      await db.deleteFrom('shadow_run').where('ended_at', '<', endedBefore).execute();
      return Number(numUpdatedRows);
    },

    /** The place's world, kept from others until the transaction ends; undefined when it was not read yet. */
    async world(runId: string, place: Place): Promise<StoredWorld | undefined> {
      const row = await db
        .selectFrom('shadow_place')
        .select('world')
        .where((where) => where.and(inPlace(runId, place)))
        .forUpdate()
        .executeTakeFirst();
      return row?.world;
    },

    async beginPlace(runId: string, place: Place & { tenantName: string }, world: StoredWorld, now: Date) {
      await db
        .insertInto('shadow_place')
        .values({ ...inPlace(runId, place), tenant_name: place.tenantName, begun_at: now, world: json(world) } as never)
        .execute();
    },

    async keepWorld(runId: string, place: Place, world: StoredWorld): Promise<void> {
      await db
        .updateTable('shadow_place')
        .set({ world: json(world) as never })
        .where((where) => where.and(inPlace(runId, place)))
        .execute();
    },

    async addTickets(rows: ShadowTicketRow[]): Promise<void> {
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        const part = rows.slice(at, at + ROWS_AT_ONCE).map((row) => ({ ...row, fields: json(row.fields) }));
        await db
          .insertInto('shadow_ticket')
          .values(part as never)
          .execute();
      }
    },

    async changeTicket(
      runId: string,
      place: Place,
      number: number,
      { fields, ...change }: Partial<ShadowTicketRow>,
    ): Promise<void> {
      await db
        .updateTable('shadow_ticket')
        .set({
          ...change,
          ...(fields ? { fields: sql`fields || ${JSON.stringify(fields)}::jsonb` as never } : {}),
        })
        .where((where) => where.and(inPlace(runId, place)))
        .where('number', '=', number)
        .execute();
    },

    /** Which real ticket stands beside each of these. */
    async realTickets(runId: string, place: Place, numbers: number[]): Promise<Map<number, string>> {
      if (numbers.length === 0) return new Map();
      const rows = await db
        .selectFrom('shadow_ticket')
        .select(['number', 'real_ticket_id'])
        .where((where) => where.and(inPlace(runId, place)))
        .where('number', 'in', numbers)
        .where('real_ticket_id', 'is not', null)
        .execute();
      return new Map(rows.map(({ number, real_ticket_id }) => [number, real_ticket_id as string]));
    },

    async addLines(rows: Omit<ShadowLineRow, 'id'>[]): Promise<void> {
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        await db
          .insertInto('shadow_line')
          .values(rows.slice(at, at + ROWS_AT_ONCE))
          .execute();
      }
    },

    /** Newest first. @param after id of the last one seen */
    lines: (
      runId: string,
      { decision, after, limit }: { decision: RehearsalDecision | undefined; after: number | null; limit: number },
    ): Promise<ShadowLineRow[]> =>
      db
        .selectFrom('shadow_line')
        .selectAll()
        .where('run_id', '=', runId)
        .$if(decision !== undefined, (query) => query.where('decision', '=', decision as RehearsalDecision))
        .$if(after !== null, (query) => query.where('id', '<', after as number))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),

    /**
     * Work inside the transaction that may fail without the rest: then nothing of it is kept, and the rest is.
     * @returns what it failed with, or null
     */
    async apart(work: () => Promise<void>): Promise<unknown> {
      await sql`savepoint ${SAVEPOINT}`.execute(db);
      try {
        await work();
      } catch (error) {
        await sql`rollback to savepoint ${SAVEPOINT}`.execute(db);
        return error;
      }
      await sql`release savepoint ${SAVEPOINT}`.execute(db);
      return null;
    },
  };
};
export type ShadowStore = ReturnType<typeof shadowStore>;
