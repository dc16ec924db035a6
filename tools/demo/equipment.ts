/** What is in and on the sample devices: hardware, software, holes that are not mended. */
import { createHash } from 'node:crypto';
import type { DeviceFacts, SoftwareItem } from '../../contract/src/index.ts';
import { chanceOf } from '../lib/chance.ts';
import type { SampleDevice } from './fleet.ts';

type OsFamily = NonNullable<DeviceFacts['os']>['family'];
type Hole = NonNullable<DeviceFacts['vulnerabilities']>['items'][number];

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;

const models = [
  ['Northlight', 'Slate 14 G3', false],
  ['Northlight', 'Slate 15 G2', false],
  ['Brookfield', 'Tower 3070', false],
  ['Brookfield', 'Micro 50', false],
] as const;
const serverModels = [
  ['Brookfield', 'Rack 740', false],
  ['Quayside', 'Virtual Platform', true],
] as const;

export const hardwareOf = (device: SampleDevice): NonNullable<DeviceFacts['hardware']> => {
  const chance = chanceOf(`hardware ${device.machineId}`);
  const [vendor, model, virtualMachine] = chance.pick<(typeof models | typeof serverModels)[number]>(
    device.isServer ? [...serverModels] : [...models],
  );
  return {
    vendor,
    model,
    virtualMachine,
    serialNumber: device.machineId.slice(0, 10).toUpperCase(),
    processor: device.isServer ? '16-core server processor, 2.8 GHz' : '8-core mobile processor, 2.4 GHz',
    processorCores: device.isServer ? 16 : 8,
    memoryBytes: chance.pick(device.isServer ? [64, 128] : [8, 16, 32]) * GIB,
    networkAdapters: [
      {
        name: device.isServer ? 'eth0' : 'Wi-Fi',
        macAddress: `02:00:5e:${(device.machineId.slice(0, 6).match(/../g) ?? []).join(':')}`,
        speedMbit: device.isServer ? 10_000 : 1200,
      },
    ],
    storage: [{ name: device.isServer ? 'sda' : 'nvme0n1', model: 'NV1000', sizeBytes: 512 * GIB }],
  };
};

type Shelf = readonly (readonly [name: string, version: string, publisher: string, megabytes: number])[];
const everywhere: Shelf = [
  ['Endpoint agent', '0.1.0', 'Gatehouse', 41],
  ['Firefox ESR', '140.5.0', 'Mozilla', 290],
  ['7-Zip', '25.01', 'Igor Pavlov', 6],
];
const office: Shelf = [
  ['LibreOffice', '26.2.1', 'The Document Foundation', 980],
  ['Thunderbird', '140.5.0', 'Mozilla', 260],
  ['VLC media player', '3.0.23', 'VideoLAN', 190],
  ['GIMP', '3.0.6', 'The GIMP Team', 420],
  ['KeePassXC', '2.7.11', 'KeePassXC Team', 88],
  ['FileZilla', '3.69.3', 'Tim Kosse', 44],
  ['Zoom Workplace', '6.6.2', 'Zoom', 310],
];
const servers: Shelf = [
  ['PostgreSQL', '17.6', 'PostgreSQL Global Development Group', 350],
  ['OpenSSH', '9.9', 'OpenBSD', 12],
  ['Apache HTTP Server', '2.4.66', 'Apache Software Foundation', 60],
];

export const softwareOf = (device: SampleDevice, family: OsFamily): { hash: string; software: SoftwareItem[] } => {
  const chance = chanceOf(`software ${device.machineId}`);
  const shelf = [...everywhere, ...(device.isServer ? servers : office.filter(() => chance.happens(0.6)))];
  const software = shelf.map(
    ([name, version, publisher, megabytes]): SoftwareItem => ({
      name,
      version,
      publisher,
      source: family === 'linux' ? 'dpkg' : 'other',
      arch: 'x64',
      sizeBytes: megabytes * MIB,
    }),
  );
  return { hash: createHash('sha256').update(JSON.stringify(software)).digest('hex'), software };
};

const holes: readonly Hole[] = [
  {
    id: 'DEMO-2026-0101',
    level: 'critical',
    software: 'Firefox ESR',
    installedVersion: '140.5.0',
    fixedVersion: '140.6.0',
  },
  { id: 'DEMO-2026-0102', level: 'high', software: 'OpenSSH', installedVersion: '9.9', fixedVersion: '9.9p2' },
  { id: 'DEMO-2026-0103', level: 'medium', software: '7-Zip', installedVersion: '25.01', fixedVersion: null },
];

/** Some hours old; every fifth device has a small hole, a few a grave one. */
export const vulnerabilitiesOf = (device: SampleDevice, now: Date): NonNullable<DeviceFacts['vulnerabilities']> => {
  const chance = chanceOf(`holes ${device.machineId}`);
  const worst = chance.next();
  const items = holes.filter(({ level }) =>
    level === 'critical' ? worst < 0.02 : level === 'high' ? worst < 0.08 && device.isServer : worst < 0.2,
  );
  const count = (wanted: Hole['level']) => items.filter(({ level }) => level === wanted).length;
  return {
    checkedAt: new Date(now.getTime() - chance.whole(1, 20) * HOUR_MS).toISOString(),
    counts: { critical: count('critical'), high: count('high'), medium: count('medium') },
    items,
  };
};
