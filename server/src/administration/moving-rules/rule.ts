import { type AddressRange, type MovingRuleBody, readAddress, readAddressRange } from '@gatehouse/contract';
import type { MovingState } from '../devices/index.ts';

/** A moving rule of one tenant. */
export interface Rule extends MovingRuleBody {
  id: string;
  tenantId: string;
  changedAt: Date;
  changedBy: string;
}

/** What the rules do with a device. */
export interface Outcome {
  /** The rule that moves it, and where to; null: it stays. */
  move: { rule: Pick<Rule, 'id' | 'name'>; groupId: number } | null;
  /** Tags that it does not have yet. */
  addTags: string[];
  /** Rules that act once on each device and have done so now. */
  done: string[];
}

/**
 * Whether a text is what a mask describes (`*` any run of characters, `?` one), upper and lower case alike: what the
 * store answers for the same mask. In one walk over the text, since a mask may have as many stars as it likes.
 */
const maskTest = (mask: string): ((text: string) => boolean) => {
  const wanted = [...mask.toLowerCase()];
  return (text) => {
    const given = [...text.toLowerCase()];
    let [at, place] = [0, 0];
    let star: { at: number; place: number } | null = null;
    while (at < given.length) {
      if (wanted[place] === '*') {
        star = { at, place };
        place += 1;
      } else if (place < wanted.length && (wanted[place] === '?' || wanted[place] === given[at])) {
        at += 1;
        place += 1;
      } else if (star) {
        // The last star takes one character more.
        star.at += 1;
        at = star.at;
        place = star.place + 1;
      } else return false;
    }
    return wanted.slice(place).every((sign) => sign === '*');
  };
};

/** A rule with its masks and ranges read, since it is asked for many devices. */
export interface ReadyRule {
  rule: Rule;
  fits: (device: MovingState, tags: ReadonlySet<string>) => boolean;
}

const inRange = (address: string, { family, from, to }: AddressRange): boolean => {
  const read = readAddress(address);
  return read !== null && read.family === family && read.value >= from && read.value <= to;
};

export const readyRule = (rule: Rule): ReadyRule => {
  const { names, addresses, osFamilies, osNames, isServer, tags: wantedTags } = rule.conditions;
  const namePatterns = names.map(maskTest);
  const osPatterns = osNames.map(maskTest);
  const ranges = addresses.flatMap((text) => readAddressRange(text) ?? []);
  return {
    rule,
    fits: (device, tags) =>
      (names.length === 0 || namePatterns.some((fits) => fits(device.name) || fits(device.hostname))) &&
      (addresses.length === 0 || device.addresses.some((own) => ranges.some((range) => inRange(own, range)))) &&
      (osFamilies.length === 0 || (osFamilies as readonly string[]).includes(device.osFamily)) &&
      (osNames.length === 0 || osPatterns.some((fits) => fits(device.osName))) &&
      // Of a device that never told its system nothing is known.
      (isServer === null || (device.osFamily !== '' && device.isServer === isServer)) &&
      (wantedTags.length === 0 || wantedTags.some((tag) => tags.has(tag))),
  };
};

export interface MovingContext {
  /** Groups of unassigned devices, with those below them. */
  isUnassigned: (groupId: number) => boolean;
  /** Whether a rule that acts once has acted on the device. */
  hasActed: (ruleId: string, deviceId: string) => boolean;
  /** This rule acts whatever its mode is. */
  forcedRuleId?: string | undefined;
}

/**
 * What a tenant's rules do with one of its devices: they are asked in their order, and the first that moves it ends the
 * round. Rules that only give tags let those below them be asked, which see the new tags. Decides only.
 */
export const decideMove = (device: MovingState, rules: readonly ReadyRule[], context: MovingContext): Outcome => {
  const tags = new Set(device.tags);
  const outcome: Outcome = { move: null, addTags: [], done: [] };
  for (const { rule, fits } of rules) {
    const isForced = rule.id === context.forcedRuleId;
    if (!isForced) {
      if (!rule.enabled) continue;
      if (rule.mode === 'enrolment' && !device.isEnrolling) continue;
      if (rule.mode === 'once' && context.hasActed(rule.id, device.id)) continue;
    }
    if (rule.reach === 'unassigned' && !context.isUnassigned(device.groupId)) continue;
    if (!fits(device, tags)) continue;
    if (rule.mode === 'once') outcome.done.push(rule.id);
    for (const tag of rule.addTags) {
      if (tags.has(tag)) continue;
      tags.add(tag);
      outcome.addTags.push(tag);
    }
    if (rule.groupId === null) continue;
    if (rule.groupId !== device.groupId) outcome.move = { rule, groupId: rule.groupId };
    break;
  }
  return outcome;
};
