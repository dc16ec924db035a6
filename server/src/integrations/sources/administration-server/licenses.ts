import type { KscClient, PlainRow, PlainValue } from '@gatehouse/protocols/ksc-open-api';
import { SourceUnavailable } from '../errors.ts';
import type { HolderCategory, LicenseHolder, LicenseKeyUse, LicenseKind } from '../license-reading.ts';

const keyFields = [
  'KLLIC_SERIAL',
  'KLLIC_PROD_NAME',
  'KLLIC_KEY_TYPE',
  'KLLIC_LIMIT_DATE',
  'KLLIC_LIC_COUNT',
  'KLLIC_LICTYPE_IS_SUBSCRIPTION',
  'KLLIC_SUBSCRINFO_ENDDATE',
  'KLLIC_SUBSCRINFO_ENDDATETYPE',
  'KLLIC_SUBSCRINFO_STATE',
  'KLLIC_LICENSE_PERIOD',
  'KLLIC_LICINFO',
  'KLLIC_SUPPORT_INFO',
] as const;
const holderFields = ['KLLICSRV_HOSTNAME', 'KLLICSRV_HOST_CURRENT', 'KLLICSRV_EXPIRATION_TIME'] as const;
const hostFields = [
  'KLHST_WKS_HOSTNAME',
  'KLHST_WKS_DN',
  'KLHST_WKS_CTYPE',
  'KLHST_WKS_PTYPE',
  'KLHST_WKS_OS_NAME',
] as const;

/** Values of KLLIC_KEY_TYPE (KSC Open API, "Licence key attributes"). */
const kinds: Record<number, LicenseKind> = {
  1: 'commercial',
  2: 'beta',
  3: 'trial',
  4: 'test',
  5: 'oem',
  6: 'subscription',
};
/** KLLIC_SUBSCRINFO_ENDDATETYPE: the subscription goes on until somebody ends it. */
const UNLIMITED = 1;
/** KLLIC_SUBSCRINFO_ENDDATETYPE and _STATE of a subscription that does not work. A soft cancelled one still does. */
const PAUSED_END = 3;
const stoppedStates = [1, 3];

/** Bits of KLHST_WKS_CTYPE. */
const DOMAIN_CONTROLLERS = 0x18;
const UNIX = 0x800;
const WINDOWS_SERVER = 0x8000;
/** Of KLHST_WKS_PTYPE. */
const WINDOWS = 2;

const text = (value: PlainValue | undefined): string => (typeof value === 'string' ? value : '');
const whole = (value: PlainValue | undefined): number | null => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
};
const moment = (value: PlainValue | undefined): Date | null => {
  const at = typeof value === 'string' && value !== '' ? new Date(value) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
};

/** The later of two ends; none at all is the latest. */
const laterEnd = (a: Date | null, b: Date | null): Date | null =>
  a && b && new Date(Math.max(a.getTime(), b.getTime()));

/** What a host is to a price list, by its type, its platform and, where those tell nothing, its system's name. */
export const categoryOf = (row: PlainRow): HolderCategory => {
  const type = whole(row['KLHST_WKS_CTYPE']) ?? 0;
  const platform = whole(row['KLHST_WKS_PTYPE']) ?? 0;
  const system = text(row['KLHST_WKS_OS_NAME']);
  if ((type & UNIX) !== 0 || (platform !== 0 && platform !== WINDOWS)) return 'non-windows';
  if ((type & (WINDOWS_SERVER | DOMAIN_CONTROLLERS)) !== 0) return 'windows-server';
  if (type !== 0 || platform === WINDOWS) {
    return /windows server/i.test(system) ? 'windows-server' : 'windows-workstation';
  }
  if (/windows/i.test(system)) return /server/i.test(system) ? 'windows-server' : 'windows-workstation';
  return system === '' ? null : 'non-windows';
};

/** A key without its holders, or null when it has no serial number: nothing can be proven by such a one. */
export const keyOf = (row: PlainRow): Omit<LicenseKeyUse, 'holders'> | null => {
  const serialNumber = text(row['KLLIC_SERIAL']);
  if (serialNumber === '') return null;
  const kind = kinds[whole(row['KLLIC_KEY_TYPE']) ?? 0] ?? 'unknown';
  const isSubscription = row['KLLIC_LICTYPE_IS_SUBSCRIPTION'] === true || kind === 'subscription';
  const endKind = whole(row['KLLIC_SUBSCRINFO_ENDDATETYPE']);
  const limit = moment(row['KLLIC_LIMIT_DATE']);
  return {
    serialNumber,
    productName: text(row['KLLIC_PROD_NAME']) || serialNumber,
    kind: isSubscription && (kind === 'commercial' || kind === 'unknown') ? 'subscription' : kind,
    expiresAt: isSubscription
      ? endKind === UNLIMITED
        ? null
        : (moment(row['KLLIC_SUBSCRINFO_ENDDATE']) ?? limit)
      : limit,
    // Our own server tells of any blocked key as of a subscription that was cancelled for good.
    isStopped:
      (isSubscription && endKind === PAUSED_END) || stoppedStates.includes(whole(row['KLLIC_SUBSCRINFO_STATE']) ?? 0),
    deviceLimit: whole(row['KLLIC_LIC_COUNT']) || null,
    periodDays: whole(row['KLLIC_LICENSE_PERIOD']) || null,
    information: text(row['KLLIC_LICINFO']),
    supportInformation: text(row['KLLIC_SUPPORT_INFO']),
  };
};

/**
 * Keys and the hosts of this login's server that use them. A key of the whole server is held by hosts of other
 * tenants too; those are left out, since only this server's own hosts are asked for.
 *
 * @throws SourceUnavailable when what it says cannot be true: then nothing is known
 */
export const readLicenses = async (client: KscClient, signal: AbortSignal | undefined): Promise<LicenseKeyUse[]> => {
  const hosts = new Map<string, { name: string; category: HolderCategory }>();
  for await (const row of client.findHosts({ fields: hostFields, isCurrentServerOnly: true }, { signal })) {
    const id = text(row['KLHST_WKS_HOSTNAME']);
    if (id !== '') hosts.set(id, { name: text(row['KLHST_WKS_DN']) || id, category: categoryOf(row) });
  }
  const keys: Omit<LicenseKeyUse, 'holders'>[] = [];
  for await (const row of client.findLicenseKeys({ fields: keyFields }, { signal })) {
    const key = keyOf(row);
    if (key) keys.push(key);
  }
  const uses: LicenseKeyUse[] = [];
  for (const key of keys) {
    const holders = new Map<string, LicenseHolder>();
    for await (const row of client.findKeyHosts(key.serialNumber, { fields: holderFields }, { signal })) {
      const isCurrent = row['KLLICSRV_HOST_CURRENT'];
      if (typeof isCurrent !== 'boolean') {
        throw new SourceUnavailable(
          `The server does not tell whether ${key.serialNumber} is the active key of its devices, so their number is not known`,
        );
      }
      const deviceId = text(row['KLLICSRV_HOSTNAME']);
      const host = hosts.get(deviceId);
      if (!isCurrent || !host) continue;
      // One host may use a key in two applications: it lasts as long as the longer of them.
      const expiresAt = moment(row['KLLICSRV_EXPIRATION_TIME']);
      const before = holders.get(deviceId);
      holders.set(deviceId, {
        deviceId,
        deviceName: host.name,
        category: host.category,
        expiresAt: before ? laterEnd(before.expiresAt, expiresAt) : expiresAt,
      });
    }
    uses.push({ ...key, holders: [...holders.values()] });
  }
  return uses;
};
