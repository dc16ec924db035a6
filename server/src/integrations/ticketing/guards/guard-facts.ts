import type { TicketGuards } from '@gatehouse/contract';
import type { Act, Decision, PlannedTicket } from '../decide.ts';
import type { Reason, StatusReason } from '../reasons.ts';

export interface StormMember {
  deviceId: string;
  deviceName: string;
  /** Null while the device has it still. */
  goneAt: Date | null;
}

/** One ticket for the same thing on many devices of a tenant. */
export interface Storm {
  ticketId: string;
  /** What its members have: `status:<signal>` or `event:<type>:<threat>`. */
  subject: string;
  reason: Reason;
  state: 'opening' | 'open' | 'closing' | 'closed' | 'failed';
  /** All were well while a person worked on it: the person closes it. */
  isLeftToPerson: boolean;
  /** When the last device joined. */
  joinedAt: Date;
  members: StormMember[];
}

/** A status ticket that Gatehouse closed a little while ago. */
export interface RecentlyClosed {
  ticketId: string;
  deviceId: string;
  subject: string;
  closedAt: Date;
}

/** A ticket of one device that was opened a little while ago, whatever became of it. */
export interface RecentlyOpened {
  deviceId: string;
  subject: string;
}

/** All that the guards need beside the facts of the decision. */
export interface GuardFacts {
  settings: TicketGuards;
  sourceId: string;
  tenantId: string;
  /** By device, where the source tells it and somebody needs it. */
  groupPaths: ReadonlyMap<string, string>;
  /** Since when a condition is known that waits for its delay to end, by device and subject. */
  waitingSince: ReadonlyMap<string, Date>;
  /** And by which rule. */
  waitingReasons: ReadonlyMap<string, Reason>;
  /** Within the flap window. */
  recentlyClosed: RecentlyClosed[];
  /** Within the storm's minutes. */
  recentlyOpened: RecentlyOpened[];
  /** With a reason that is not over. */
  storms: Storm[];
}

export interface JoiningDevice {
  deviceId: string;
  deviceName: string;
  /** Null for statuses. */
  eventId: number | null;
}

export interface PlannedStorm {
  subject: string;
  reason: Reason;
  /** What title and text are made of; its device says how many there are. */
  about: PlannedTicket['about'];
  members: JoiningDevice[];
  /** Devices with a ticket of their own for the same thing, opened just before. */
  apart: number;
  why: string;
}

/** A decision that the guards have gone over. */
export interface GuardedDecision extends Decision {
  /** The same ticket again, instead of a new one. */
  reopen: (Act & { guard: 'flap' | 'muting' })[];
  /** What the ticket gets told: the reason is back while a person works on it. */
  cameBack: Act[];
  openStorms: PlannedStorm[];
  joinStorms: (Act & { members: JoiningDevice[] })[];
  /** Devices that are well again. */
  leaveStorms: (Act & { deviceIds: string[] })[];
  raiseStorms: (Act & { reason: StatusReason })[];
  /** Conditions that wait for their delay to end, with when they were first known. */
  waiting: { deviceId: string; subject: string; reason: Reason; since: Date }[];
}

export const placeOf = (deviceId: string, subject: string): string => `${deviceId}\n${subject}`;
/** The subject of the ticket for all of them. */
export const stormSubject = (subject: string): string => `storm:${subject}`.slice(0, 300);
