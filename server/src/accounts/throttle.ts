import { HOUR_MS } from '../platform/clock/index.ts';
import { TooMany } from '../platform/errors/index.ts';
import { hashOf } from '../platform/ids/index.ts';
import { type AccountStore, nameKeyOf } from './store.ts';

/** How failed tries slow the next ones down. */
export interface ThrottleRule {
  /** So many go without waiting. */
  freeTries: number;
  /** After them 1 s, 2 s, 4 s … up to this. */
  longestWaitSeconds: number;
}

/**
 * A name's waits are kept short, or a stranger could lock its owner out; an address may wait longer, and has more tries,
 * since a whole office can be behind it.
 */
export const nameRule: ThrottleRule = { freeTries: 5, longestWaitSeconds: 60 };
export const addressRule: ThrottleRule = { freeTries: 30, longestWaitSeconds: 900 };

/** Failures are forgotten when there were none for so long. */
export const FORGET_AFTER_MS = 24 * HOUR_MS;

export interface Tries {
  tries: number;
  lastAt: Date;
}

const isForgotten = ({ lastAt }: Tries, now: Date) => now.getTime() - lastAt.getTime() > FORGET_AFTER_MS;

/** How long to wait before the next try, in seconds; 0: not at all. */
export const waitSeconds = (before: Tries, rule: ThrottleRule, now: Date): number => {
  if (isForgotten(before, now) || before.tries < rule.freeTries) return 0;
  const wait = Math.min(rule.longestWaitSeconds, 2 ** Math.min(before.tries - rule.freeTries, 30));
  return Math.max(0, wait - (now.getTime() - before.lastAt.getTime()) / 1000);
};

const nameKey = (name: string) => `name:${hashOf(nameKeyOf(name))}`;
const addressKey = (address: string) => `address:${hashOf(address)}`;

/**
 * Slows down guessing, by name and by address, also across restarts and processes. A try counts before the password is
 * looked at and is taken back when it was right, so that many tries at once do not slip through.
 */
export const throttle = (store: AccountStore) => ({
  /** @param name null: only the address counts @throws TooMany */
  begin: (name: string | null, address: string, now: Date): Promise<void> =>
    store.together(async (queries) => {
      const keys = [
        { key: addressKey(address), rule: addressRule },
        ...(name === null ? [] : [{ key: nameKey(name), rule: nameRule }]),
      ];
      const counted: { key: string; tries: number }[] = [];
      for (const { key, rule } of keys) {
        const before = await queries.lockTries(key, now);
        const wait = waitSeconds(before, rule, now);
        if (wait > 0) {
          const seconds = Math.ceil(wait);
          throw new TooMany('session.too-many-tries', `Too many failed tries; wait ${seconds} s`, seconds);
        }
        counted.push({ key, tries: isForgotten(before, now) ? 1 : before.tries + 1 });
      }
      for (const { key, tries } of counted) await queries.putTries(key, tries, now);
    }),

  /** The password was right: the name's failures are forgotten, and this try is taken back from the address. */
  succeeded: async (name: string | null, address: string): Promise<void> => {
    if (name !== null) await store.forgetTries(nameKey(name));
    // Not all of them: whoever knows one password must not get free tries at others with it.
    await store.takeBackTry(addressKey(address));
  },
});
