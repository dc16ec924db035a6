import type { ShadowComparison, ShadowDifference, ShadowRun, TicketSettings } from '@gatehouse/contract';
import { type Reason, reasonTitle } from '../reasons.ts';
import { daysBetween } from '../rehearsal/result.ts';
import type { StoredRule } from '../rules.ts';
import { ruleOfTicket } from '../winning-rule.ts';
import type { ComparisonStore, DifferenceRow } from './store-comparison.ts';
import type { ShadowRunRow } from './store-shadows.ts';

/** The rule of a ticket that may speak for many devices. */
const ruleOf = (rules: ReadonlyMap<Reason, StoredRule>, ticket: { reason: Reason; subject: string }) =>
  ruleOfTicket(rules, { ...ticket, subject: ticket.subject.replace(/^storm:/, '') });

export const shownRun = (row: ShadowRunRow, revisionNow: number, clients: number): ShadowRun => ({
  id: row.id,
  state: row.state,
  startedBy: row.started_by,
  startedAt: row.started_at.toISOString(),
  endsAt: row.ends_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  endedBy: row.ended_by,
  problem: row.problem,
  changedRules: row.wish.rules.map((rule) => ({ ...rule, title: reasonTitle(rule.reason as Reason) })),
  removed: row.wish.removed,
  isOvertaken: row.state === 'running' && revisionNow !== row.revision,
  clients,
});

const empty = () => ({ opened: { shadow: 0, real: 0 }, closed: { shadow: 0, real: 0 } });

/** Both sides in numbers, by day and by rule. */
export const comparisonOf = async (
  store: ComparisonStore,
  run: ShadowRunRow | undefined,
  { settings, realRules, now }: { settings: TicketSettings; realRules: ReadonlyMap<Reason, StoredRule>; now: Date },
): Promise<ShadowComparison> => {
  const total = empty();
  if (!run) {
    return { run: null, ...total, openNow: { shadow: 0, real: 0 }, days: [], rules: [], held: 0 };
  }
  const days = new Map(daysBetween(run.started_at, run.ended_at ?? now).map((day) => [day, empty()] as const));
  const rules = new Map<Reason, ReturnType<typeof empty>>();
  const add = (side: 'shadow' | 'real', day: string, rule: Reason, opened: number, closed: number): void => {
    const ofRule = rules.get(rule) ?? empty();
    rules.set(rule, ofRule);
    for (const counts of [total, days.get(day), ofRule]) {
      if (!counts) continue;
      counts.opened[side] += opened;
      counts.closed[side] += closed;
    }
  };
  for (const { day, rule, opened, closed } of await store.countShadow(run)) add('shadow', day, rule, opened, closed);
  for (const { day, reason, about, opened, closed } of await store.countReal(run)) {
    add('real', day, ruleOf(realRules, { reason, subject: about })?.reason ?? reason, opened, closed);
  }
  return {
    run: shownRun(run, settings.revision, await store.countPlaces(run.id)),
    ...total,
    openNow: await store.countOpen(run),
    days: [...days].map(([day, counts]) => ({ day, ...counts })),
    rules: [...rules]
      .map(([reason, counts]) => ({ reason, title: reasonTitle(reason), ...counts }))
      .sort(
        (a, b) => b.opened.shadow + b.opened.real - a.opened.shadow - a.opened.real || a.reason.localeCompare(b.reason),
      ),
    held: await store.countHeld(run.id),
  };
};

const differing = (
  shadow: Record<string, string | null> | null,
  real: Record<string, string | null> | null,
): string[] =>
  shadow && real ? Object.keys(shadow).filter((name) => (shadow[name] ?? null) !== (real[name] ?? null)) : [];

/** Why the side that has no ticket has none. */
const becauseOf = async (
  store: ComparisonStore,
  run: ShadowRunRow,
  row: DifferenceRow,
  realRules: ReadonlyMap<Reason, StoredRule>,
): Promise<string> => {
  if (row.kind === 'other-fields') return '';
  const isReal = row.kind === 'only-real';
  const rules = isReal ? new Map(run.rules.map((rule) => [rule.reason, rule])) : realRules;
  const place = { deviceId: row.device_id, subject: row.subject, reason: row.reason };
  const said = isReal ? await store.shadowSaid(run.id, place) : await store.reallySaid(run, place);
  const rule = ruleOf(rules, row);
  if (!rule?.enabled) {
    const title = reasonTitle(rule?.reason ?? row.reason);
    return isReal ? `The rule "${title}" is off in the shadow run` : `The real rule "${title}" is off now`;
  }
  return said ?? (isReal ? 'The log of the shadow run tells no reason' : 'The log of decisions tells no reason');
};

export const shownDifference = async (
  store: ComparisonStore,
  run: ShadowRunRow,
  row: DifferenceRow,
  realRules: ReadonlyMap<Reason, StoredRule>,
): Promise<ShadowDifference> => ({
  id: row.key,
  kind: row.kind,
  at: row.at.toISOString(),
  tenantName: row.tenant_name,
  deviceId: row.device_id || null,
  deviceName: row.device_name,
  rule: row.rule ?? ruleOf(realRules, row)?.reason ?? null,
  shadow:
    row.s_opened === null
      ? null
      : {
          openedAt: row.s_opened.toISOString(),
          closedAt: row.s_closed?.toISOString() ?? null,
          why: row.s_why ?? '',
          fields: row.s_fields ?? {},
        },
  real:
    row.r_opened === null
      ? null
      : {
          openedAt: row.r_opened.toISOString(),
          closedAt: row.r_closed?.toISOString() ?? null,
          why: row.r_why ?? '',
          fields: row.r_fields ?? {},
          psaTicketNumber: row.r_number,
          psaUrl: row.r_url,
        },
  fields: differing(row.s_fields, row.r_fields),
  because: await becauseOf(store, run, row, realRules),
});
