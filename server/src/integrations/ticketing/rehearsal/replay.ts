import type { TicketGuards } from '@gatehouse/contract';
import type { SourceDevice, SourceEvent } from '../../sources/index.ts';
import { type Facts, type Rule, stateOf } from '../decide.ts';
import type { Reason } from '../reasons.ts';
import { statusRuleOf } from '../winning-rule.ts';
import { deviceAfter, deviceAtTheEnd, isStatusEvent } from './past-status.ts';
import { type DecidedLine, decideIn, emptyWorld, type World } from './world.ts';

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

export interface Replay {
  lines: DecidedLine[];
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

/**
 * What the rules would have done with a tenant's past: the very decision of every day, noise guards included, with the
 * clock moved from reading to reading. It begins without tickets and without knowing any status; nobody closes a ticket
 * or works on one. Pure.
 */
export const replay = (past: Past): Replay => {
  const world = emptyWorld();
  const lines: DecidedLine[] = [];
  let unclearEvents = 0;

  const decideNow = (now: Date, part: Pick<Facts, 'statuses' | 'events'>): void => {
    lines.push(...decideIn(world, { now, accountProblem: null, ...past, ...part }));
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
