import type { Signal, SourceDevice } from '../../sources/index.ts';
import { type Facts, type PlannedTicket, stateOf } from '../decide.ts';
import { isStatusReason, partsOf, type StatusReason } from '../reasons.ts';
import { statusRuleOf } from '../winning-rule.ts';
import type { GuardedDecision, GuardFacts, Storm } from './guard-facts.ts';

const MINUTE_MS = 60_000;
const NAMED_DEVICES = 50;

const signalOf = (subject: string): Signal => subject.slice('status:'.length) as Signal;
const isOpen = ({ state }: Storm): boolean => state === 'opening' || state === 'open' || state === 'closing';

export const named = (names: string[]): string => {
  const shown = names.slice(0, NAMED_DEVICES).join(', ');
  return names.length > NAMED_DEVICES ? `${shown} and ${names.length - NAMED_DEVICES} more` : shown;
};

/** A device's place in a storm of its subject, or null when no ticket speaks for it. */
export const stormOf = (
  { storms, settings }: GuardFacts,
  { deviceId, subject }: { deviceId: string; subject: string },
  now: Date,
): { storm: Storm; place: 'member' | 'may-join' | 'muted' } | null => {
  const storm = storms.find((each) => each.subject === subject);
  if (!storm) return null;
  const member = storm.members.find((each) => each.deviceId === deviceId);
  if (!isOpen(storm)) return member?.goneAt === null ? { storm, place: 'muted' } : null;
  if (member?.goneAt === null) return { storm, place: 'member' };
  const isFresh = now.getTime() - storm.joinedAt.getTime() <= (settings.storm?.minutes ?? 0) * MINUTE_MS;
  return member || isFresh ? { storm, place: 'may-join' } : null;
};

/** Folds what is to be opened into one ticket for each thing that too many devices have at once; the rest stays. */
export const foldStorms = (
  candidates: PlannedTicket[],
  { settings, recentlyOpened, storms }: GuardFacts,
): { open: PlannedTicket[]; openStorms: GuardedDecision['openStorms'] } => {
  const { storm } = settings;
  if (!storm) return { open: candidates, openStorms: [] };
  const bySubject = Map.groupBy(candidates, ({ subject }) => subject);
  const open: PlannedTicket[] = [];
  const openStorms: GuardedDecision['openStorms'] = [];
  for (const [subject, planned] of bySubject) {
    const devices = new Map(planned.map((each) => [each.deviceId, each]));
    const apart = new Set(
      recentlyOpened.flatMap((each) =>
        each.subject === subject && !devices.has(each.deviceId) ? [each.deviceId] : [],
      ),
    ).size;
    // One ticket for all of them at a time: a second storm of the same thing would be the first one's ticket again.
    const isTaken = storms.some((each) => each.subject === subject);
    if (isTaken || devices.size + apart <= storm.devices) {
      open.push(...planned);
      continue;
    }
    const worst = planned.find(({ reason }) => isStatusReason(reason) && partsOf(reason).level === 'critical');
    const first = worst ?? planned[0];
    if (!first) continue;
    const count = devices.size + apart;
    openStorms.push({
      subject,
      reason: first.reason,
      about: first.about,
      members: [...devices.values()].map(({ deviceId, deviceName, eventId }) => ({ deviceId, deviceName, eventId })),
      apart,
      why: `${count} devices have it within ${storm.minutes} minutes: ${named([...devices.values()].map(({ deviceName }) => deviceName))}`,
    });
  }
  return { open, openStorms };
};

/** What becomes of storms that are going on, by what their devices report now. */
export const goOnWithStorms = (facts: Facts, given: GuardFacts, decision: GuardedDecision): void => {
  if (!facts.statuses.known) return;
  const devices = new Map(facts.statuses.devices.map((device) => [device.deviceId, device]));
  const joining = new Set(
    decision.joinStorms.flatMap(({ ticketId, members }) => members.map(({ deviceId }) => `${ticketId} ${deviceId}`)),
  );
  for (const storm of given.storms.filter(({ reason }) => isStatusReason(reason))) {
    const signal = signalOf(storm.subject);
    const had = storm.members.filter(({ goneAt }) => goneAt === null);
    const isGone = ({ deviceId }: { deviceId: string }): boolean => {
      const device = devices.get(deviceId);
      return device !== undefined && stateOf(device, signal) === 'gone';
    };
    const gone = had.filter(isGone);
    const left = had.length - gone.length;
    const isJoined = [...joining].some((key) => key.startsWith(`${storm.ticketId} `));
    if (gone.length > 0) {
      const names = named(gone.map(({ deviceName }) => deviceName));
      decision.leaveStorms.push({
        ticketId: storm.ticketId,
        deviceIds: gone.map(({ deviceId }) => deviceId),
        why: `Well again: ${names}. ${left} of ${storm.members.length} devices still have it`,
      });
    }
    const isCritical = (device: SourceDevice | undefined): boolean =>
      device?.level === 'critical' && stateOf(device, signal) === 'present';
    if (left === 0 && !isJoined) endStorm(facts, storm, decision);
    else if (storm.state === 'closing') {
      decision.keepOpen.push({ ticketId: storm.ticketId, why: 'The condition came back before the ticket was closed' });
    } else if (isOpen(storm) && partsOf(storm.reason as StatusReason).level === 'warning') {
      const reason = statusRuleOf(facts.rules, signal, 'critical');
      const worse = had.filter(({ deviceId }) => isCritical(devices.get(deviceId)));
      if (reason && worse.length > 0) {
        const why = `${named(worse.map(({ deviceName }) => deviceName))} went from Warning to Critical`;
        decision.raiseStorms.push({ ticketId: storm.ticketId, reason, why });
      }
    }
  }
};

const endStorm = (facts: Facts, storm: Storm, decision: GuardedDecision): void => {
  const why = `All ${storm.members.length} devices are well again`;
  if (storm.state === 'closed' || storm.state === 'failed') {
    decision.over.push({ ticketId: storm.ticketId, why });
  } else if (storm.state !== 'closing' && !storm.isLeftToPerson) {
    if (facts.rules.get(storm.reason)?.autoClose) decision.close.push({ ticketId: storm.ticketId, why });
    else {
      decision.standing.push({
        decision: 'note',
        reason: storm.reason,
        subject: storm.subject,
        deviceId: '',
        deviceName: '',
        ticketId: storm.ticketId,
        why: `${why}; the rule leaves closing to people`,
      });
    }
  }
};
