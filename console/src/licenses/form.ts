import type { LicenseKey, LicenseKeySettings, LicenseSharing } from '@gatehouse/contract';

/** What stands in the fields, whether it fits or not. */
export interface TypedKey {
  serialNumber: string;
  productName: string;
  kind: LicenseKeySettings['kind'];
  deviceLimit: string;
  /** As `2026-03-04`. */
  createdOn: string;
  expiresOn: string;
  termDays: string;
  tenantId: string | null;
  sharedWith: LicenseSharing['with'];
  sharedTenantIds: string[];
  automatic: boolean;
  overLimitAllowed: boolean;
  blocked: boolean;
  information: string;
  activationCode: string;
  forgetCode: boolean;
}

const dayOf = (at: string): string => at.slice(0, 10);

export const typedOf = (key: LicenseKey | null, now: Date, tenantId: string | undefined): TypedKey => ({
  serialNumber: key?.serialNumber ?? '',
  productName: key?.productName ?? 'Gatehouse endpoint',
  kind: key?.kind ?? 'commercial',
  deviceLimit: key?.deviceLimit == null ? '' : String(key.deviceLimit),
  createdOn: dayOf(key?.createdAt ?? now.toISOString()),
  expiresOn: key?.expiresAt ? dayOf(key.expiresAt) : '',
  termDays: key?.termDays == null ? '' : String(key.termDays),
  tenantId: key ? key.tenantId : (tenantId ?? null),
  sharedWith: key?.sharing.with ?? 'nobody',
  sharedTenantIds: key?.sharing.with === 'some' ? key.sharing.tenantIds : [],
  automatic: key?.automatic ?? false,
  overLimitAllowed: key?.overLimitAllowed ?? false,
  blocked: key?.blocked ?? false,
  information: key?.information ?? '',
  activationCode: '',
  forgetCode: false,
});

const whole = (typed: string): number | null =>
  typed.trim() === '' ? null : /^\d{1,9}$/.test(typed.trim()) ? Number(typed) : Number.NaN;

/** A day that was not touched keeps its time of day. @returns null for none, `invalid` for no day */
const moment = (typed: string, before: string | null | undefined): string | null => {
  const day = typed.trim();
  if (day === '') return null;
  if (before && dayOf(before) === day) return before;
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00.000Z` : 'invalid';
};

/** As the contract wants it; what does not fit is left for its rules to say. */
export const toSettings = (typed: TypedKey, before: LicenseKey | null): LicenseKeySettings => {
  const sharing: LicenseSharing =
    typed.tenantId !== null || typed.sharedWith === 'nobody'
      ? { with: 'nobody' }
      : typed.sharedWith === 'all'
        ? { with: 'all' }
        : { with: 'some', tenantIds: typed.sharedTenantIds };
  return {
    productName: typed.productName,
    applicationId: before?.applicationId ?? null,
    kind: typed.kind,
    deviceLimit: whole(typed.deviceLimit),
    createdAt: moment(typed.createdOn, before?.createdAt) ?? 'invalid',
    expiresAt: moment(typed.expiresOn, before?.expiresAt),
    termDays: whole(typed.termDays),
    blocked: typed.blocked,
    automatic: typed.automatic,
    overLimitAllowed: typed.overLimitAllowed,
    tenantId: typed.tenantId,
    sharing,
    information: typed.information,
  };
};
