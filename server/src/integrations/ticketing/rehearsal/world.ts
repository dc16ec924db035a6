import type { GuardName, RehearsalDecision, TicketGuards } from '@gatehouse/contract';
import type { SourceEvent } from '../../sources/index.ts';
import type { Facts, FollowedTicket, LeftAlone, Rule } from '../decide.ts';
import { decideGuarded } from '../guards/apply.ts';
import {
  type GuardedDecision,
  placeOf,
  type RecentlyClosed,
  type RecentlyOpened,
  type Storm,
  stormSubject,
} from '../guards/guard-facts.ts';
import type { Reason } from '../reasons.ts';
import { ruleOfTicket } from '../winning-rule.ts';
import type { PastDevice } from './past-status.ts';

const MINUTE_MS = 60_000;

export interface DecidedLine {
  at: Date;
  decision: RehearsalDecision;
  /** The rule that won; null when none counts any more. */
  rule: Reason | null;
  deviceId: string;
  deviceName: string;
  /** What it is about, as a ticket's: `status:<signal>`, `event:<type>:<threat>`, `storm:…`. */
  subject: string;
  /** Counts from 1, in the order in which they would have been opened. */
  ticket: number | null;
  guard: GuardName | null;
  why: string;
}

export interface KnownTicket {
  deviceId: string;
  deviceName: string;
  subject: string;
  reason: Reason;
}

/** What the tables of tickets and guards would hold, of one tenant, without any of it being real. */
export const emptyWorld = () => ({
  devices: new Map<string, PastDevice>(),
  /** By number, those that may still be spoken of. */
  known: new Map<string, KnownTicket>(),
  /** Tickets so far; the number of the last one. */
  begun: 0,
  tickets: [] as FollowedTicket[],
  storms: [] as Storm[],
  closed: [] as RecentlyClosed[],
  opened: [] as (RecentlyOpened & { at: Date })[],
  waiting: [] as GuardedDecision['waiting'],
  pending: [] as SourceEvent[],
  ticketed: new Set<number>(),
  /** What is held back, told once while it lasts. */
  standing: new Map<string, string>(),
  isInMaintenance: false,
});
export type World = ReturnType<typeof emptyWorld>;

/** What a reading is decided by, tickets aside: those are the world's. */
export interface Reading extends Pick<Facts, 'now' | 'accountProblem' | 'statuses' | 'events'> {
  place: { sourceId: string; tenantId: string };
  rules: ReadonlyMap<Reason, Rule>;
  guards: TicketGuards;
  groupPaths: ReadonlyMap<string, string>;
}

/**
 * The very decision of every day, noise guards included, on tickets that are only thought of.
 * The world is changed to what would be then. @returns a line for each decision
 */
export const decideIn = (world: World, { place, guards: settings, groupPaths, ...facts }: Reading): DecidedLine[] => {
  const { now, rules, statuses, events } = facts;
  const within = (at: Date, minutes: number): boolean => now.getTime() - at.getTime() <= minutes * MINUTE_MS;
  const isKnown = statuses.known;
  const waiting = isKnown ? world.waiting : [];
  const decision = decideGuarded(
    { ...facts, tickets: world.tickets, ticketedEventIds: world.ticketed },
    {
      settings,
      ...place,
      groupPaths,
      waitingSince: new Map(waiting.map((each) => [placeOf(each.deviceId, each.subject), each.since])),
      waitingReasons: new Map(waiting.map((each) => [placeOf(each.deviceId, each.subject), each.reason])),
      recentlyClosed: settings.flapMinutes > 0 ? world.closed : [],
      recentlyOpened: world.opened.filter(({ at }) => settings.storm && within(at, settings.storm.minutes)),
      storms: world.storms,
    },
  );
  const lines = carriedOut(world, rules, decision, now);
  lines.push(...heldBack(world, rules, decision, isKnown, now));
  if (isKnown) world.waiting = decision.waiting;
  const waits = new Set(decision.pendingEventIds);
  const kept = isKnown ? [] : world.pending;
  world.pending = [...kept, ...events.filter(({ eventId }) => waits.has(eventId))];
  return lines;
};

/** Does in memory what would be done in the tables and the PSA. @returns a line for each */
const carriedOut = (world: World, rules: Reading['rules'], decision: GuardedDecision, now: Date): DecidedLine[] => {
  const lines: DecidedLine[] = [];
  const tell = (ticketId: string, line: Pick<DecidedLine, 'decision' | 'why'> & { guard?: GuardName }): void => {
    const ticket = world.known.get(ticketId);
    if (!ticket) return;
    const { deviceId, deviceName, subject } = ticket;
    const rule = ruleOfTicket(rules, { ...ticket, subject: subject.replace(/^storm:/, '') })?.reason ?? null;
    lines.push({ at: now, rule, deviceId, deviceName, subject, ticket: Number(ticketId), guard: null, ...line });
  };
  const begin = (ticket: KnownTicket): string => {
    world.begun += 1;
    const ticketId = String(world.begun);
    world.known.set(ticketId, ticket);
    return ticketId;
  };
  const follow = (ticketId: string, { deviceId, subject, reason }: KnownTicket): void => {
    world.tickets.push({ ticketId, deviceId, subject, reason, state: 'open' });
  };
  const end = (ticketId: string): void => {
    world.tickets = world.tickets.filter((ticket) => ticket.ticketId !== ticketId);
    world.storms = world.storms.filter((storm) => storm.ticketId !== ticketId);
  };

  for (const { reason, subject, deviceId, deviceName, eventId, why } of decision.open) {
    const ticket = { deviceId, deviceName, subject, reason };
    const ticketId = begin(ticket);
    follow(ticketId, ticket);
    world.opened.push({ deviceId, subject, at: now });
    if (eventId !== null) world.ticketed.add(eventId);
    tell(ticketId, { decision: 'open', why });
  }
  for (const { ticketId, why, guard } of decision.reopen) {
    const ticket = world.known.get(ticketId);
    if (!ticket) continue;
    world.closed = world.closed.filter((each) => each.ticketId !== ticketId);
    end(ticketId);
    follow(ticketId, ticket);
    tell(ticketId, { decision: 'reopen', why, guard });
  }
  for (const { subject, reason, members, apart, why } of decision.openStorms) {
    const deviceName = `${members.length + apart} devices`;
    const ticketId = begin({ deviceId: '', deviceName, subject: stormSubject(subject), reason });
    world.storms.push({
      ticketId,
      subject,
      reason,
      state: 'open',
      isLeftToPerson: false,
      joinedAt: now,
      members: members.map((member) => ({ deviceId: member.deviceId, deviceName: member.deviceName, goneAt: null })),
    });
    for (const { eventId } of members) if (eventId !== null) world.ticketed.add(eventId);
    tell(ticketId, { decision: 'open', why, guard: 'storm' });
  }
  for (const { ticketId, members, why } of decision.joinStorms) {
    const storm = world.storms.find((each) => each.ticketId === ticketId);
    if (!storm) continue;
    const joining = new Set(members.map(({ deviceId }) => deviceId));
    storm.joinedAt = now;
    storm.isLeftToPerson = false;
    storm.members = [
      ...storm.members.filter(({ deviceId }) => !joining.has(deviceId)),
      ...members.map(({ deviceId, deviceName }) => ({ deviceId, deviceName, goneAt: null })),
    ];
    for (const { eventId } of members) if (eventId !== null) world.ticketed.add(eventId);
    tell(ticketId, { decision: 'note', why, guard: 'storm' });
  }
  for (const { ticketId, deviceIds, why } of decision.leaveStorms) {
    for (const member of world.storms.find((each) => each.ticketId === ticketId)?.members ?? []) {
      if (deviceIds.includes(member.deviceId)) member.goneAt = now;
    }
    tell(ticketId, { decision: 'note', why });
  }
  for (const { ticketId, reason, why } of [...decision.raise, ...decision.raiseStorms]) {
    const places = [
      world.known.get(ticketId),
      ...[...world.tickets, ...world.storms].filter((each) => each.ticketId === ticketId),
    ];
    for (const place of places) if (place) place.reason = reason;
    tell(ticketId, { decision: 'raise', why });
  }
  for (const { ticketId, why } of decision.close) {
    const ticket = world.known.get(ticketId);
    end(ticketId);
    if (ticket && ticket.deviceId !== '') {
      world.closed.push({ ticketId, deviceId: ticket.deviceId, subject: ticket.subject, closedAt: now });
    }
    tell(ticketId, { decision: 'close', why });
  }
  for (const { ticketId, why } of decision.cameBack) {
    for (const ticket of world.tickets) if (ticket.ticketId === ticketId) ticket.isLeftToPerson = false;
    tell(ticketId, { decision: 'note', why });
  }
  for (const { ticketId, why } of decision.over) {
    end(ticketId);
    tell(ticketId, { decision: 'note', why: `${why}; should it come back, a new ticket opens` });
  }
  return lines;
};

/** What is left alone: lasting things once while they last. */
const heldBack = (
  world: World,
  rules: Reading['rules'],
  { standing, passing }: GuardedDecision,
  isWhole: boolean,
  now: Date,
): DecidedLine[] => {
  const lineOf = (line: LeftAlone): DecidedLine => ({
    at: now,
    decision: line.decision,
    rule: ruleOfTicket(rules, line)?.reason ?? null,
    deviceId: line.deviceId,
    deviceName: line.deviceName,
    subject: line.subject,
    ticket: line.ticketId === null ? null : Number(line.ticketId),
    guard: line.guard ?? null,
    why: line.why,
  });
  // Of a device whose conditions no event told nothing is concluded, and nothing said each time.
  const lasting = standing.filter(
    ({ deviceId, subject }) => !(subject.startsWith('status:') && world.devices.get(deviceId)?.isUnclear),
  );
  const before = world.standing;
  const fresh = lasting.filter((line) => before.get(placeOf(line.deviceId, line.subject)) !== line.why);
  const still = new Map(lasting.map((line) => [placeOf(line.deviceId, line.subject), line.why] as const));
  world.standing = isWhole ? still : new Map([...before, ...still]);
  if (isWhole) world.isInMaintenance = lasting.some(({ guard }) => guard === 'maintenance');
  else world.isInMaintenance ||= lasting.some(({ guard }) => guard === 'maintenance');
  return [...fresh, ...passing].map(lineOf);
};
