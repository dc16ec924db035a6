import type { LicenseKeySettings, LicenseKind, LicenseSharing, LicenseState } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';

/** A licence key as it is kept here. */
export interface LicenseKey {
  id: string;
  serialNumber: string;
  productName: string;
  applicationId: number | null;
  kind: LicenseKind;
  /** Null: it belongs to the main server. */
  tenantId: string | null;
  sharing: LicenseSharing;
  /** Null: any number of devices. */
  deviceLimit: number | null;
  createdAt: Date;
  /** Null: without an end. */
  expiresAt: Date | null;
  termDays: number | null;
  /** Null: it is not blocked. */
  blockedAt: Date | null;
  automatic: boolean;
  overLimitAllowed: boolean;
  information: string;
  hasActivationCode: boolean;
  addedAt: Date;
}

/** A key with so many days left, or fewer, is shown as one that expires soon; its devices then get a reserve key. */
export const SOON_DAYS = 30;

/** When a device can no longer use it; null: never. */
export const endOf = ({ expiresAt, blockedAt }: Pick<LicenseKey, 'expiresAt' | 'blockedAt'>): Date | null =>
  blockedAt && (!expiresAt || blockedAt < expiresAt) ? blockedAt : expiresAt;

export const isGood = (key: Pick<LicenseKey, 'expiresAt' | 'blockedAt'>, now: Date): boolean => {
  const end = endOf(key);
  return end === null || end > now;
};

/** Whole days until it expires; null without an end or after it. */
export const daysLeftOf = ({ expiresAt }: Pick<LicenseKey, 'expiresAt'>, now: Date): number | null =>
  expiresAt === null || expiresAt <= now ? null : Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS);

/** @param used devices that told that they use it */
export const stateOf = (
  key: Pick<LicenseKey, 'expiresAt' | 'blockedAt' | 'deviceLimit'>,
  used: number,
  now: Date,
): LicenseState => {
  if (key.blockedAt) return 'blocked';
  if (key.expiresAt && key.expiresAt <= now) return 'expired';
  if (key.deviceLimit !== null && used > key.deviceLimit) return 'over-limit';
  return key.expiresAt && key.expiresAt.getTime() - now.getTime() <= SOON_DAYS * DAY_MS ? 'expires-soon' : 'valid';
};

/** Only unexpired and active commercial keys and subscriptions are billed (Autotask integration, automatic billing). */
export const isBillable = (key: Pick<LicenseKey, 'kind' | 'expiresAt' | 'blockedAt'>, now: Date): boolean =>
  (key.kind === 'commercial' || key.kind === 'subscription') && isGood(key, now);

/** Whether devices of a tenant may use the key. @param mainTenantId the main server's own tenant */
export const isOpenTo = (
  { tenantId: owner, sharing }: Pick<LicenseKey, 'tenantId' | 'sharing'>,
  tenantId: string,
  mainTenantId: string,
): boolean => {
  if (owner !== null) return owner === tenantId;
  if (tenantId === mainTenantId || sharing.with === 'all') return true;
  return sharing.with === 'some' && sharing.tenantIds.includes(tenantId);
};

/** Its settings as they are saved, without what is sealed. */
export const settingsOf = (key: LicenseKey): LicenseKeySettings => ({
  productName: key.productName,
  applicationId: key.applicationId,
  kind: key.kind,
  deviceLimit: key.deviceLimit,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  termDays: key.termDays,
  blocked: key.blockedAt !== null,
  automatic: key.automatic,
  overLimitAllowed: key.overLimitAllowed,
  tenantId: key.tenantId,
  sharing: key.sharing,
  information: key.information,
});
