/** What can happen on a device, as the events that it reports. */
import type { ReportedEvent } from '../../contract/src/index.ts';
import type { Chance } from '../lib/chance.ts';
import type { SampleDevice } from './fleet.ts';

/** An event before it got its number. */
export type Happening = Omit<ReportedEvent, 'seq'>;

export interface Infection {
  uid: string;
  path: string;
  threat: string;
  /** Threat type of the protocol, as text. */
  threatType: string;
  sha256: string;
}

/** Invented names in the usual form; none stands for a real family. */
const threats: readonly [name: string, type: string][] = [
  ['Sample.Trojan.Pebble', '61'],
  ['Sample.Trojan.Thicket', '61'],
  ['Sample.Worm.Drizzle', '64'],
  ['Sample.Backdoor.Lantern', '63'],
  ['Sample.Adware.Tinsel', '66'],
  ['Sample.Phishing.Parcel', '70'],
];
const files = [
  'invoice-2291.exe',
  'scan_004.docm',
  'parcel-label.js',
  'setup-helper.exe',
  'price-list.xlsm',
  'player-update.exe',
];
const sites = ['downloads.example', 'prizes.example', 'free-tools.example', 'parcel-status.example'];

const hex = (chance: Chance, length: number) => Array.from({ length }, () => chance.whole(0, 15).toString(16)).join('');

export const infectionOf = (device: SampleDevice, chance: Chance): Infection => {
  const [threat, threatType] = chance.pick(threats);
  const user = device.users[0] ?? 'operator';
  const file = chance.pick(files);
  return {
    uid: `demo-${hex(chance, 24)}`,
    path: device.isServer ? `/srv/exchange/${file}` : `C:\\Users\\${user}\\Downloads\\${file}`,
    threat,
    threatType,
    sha256: hex(chance, 64),
  };
};

const infectionParams = (device: SampleDevice, infection: Infection): Record<string, string> => ({
  '1': infection.sha256,
  '2': infection.path,
  '5': infection.threat,
  '6': infection.uid,
  '7': device.users[0] ?? '',
  '8': infection.threatType,
});

export const found = (device: SampleDevice, infection: Infection, at: Date): Happening => ({
  type: 'GNRL_EV_VIRUS_FOUND',
  riseTime: at.toISOString(),
  severity: 4,
  description: `${infection.threat} in ${infection.path}`,
  params: infectionParams(device, infection),
});

export const healed = (device: SampleDevice, infection: Infection, at: Date, how: 'deleted' | 'cured'): Happening => ({
  type: how === 'deleted' ? 'GNRL_EV_OBJECT_DELETED' : 'GNRL_EV_OBJECT_CURED',
  riseTime: at.toISOString(),
  severity: 1,
  description: `${infection.path} was ${how}`,
  params: infectionParams(device, infection),
});

/** The course of a task as two events: it started, and it ended. */
export const taskRun = (
  task: { id: string; displayName: string },
  startedAt: Date,
  tookMs: number,
  outcome: { failedWith?: string; found?: string } = {},
): [Happening, Happening] => {
  const failed = outcome.failedWith !== undefined;
  return [
    {
      type: 'KLPRCI_TaskState',
      riseTime: startedAt.toISOString(),
      severity: 1,
      task: { ...task, oldState: 0, newState: 1, completedPercent: 0 },
    },
    {
      type: 'KLPRCI_TaskState',
      riseTime: new Date(startedAt.getTime() + tookMs).toISOString(),
      severity: failed ? 3 : 1,
      description: outcome.failedWith ?? outcome.found ?? '',
      task: { ...task, oldState: 1, newState: failed ? 3 : 4, ...(failed ? {} : { completedPercent: 100 }) },
    },
  ];
};

export const webBlocked = (device: SampleDevice, chance: Chance, at: Date): Happening => ({
  type: 'GNRL_EV_WEB_URL_BLOCKED',
  riseTime: at.toISOString(),
  severity: 2,
  description: 'A web address of a blocked category was opened',
  params: { '2': `https://${chance.pick(sites)}/${hex(chance, 6)}`, '7': device.users[0] ?? '' },
});

export const launchDenied = (device: SampleDevice, chance: Chance, at: Date): Happening => ({
  type: 'GNRL_EV_APPLICATION_LAUNCH_DENIED',
  riseTime: at.toISOString(),
  severity: 2,
  description: 'The application is not on the list of allowed ones',
  params: {
    '2': `C:\\Users\\${device.users[0] ?? 'operator'}\\Desktop\\${chance.pick(files)}`,
    '7': device.users[0] ?? '',
  },
});

export const attacked = (device: SampleDevice, chance: Chance, at: Date): Happening => ({
  type: 'GNRL_EV_ATTACK_DETECTED',
  riseTime: at.toISOString(),
  severity: 4,
  description: 'A network attack was blocked',
  params: {
    '1': chance.pick(['Scan.Generic.PortScan', 'Bruteforce.Generic.RemoteDesktop', 'Bruteforce.Generic.SecureShell']),
    '2': 'TCP',
    '3': `${device.company.network}.${chance.whole(240, 254)}`,
  },
});

export const deviceMoved = (chance: Chance, at: Date, plugged: boolean): Happening => ({
  type: plugged ? 'GNRL_EV_DEVCTRL_DEV_PLUGGED' : 'GNRL_EV_DEVCTRL_DEV_UNPLUGGED',
  riseTime: at.toISOString(),
  severity: 1,
  params: { '1': `USB mass storage ${hex(chance, 4).toUpperCase()}` },
});
