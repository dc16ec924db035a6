import type { BillingSettings } from '@gatehouse/contract';
import type { PsaContract } from '../psa/index.ts';
import {
  earliest,
  fewestFrom,
  firstOfMonth,
  firstOfNextMonth,
  firstOpenDay,
  isAmbiguous,
  lastOfMonth,
  latest,
  type ServiceUnits,
  sinceWhen,
  unitsOn,
} from './units.ts';

/** The part of the settings that a decision needs. */
export type Limits = Pick<
  BillingSettings,
  'approval' | 'approveFirst' | 'largestChangePercent' | 'alwaysAllowedDevices' | 'keepAtLeastOne' | 'effectiveDay'
>;

/** A change of the units from a day on. */
export interface Change {
  had: number;
  wanted: number;
  effectiveOn: string;
}

export interface Question {
  /** Devices to be billed, as counted. */
  counted: number;
  /** Why there may be more, in words; null when the count is certain. */
  uncertain: string | null;
  units: ServiceUnits;
  contract: Pick<PsaContract, 'startsOn' | 'endsOn'>;
  /** In UTC, `YYYY-MM-DD`. */
  today: string;
  limits: Limits;
  /** A person has approved a change of this contract before. */
  wasApproved: boolean;
  /** The run was told to ask first. */
  asksFirst: boolean;
  /** Numbers that a person rejected; they are not proposed again. */
  rejected: readonly (Pick<Change, 'had' | 'wanted'> & { why: string })[];
}

export type Verdict =
  | { kind: 'same'; units: number }
  /** Nothing is changed, and a person should know why. */
  | { kind: 'held'; why: string }
  | {
      kind: 'change';
      changes: Change[];
      /** Why a person has to approve, in words; null when they go out by themselves. */
      asks: string | null;
      /** What is worth knowing about the day. */
      remark: string | null;
    };

const times = (count: number): string => `${count} ${count === 1 ? 'unit' : 'units'}`;

/** Somebody dated a change ahead by hand: worth knowing, since this change is carried into those days too. */
const datedAhead = (units: ServiceUnits, day: string, lastDay: string): string | null => {
  const later = unitsOn(units, lastDay);
  return units.length === 0 || later === unitsOn(units, day)
    ? null
    : `A change was dated ahead by hand: at its end the contract has ${times(later)} before this one`;
};

/** From which days on the units are wrong, and what they are there. The days of a later change come later. */
const changesOf = (
  wanted: number,
  { units, contract, today, limits }: Question,
): { changes: Change[]; remark: string | null } => {
  const moved = (day: string, open: string): string | null =>
    day === open ? null : `${day} is in a period that was billed already, so the change counts from ${open}`;
  if (limits.effectiveDay === 'today') {
    const day = firstOpenDay(units, today);
    const had = unitsOn(units, day);
    return {
      changes: had === wanted ? [] : [{ had, wanted, effectiveOn: day }],
      remark: moved(today, day) ?? datedAhead(units, day, contract.endsOn),
    };
  }
  // Units that began in the middle of the month go on from there: changing days before would bill them twice.
  const began = sinceWhen(units, earliest(lastOfMonth(today), contract.endsOn)) ?? '';
  const thisMonth = latest(firstOfMonth(today), contract.startsOn, began);
  const first = firstOpenDay(units, thisMonth);
  const next = firstOpenDay(units, latest(firstOfNextMonth(today), first));
  const changes: Change[] = [];
  const hadNow = unitsOn(units, first);
  // More from this month on; it is carried into all later months.
  const added = first < next ? Math.max(0, wanted - hadNow) : 0;
  if (added > 0) changes.push({ had: hadNow, wanted: hadNow + added, effectiveOn: first });
  const hadNext = unitsOn(units, next) + added;
  if (hadNext !== wanted && next <= contract.endsOn) changes.push({ had: hadNext, wanted, effectiveOn: next });
  return { changes, remark: added > 0 || changes.length === 0 ? moved(thisMonth, first) : null };
};

/** A change is carried into all later days; none of them may end up with less than nothing. */
const belowZero = (units: ServiceUnits, changes: Change[]): { units: number; from: string } | null => {
  let carried = 0;
  for (const { had, wanted, effectiveOn } of changes) {
    carried += wanted - had;
    const fewest = fewestFrom(units, effectiveOn);
    if (fewest && fewest.units + carried < 0) return fewest;
  }
  return null;
};

/** Why a person has to look at it first, or null. */
const reasonToAsk = (changes: Change[], { limits, wasApproved, asksFirst }: Question): string | null => {
  if (asksFirst) return 'The run was started to ask first';
  if (limits.approval === 'always') return 'Every change waits for approval, by the settings';
  if (limits.approveFirst && !wasApproved) return 'It is the first change of this contract';
  for (const { had, wanted } of changes) {
    if (wanted === 0) return 'It takes the last unit away';
    const size = Math.abs(wanted - had);
    if (size <= limits.alwaysAllowedDevices) continue;
    if (had === 0) return `It is a new service with ${times(wanted)}, more than ${limits.alwaysAllowedDevices}`;
    const percent = (size * 100) / had;
    if (percent > limits.largestChangePercent) {
      return `It is a change by ${Math.round(percent)} %, more than ${limits.largestChangePercent} %`;
    }
  }
  return null;
};

/**
 * What to do about one service of one contract, given how many devices there are and how many units it has. Decides
 * only: no I/O, no clock.
 */
export const decide = (question: Question): Verdict => {
  const { counted, uncertain, units, contract, today, limits, rejected } = question;
  if (isAmbiguous(units)) {
    return {
      kind: 'held',
      why: 'The contract has several lines of this service: leave one of them in the PSA, so that it is clear which one is billed',
    };
  }
  if (contract.endsOn < today) {
    return { kind: 'held', why: `The contract expired on ${contract.endsOn}: choose the one that follows it` };
  }
  if (contract.startsOn > today) {
    return { kind: 'held', why: `The contract begins on ${contract.startsOn}; nothing is written before` };
  }
  const hadSome = units.some((range) => range.units > 0);
  const wanted = counted === 0 && limits.keepAtLeastOne && hadSome ? 1 : counted;
  const { changes, remark } = changesOf(wanted, question);
  if (changes.length === 0) return { kind: 'same', units: wanted };
  const late = changes.find(({ effectiveOn }) => effectiveOn > contract.endsOn);
  if (late) {
    return {
      kind: 'held',
      why: `The change would count from ${late.effectiveOn}, after the contract's last day ${contract.endsOn}`,
    };
  }
  if (uncertain !== null && changes.some((change) => change.wanted < unitsOn(units, change.effectiveOn))) {
    return { kind: 'held', why: `Nothing is taken away while the count is not certain: ${uncertain}` };
  }
  const tooFew = belowZero(units, changes);
  if (tooFew) {
    return {
      kind: 'held',
      why: `Somebody dated a change ahead: from ${tooFew.from} on the contract has ${times(tooFew.units)} only, too few to take away what is no longer used. Put it right in the PSA, or wait for that day`,
    };
  }
  const known = rejected.find((past) => changes.some(({ had, wanted: to }) => past.had === had && past.wanted === to));
  if (known) return { kind: 'held', why: known.why };
  return { kind: 'change', changes, asks: reasonToAsk(changes, question), remark };
};
