import type { SourceEvent } from '../sources/index.ts';
import { type SettledBacklog, settleBacklog } from './backlog.ts';
import type { Decision, FollowedTicket, Statuses } from './decide.ts';
import { decideGuarded } from './guards/apply.ts';
import { type GuardFacts, placeOf } from './guards/guard-facts.ts';
import { recordGuarded } from './guards/record.ts';
import type { WaitingCondition } from './guards/store-guards.ts';
import { lineAt, lineOf } from './log-lines.ts';
import { type TenantDesk, ticketRow } from './new-ticket.ts';
import type { ShadowBeside } from './shadow/beside.ts';
import type { InOneTransaction, Unit } from './store-unit.ts';
import { ruleOfTicket } from './winning-rule.ts';

const MINUTE_MS = 60_000;

/** What was read of the tenant just now. */
export interface News {
  statuses: Statuses;
  /** A page of new events, ids growing. */
  events: SourceEvent[];
  /** How far the events were read with this page; null when none were. */
  cursor: number | null;
  /** Groups of the devices, where a guard needs them. */
  groupPaths?: ReadonlyMap<string, string>;
}

export type { TenantDesk };

const recordOpenings = async (
  { tickets }: Unit,
  desk: TenantDesk,
  { open }: Decision,
  now: Date,
): Promise<string[]> => {
  const opened: string[] = [];
  for (const planned of open) {
    const rule = ruleOfTicket(desk.rules, planned);
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
  raise: Decision['raise'],
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
    const planned = ticket.psa_ticket_id === null ? 'open' : 'reopen';
    if (ticket.state === 'opening' && (await tickets.withdraw(ticketId, planned, why))) {
      await tickets.dropAll(ticketId, why);
      const closedBy = planned === 'open' ? null : 'us'; // it is closed in the PSA still, by us
      await tickets.change(ticketId, {
        state: 'closed',
        closed_at: now,
        closed_by: closedBy,
        over_at: now,
        problem: null,
      });
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

/** What was there when rules were switched on, as it stands with what was read just now. */
const backlogNow = async (
  { backlog }: Unit,
  desk: TenantDesk,
  facts: Pick<Parameters<typeof settleBacklog>[0], 'statuses' | 'rules' | 'tickets'>,
): Promise<SettledBacklog> =>
  settleBacklog({
    ...facts,
    ignored: facts.statuses.known ? await backlog.ignored(desk) : [],
    wishes: facts.statuses.known ? await backlog.wishes(desk) : [],
    tenantName: desk.tenantName,
    accountProblem: desk.account.problem,
  });

const recordBacklog = async (
  { backlog }: Unit,
  desk: TenantDesk,
  { begin, end, isSettled }: SettledBacklog,
  now: Date,
): Promise<void> => {
  await backlog.release(desk, end);
  await backlog.ignore(desk, begin, now);
  if (isSettled) await backlog.endWishes(desk);
};

const rulesToDecide = (rules: TenantDesk['rules']) =>
  new Map(
    [...rules].map(([reason, rule]) => [
      reason,
      { reason, enabled: rule.enabled, lifetimeDays: rule.lifetime_days, autoClose: rule.auto_close },
    ]),
  );

/** What the noise guards must know of the place: what waits, and its tickets of the last while. */
const guardFacts = async (
  { tickets, guards }: Unit,
  desk: TenantDesk,
  { statuses, groupPaths = new Map() }: News,
  now: Date,
): Promise<GuardFacts & { waiting: WaitingCondition[] }> => {
  const { guards: settings, sourceId, tenantId } = desk;
  const before = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS);
  const waiting = statuses.known ? await guards.listWaiting(desk) : [];
  return {
    settings,
    sourceId,
    tenantId,
    groupPaths,
    waiting,
    waitingSince: new Map(waiting.map((each) => [placeOf(each.deviceId, each.subject), each.since])),
    waitingReasons: new Map(waiting.map((each) => [placeOf(each.deviceId, each.subject), each.reason])),
    recentlyClosed:
      settings.flapMinutes > 0 ? await tickets.listRecentlyClosed(desk, before(settings.flapMinutes)) : [],
    recentlyOpened: settings.storm ? await tickets.listRecentlyOpened(desk, before(settings.storm.minutes)) : [],
    // Those that are going on are seen to the end, also after the guard was switched off.
    storms: await tickets.listStorms(desk),
  };
};

/** Devices that a storm's ticket speaks for count as having one. */
export const spokenFor = (storms: GuardFacts['storms']): FollowedTicket[] =>
  storms.flatMap(({ ticketId, subject, reason, state, members }) =>
    members.flatMap(({ deviceId, goneAt }) =>
      goneAt === null ? [{ ticketId, deviceId, subject, reason, state }] : [],
    ),
  );

/**
 * Decides on what was read and writes it all down at once: tickets, what is to be done in the PSA, the log and the
 * cursor. A crash before that leaves the cursor, so the same news comes again; after it, the outbox has everything.
 *
 * @param enqueue adds the job that delivers an integration's outbox, within the same transaction
 * @param beside the rules that decide on the same news without effect, when some run
 */
export const consider = (
  inOneTransaction: InOneTransaction,
  enqueue: (integrationId: string, unit: Unit) => Promise<void>,
  beside: ShadowBeside,
) => {
  return (desk: TenantDesk, news: News, now: Date): Promise<{ changed: boolean }> =>
    inOneTransaction(async (unit) => {
      const { tickets, decisions } = unit;
      if (!(await unit.isMapped(desk, desk.account.id))) return { changed: false };
      const decideBeside = await beside(unit, desk, now);
      // Put-off events are looked at again with every reading of the statuses.
      const pending = news.statuses.known ? await tickets.listPendingEvents(desk.sourceId, desk.tenantId) : [];
      const events = [...pending, ...news.events];
      const rules = rulesToDecide(desk.rules);
      const followed = await tickets.listFollowed(desk);
      const guards = await guardFacts(unit, desk, news, now);
      const backlog = await backlogNow(unit, desk, {
        statuses: news.statuses,
        rules,
        tickets: [...followed, ...spokenFor(guards.storms)],
      });
      const decision = decideGuarded(
        {
          now,
          accountProblem: desk.account.problem,
          rules,
          statuses: backlog.statuses,
          events,
          tickets: followed,
          ticketedEventIds: await tickets.ticketedEventIds(
            desk,
            events.map(({ eventId }) => eventId),
          ),
        },
        guards,
      );

      for (const part of ['open', 'close', 'over'] as const) decision[part].push(...(backlog[part] as never[]));
      decision.standing.push(...backlog.standing);
      await recordBacklog(unit, desk, backlog, now);

      const touched = [
        ...(await recordOpenings(unit, desk, decision, now)),
        ...(await recordGuarded(unit, desk, decision, now)),
        ...(await recordRaises(unit, desk, [...decision.raise, ...decision.raiseStorms], now)),
        ...(await recordClosings(unit, decision, now)),
      ];
      if (news.statuses.known) await unit.guards.keepWaiting(desk, guards.waiting, decision.waiting);
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
      if (decideBeside) await decideBeside(news, backlog.leftOut);
      if (news.cursor !== null) await unit.moveCursor(desk.sourceId, desk.tenantId, news.cursor);

      if (touched.length > 0) await enqueue(desk.integrationId, unit);
      return { changed: touched.length > 0 || decision.over.length > 0 || decision.keepOpen.length > 0 };
    });
};
