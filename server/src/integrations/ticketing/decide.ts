import type { GuardName } from '@gatehouse/contract';
import { signals as allSignals, type Signal, type SourceDevice, type SourceEvent } from '../sources/index.ts';
import { aboutEvent, aboutStatus, type OwnWords, type TicketAbout } from './about.ts';
import {
  conditions,
  type EventReason,
  isStatusReason,
  partsOf,
  type Reason,
  type StatusReason,
  type TicketLevel,
} from './reasons.ts';
import { eventRuleOf, statusRuleOf } from './winning-rule.ts';

const DAY_MS = 86_400_000;

/** A ticket rule as far as a decision needs it. */
export interface Rule {
  reason: Reason;
  enabled: boolean;
  /** Null for statuses. */
  lifetimeDays: number | null;
  /** Null for events, whose tickets people close. */
  autoClose: boolean | null;
}

/** A ticket whose reason is not over: it blocks a second one of the same subject. */
export interface FollowedTicket {
  ticketId: string;
  deviceId: string;
  /** What it is about, apart from the level: `status:<signal>` or `event:<type>:<threat>`. */
  subject: string;
  reason: Reason;
  /** `closed` here means closed by a person while the reason lasted. */
  state: 'opening' | 'open' | 'closing' | 'closed' | 'failed';
  /** When a person closed it; absent or null otherwise. */
  closedAt?: Date | null;
  /** Its reason was gone and a person worked on it: the person closes it. */
  isLeftToPerson?: boolean;
}

/** What is known of the devices' statuses. A reading that failed is unknown, and changes nothing. */
export type Statuses = { known: true; devices: SourceDevice[] } | { known: false };

/** All that one tenant's decision depends on. */
export interface Facts {
  now: Date;
  /** Why no ticket can be opened for the account just now (inactive, gone), or null. */
  accountProblem: string | null;
  rules: ReadonlyMap<Reason, Rule>;
  statuses: Statuses;
  /** Events after the cursor and those put off before, ids growing. */
  events: SourceEvent[];
  /** Of this tenant, with a reason that is not over. */
  tickets: FollowedTicket[];
  /** Events that have had a ticket already, whatever became of it. */
  ticketedEventIds: ReadonlySet<number>;
}

export interface PlannedTicket {
  reason: Reason;
  subject: string;
  deviceId: string;
  deviceName: string;
  /** What title and text are made of. */
  about: TicketAbout | OwnWords;
  /** Null for statuses. */
  eventId: number | null;
  why: string;
}

/** About one ticket that exists. */
export interface Act {
  ticketId: string;
  why: string;
}

/** Something that is not done, and why. */
export interface LeftAlone {
  decision: 'skip' | 'wait' | 'note';
  reason: Reason;
  subject: string;
  deviceId: string;
  deviceName: string;
  ticketId: string | null;
  why: string;
  /** What held it back, when it was a noise guard, and how many tickets that are; absent: one. */
  guard?: GuardName;
  held?: number;
}

export interface Decision {
  open: PlannedTicket[];
  /** The same ticket gets the rule of the higher level. */
  raise: (Act & { reason: StatusReason })[];
  close: Act[];
  /** The reason came back before the ticket was closed in the PSA: it stays open. */
  keepOpen: Act[];
  /** Closed by a person or never opened, and now the reason is over too: the next time is a new ticket. */
  over: Act[];
  /** Said once in the log for as long as it lasts. */
  standing: LeftAlone[];
  /** Said each time: about events. */
  passing: LeftAlone[];
  /** Events that wait for the account, by id; the others are done with. */
  pendingEventIds: number[];
}

export const statusSubject = (signal: Signal): string => `status:${signal}`;
/** Equal events of a device share a ticket while it is open: the storm guard. */
export const eventSubject = (event: SourceEvent): string => `event:${event.type}:${event.threat}`.slice(0, 300);

/** Events that say what a status ticket says; with a status rule of that level on, they would make every ticket twice. */
const statusEvents: Record<string, TicketLevel> = {
  KLSRV_HOST_STATUS_CRITICAL: 'critical',
  KLSRV_HOST_STATUS_WARNING: 'warning',
};

/** Whether a device has a condition. Not visible is unknown, never resolved. */
export const stateOf = (device: SourceDevice, signal: Signal): 'present' | 'gone' | 'unknown' => {
  if (device.level !== 'ok' && device.signals.includes(signal)) return 'present';
  return device.visible ? 'gone' : 'unknown';
};

const place = (deviceId: string, subject: string): string => `${deviceId}\n${subject}`;

interface Desk {
  facts: Facts;
  decision: Decision;
  /** Tickets by device and subject, those of this decision too. */
  taken: Map<string, FollowedTicket | 'planned'>;
}

const onPresent = (
  { facts, decision, taken }: Desk,
  device: SourceDevice,
  signal: Signal,
  level: TicketLevel,
): void => {
  const subject = statusSubject(signal);
  const ticket = taken.get(place(device.deviceId, subject));
  const reason = statusRuleOf(facts.rules, signal, level);
  const of = { subject, deviceId: device.deviceId, deviceName: device.name };

  if (ticket === 'planned') return;
  if (ticket) {
    const had = ticket.reason as StatusReason;
    if (ticket.state === 'closed') {
      const why = `A person closed this ticket while ${device.name} still has the condition; a new one opens when it comes back after being gone`;
      decision.standing.push({ ...of, decision: 'skip', reason: had, ticketId: ticket.ticketId, why });
      return;
    }
    if (ticket.state === 'closing') {
      decision.keepOpen.push({
        ticketId: ticket.ticketId,
        why: 'The condition came back before the ticket was closed',
      });
    }
    if (ticket.state !== 'failed' && level === 'critical' && partsOf(had).level === 'warning' && reason) {
      const why = `${device.name} went from Warning to Critical`;
      decision.raise.push({ ticketId: ticket.ticketId, reason, why });
    }
    return;
  }
  if (!reason) return;
  if (facts.accountProblem) {
    decision.standing.push({ ...of, decision: 'wait', reason, ticketId: null, why: facts.accountProblem });
    return;
  }
  taken.set(place(device.deviceId, subject), 'planned');
  const { condition } = partsOf(reason);
  decision.open.push({
    ...of,
    reason,
    about: aboutStatus(device, condition, level),
    eventId: null,
    why: `${device.name} is ${level === 'critical' ? 'Critical' : 'Warning'}: ${conditions[condition].title}`,
  });
};

const onGone = ({ facts, decision }: Desk, device: SourceDevice, ticket: FollowedTicket): void => {
  const { ticketId, subject, reason } = ticket;
  const why = `The condition is gone on ${device.name}, which is visible`;
  if (ticket.state === 'closed' || ticket.state === 'failed') {
    decision.over.push({ ticketId, why });
  } else if (ticket.state !== 'closing') {
    if (facts.rules.get(reason)?.autoClose) decision.close.push({ ticketId, why });
    else {
      decision.standing.push({
        decision: 'note',
        reason,
        subject,
        deviceId: device.deviceId,
        deviceName: device.name,
        ticketId,
        why: `${why}; the rule leaves closing to people`,
      });
    }
  }
};

const decideStatuses = (desk: Desk): void => {
  const { facts, decision } = desk;
  if (!facts.statuses.known) return;
  const devices = new Map(facts.statuses.devices.map((device) => [device.deviceId, device]));

  for (const device of devices.values()) {
    for (const signal of device.level === 'ok' ? [] : device.signals)
      onPresent(desk, device, signal, device.level as TicketLevel);
  }
  for (const ticket of facts.tickets) {
    if (!isStatusReason(ticket.reason)) continue;
    const signal = ticket.subject.slice('status:'.length) as Signal;
    if (!(signal in allSignals)) continue;
    const device = devices.get(ticket.deviceId);
    const state = device ? stateOf(device, signal) : 'unknown';
    if (device && state === 'gone') onGone(desk, device, ticket);
    if (state === 'unknown' && ticket.state === 'open') {
      decision.standing.push({
        decision: 'wait',
        reason: ticket.reason,
        subject: ticket.subject,
        deviceId: ticket.deviceId,
        deviceName: device?.name ?? '',
        ticketId: ticket.ticketId,
        why: device
          ? `${device.name} is not visible, so whether the condition is gone is unknown; the ticket stays open`
          : 'The server no longer lists this device, so whether the condition is gone is unknown; the ticket stays open',
      });
    }
  }
};

const decideEvents = ({ facts, decision, taken }: Desk): void => {
  /** Repetitions by place, so that a flood is one line of the log and not ten thousand. */
  const repeated = new Map<string, { line: LeftAlone; count: number }>();
  const hasStatusRule = (level: TicketLevel): boolean =>
    [...facts.rules.values()].some(
      ({ reason, enabled }) => enabled && isStatusReason(reason) && partsOf(reason).level === level,
    );
  const say = (event: SourceEvent, line: Pick<LeftAlone, 'decision' | 'ticketId' | 'why'>): void => {
    const subject = eventSubject(event);
    const at = `${line.decision}\n${line.why}\n${place(event.deviceId, subject)}`;
    const same = repeated.get(at);
    if (same) same.count += 1;
    else {
      const reason: EventReason = `event:${event.severity}`;
      repeated.set(at, {
        line: { ...line, reason, subject, deviceId: event.deviceId, deviceName: event.deviceName },
        count: 1,
      });
    }
  };

  for (const event of facts.events) {
    const reason: EventReason = `event:${event.severity}`;
    const rule = eventRuleOf(facts.rules, event);
    const bySeverity = facts.rules.get(reason);
    // Everything is off until it is switched on; a line for each event that nobody asked for would drown the rest.
    if ((!rule?.enabled && !bySeverity?.enabled) || facts.ticketedEventIds.has(event.eventId)) continue;

    const name = event.deviceName || 'the server';
    if (!rule?.enabled) {
      const why = `"${event.typeName}" of ${name}: the rule for this type of events says to make no ticket`;
      say(event, { decision: 'skip', ticketId: null, why });
      continue;
    }
    const told = statusEvents[event.type];
    if (told && hasStatusRule(told)) {
      say(event, {
        decision: 'skip',
        ticketId: null,
        why: `"${event.typeName}" of ${name}: the status rules open its ticket`,
      });
      continue;
    }
    const ageMs = facts.now.getTime() - event.happenedAt.getTime();
    if (rule.lifetimeDays !== null && ageMs > rule.lifetimeDays * DAY_MS) {
      const why = `"${event.typeName}" of ${name} is older than the rule's lifetime of ${rule.lifetimeDays} ${rule.lifetimeDays === 1 ? 'day' : 'days'}`;
      say(event, { decision: 'skip', ticketId: null, why });
      continue;
    }
    const subject = eventSubject(event);
    const open = taken.get(place(event.deviceId, subject));
    if (open) {
      const why = `"${event.typeName}" of ${name} happened again; its ticket is still open`;
      say(event, { decision: 'note', ticketId: open === 'planned' ? null : open.ticketId, why });
      continue;
    }
    if (facts.accountProblem) {
      decision.pendingEventIds.push(event.eventId);
      decision.standing.push({
        decision: 'wait',
        reason,
        subject,
        deviceId: event.deviceId,
        deviceName: event.deviceName,
        ticketId: null,
        why: facts.accountProblem,
      });
      continue;
    }
    taken.set(place(event.deviceId, subject), 'planned');
    decision.open.push({
      reason,
      subject,
      deviceId: event.deviceId,
      deviceName: event.deviceName,
      about: aboutEvent(event),
      eventId: event.eventId,
      why: `"${event.typeName}" happened on ${name}`,
    });
  }
  for (const { line, count } of repeated.values()) {
    decision.passing.push(count === 1 ? line : { ...line, why: `${line.why} (${count} events)` });
  }
};

/**
 * Given what is known now of one tenant: which tickets to open, raise and close, and what to leave alone and why.
 * Decides only: no I/O, no clock. Deciding again on the same facts after carrying out changes nothing.
 */
export const decide = (facts: Facts): Decision => {
  const decision: Decision = {
    open: [],
    raise: [],
    close: [],
    keepOpen: [],
    over: [],
    standing: [],
    passing: [],
    pendingEventIds: [],
  };
  const taken = new Map(facts.tickets.map((ticket) => [place(ticket.deviceId, ticket.subject), ticket] as const));
  const desk: Desk = { facts, decision, taken };
  decideStatuses(desk);
  decideEvents(desk);
  return decision;
};
