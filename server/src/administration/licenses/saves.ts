import type { LicenseKeySettings } from '@gatehouse/contract';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { DeviceStanding } from '../devices/index.ts';
import { type LicenseTx, saveEndsOf } from './distribution.ts';
import { endOf, isGood, isOpenTo, type LicenseKey } from './key.ts';

const DEVICES_AT_ONCE = 1000;

/** Until when the devices of a key are licensed, after its end became another. */
const saveEndsOfKey = async (tx: LicenseTx, serialNumber: string): Promise<void> => {
  let after: string | null = null;
  let keys: Map<string, LicenseKey> | null = null;
  for (;;) {
    const page = await tx.seats.usersOf(serialNumber, after, DEVICES_AT_ONCE);
    // Most keys are new or hardly used, and there may be thousands of them in one import.
    if (page.size === 0) return;
    keys ??= new Map((await tx.keys.all()).map((key) => [key.serialNumber, key]));
    await saveEndsOf(tx, page, keys);
    after = [...page.keys()].at(-1) ?? null;
    if (page.size < DEVICES_AT_ONCE) return;
  }
};

/** Whether a save of a key may be news to devices beside those that use it. */
export const concernsDevices = (before: LicenseKey, after: LicenseKey): boolean => {
  const whatMatters = ({ information, applicationId, termDays, hasActivationCode, ...rest }: LicenseKey) => rest;
  return JSON.stringify(whatMatters(before)) !== JSON.stringify(whatMatters(after));
};

/** Adds a key; devices that hold its serial number already are of it from now on. In one transaction. */
export const addKey = async (
  tx: LicenseTx,
  {
    id,
    serialNumber,
    settings,
    sealedCode,
    now,
  }: { id: string; serialNumber: string; settings: LicenseKeySettings; sealedCode: string | null; now: Date },
): Promise<LicenseKey> => {
  const key = await tx.keys.add(id, serialNumber, settings, { now, sealedCode });
  if (await tx.seats.welcomeKey(serialNumber)) await saveEndsOfKey(tx, serialNumber);
  return key;
};

/** Changes a key, and what follows from it for its devices. In one transaction. */
export const changeKey = async (
  tx: LicenseTx,
  before: LicenseKey,
  settings: LicenseKeySettings,
  { sealedCode, now }: { sealedCode: string | null | undefined; now: Date },
): Promise<LicenseKey> => {
  await tx.keys.change(before, settings, { sealedCode, now });
  const after = await tx.keys.get(before.id);
  if (endOf(before)?.getTime() !== endOf(after)?.getTime()) await saveEndsOfKey(tx, before.serialNumber);
  return after;
};

/** Deletes a key. What was used of it stays in the history. In one transaction. */
export const removeKey = async (tx: LicenseTx, key: LicenseKey): Promise<void> => {
  await tx.keys.remove(key.id);
  await saveEndsOfKey(tx, key.serialNumber);
  await tx.seats.forgetKey(key.serialNumber);
  await tx.seats.markDue();
};

/**
 * Gives a key to devices, to all of them or none. In one transaction.
 *
 * @param devices those of the ids that are there and that the caller may see
 * @returns how many did not have it before
 * @throws NotFound for a device, Conflict `license.not-good`, `license.not-for-client`, `license.limit-reached`
 */
export const assignKey = async (
  tx: LicenseTx,
  licenseId: string,
  deviceIds: readonly string[],
  {
    devices,
    mainTenantId,
    by,
    now,
  }: { devices: ReadonlyMap<string, DeviceStanding>; mainTenantId: string; by: string; now: Date },
): Promise<number> => {
  const key = (await tx.keys.lockAll()).find(({ id }) => id === licenseId);
  if (!key) throw new NotFound('license', licenseId);
  if (!isGood(key, now)) {
    const why = key.blockedAt ? 'is blocked' : 'has expired';
    throw new Conflict('license.not-good', `The key ${key.serialNumber} ${why}; give the devices another one`);
  }
  const grants: { deviceId: string; tenantId: string; serialNumber: string }[] = [];
  let newSeats = 0;
  for (const deviceId of new Set(deviceIds)) {
    const device = devices.get(deviceId);
    if (!device) throw new NotFound('device', deviceId);
    if (!isOpenTo(key, device.tenantId, mainTenantId)) {
      throw new Conflict(
        'license.not-for-client',
        `“${device.name}” belongs to a client that the key is not for; share the key with that client first`,
      );
    }
    const seat = (await tx.seats.ofDevice(deviceId)).find(({ serialNumber }) => serialNumber === key.serialNumber);
    if (seat?.assigned) continue;
    if (!seat?.held) newSeats += 1;
    grants.push({ deviceId, tenantId: device.tenantId, serialNumber: key.serialNumber });
  }
  if (key.deviceLimit !== null && !key.overLimitAllowed) {
    const free = key.deviceLimit - ((await tx.seats.taken([key.serialNumber])).get(key.serialNumber) ?? 0);
    if (newSeats > free) {
      throw new Conflict(
        'license.limit-reached',
        `The key is for ${key.deviceLimit} devices and has room for ${Math.max(0, free)} more; choose fewer, raise the limit, or allow more than the limit`,
      );
    }
  }
  await tx.seats.assign(grants, { how: 'manual', by, now });
  return grants.length;
};

/** Takes a key from devices; they do not get it again by themselves. @returns how many had it @throws NotFound */
export const withdrawKey = async (
  tx: LicenseTx,
  licenseId: string,
  deviceIds: readonly string[],
  { devices }: { devices: ReadonlyMap<string, DeviceStanding> },
): Promise<number> => {
  const key = (await tx.keys.lockAll()).find(({ id }) => id === licenseId);
  if (!key) throw new NotFound('license', licenseId);
  const having: string[] = [];
  for (const deviceId of new Set(deviceIds)) {
    if (!devices.has(deviceId)) throw new NotFound('device', deviceId);
    const seat = (await tx.seats.ofDevice(deviceId)).find(({ serialNumber }) => serialNumber === key.serialNumber);
    if (seat?.assigned || (seat?.held && !seat.withheld)) having.push(deviceId);
  }
  await tx.seats.withdraw(key.serialNumber, having, { withhold: true });
  await tx.seats.markDue(having);
  return having.length;
};
