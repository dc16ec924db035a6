/** The sample devices: who they are, what is installed on them, and what is wrong with a few of them. */
import { createHash } from 'node:crypto';
import type { DeviceFacts } from '../../contract/src/index.ts';
import { type Chance, chanceOf } from '../lib/chance.ts';
import { type Company, companies } from './companies.ts';
import { hardwareOf, vulnerabilitiesOf } from './equipment.ts';

/**
 * What is wrong with a device. Outdated databases count only for devices that are known for a day, so those turn
 * Warning tomorrow; `often-infected` is Warning by the setting that the demo makes.
 */
export type Trouble =
  | 'infected'
  | 'protection-off'
  | 'not-running'
  | 'not-installed'
  | 'old-databases'
  | 'often-infected';

export interface SampleDevice {
  /** The same in every run, so that enrolling twice is enrolling once. */
  machineId: string;
  company: Company;
  /** Which company it is of, from 0. */
  site: number;
  name: string;
  group: string;
  isServer: boolean;
  ipAddress: string;
  trouble: Trouble | null;
  users: string[];
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const GIB = 2 ** 30;
export const SEED = 'gatehouse-demo-1';

const people = [
  'a.hart',
  'b.lowe',
  'c.reyes',
  'd.okoye',
  'e.novak',
  'f.marsh',
  'g.silva',
  'h.brandt',
  'i.kaur',
  'j.lind',
];

/** Every how-manieth device of the whole fleet has which trouble; chosen so that they spread over the companies. */
const troubles: readonly [Trouble, readonly number[]][] = [
  ['infected', [23, 98, 171, 262]],
  ['protection-off', [61, 207]],
  ['not-running', [139]],
  ['not-installed', [236]],
  ['old-databases', [12, 77, 119, 158, 190, 283]],
  ['often-infected', [5, 40, 69, 88, 110, 131, 150, 181, 199, 221, 249, 274]],
];

const troubleOf = (place: number): Trouble | null => troubles.find(([, places]) => places.includes(place))?.[0] ?? null;

/** All 300, in a fixed order. */
export const sampleDevices = (): SampleDevice[] =>
  companies.flatMap((company, site) => {
    const before = companies.slice(0, site).reduce((sum, { deviceCount }) => sum + deviceCount, 0);
    const serverCount = Math.max(1, Math.round(company.deviceCount / 9));
    const [servers, ...others] = company.groups;
    return Array.from({ length: company.deviceCount }, (_, index): SampleDevice => {
      const chance = chanceOf(`${SEED} ${company.prefix} ${index}`);
      const isServer = index < serverCount;
      const group = isServer ? servers : chance.pick(others);
      const kind = isServer ? 'SRV' : group === 'Laptops' || chance.happens(0.3) ? 'NB' : 'WS';
      return {
        machineId: createHash('sha256').update(`${SEED} ${company.prefix} ${index}`).digest('hex').slice(0, 32),
        company,
        site,
        name: `${company.prefix}-${kind}-${String(isServer ? index + 1 : index + 1 - serverCount).padStart(2, '0')}`,
        group,
        isServer,
        ipAddress: `${company.network}.${company.firstAddress + index}`,
        trouble: troubleOf(before + index),
        users: isServer ? ['operator'] : [chance.pick(people)],
      };
    });
  });

const systemOf = (isServer: boolean, chance: Chance): NonNullable<DeviceFacts['os']> => {
  const share = chance.next();
  if (isServer) {
    return share < 0.6
      ? { family: 'windows', name: 'Windows Server 2022', version: '10.0.20348', arch: 'x64', isServer }
      : { family: 'linux', name: 'Debian GNU/Linux 12', version: '12', arch: 'x64', isServer };
  }
  if (share < 0.75) return { family: 'windows', name: 'Windows 11 Pro', version: '10.0.26100', arch: 'x64', isServer };
  if (share < 0.88) return { family: 'windows', name: 'Windows 10 Pro', version: '10.0.19045', arch: 'x64', isServer };
  return { family: 'linux', name: 'Ubuntu 24.04 LTS', version: '24.04', arch: 'x64', isServer };
};

/** What a device tells of itself now. */
export const factsOf = (device: SampleDevice, now: Date): DeviceFacts => {
  const chance = chanceOf(`${SEED} facts ${device.machineId}`);
  const os = systemOf(device.isServer, chance);
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
  const sizeBytes = chance.pick([256, 512, 1024]) * GIB;
  const databaseAgeMs =
    device.trouble === 'old-databases' ? (4 + chance.next() * 2) * DAY_MS : (2 + chance.next() * 20) * HOUR_MS;
  const rtpState = device.trouble === 'protection-off' || device.trouble === 'not-running' ? 1 : 4;
  return {
    hostname: device.name,
    fqdn: `${device.name.toLowerCase()}.${device.company.prefix.toLowerCase()}.example`,
    os,
    ipAddresses: [device.ipAddress],
    macAddresses: [`02:00:5e:${(device.machineId.slice(0, 6).match(/../g) ?? []).join(':')}`],
    users: device.users,
    disks: [
      {
        mount: os.family === 'windows' ? 'C:\\' : '/',
        sizeBytes,
        freeBytes: Math.round(sizeBytes * (0.15 + chance.next() * 0.6)),
        isSystem: true,
      },
    ],
    lastBootAt: ago(chance.whole(2, device.isServer ? 900 : 60) * HOUR_MS),
    securityApplication:
      device.trouble === 'not-installed'
        ? null
        : {
            product: os.family === 'windows' ? 'EndpointSecurity' : 'ClamAV',
            name: os.family === 'windows' ? 'Endpoint Security' : 'ClamAV',
            version: os.family === 'windows' ? '12.4.0' : '1.4.3',
            running: device.trouble !== 'not-running',
            rtpState,
          },
    databases:
      device.trouble === 'not-installed'
        ? null
        : { releasedAt: ago(databaseAgeMs), records: 8_700_000 + chance.whole(0, 9_999) },
    lastScanAt: ago(chance.whole(1, 30) * HOUR_MS),
    restart: { required: false, since: null, reasons: [] },
    incompatibleApplications: [],
    vulnerabilities: vulnerabilitiesOf(device, now),
    updatesSearchedAt: ago(chance.whole(1, 20) * HOUR_MS),
    quarantine: [],
    hardware: hardwareOf(device),
  };
};
