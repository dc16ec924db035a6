import type { ShadowDifferenceKind } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import type { Reason } from '../reasons.ts';
import type { DecisionTables } from '../store-decisions.ts';
import type { TicketTables } from '../store-tickets.ts';
import type { WaitingTables } from '../store-waiting.ts';
import type { ShadowRunRow, ShadowTables } from './store-shadows.ts';

/** Reads what both sides made of the same news; of tables that are not its own it only reads. */
export interface ComparedTables
  extends ShadowTables,
    Pick<TicketTables, 'ticket'>,
    Pick<DecisionTables, 'decision'>,
    Pick<WaitingTables, 'held_back'> {}

export interface Counted {
  /** UTC, `2026-03-04`. */
  day: string;
  reason: Reason;
  /** What it is about, without a threat: `status:<signal>`, `event:<type>`, with `storm:` before it for many devices. */
  about: string;
  opened: number;
  closed: number;
}

export interface DifferenceRow {
  /** `s` or `r`, and what identifies it there. */
  key: string;
  kind: ShadowDifferenceKind;
  at: Date;
  source_id: string;
  tenant_id: string;
  tenant_name: string;
  device_id: string;
  device_name: string;
  subject: string;
  reason: Reason;
  rule: Reason | null;
  s_opened: Date | null;
  s_closed: Date | null;
  s_why: string | null;
  s_fields: Record<string, string | null> | null;
  r_opened: Date | null;
  r_closed: Date | null;
  r_why: string | null;
  r_fields: Record<string, string | null> | null;
  r_number: string | null;
  r_url: string | null;
}

/** A real ticket that the PSA never got, since its reason was gone before. */
const NEVER_SENT = sql`(t.state = 'closed' and t.psa_ticket_id is null)`;
const FAR = sql`'infinity'::timestamptz`;

/** How shadow and reality compare. The same thing at the same time on both sides is a pair. */
export const comparisonStore = (db: Kysely<ComparedTables>) => {
  const isPair = (until: Date | null) => sql`
    t.source_id = s.source_id and t.tenant_id = s.tenant_id and t.device_id = s.device_id and t.subject = s.subject
    and coalesce(t.closed_at, ${FAR}) >= s.opened_at
    and t.opened_at <= coalesce(s.closed_at, ${until}::timestamptz, ${FAR})`;
  const ofRun = ({ id, integration_id, started_at, ended_at }: ShadowRunRow) => sql`
    t.integration_id = ${integration_id} and t.opened_at >= ${started_at}
    and t.opened_at <= coalesce(${ended_at}::timestamptz, ${FAR}) and t.subject not like 'backlog:%'
    and not ${NEVER_SENT}
    and exists (select 1 from integrations.shadow_place p
      where p.run_id = ${id} and p.source_id = t.source_id and p.tenant_id = t.tenant_id and p.begun_at <= t.opened_at)`;

  return {
    async countPlaces(runId: string): Promise<number> {
      const { count } = await db
        .selectFrom('shadow_place')
        .select(sql<string>`count(*)`.as('count'))
        .where('run_id', '=', runId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async countHeld(runId: string): Promise<number> {
      const { count } = await db
        .selectFrom('shadow_line')
        .select(sql<string>`count(*)`.as('count'))
        .where('run_id', '=', runId)
        .where('decision', 'in', ['wait', 'skip'])
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    /** What would have been opened and closed, by day and rule. */
    async countShadow({
      id,
      started_at,
    }: ShadowRunRow): Promise<{ day: string; rule: Reason; opened: number; closed: number }[]> {
      const { rows } = await sql<{ day: string; rule: Reason; opened: number; closed: number }>`
        select to_char(moment at time zone 'UTC', 'YYYY-MM-DD') as day, coalesce(rule, reason) as rule,
          sum(opened)::int as opened, sum(closed)::int as closed
        from (
          select opened_at as moment, rule, reason, 1 as opened, 0 as closed from integrations.shadow_ticket
            where run_id = ${id} and not taken_over
          union all
          select closed_at, rule, reason, 0, 1 from integrations.shadow_ticket where run_id = ${id} and closed_at >= ${started_at}
        ) counted group by 1, 2`.execute(db);
      return rows;
    },

    /** What was really opened and closed meanwhile, for the same clients. */
    async countReal(run: ShadowRunRow): Promise<Counted[]> {
      const { id, integration_id, started_at, ended_at } = run;
      const { rows } = await sql<Counted>`
        select to_char(moment at time zone 'UTC', 'YYYY-MM-DD') as day, reason, about,
          sum(opened)::int as opened, sum(closed)::int as closed
        from (
          select t.opened_at as moment, t.reason, regexp_replace(t.subject, '(event:[^:]*):.*', '\\1') as about,
            1 as opened, 0 as closed from integrations.ticket t where ${ofRun(run)}
          union all
          select t.closed_at, t.reason, regexp_replace(t.subject, '(event:[^:]*):.*', '\\1'), 0, 1 from integrations.ticket t
            where t.integration_id = ${integration_id} and t.closed_at >= ${started_at}
              and t.closed_at <= coalesce(${ended_at}::timestamptz, ${FAR})
              and t.subject not like 'backlog:%' and not ${NEVER_SENT}
              and exists (select 1 from integrations.shadow_place p
                where p.run_id = ${id} and p.source_id = t.source_id and p.tenant_id = t.tenant_id)
        ) counted group by 1, 2, 3`.execute(db);
      return rows;
    },

    async countOpen({ id, integration_id }: ShadowRunRow): Promise<{ shadow: number; real: number }> {
      const { rows } = await sql<{ shadow: number; real: number }>`
        select
          (select count(*)::int from integrations.shadow_ticket where run_id = ${id} and closed_at is null) as shadow,
          (select count(*)::int from integrations.ticket t
            where t.integration_id = ${integration_id} and t.state in ('opening', 'open', 'closing', 'failed')
              and t.subject not like 'backlog:%'
              and exists (select 1 from integrations.shadow_place p
                where p.run_id = ${id} and p.source_id = t.source_id and p.tenant_id = t.tenant_id)) as real`.execute(
        db,
      );
      return rows[0] ?? { shadow: 0, real: 0 };
    },

    /** Newest first. @param after `at` and `key` of the last one seen */
    async differences(
      run: ShadowRunRow,
      {
        kind,
        after,
        limit,
      }: { kind: ShadowDifferenceKind | undefined; after: { at: Date; key: string } | null; limit: number },
    ): Promise<DifferenceRow[]> {
      const shadowKey = sql`'s-' || s.source_id || '-' || md5(s.tenant_id) || '-' || s.number`;
      const nothing = sql`null::timestamptz, null::timestamptz, null::text, null::jsonb`;
      const { rows } = await sql<DifferenceRow>`
        select * from (
          select ${shadowKey} as key, 'only-shadow' as kind, s.opened_at as at, s.source_id, s.tenant_id, s.tenant_name,
            s.device_id, s.device_name, s.subject, s.reason, s.rule,
            s.opened_at as s_opened, s.closed_at as s_closed, s.why as s_why, s.fields as s_fields,
            null::timestamptz as r_opened, null::timestamptz as r_closed, null::text as r_why, null::jsonb as r_fields,
            null::text as r_number, null::text as r_url
          from integrations.shadow_ticket s
          where s.run_id = ${run.id} and not s.taken_over
            and not exists (select 1 from integrations.ticket t
              where t.integration_id = ${run.integration_id} and ${isPair(run.ended_at)})
          union all
          select ${shadowKey}, 'other-fields', s.opened_at, s.source_id, s.tenant_id, s.tenant_name,
            s.device_id, s.device_name, s.subject, s.reason, s.rule,
            s.opened_at, s.closed_at, s.why, s.fields,
            t.opened_at, t.closed_at, t.why, t.fields, t.psa_number, t.psa_url
          from integrations.shadow_ticket s
          join lateral (select t.* from integrations.ticket t
            where t.integration_id = ${run.integration_id} and ${isPair(run.ended_at)}
            order by t.opened_at, t.id limit 1) t on true
          where s.run_id = ${run.id} and not s.taken_over
            and exists (select 1 from jsonb_each_text(s.fields) each
              where each.value is distinct from t.fields ->> each.key)
          union all
          select 'r-' || t.id, 'only-real', t.opened_at, t.source_id, t.tenant_id, t.tenant_name,
            t.device_id, t.device_name, t.subject, t.reason, null,
            ${nothing}, t.opened_at, t.closed_at, t.why, t.fields, t.psa_number, t.psa_url
          from integrations.ticket t
          where ${ofRun(run)}
            and not exists (select 1 from integrations.shadow_ticket s where s.run_id = ${run.id} and ${isPair(run.ended_at)})
        ) found
        where (${kind ?? null}::text is null or kind = ${kind ?? null}::text)
          and (${after?.at ?? null}::timestamptz is null
            or (at, key collate "C") < (${after?.at ?? null}::timestamptz, ${after?.key ?? null}::text collate "C"))
        order by at desc, key collate "C" desc limit ${limit}`.execute(db);
      return rows;
    },

    /** What the shadow's log last said of a thing that it has no ticket for. */
    async shadowSaid(
      runId: string,
      { deviceId, subject }: { deviceId: string; subject: string },
    ): Promise<string | null> {
      const row = await db
        .selectFrom('shadow_line')
        .select('why')
        .where('run_id', '=', runId)
        .where('device_id', '=', deviceId)
        .where('subject', '=', subject)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.why ?? null;
    },

    /** What the real log last said of it: what is held back now, or else the last line about that device and reason. */
    async reallySaid(
      { integration_id, started_at }: ShadowRunRow,
      { deviceId, subject, reason }: { deviceId: string; subject: string; reason: Reason },
    ): Promise<string | null> {
      const held = await db
        .selectFrom('held_back')
        .select('why')
        .where('integration_id', '=', integration_id)
        .where('device_id', '=', deviceId)
        .where('subject', '=', subject)
        .limit(1)
        .executeTakeFirst();
      if (held) return held.why;
      const said = await db
        .selectFrom('decision')
        .select('explanation')
        .where('integration_id', '=', integration_id)
        .where('device_id', '=', deviceId)
        .where('reason', '=', reason)
        .where('decision', 'in', ['skip', 'wait', 'note'])
        .where('at', '>=', started_at)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return said?.explanation ?? null;
    },
  };
};
export type ComparisonStore = ReturnType<typeof comparisonStore>;
