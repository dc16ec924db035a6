/** Events as real servers have them: most are task states and blocked addresses, threats are rare. */
import type { ReportedEvent } from '../../../contract/src/index.ts';
import { type Chance, chanceOf } from '../../lib/chance.ts';
import { type BenchDevice, DEVICES, makeFleet, QUIET_TENANT } from './fleet.ts';

/** Stands in about one event of two. */
export const FREQUENT_WORD = 'task';
/** Stands in one event of 250,000. */
export const RARE_WORD = 'quillwort';
const RARE_WORD_EVERY = 250_000;
/** Stands in no event. */
export const MISSING_WORD = 'nowheretobefound';

/** Events of one block come out the same each time, so that a load that was cut off goes on where it stopped. */
export const BLOCK_EVENTS = 10_000;
const QUIET_TENANT_EVERY = 40_000;

const syllables = [
  'ba',
  'cor',
  'del',
  'fen',
  'gri',
  'hol',
  'jun',
  'kam',
  'lor',
  'mir',
  'nes',
  'or',
  'pal',
  'ren',
  'sto',
  'tur',
];
/** 4,096 invented words, each of three syllables. */
const word = (number: number): string =>
  `${syllables[number & 15]}${syllables[(number >> 4) & 15]}${syllables[(number >> 8) & 15]}`;
const userName = (number: number): string => `${word(number * 7)}.${word(number * 13 + 5)}`;

export const fleet: readonly BenchDevice[] = makeFleet(userName);
const quietDevices = fleet.filter(({ tenant }) => tenant === QUIET_TENANT);

const folders = ['Downloads', 'Documents', 'Desktop', 'AppData\\Local\\Temp', 'AppData\\Roaming', 'OneDrive\\Shared'];
const endings = ['exe', 'docx', 'xlsm', 'js', 'pdf', 'zip', 'msi', 'ps1', 'dll'];
const categories = ['Social networks', 'Online casinos', 'File sharing', 'Web mail', 'Phishing', 'Job search'];
const threats = [
  'Trojan.Pebble',
  'Trojan.Thicket',
  'Worm.Drizzle',
  'Backdoor.Lantern',
  'Adware.Tinsel',
  'Exploit.Gravel',
];
const tasks = [
  ['Quick scan', 'Scan of memory and start-up objects'],
  ['Full scan', 'Scan of all local disks'],
  ['Update databases', 'Databases and modules were updated'],
  ['Find vulnerabilities', 'Vulnerabilities and required updates were searched for'],
  ['Install required updates', 'Updates of third-party software were installed'],
  ['Inventory', 'Executable files were listed'],
  ['Backup of settings', 'Settings were saved'],
] as const;
const updates = [
  'Browser',
  'PDF reader',
  'Office suite',
  'Archiver',
  'Media player',
  'Runtime library',
  'Driver package',
];
const endpointSecurity = { name: 'KES', version: '11.6.0.0', displayVersion: '11.6.0.394' };
const networkAgent = { name: '1103', version: '1.0.0.0', displayVersion: '13.1.0.12000' };

const hex = (chance: Chance, length: number): string => {
  let text = '';
  while (text.length < length) text += chance.whole(0x1000_0000, 0xffff_ffff).toString(16);
  return text.slice(0, length);
};
const fileOf = (chance: Chance, user: string): string =>
  `C:\\Users\\${user}\\${chance.pick(folders)}\\${word(chance.whole(0, 4095))}-${chance.whole(1, 9999)}.${chance.pick(endings)}`;

type Happening = Omit<ReportedEvent, 'seq' | 'riseTime'>;

const kinds: readonly (readonly [weight: number, (chance: Chance, user: string) => Happening])[] = [
  [
    32,
    (chance) => {
      const [displayName, description] = chance.pick(tasks);
      const number = chance.whole(0, 399);
      const isFailed = chance.happens(0.04);
      const newState = isFailed ? 3 : chance.happens(0.5) ? 1 : 4;
      return {
        type: 'KLPRCI_TaskState',
        severity: isFailed ? 3 : 1,
        description: isFailed ? `The task ended with error ${chance.whole(1, 300)}` : newState === 4 ? description : '',
        product: endpointSecurity,
        task: {
          id: `task-${number}`,
          displayName,
          oldState: newState === 1 ? 0 : 1,
          newState,
          completedPercent: newState === 4 ? 100 : 0,
        },
      };
    },
  ],
  [
    24,
    (chance, user) => ({
      type: 'GNRL_EV_WEB_URL_BLOCKED',
      description: `Access to a page of the category ${chance.pick(categories)} was blocked`,
      params: {
        '2': `https://${word(chance.whole(0, 4095))}.${word(chance.whole(0, 255))}.example/${word(chance.whole(0, 4095))}/${chance.whole(1, 99_999)}`,
        '7': user,
      },
      product: endpointSecurity,
    }),
  ],
  [
    12,
    (chance) => ({
      type: 'KLNAG_EV_PATCH_INSTALLED_SUCCESSFULLY',
      description: `${chance.pick(updates)} ${chance.whole(1, 30)}.${chance.whole(0, 9)}.${chance.whole(0, 9999)} was installed`,
      params: { '1': `KB${chance.whole(4_000_000, 5_999_999)}` },
      product: networkAgent,
    }),
  ],
  [
    9,
    (chance, user) => ({
      type: 'GNRL_EV_APPLICATION_LAUNCH_DENIED',
      severity: 2,
      description: 'The application is not on the list of allowed ones',
      params: { '2': fileOf(chance, user), '7': user, '9': hex(chance, 32) },
      product: endpointSecurity,
    }),
  ],
  [
    8,
    (chance, user) => ({
      type: chance.happens(0.5) ? 'GNRL_EV_DEVCTRL_DEV_PLUGGED' : 'GNRL_EV_DEVCTRL_DEV_UNPLUGGED',
      description: `USB mass storage ${word(chance.whole(0, 255))} ${chance.whole(4, 512)} GB`,
      params: { '1': `USB\\VID_${hex(chance, 4)}&PID_${hex(chance, 4)}`, '7': user },
      product: endpointSecurity,
    }),
  ],
  [
    7,
    (chance, user) => ({
      type: 'GNRL_EV_OBJECT_BLOCKED',
      description: 'Access of an untrusted application to a protected file was blocked',
      params: { '2': fileOf(chance, user), '7': user },
      product: endpointSecurity,
    }),
  ],
  [
    3,
    (chance) => ({
      type: 'GNRL_EV_ATTACK_DETECTED',
      description: `Scan.Generic.PortScan.${chance.pick(['TCP', 'UDP'])} from 192.0.2.${chance.whole(1, 254)}`,
      params: {
        '1': 'Scan.Generic.PortScan',
        '2': '6',
        '3': String(chance.whole(1, 254)),
        '4': String(chance.whole(1, 65_535)),
      },
      product: endpointSecurity,
    }),
  ],
  [
    2,
    (chance, user) => ({
      type: chance.happens(0.6) ? 'GNRL_EV_VIRUS_FOUND' : 'GNRL_EV_OBJECT_DELETED',
      description: 'Result: detected by the file threat protection',
      params: {
        '1': hex(chance, 64),
        '2': fileOf(chance, user),
        '5': `Sample.${chance.pick(threats)}`,
        '6': `uid-${hex(chance, 16)}`,
        '7': user,
      },
      product: endpointSecurity,
    }),
  ],
  [2, () => ({ type: '000000cc', severity: 3, product: endpointSecurity })],
  [
    1,
    (chance) => ({
      type: chance.happens(0.5) ? 'KLSRV_HOST_STATUS_CRITICAL' : 'KLSRV_HOST_STATUS_WARNING',
      description: chance.pick(['Databases are outdated', 'Not connected for a long time', 'Restart is required']),
      product: networkAgent,
    }),
  ],
  [0.2, (chance) => ({ type: `vendor_event_${chance.whole(1, 12)}`, displayName: 'Event of a foreign product' })],
];
const totalWeight = kinds.reduce((sum, [weight]) => sum + weight, 0);

export const happeningOn = (chance: Chance, device: BenchDevice): Happening => {
  let left = chance.next() * totalWeight;
  const kind = kinds.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  if (!kind) throw new RangeError('there is nothing that could happen');
  return kind[1](chance, chance.pick(device.users));
};

export interface Happened {
  /** From 0. */
  number: number;
  device: BenchDevice;
  event: Omit<ReportedEvent, 'seq'>;
}

/** The events of a block, in order. @param at when event `number` was registered, in ms */
export const blockOf = (block: number, at: (number: number) => number): Happened[] => {
  const chance = chanceOf(`block ${block}`);
  return Array.from({ length: BLOCK_EVENTS }, (_, index) => {
    const number = block * BLOCK_EVENTS + index;
    const isQuiet = number % QUIET_TENANT_EVERY === 17;
    const busy = DEVICES - quietDevices.length;
    // Some devices speak much more than others.
    const device = isQuiet
      ? chance.pick(quietDevices)
      : (fleet[Math.floor(chance.next() * chance.next() * busy)] ?? chance.pick(fleet));
    const lateMs = chance.happens(0.01) ? chance.whole(60_000, 36_000_000) : chance.whole(0, 30_000);
    const event = { ...happeningOn(chance, device), riseTime: new Date(at(number) - lateMs).toISOString() };
    if (number % RARE_WORD_EVERY === 4711) event.description = `${event.description ?? ''} ${RARE_WORD}`.trim();
    return { number, device, event };
  });
};
