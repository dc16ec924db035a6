import type { GuardName, RehearsalDecision, TicketGuards } from '@gatehouse/contract';
import type { SourceDevice, SourceEvent } from '../../sources/index.ts';
import { type Facts, type FollowedTicket, type LeftAlone, type Rule, stateOf } from '../decide.ts';
import { decideGuarded } from '../guards/apply.ts';
import {
  type GuardedDecision,
  placeOf,
  type RecentlyClosed,
  type RecentlyOpened,
  type Storm,
} from '../guards/guard-facts.ts';
import type { Reason } from '../reasons.ts';
import { ruleOfTicket, statusRuleOf } from '../winning-rule.ts';
import { deviceAfter, deviceAtTheEnd, isStatusEvent, type PastDevice } from './past-status.ts';

const MINUTE_MS = 60_000;
/** Events of one minute are decided on together, as one reading would. */
const ROUND_MS = MINUTE_MS;
/** How often is looked whether a maintenance window is over. */
const MAINTENANCE_LOOK_MS = 15 * MINUTE_MS;

/** What one tenant's past is decided by. */
export interface Past {
  place: { sourceId: string; tenantId: string };
  rules: ReadonlyMap<Reason, Rule>;
  guards: TicketGuards;
  /** By device, as they are now; what they were nobody keeps. */
  groupPaths: ReadonlyMap<string, string>;
  /** Of the period, ids growing. */
  events: readonly SourceEvent[];
  /** As they are at the end of the period. */
  devices: readonly SourceDevice[];
  from: Date;
  until: Date;
}

export interface ReplayLine {
  at: Date;
  decision: RehearsalDecision;
  /** The rule that won; null when none counts any more. */
  rule: Reason | null;
  deviceId: string;
  deviceName: string;
  /** Counts from 1, in the order in which they would have been opened. */
  ticket: number | null;
  guard: GuardName | null;
  why: string;
}

export interface Replay {
  lines: ReplayLine[];
  /** Status events that do not tell their conditions. */
  unclearEvents: number;
  /** Conditions that hold at the end, with a rule that is on, whose beginning no event told. */
  untoldConditions: number;
}

interface Round {
  at: Date;
  events: SourceEvent[];
}

/** Events by the minute in which the server got them; its clock never goes back here. */
const roundsOf = ({ events, from, until }: Past): Round[] => {
  const rounds: Round[] = [];
  for (const event of events) {
    const heardMs = (event.storedAt ?? event.happenedAt).getTime();
    if (heardMs < from.getTime() || heardMs > until.getTime()) continue;
    const endMs = Math.min(until.getTime(), (Math.floor(heardMs / ROUND_MS) + 1) * ROUND_MS);
    const last = rounds.at(-1);
    if (last && endMs <= last.at.getTime()) last.events.push(event);
    else rounds.push({ at: new Date(endMs), events: [event] });
  }
  return rounds;
};

interface KnownTicket {
  deviceId: string;
  deviceName: string;
  subject: string;
  reason: Reason;
}

/** What the tables of tickets and guards would hold, in memory. */
const emptyWorld = () => ({
  devices: new Map<string, PastDevice>(),
  known: new Map<string, KnownTicket>(),
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
type World = ReturnType<typeof emptyWorld>;

/**
 * What the rules would have done with a tenant's past: the very decision of every day, noise guards included, with the
 * clock moved from reading to reading. It begins without tickets and without knowing any status; nobody closes a ticket
 * or works on one. Pure.
 */
export const replay = (past: Past): Replay => {
  const world = emptyWorld();
  const lines: ReplayLine[] = [];
  let unclearEvents = 0;

  const decideNow = (now: Date, part: Pick<Facts, 'statuses' | 'events'>): void => {
    const { guards: settings, rules } = past;
    const stormMs = (settings.storm?.minutes ?? 0) * MINUTE_MS;
    const isKnown = part.statuses.known;
    const waiting = isKnown ? world.waiting : [];
    const decision = decideGuarded(
      { now, accountProblem: null, rules, ...part, tickets: world.tickets, ticketedEventIds: world.ticketed },
      {
        settings,
        ...past.place,
        groupPaths: past.groupPaths,
        waitingSince: new Map(waiting.map((each) => [placeOf(each.deviceId, each.subject), each.since])),
        waitingReasons: new Map(waiting.map((each) => [placeOf(each.deviceId, each.subject), each.reason])),
        recentlyClosed: settings.flapMinutes > 0 ? world.closed : [],
        recentlyOpened: settings.storm ? world.opened.filter(({ at }) => now.getTime() - at.getTime() <= stormMs) : [],
        storms: world.storms,
      },
    );
    lines.push(...carriedOut(world, rules, decision, now));
    lines.push(...heldBack(world, rules, decision, isKnown, now));
    if (isKnown) world.waiting = decision.waiting;
    const waits = new Set(decision.pendingEventIds);
    const kept = isKnown ? [] : world.pending;
    world.pending = [...kept, ...part.events.filter(({ eventId }) => waits.has(eventId))];
  };
  const look = (now: Date): void =>
    decideNow(now, { statuses: { known: true, devices: [...world.devices.values()] }, events: world.pending });

  let clockMs = past.from.getTime();
  /** Looks at what waits whenever its time is up. */
  const goOnUntil = (end: Date): void => {
    for (;;) {
      const nextMs = Math.min(
        ...world.waiting
          .map(({ since }) => since.getTime() + past.guards.creationDelayMinutes * MINUTE_MS)
          .filter((dueMs) => dueMs > clockMs),
        ...(world.pending.length > 0 || world.isInMaintenance ? [clockMs + MAINTENANCE_LOOK_MS] : []),
      );
      if (nextMs >= end.getTime()) break;
      clockMs = nextMs;
      look(new Date(nextMs));
    }
    clockMs = end.getTime();
  };

  for (const { at, events } of roundsOf(past)) {
    goOnUntil(at);
    const changes = events.filter(isStatusEvent).map(deviceAfter);
    unclearEvents += changes.filter(({ isUnclear }) => isUnclear).length;
    for (const device of changes) world.devices.set(device.deviceId, device);
    if (changes.length > 0 || world.waiting.length > 0 || world.pending.length > 0 || world.isInMaintenance) look(at);
    decideNow(at, { statuses: { known: false }, events });
  }
  goOnUntil(past.until);
  const untoldConditions = atTheEnd(past, world);
  look(past.until);
  return { lines, unclearEvents, untoldConditions };
};

/** Takes over from the last reading what no event tells: what is gone. @returns conditions whose beginning is unknown */
const atTheEnd = ({ devices, rules }: Past, world: World): number => {
  const now = new Map(devices.map((device) => [device.deviceId, device]));
  let untold = 0;
  for (const device of devices) {
    if (device.level === 'ok') continue;
    for (const signal of device.signals) {
      const known = world.devices.get(device.deviceId);
      const isTold = known !== undefined && stateOf(known, signal) === 'present';
      if (!isTold && statusRuleOf(rules, signal, device.level)) untold += 1;
    }
  }
  for (const [deviceId, known] of world.devices) world.devices.set(deviceId, deviceAtTheEnd(known, now.get(deviceId)));
  return untold;
};

/** Does in memory what would be done in the tables and the PSA. @returns a line for each */
const carriedOut = (world: World, rules: Past['rules'], decision: GuardedDecision, now: Date): ReplayLine[] => {
  const lines: ReplayLine[] = [];
  const tell = (ticketId: string, line: Pick<ReplayLine, 'decision' | 'why'> & { guard?: GuardName }): void => {
    const ticket = world.known.get(ticketId);
    if (!ticket) return;
    const { deviceId, deviceName } = ticket;
    const rule = ruleOfTicket(rules, ticket)?.reason ?? null;
    lines.push({ at: now, rule, deviceId, deviceName, ticket: Number(ticketId), guard: null, ...line });
  };
  const begin = (ticket: KnownTicket): string => {
    const ticketId = String(world.known.size + 1);
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
    follow(ticketId, ticket);
    tell(ticketId, { decision: 'reopen', why, guard });
  }
  for (const { subject, reason, members, apart, why } of decision.openStorms) {
    const deviceName = `${members.length + apart} devices`;
    const ticketId = begin({ deviceId: '', deviceName, subject, reason });
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
  return lines;
};

/** What is left alone: lasting things once while they last. */
const heldBack = (
  world: World,
  rules: Past['rules'],
  { standing, passing }: GuardedDecision,
  isWhole: boolean,
  now: Date,
): ReplayLine[] => {
  const lineOf = (line: LeftAlone): ReplayLine => ({
    at: now,
    decision: line.decision,
    rule: ruleOfTicket(rules, line)?.reason ?? null,
    deviceId: line.deviceId,
    deviceName: line.deviceName,
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
