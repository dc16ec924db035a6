import type { DeviceLicense, LicenseDevice, LicenseKey as ShownKey } from '@gatehouse/contract';
import type { DeviceStanding } from '../devices/index.ts';
import { daysLeftOf, isOpenTo, type LicenseKey, settingsOf, stateOf } from './key.ts';
import { differenceOf, type Seat } from './seat.ts';
import { noSeats, type SeatCounts } from './store-seats.ts';

/** Who looks: all tenants, or some. */
export interface Viewer {
  tenantIds: readonly string[] | null;
  mainTenantId: string;
}

/** Whoever is limited to some tenants changes only keys that belong to them. */
export const mayChange = ({ tenantIds }: Pick<Viewer, 'tenantIds'>, key: Pick<LicenseKey, 'tenantId'>): boolean =>
  tenantIds === null || (key.tenantId !== null && tenantIds.includes(key.tenantId));

/** Whoever is limited to some tenants sees the keys that their devices may use. */
export const maySee = ({ tenantIds, mainTenantId }: Viewer, key: LicenseKey): boolean =>
  tenantIds === null || tenantIds.some((tenantId) => isOpenTo(key, tenantId, mainTenantId));

/**
 * A key as a caller may see it. Of one that is shared with others too, a caller of some tenants sees neither the limit
 * nor the other tenants: both say how much others use.
 *
 * @param counts of the caller's tenants
 */
export const shownKey = (
  key: LicenseKey,
  counts: SeatCounts = noSeats,
  { viewer, tenantNames, now }: { viewer: Viewer; tenantNames: ReadonlyMap<string, string>; now: Date },
): ShownKey => {
  const { tenantIds } = viewer;
  const may = mayChange(viewer, key);
  const settings = settingsOf(key);
  const partly = tenantIds !== null && !may;
  const deviceLimit = partly ? null : settings.deviceLimit;
  return {
    ...settings,
    ...(partly && {
      deviceLimit,
      information: '',
      sharing: {
        with: 'some' as const,
        tenantIds: tenantIds.filter((tenantId) => isOpenTo(key, tenantId, viewer.mainTenantId)),
      },
    }),
    id: key.id,
    serialNumber: key.serialNumber,
    tenantName: key.tenantId === null ? null : (tenantNames.get(key.tenantId) ?? ''),
    addedAt: key.addedAt.toISOString(),
    state: stateOf({ ...key, deviceLimit }, counts.used, now),
    daysLeft: daysLeftOf(key, now),
    ...counts,
    hasActivationCode: key.hasActivationCode,
    mayChange: may,
  };
};

const shownSeat = (seat: Seat) => ({
  assigned: seat.assigned,
  assignedAt: seat.assignedAt?.toISOString() ?? null,
  assignedBy: seat.assignedBy || null,
  withheld: seat.withheld,
  held: seat.held,
  installedAt: seat.installedAt?.toISOString() ?? null,
  difference: differenceOf(seat),
});

export const shownDeviceOfKey = (
  seat: Seat,
  device: DeviceStanding | undefined,
  names: { tenants: ReadonlyMap<string, string>; groups: ReadonlyMap<number, string> },
): LicenseDevice => ({
  deviceId: seat.deviceId,
  deviceName: device?.name ?? '',
  tenantId: seat.tenantId,
  tenantName: names.tenants.get(seat.tenantId) ?? '',
  groupName: (device && names.groups.get(device.groupId)?.replace(/\/$/, '')) ?? '',
  ...shownSeat(seat),
});

export const shownKeyOfDevice = (seat: Seat, key: LicenseKey | undefined, now: Date): DeviceLicense => ({
  serialNumber: seat.serialNumber,
  licenseId: key?.id ?? null,
  productName: key?.productName ?? null,
  // Whether it is over its limit is no matter of one device.
  state: key ? stateOf(key, 0, now) : null,
  expiresAt: key?.expiresAt?.toISOString() ?? null,
  ...shownSeat(seat),
});
