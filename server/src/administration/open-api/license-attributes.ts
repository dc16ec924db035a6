import type { LicenseKind } from '@gatehouse/contract';
import { dateTime, licenceKeyTypes, type Params, type ParamValue } from '@gatehouse/protocols/ksc-open-api';
import { type LicenseKey, maySee, noSeats, type SeatCounts } from '../licenses/index.ts';
import type { Call } from './method.ts';

export interface SeenKey {
  key: LicenseKey;
  counts: SeatCounts;
}

const keyTypes: Record<LicenseKind, number> = licenceKeyTypes;
const isSubscription = ({ key }: SeenKey) => key.kind === 'subscription';

/**
 * Attributes of a key (KSCAPI 13 and 15, licence key attributes), each with its natural empty value where nothing is
 * known: clients read what they asked for without looking whether it is there.
 */
export const keyAttributes: Readonly<Record<string, (seen: SeenKey) => ParamValue>> = {
  KLLIC_SERIAL: ({ key }) => key.serialNumber,
  KLLIC_PROD_NAME: ({ key }) => key.productName,
  KLLIC_APP_ID: ({ key }) => key.applicationId ?? 0,
  KLLIC_APP_IDS: ({ key }) => (key.applicationId === null ? [] : [key.applicationId]),
  KLLIC_PROD_SUITE_ID: () => 0,
  KLLIC_KEY_TYPE: ({ key }) => keyTypes[key.kind],
  KLLIC_CREATION_DATE: ({ key }) => dateTime(key.createdAt),
  KLLIC_LIMIT_DATE: ({ key }) => dateTime(key.expiresAt),
  KLLIC_LICENSE_PERIOD: ({ key }) => key.termDays ?? 0,
  KLLIC_LIC_COUNT: ({ key }) => key.deviceLimit ?? 0,
  KLLIC_NHOSTS_ASCURRENT: ({ counts }) => counts.used,
  KLLIC_NHOSTS_ASNEXT: ({ counts }) => counts.reserved,
  KLLIC_NEAREST_EXPIRATION_DATE: ({ key, counts }) => dateTime(counts.used > 0 ? key.expiresAt : null),
  KLLIC_USED_BY_ADM_SRV: () => false,
  KLLIC_MAJ_VER: () => '',
  KLLIC_LICINFO: ({ key }) => key.information,
  KLLIC_SUPPORT_INFO: () => '',
  KLLIC_CUSTOMER_INFO: () => '',
  KLLIC_PART_NUMBER: () => '',
  KLLIC_PARTNER_NAME: () => '',
  KLLIC_LICTYPE_IS_SUBSCRIPTION: isSubscription,
  KLLIC_SUBSCRINFO_ENDDATE: (seen) => dateTime(isSubscription(seen) ? seen.key.expiresAt : null),
  KLLIC_SUBSCRINFO_ENDDATETYPE: (seen) => (isSubscription(seen) ? (seen.key.expiresAt ? 2 : 1) : 0),
  KLLIC_SUBSCRINFO_GRACETERM: () => 0,
  KLLIC_SUBSCRINFO_PROVIDERURL: () => '',
  KLLIC_SUBSCRINFO_STATE: ({ key }) => (key.blockedAt ? 3 : 0),
  KLLICSRV_KEY_INSTALLED: () => true,
  KLLICSRV_AUTOKEY: ({ key }) => key.automatic,
  KLLICSRV_KEY_EFFECTIVE_LICNUMBER_MIN: ({ key }) => key.deviceLimit ?? 0,
  KLLICSRV_KEY_EFFECTIVE_LICNUMBER_MAX: ({ key }) => key.deviceLimit ?? 0,
};

export const keyRow = (seen: SeenKey, fields: readonly string[]): Params => {
  const names = fields.length > 0 ? fields : Object.keys(keyAttributes);
  return Object.fromEntries(
    names.flatMap((name): [string, ParamValue][] => {
      const attribute = Object.hasOwn(keyAttributes, name) ? keyAttributes[name] : undefined;
      return attribute ? [[name, attribute(seen)]] : [];
    }),
  );
};

/** The keys that devices of the login's tenants may use, with the numbers of those tenants' devices alone. */
export const seenKeys = async ({ administration, login }: Call): Promise<SeenKey[]> => {
  const scope = login.scope();
  const viewer = {
    tenantIds: scope === 'all' ? null : scope,
    mainTenantId: await administration.licenses.mainTenantId(),
  };
  const counts = await administration.licenses.seatsOf(scope).counts();
  const keys = await administration.licenses.keys();
  return keys
    .filter((key) => maySee(viewer, key))
    .map((key) => ({ key, counts: counts.get(key.serialNumber) ?? noSeats }));
};
