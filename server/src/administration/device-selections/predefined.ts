import { type DeviceFilterInput, DeviceSelectionSettings, SelectionAccess } from '@gatehouse/contract';
import type { DeviceSelection } from './selection.ts';

type Sort = DeviceSelectionSettings['sort'];
const before = (amount: number) => ({ kind: 'before', amount, unit: 'days' }) as const;

/**
 * The predefined selections: the field's lists of devices that need a look (KSC 13.1, a00288). Their numbers are the
 * same on every server, so that addresses can be shared. They cannot be changed, only copied.
 */
const rows: [number: string, name: string, filter: DeviceFilterInput, sort?: Sort][] = [
  ['01', 'Devices with Critical status', { statuses: ['critical'] }],
  ['02', 'Devices with Warning status', { statuses: ['warning'] }],
  ['03', 'Devices whose status is not OK', { statuses: ['critical', 'warning'] }],
  ['04', 'New devices', { added: { kind: 'within', amount: 7, unit: 'days' } }, { by: 'createdAt', descending: true }],
  ['05', 'Devices that are not visible', { visible: false }, { by: 'lastSeenAt', descending: false }],
  [
    '06',
    'Devices not connected for a long time',
    { lastConnected: before(14) },
    { by: 'lastSeenAt', descending: false },
  ],
  ['07', 'Devices without a security application', { securityInstalled: false }],
  ['08', 'Devices whose protection is off', { protectionRunning: false }],
  ['09', 'Devices with active threats', { activeThreats: true }, { by: 'activeThreats', descending: true }],
  ['10', 'Most infected devices', { detections: true }, { by: 'virusCount', descending: true }],
  ['11', 'Devices not scanned for a long time', { securityInstalled: true, lastScan: before(7) }],
  ['12', 'Devices that were never scanned', { securityInstalled: true, lastScan: { kind: 'never' } }],
  [
    '13',
    'Devices with outdated databases',
    { securityInstalled: true, databases: before(3) },
    { by: 'databasesReleasedAt', descending: false },
  ],
  ['14', 'Devices that must be restarted', { restartRequired: true }],
  ['15', 'Unassigned devices', { unassigned: true }, { by: 'createdAt', descending: true }],
  ['16', 'Unassigned devices with an agent', { unassigned: true, agentInstalled: true }],
  ['17', 'Devices with the same name', { sameName: true }, { by: 'name', descending: false }],
  ['18', 'Devices with vulnerabilities', { conditions: ['vulnerabilities'] }],
  ['19', 'Devices with a wrong state of encryption', { conditions: ['encryptionStatus'] }],
  ['20', 'Devices whose level of protection differs', { conditions: ['rtpLevelDiffers'] }],
];

export const predefinedDeviceSelections: readonly DeviceSelection[] = rows.map(([number, name, filter, sort]) => ({
  id: `00000000-0000-4000-8000-00000000d0${number}`,
  name,
  owner: null,
  settings: DeviceSelectionSettings.parse({ filter, ...(sort && { sort }) }),
  access: SelectionAccess.parse({}),
  changedAt: null,
  changedBy: null,
  // Below those of all that are stored.
  number: Number(number),
  query: null,
}));

const byId = new Map(predefinedDeviceSelections.map((each) => [each.id, each]));
export const predefinedDeviceSelection = (id: string): DeviceSelection | undefined => byId.get(id);
