import { createHash } from 'node:crypto';
import { newId } from '../../platform/ids/index.ts';
import type { FieldRoles } from '../psa/index.ts';
import type { SourceEvent } from '../sources/index.ts';
import { type Decision, decide, type PlannedTicket, type Statuses } from './decide.ts';
import { lineAt, lineOf } from './log-lines.ts';
import type { Reason } from './reasons.ts';
import type { StoredRule } from './rules.ts';
import type { TicketRow } from './store-tickets.ts';
import type { InOneTransaction, Unit } from './store-unit.ts';
import type { Place } from './store-waiting.ts';

const HOUR_MS = 3_600_000;

/** A mapped tenant, as far as its tickets need it. */
export interface TenantDesk extends Place {
  tenantName: string;
  account: { id: string; name: string; problem: string | null };
  rules: ReadonlyMap<Reason, StoredRule>;
  roles: FieldRoles;
}

/** What was read of the tenant just now. */
export interface News {
  statuses: Statuses;
  /** A page of new events, ids growing. */
  events: SourceEvent[];
  /** How far the events were read with this page; null when none were. */
  cursor: number | null;
}

/**
 * The key that the PSA keeps: the same cause has the same key, whoever asks and however often.
 * `ksi1:` and 40 hex digits of SHA-256, 45 characters of the 50 that the PSA's field holds.
 */
export const ticketKey = (place: Place, cause: { deviceId: string; subject: string; occurrence: string }): string => {
  const parts = [place.integrationId, place.sourceId, place.tenantId, cause.deviceId, cause.subject, cause.occurrence];
  return `ksi1:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
};

const ticketRow = (desk: TenantDesk, planned: PlannedTicket, rule: StoredRule, now: Date): TicketRow => {
  // An event happens once, by its id; a status lasts, and its beginning is when we first saw it.
  const occurrence = planned.eventId === null ? now.toISOString() : `event ${planned.eventId}`;
  const key = ticketKey(desk, { deviceId: planned.deviceId, subject: planned.subject, occurrence });
  return {
    id: newId(now),
    key,
    integration_id: desk.integrationId,
    source_id: desk.sourceId,
    tenant_id: desk.tenantId,
    tenant_name: desk.tenantName,
    account_id: desk.account.id,
    account_name: desk.account.name,
    device_id: planned.deviceId,
    device_name: planned.deviceName,
    subject: planned.subject,
    reason: planned.reason,
    title: planned.title,
    description: [...planned.facts, '', `Tenant: ${desk.tenantName}`, `Opened by Gatehouse, key ${key}`].join('\n'),
    fields: rule.fields,
    due_at: new Date(now.getTime() + rule.due_hours * HOUR_MS),
    event_id: planned.eventId,
    state: 'opening',
    why: planned.why,
    psa_ticket_id: null,
    psa_number: null,
    psa_url: null,
    opened_at: now,
    closed_at: null,
    over_at: null,
    checked_at: null,
    problem: null,
  };
};

const recordOpenings = async (
  { tickets }: Unit,
  desk: TenantDesk,
  { open }: Decision,
  now: Date,
): Promise<string[]> => {
  const opened: string[] = [];
  for (const planned of open) {
    const rule = desk.rules.get(planned.reason);
    if (!rule) continue;
    const row = ticketRow(desk, planned, rule, now);
    if (!(await tickets.openOnce(row))) continue;
    await tickets.plan({ ticketId: row.id, action: 'open', change: {}, why: planned.why, now });
    opened.push(row.id);
  }
  return opened;
};

const recordRaises = async (
  { tickets, decisions }: Unit,
  desk: TenantDesk,
  { raise }: Decision,
  now: Date,
): Promise<string[]> => {
  const raised: string[] = [];
  for (const { ticketId, reason, why } of raise) {
    const ticket = await tickets.find(ticketId);
    const rule = desk.rules.get(reason);
    if (!ticket || !rule) continue;
    const from = ticket.fields[desk.roles.priority] ?? null;
    const to = rule.fields[desk.roles.priority] ?? null;
    await tickets.change(ticketId, {
      reason,
      fields: {
        ...ticket.fields,
        [desk.roles.priority]: to,
        [desk.roles.closedStatus]: rule.fields[desk.roles.closedStatus] ?? null,
      },
    });
    if (to === null || to === from) {
      const same = `${why}; both rules have the same priority, so the ticket stays as it is`;
      await decisions.add([lineOf({ ...ticket, reason }, 'raise', same, now)]);
    } else {
      await tickets.plan({ ticketId, action: 'raise', change: { from, to }, why, now });
      raised.push(ticketId);
    }
  }
  return raised;
};

const recordClosings = async ({ tickets, decisions }: Unit, { close }: Decision, now: Date): Promise<string[]> => {
  const closing: string[] = [];
  for (const { ticketId, why } of close) {
    const ticket = await tickets.find(ticketId);
    if (!ticket) continue;
    if (ticket.state === 'opening' && (await tickets.withdraw(ticketId, 'open', why))) {
      await tickets.dropAll(ticketId, why);
      await tickets.change(ticketId, { state: 'closed', closed_at: now, over_at: now, problem: null });
      await decisions.add([lineOf(ticket, 'skip', `${why}, before the PSA could be told; no ticket is needed`, now)]);
      continue;
    }
    await tickets.change(ticketId, { state: 'closing' });
    await tickets.plan({ ticketId, action: 'close', change: {}, why, now });
    closing.push(ticketId);
  }
  return closing;
};

const recordRest = async ({ tickets, decisions }: Unit, { keepOpen, over }: Decision, now: Date): Promise<void> => {
  for (const { ticketId, why } of keepOpen) {
    const ticket = await tickets.find(ticketId);
    if (!ticket || !(await tickets.withdrawClosing(ticketId, why))) continue;
    await tickets.change(ticketId, { state: ticket.psa_ticket_id === null ? 'opening' : 'open', problem: null });
    await decisions.add([lineOf(ticket, 'note', why, now)]);
  }
  for (const { ticketId, why } of over) {
    const ticket = await tickets.find(ticketId);
    if (!ticket) continue;
    if (ticket.state === 'failed') await tickets.dropAll(ticketId, why);
    await tickets.change(ticketId, { state: 'closed', closed_at: ticket.closed_at ?? now, over_at: now });
    await decisions.add([lineOf(ticket, 'note', `${why}; should it come back, a new ticket opens`, now)]);
  }
};

/** Says what is held back once, when it begins or its reason changes, and forgets what no longer is. */
const recordStanding = async (
  { tickets, decisions }: Unit,
  desk: TenantDesk,
  { standing }: Decision,
  isWhole: boolean,
  now: Date,
): Promise<void> => {
  const at = (deviceId: string, subject: string) => `${deviceId}\n${subject}`;
  const before = new Map((await tickets.listHeldBack(desk)).map((row) => [at(row.device_id, row.subject), row]));
  const still = new Set<string>();
  for (const line of standing) {
    const key = at(line.deviceId, line.subject);
    if (still.has(key)) continue;
    still.add(key);
    if (before.get(key)?.why === line.why) continue;
    await tickets.holdBack(desk, { deviceId: line.deviceId, subject: line.subject, why: line.why, since: now });
    await decisions.add([lineAt(desk, line, now)]);
  }
  if (!isWhole) return;
  for (const [key, row] of before) {
    if (!still.has(key)) await tickets.releaseHeld(desk, { deviceId: row.device_id, subject: row.subject });
  }
};

const rulesToDecide = (rules: TenantDesk['rules']) =>
  new Map(
    [...rules].map(([reason, rule]) => [
      reason,
      { reason, enabled: rule.enabled, lifetimeDays: rule.lifetime_days, autoClose: rule.auto_close },
    ]),
  );

/**
 * Decides on what was read and writes it all down at once: tickets, what is to be done in the PSA, the log and the
 * cursor. A crash before that leaves the cursor, so the same news comes again; after it, the outbox has everything.
 *
 * @param enqueue adds the job that delivers an integration's outbox, within the same transaction
 */
export const consider = (
  inOneTransaction: InOneTransaction,
  enqueue: (integrationId: string, unit: Unit) => Promise<void>,
) => {
  return (desk: TenantDesk, news: News, now: Date): Promise<{ changed: boolean }> =>
    inOneTransaction(async (unit) => {
      const { tickets, decisions } = unit;
      if (!(await unit.isMapped(desk, desk.account.id))) return { changed: false };
      // Put-off events are looked at again with every reading of the statuses.
      const pending = news.statuses.known ? await tickets.listPendingEvents(desk.sourceId, desk.tenantId) : [];
      const events = [...pending, ...news.events];
      const decision = decide({
        now,
        accountProblem: desk.account.problem,
        rules: rulesToDecide(desk.rules),
        statuses: news.statuses,
        events,
        tickets: await tickets.listFollowed(desk),
        ticketedEventIds: await tickets.ticketedEventIds(
          desk,
          events.map(({ eventId }) => eventId),
        ),
      });

      const touched = [
        ...(await recordOpenings(unit, desk, decision, now)),
        ...(await recordRaises(unit, desk, decision, now)),
        ...(await recordClosings(unit, decision, now)),
      ];
      await recordRest(unit, decision, now);
      await recordStanding(unit, desk, decision, news.statuses.known, now);
      await decisions.add(decision.passing.map((line) => lineAt(desk, line, now)));

      const waits = new Set(decision.pendingEventIds);
      await tickets.keepPendingEvents(
        desk.sourceId,
        desk.tenantId,
        news.events.filter(({ eventId }) => waits.has(eventId)),
      );
      const done = pending.filter(({ eventId }) => !waits.has(eventId));
      await tickets.dropPendingEvents(
        desk.sourceId,
        desk.tenantId,
        done.map(({ eventId }) => eventId),
      );
      if (news.cursor !== null) await unit.moveCursor(desk.sourceId, desk.tenantId, news.cursor);

      if (touched.length > 0) await enqueue(desk.integrationId, unit);
      return { changed: touched.length > 0 || decision.over.length > 0 || decision.keepOpen.length > 0 };
    });
};
