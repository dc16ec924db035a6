import { pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { MAX_BODY_BYTES } from '../body.ts';
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from '../logins.ts';
import type { MethodClass } from '../method.ts';
import { DEFAULT_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS } from '../result-sets.ts';

const UNLIMITED = 2_147_483_647;
/** Limits that go by numbers up to this (public clients). */
const HIGHEST = 75;

/** What this server limits; of all others there may be any number. Boolean limits are 0 or 1. */
const limits: Readonly<Record<number, number>> = {
  // Agents alone connect, and always over TLS.
  10: 1,
  49: MAX_BODY_BYTES,
  50: MAX_BODY_BYTES,
  51: DEFAULT_LIFETIME_SECONDS,
  52: MAX_LIFETIME_SECONDS,
  70: SESSION_LIFE_MS / 1000,
  71: SESSION_IDLE_MS / 1000,
};

/** Limits: how much of what the server takes (class Limits of public clients). */
export const limitsClass: MethodClass = {
  GetLimits: {
    needs: null,
    run: ({ args }) => {
      const limit = required(args.int('param'), 'param');
      if (limit < 0 || limit > HIGHEST) throw pxgError('notFound', `There is no limit ${limit}`);
      return { PxgRetVal: limits[limit] ?? UNLIMITED };
    },
  },
};
