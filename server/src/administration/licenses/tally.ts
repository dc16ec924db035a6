import type { CategoryCounts } from '@gatehouse/contract';
import type { DeviceCategory } from './store.ts';

/** What decides the price of a device in a bill. @param osFamily empty: the device never told */
export const categoryOf = ({ osFamily, isServer }: { osFamily: string; isServer: boolean }): DeviceCategory => {
  if (osFamily === '') return 'unknown';
  if (osFamily === 'windows') return isServer ? 'windows-server' : 'windows-workstation';
  return isServer ? 'other-server' : 'other-workstation';
};

const fields = {
  'windows-workstation': 'windowsWorkstations',
  'windows-server': 'windowsServers',
  'other-workstation': 'otherWorkstations',
  'other-server': 'otherServers',
  unknown: 'unknown',
} as const satisfies Record<DeviceCategory, keyof CategoryCounts>;

export const noDevices = (): CategoryCounts => ({
  windowsWorkstations: 0,
  windowsServers: 0,
  otherWorkstations: 0,
  otherServers: 0,
  unknown: 0,
  total: 0,
});

/** Counts one device more. */
export const count = (counts: CategoryCounts, category: DeviceCategory): void => {
  counts[fields[category]] += 1;
  counts.total += 1;
};
