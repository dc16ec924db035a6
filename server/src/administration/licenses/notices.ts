import type { ReportedEvent } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { SERVER_PRODUCT } from '../events/index.ts';
import { daysLeftOf, type LicenseKey } from './key.ts';

/** How full a key is: 0 up to 90 %, 1 above 90 %, 2 from 100 to 110 %, 3 above 110 % of its limit. */
export type UsageLevel = 0 | 1 | 2 | 3;

export const usageLevel = (used: number, deviceLimit: number | null): UsageLevel => {
  if (deviceLimit === null || used * 10 <= deviceLimit * 9) return 0;
  if (used < deviceLimit) return 1;
  return used * 10 <= deviceLimit * 11 ? 2 : 3;
};

/** Days before the end at which a notice goes out; they are fixed (KSC 13.1, event 4129). */
export const NOTICE_DAYS = [30, 15, 5, 1] as const;

/**
 * The notice that is due for a key: the nearest day that was reached and not told of. A day on which the server was
 * off is made up for; of several at once only the nearest is told.
 *
 * @param told days that were told of for this very end
 * @returns the notice to publish, if any, and all days that count as told afterwards
 */
export const dueNotice = (
  key: Pick<LicenseKey, 'kind' | 'expiresAt' | 'blockedAt'>,
  told: readonly number[],
  now: Date,
): { notice: number | null; reached: number[] } => {
  const { expiresAt } = key;
  if ((key.kind !== 'commercial' && key.kind !== 'subscription') || key.blockedAt || !expiresAt || expiresAt <= now) {
    return { notice: null, reached: [] };
  }
  const leftMs = expiresAt.getTime() - now.getTime();
  const reached = NOTICE_DAYS.filter((days) => leftMs <= days * DAY_MS);
  const nearest = reached.at(-1);
  return { notice: nearest === undefined || told.includes(nearest) ? null : nearest, reached };
};

type ServerEvent = Omit<ReportedEvent, 'seq'>;

const named = ({ serialNumber, productName }: LicenseKey): string => `key ${serialNumber} of “${productName}”`;
const event = (type: string, typeId: number, now: Date, description: string, params: string[]): ServerEvent => ({
  type,
  typeId,
  riseTime: now.toISOString(),
  description: description.slice(0, 1000).toWellFormed(),
  params: Object.fromEntries(params.map((param, index) => [String(index + 1), param.slice(0, 512).toWellFormed()])),
  product: SERVER_PRODUCT,
});

const usageTypes = {
  1: { type: 'KLSRV_EV_LICENSE_CHECK_90', typeId: 4097 },
  2: { type: 'KLSRV_EV_LICENSE_CHECK_100_110', typeId: 4098 },
  3: { type: 'KLSRV_EV_LICENSE_CHECK_MORE_110', typeId: 4099 },
} as const;

/** 4097, 4098 or 4099. Parameters: 1 serial number, 2 product, 3 devices that use it, 4 limit. */
export const usageEvent = (key: LicenseKey, level: 1 | 2 | 3, used: number, now: Date): ServerEvent => {
  const { type, typeId } = usageTypes[level];
  const limit = key.deviceLimit ?? 0;
  const percent = Math.floor((used * 100) / Math.max(1, limit));
  return event(type, typeId, now, `${used} devices use ${named(key)}, which is for ${limit} (${percent} %)`, [
    key.serialNumber,
    key.productName,
    String(used),
    String(limit),
  ]);
};

/** 4129. Parameters: 1 serial number, 2 product, 3 whole days left, 4 when it expires, 5 the day of notice. */
export const expiryEvent = (key: LicenseKey, notice: number, now: Date): ServerEvent => {
  const left = daysLeftOf(key, now) ?? 0;
  const end = key.expiresAt?.toISOString() ?? '';
  const when = left === 0 ? 'in less than a day' : left === 1 ? 'in one day' : `in ${left} days`;
  return event(
    'KLSRV_EV_LICENSE_SRV_EXPIRE_SOON',
    4129,
    now,
    `The ${named(key)} expires ${when}, on ${end.slice(0, 10)}`,
    [key.serialNumber, key.productName, String(left), end, String(notice)],
  );
};

/** 4124. Parameters: 1 serial number, 2 product. */
export const blockedEvent = (key: LicenseKey, now: Date): ServerEvent =>
  event('KLSRV_LICENSE_BLACKLISTED', 4124, now, `The ${named(key)} was blocked: no device may use it any more`, [
    key.serialNumber,
    key.productName,
  ]);
