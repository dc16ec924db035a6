import { signals as allSignals, type Signal, type SourceDevice } from '../sources/index.ts';
import type { OwnWords } from './about.ts';
import {
  type Act,
  type FollowedTicket,
  type LeftAlone,
  type PlannedTicket,
  type Statuses,
  stateOf,
  statusSubject,
} from './decide.ts';
import { conditions, partsOf, type Reason, type StatusReason, type TicketLevel } from './reasons.ts';
import { statusRuleOf } from './winning-rule.ts';

/** A condition of a device that makes no ticket until it was gone and came back. */
export interface IgnoredCondition {
  deviceId: string;
  subject: string;
  /** The rule that was switched on while it was there. */
  reason: StatusReason;
  /** Subject of the ticket that lists it with others; null when it is in none. */
  summarySubject: string | null;
}

/** A condition that a rule would open a ticket for. */
export interface BacklogItem {
  reason: StatusReason;
  subject: string;
  deviceId: string;
  deviceName: string;
  level: TicketLevel;
}

/** What somebody who switched rules on wants to become of what is there. */
export interface Wish {
  id: number;
  choice: 'ignore' | 'summary';
  reasons: StatusReason[];
}

const place = (deviceId: string, subject: string): string => `${deviceId}\n${subject}`;
const placesOf = (items: Iterable<{ deviceId: string; subject: string }>): Set<string> =>
  new Set([...items].map(({ deviceId, subject }) => place(deviceId, subject)));

/** What of these devices the given rules would open tickets for, if nothing held them up. Decides only. */
export const backlogOf = ({
  rules,
  reasons,
  devices,
  tickets,
  ignored,
}: {
  /** As they are once they are switched on. */
  rules: ReadonlyMap<Reason, { enabled: boolean }>;
  /** The rules that are asked about. */
  reasons: ReadonlySet<Reason>;
  devices: SourceDevice[];
  tickets: Pick<FollowedTicket, 'deviceId' | 'subject'>[];
  ignored: IgnoredCondition[];
}): BacklogItem[] => {
  const taken = placesOf([...tickets, ...ignored]);
  const items: BacklogItem[] = [];
  for (const { deviceId, name, level, signals } of devices) {
    if (level === 'ok') continue;
    for (const signal of new Set(signals)) {
      const reason = statusRuleOf(rules, signal, level);
      const subject = statusSubject(signal);
      if (!reason || !reasons.has(reason) || taken.has(place(deviceId, subject))) continue;
      taken.add(place(deviceId, subject));
      items.push({ reason, subject, deviceId, deviceName: name, level });
    }
  }
  return items;
};

const conditionOf = (reason: StatusReason): string => conditions[partsOf(reason).condition].title;
const levelWord = (level: TicketLevel): string => (level === 'critical' ? 'Critical' : 'Warning');

/** One ticket for many problems of a client: its words list each device. */
const summaryTicket = (items: BacklogItem[], subject: string, tenantName: string): PlannedTicket | null => {
  // A critical rule is the one whose queue and due time many problems at once deserve.
  const [first] = [...items].sort((a, b) => Number(b.level === 'critical') - Number(a.level === 'critical'));
  if (!first) return null;
  const byReason = Map.groupBy(items, ({ reason }) => reason);
  const about: OwnWords = {
    kind: 'own-words',
    title: `${tenantName}: ${items.length} problems that were there when tickets were switched on`,
    body: [
      `Client: ${tenantName}`,
      'Each of these gets a ticket of its own once it was gone and comes back.',
      ...[...byReason].flatMap(([reason, those]) => [
        '',
        `${conditionOf(reason)} (${levelWord(partsOf(reason).level)}): ${those.length}`,
        ...those.map(({ deviceName }) => `- ${deviceName}`),
      ]),
    ].join('\n'),
  };
  return {
    reason: first.reason,
    subject,
    deviceId: '',
    deviceName: '',
    about,
    eventId: null,
    why: `${items.length} problems were there when rules were switched on, and one ticket for all of them was chosen`,
  };
};

export interface SettledBacklog {
  /** Without the conditions that make no ticket for now. */
  statuses: Statuses;
  begin: IgnoredCondition[];
  end: IgnoredCondition[];
  /** All that makes no ticket for now, new or from before. */
  leftOut: IgnoredCondition[];
  open: PlannedTicket[];
  close: Act[];
  over: Act[];
  standing: LeftAlone[];
  /** The wishes are carried out; else they wait for a reading that tells more. */
  isSettled: boolean;
}

const signalOf = (subject: string): Signal | null => {
  const signal = subject.slice('status:'.length);
  return subject.startsWith('status:') && signal in allSignals ? (signal as Signal) : null;
};

/**
 * Sees to what was there when rules were switched on, before tickets are decided: what is to be left out, what is
 * positively gone and so may become a ticket again, and what becomes of tickets that list many. Decides only.
 */
export const settleBacklog = ({
  statuses,
  rules,
  tickets,
  ignored,
  wishes,
  tenantName,
  accountProblem,
}: {
  statuses: Statuses;
  rules: ReadonlyMap<Reason, { enabled: boolean; autoClose: boolean | null }>;
  tickets: FollowedTicket[];
  ignored: IgnoredCondition[];
  wishes: Wish[];
  tenantName: string;
  accountProblem: string | null;
}): SettledBacklog => {
  const settled: SettledBacklog = {
    statuses,
    begin: [],
    end: [],
    leftOut: [],
    open: [],
    close: [],
    over: [],
    standing: [],
    isSettled: false,
  };
  if (!statuses.known) return settled;
  const devices = new Map(statuses.devices.map((device) => [device.deviceId, device]));

  settled.end = ignored.filter(({ deviceId, subject }) => {
    const [device, signal] = [devices.get(deviceId), signalOf(subject)];
    return device !== undefined && signal !== null && stateOf(device, signal) === 'gone';
  });
  const gone = placesOf(settled.end);
  const still = ignored.filter(({ deviceId, subject }) => !gone.has(place(deviceId, subject)));

  // While no ticket can be opened for the account, none is: the wish waits with everything else.
  settled.isSettled = accountProblem === null;
  for (const { id, choice, reasons } of settled.isSettled ? wishes : []) {
    const items = backlogOf({
      rules,
      reasons: new Set(reasons),
      devices: statuses.devices,
      tickets,
      ignored: [...still, ...settled.begin],
    });
    // One problem needs no list: it gets its own ticket.
    if (choice === 'summary' && items.length < 2) continue;
    const summarySubject = choice === 'summary' ? `backlog:${id}` : null;
    const summary = summarySubject === null ? null : summaryTicket(items, summarySubject, tenantName);
    if (summary) settled.open.push(summary);
    settled.begin.push(
      ...items.map(({ deviceId, subject, reason }) => ({ deviceId, subject, reason, summarySubject })),
    );
  }

  const leftOut = [...still, ...settled.begin];
  settled.leftOut = leftOut;
  for (const { deviceId, subject, reason, summarySubject } of leftOut) {
    const name = devices.get(deviceId)?.name;
    if (name === undefined) continue;
    settled.standing.push({
      decision: 'skip',
      reason,
      subject,
      deviceId,
      deviceName: name,
      ticketId: tickets.find((ticket) => ticket.subject === summarySubject)?.ticketId ?? null,
      why: `${name} had this already when its rule was switched on, and ${
        summarySubject === null ? 'what was there was to be ignored' : 'one ticket lists all of that'
      }; a ticket of its own opens when it comes back after being gone`,
    });
  }
  const places = placesOf(leftOut);
  settled.statuses = {
    known: true,
    devices: statuses.devices.map((device) => ({
      ...device,
      signals: device.signals.filter((signal) => !places.has(place(device.deviceId, statusSubject(signal)))),
    })),
  };

  const listed = new Set(leftOut.map(({ summarySubject }) => summarySubject));
  for (const { ticketId, subject, reason, state } of tickets) {
    if (!subject.startsWith('backlog:') || listed.has(subject)) continue;
    const why = 'Everything that this ticket lists is gone';
    if (state === 'closed' || state === 'failed') settled.over.push({ ticketId, why });
    else if (state !== 'closing' && rules.get(reason)?.autoClose) settled.close.push({ ticketId, why });
  }
  return settled;
};
