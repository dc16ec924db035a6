import type { Rehearsal, RehearsalLine, RehearsalResult } from '@gatehouse/contract';
import { type Reason, reasonTitle } from '../reasons.ts';
import type { RehearsalLineRow, RehearsalRow, RehearsalStore } from './store-rehearsals.ts';

const DAY_MS = 86_400_000;

type Counted = Record<'opened' | 'raised' | 'closed' | 'held', string>;
const numbersOf = ({ opened, raised, closed, held }: Counted) => ({
  opened: Number(opened),
  raised: Number(raised),
  closed: Number(closed),
  held: Number(held),
});
const none = { opened: 0, raised: 0, closed: 0, held: 0 };

/** Days in UTC, the first and the last one included. */
export const daysBetween = (from: Date, until: Date): string[] => {
  const days: string[] = [];
  for (let ms = Math.floor(from.getTime() / DAY_MS) * DAY_MS; ms <= until.getTime(); ms += DAY_MS) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
};

export const shownRehearsal = (row: RehearsalRow): Rehearsal => ({
  id: row.id,
  state: row.state,
  startedBy: row.started_by,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  from: row.since.toISOString(),
  until: row.until.toISOString(),
  scope: row.scope,
  isDraft: row.is_draft,
  clients: row.clients,
  clientsDone: row.clients_done,
  problem: row.problem,
});

export const shownLine = (row: Omit<RehearsalLineRow, 'rehearsal_id'>): RehearsalLine => ({
  id: String(row.id),
  at: row.at.toISOString(),
  decision: row.decision,
  rule: row.rule,
  sourceId: row.source_id,
  tenantId: row.tenant_id,
  tenantName: row.tenant_name,
  deviceId: row.device_id || null,
  deviceName: row.device_name,
  ticket: row.ticket,
  guard: row.guard,
  why: row.why,
});

/** A rehearsal in numbers, beside what was really opened for the same clients. */
export const resultOf = async (store: RehearsalStore, row: RehearsalRow): Promise<RehearsalResult> => {
  const [byDay, byRule, byClient] = [
    await store.countByDay(row.id),
    await store.countByRule(row.id),
    await store.countByClient(row.id),
  ];
  const keyOf = (sourceId: string, tenantId: string) => `${sourceId} ${tenantId}`;
  const asked = new Map(row.asked.clients.map((client) => [keyOf(client.sourceId, client.tenantId), client]));
  const real = (await store.countReal(row)).filter((each) => asked.has(keyOf(each.source_id, each.tenant_id)));
  const sumOf = (rows: typeof real) => rows.reduce((sum, { opened }) => sum + Number(opened), 0);

  const days = new Map(byDay.map((each) => [each.day, numbersOf(each)]));
  const clients = new Map(byClient.map((each) => [keyOf(each.source_id, each.tenant_id), numbersOf(each)]));
  const realBy = Map.groupBy(real, (each) => keyOf(each.source_id, each.tenant_id));
  const total = { ...none };
  for (const each of days.values())
    for (const key of ['opened', 'raised', 'closed', 'held'] as const) total[key] += each[key];
  return {
    rehearsal: shownRehearsal(row),
    total,
    reallyOpened: sumOf(real),
    days: daysBetween(row.since, row.until).map((day) => ({
      day,
      ...(days.get(day) ?? none),
      reallyOpened: sumOf(real.filter((each) => each.day === day)),
    })),
    rules: byRule
      .flatMap((each) =>
        each.rule === null ? [] : [{ reason: each.rule, title: reasonTitle(each.rule as Reason), ...numbersOf(each) }],
      )
      .sort((a, b) => b.opened - a.opened || a.reason.localeCompare(b.reason)),
    clients: [...asked]
      .filter(([key]) => clients.has(key) || realBy.has(key))
      .map(([key, { sourceId, tenantId, name }]) => ({
        sourceId,
        tenantId,
        tenantName: name,
        ...(clients.get(key) ?? none),
        reallyOpened: sumOf(realBy.get(key) ?? []),
      }))
      .sort((a, b) => b.opened - a.opened || a.tenantName.localeCompare(b.tenantName)),
    unknown: { statusEvents: row.status_events, conditions: row.conditions, unread: row.unread },
  };
};
