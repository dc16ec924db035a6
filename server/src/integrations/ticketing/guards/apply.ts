import type { Signal } from '../../sources/index.ts';
import { type Decision, decide, type Facts, type LeftAlone, type PlannedTicket, stateOf } from '../decide.ts';
import { type GuardedDecision, type GuardFacts, placeOf } from './guard-facts.ts';
import { windowOf } from './maintenance.ts';
import { foldStorms, goOnWithStorms, named, stormOf } from './storms.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const leftAlone = (
  { reason, subject, deviceId, deviceName }: PlannedTicket,
  line: Pick<LeftAlone, 'decision' | 'why'> & Partial<LeftAlone>,
): LeftAlone => ({ reason, subject, deviceId, deviceName, ticketId: null, ...line });

/** What a ticket's device reports of its condition now. */
const conditionOf = (facts: Facts, ticket: { deviceId: string; subject: string }): 'present' | 'gone' | 'unknown' => {
  if (!facts.statuses.known || !ticket.subject.startsWith('status:')) return 'unknown';
  const device = facts.statuses.devices.find(({ deviceId }) => deviceId === ticket.deviceId);
  return device ? stateOf(device, ticket.subject.slice('status:'.length) as Signal) : 'unknown';
};

/** Tickets that people have in hand: closed while the problem stays, or worked on when it was gone. */
const respectPeople = (facts: Facts, { settings }: GuardFacts, plain: Decision, decision: GuardedDecision): void => {
  const followed = new Map(facts.tickets.map((ticket) => [ticket.ticketId, ticket]));
  decision.close = plain.close.filter(({ ticketId }) => !followed.get(ticketId)?.isLeftToPerson);
  for (const ticket of facts.tickets) {
    if (!ticket.isLeftToPerson || ticket.state !== 'open' || conditionOf(facts, ticket) !== 'present') continue;
    decision.cameBack.push({ ticketId: ticket.ticketId, why: 'The condition is back; the ticket was left open' });
  }
  decision.standing = [];
  for (const line of plain.standing) {
    const ticket = line.ticketId === null ? undefined : followed.get(line.ticketId);
    if (line.decision !== 'skip' || ticket?.state !== 'closed') {
      decision.standing.push(line);
      continue;
    }
    const hours = settings.reopenAfterHours;
    const closedFor = ticket.closedAt ? facts.now.getTime() - ticket.closedAt.getTime() : 0;
    if (hours !== null && closedFor >= hours * HOUR_MS && facts.accountProblem === null) {
      const why = `A person closed this ticket ${hours} hours ago or more, and ${line.deviceName} still has the condition`;
      decision.reopen.push({ ticketId: ticket.ticketId, why, guard: 'muting' });
    } else decision.standing.push({ ...line, guard: 'muting' });
  }
};

/** Goes over what would be opened, one by one. @returns what may be opened, a storm aside */
const considerOpenings = (
  facts: Facts,
  given: GuardFacts,
  plain: Decision,
  decision: GuardedDecision,
): PlannedTicket[] => {
  const { settings, sourceId, tenantId } = given;
  const { now } = facts;
  const closed = new Map(given.recentlyClosed.map((each) => [placeOf(each.deviceId, each.subject), each]));
  const joins = new Map<string, PlannedTicket[]>();
  const allowed: PlannedTicket[] = [];

  for (const planned of plain.open) {
    const place = placeOf(planned.deviceId, planned.subject);
    const storm = stormOf(given, planned, now);
    if (storm?.place === 'member') {
      if (planned.eventId === null) continue; // the storm's ticket speaks for it
      const why = `It happened again on ${planned.deviceName}; the ticket for all devices is still open`;
      decision.passing.push(
        leftAlone(planned, { decision: 'note', ticketId: storm.storm.ticketId, why, guard: 'storm' }),
      );
      continue;
    }
    if (storm?.place === 'muted') {
      const why = `A person closed the ticket for all devices while ${planned.deviceName} still has it; a new one opens when it comes back after being gone`;
      const line = leftAlone(planned, { decision: 'skip', ticketId: storm.storm.ticketId, why, guard: 'muting' });
      (planned.eventId === null ? decision.standing : decision.passing).push(line);
      continue;
    }

    const groupPath = given.groupPaths.get(planned.deviceId) ?? null;
    const device = { sourceId, tenantId, deviceName: planned.deviceName, groupPath };
    const window = windowOf(settings.maintenance, device, now);
    if (window && planned.eventId !== null && window.events === 'never') {
      const why = `${planned.why}; maintenance "${window.name}" is going on, which wants no tickets for events`;
      decision.passing.push(leftAlone(planned, { decision: 'skip', why, guard: 'maintenance' }));
      continue;
    }
    if (window) {
      if (planned.eventId !== null) decision.pendingEventIds.push(planned.eventId);
      const why = `Maintenance "${window.name}" is going on; what is still there after it becomes a ticket`;
      decision.standing.push(leftAlone(planned, { decision: 'wait', why, guard: 'maintenance' }));
      continue;
    }

    if (planned.eventId === null && settings.creationDelayMinutes > 0) {
      const since = given.waitingSince.get(place) ?? now;
      if (now.getTime() - since.getTime() < settings.creationDelayMinutes * MINUTE_MS) {
        const { deviceId, subject, reason } = planned;
        decision.waiting.push({ deviceId, subject, reason, since });
        const why = `${planned.why}. A ticket opens when it lasts ${settings.creationDelayMinutes} minutes`;
        decision.standing.push(leftAlone(planned, { decision: 'wait', why, guard: 'delay', held: 0 }));
        continue;
      }
    }

    const before = planned.eventId === null ? closed.get(place) : undefined;
    if (before && now.getTime() - before.closedAt.getTime() <= settings.flapMinutes * MINUTE_MS) {
      const why = `${planned.why}, again within ${settings.flapMinutes} minutes`;
      decision.reopen.push({ ticketId: before.ticketId, why, guard: 'flap' });
      continue;
    }
    if (storm?.place === 'may-join') {
      joins.set(storm.storm.ticketId, [...(joins.get(storm.storm.ticketId) ?? []), planned]);
      continue;
    }
    allowed.push(planned);
  }
  for (const [ticketId, planned] of joins) {
    const members = planned.map(({ deviceId, deviceName, eventId }) => ({ deviceId, deviceName, eventId }));
    const why = `More devices have it: ${named(members.map(({ deviceName }) => deviceName))}`;
    decision.joinStorms.push({ ticketId, members, why });
  }
  return allowed;
};

/** Conditions whose delay had begun and that were all right in time: said once, since that is what the delay is for. */
const noteSpared = (facts: Facts, given: GuardFacts, decision: GuardedDecision): void => {
  if (!facts.statuses.known) return;
  for (const [place, since] of given.waitingSince) {
    const [deviceId = '', subject = ''] = place.split('\n');
    const reason = given.waitingReasons.get(place);
    const state = conditionOf(facts, { deviceId, subject });
    if (!reason) continue;
    // Away is unknown: the clock of the delay goes on.
    if (state === 'unknown') decision.waiting.push({ deviceId, subject, reason, since });
    if (state !== 'gone') continue;
    const device = facts.statuses.devices.find((each) => each.deviceId === deviceId);
    const minutes = Math.max(1, Math.round((facts.now.getTime() - since.getTime()) / MINUTE_MS));
    if (!device) continue;
    decision.passing.push({
      decision: 'skip',
      reason,
      subject,
      deviceId,
      deviceName: device.name,
      ticketId: null,
      why: `${device.name} was all right again within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}; no ticket was needed`,
      guard: 'delay',
    });
  }
};

/**
 * The decision by the rules, gone over by the noise guards. Decides only: no I/O, no clock. With all guards off it is
 * the plain decision; deciding again on the same facts after carrying out changes nothing.
 */
export const decideGuarded = (facts: Facts, given: GuardFacts): GuardedDecision => {
  const plain = decide(facts);
  const decision: GuardedDecision = {
    ...plain,
    passing: [...plain.passing],
    pendingEventIds: [...plain.pendingEventIds],
    over: [...plain.over],
    keepOpen: [...plain.keepOpen],
    reopen: [],
    cameBack: [],
    openStorms: [],
    joinStorms: [],
    leaveStorms: [],
    raiseStorms: [],
    waiting: [],
  };
  respectPeople(facts, given, plain, decision);
  const allowed = considerOpenings(facts, given, plain, decision);
  noteSpared(facts, given, decision);
  const folded = foldStorms(allowed, given);
  decision.open = folded.open;
  decision.openStorms = folded.openStorms;
  goOnWithStorms(facts, given, decision);
  return decision;
};
