/** What happens on a simulated machine of an ordinary office, as the events that its agent writes. */
import type { ReportedEvent } from '../../contract/src/index.ts';
import type { Chance } from '../lib/chance.ts';
import type { Machine } from './machines.ts';

/** An event before it got its number. */
export type Happening = Omit<ReportedEvent, 'seq'>;

/** Invented names in the usual form; none stands for a real family. */
const threats = ['Sample.Trojan.Pebble', 'Sample.Worm.Drizzle', 'Sample.Adware.Tinsel', 'Sample.Backdoor.Lantern'];
const files = ['invoice-2291.exe', 'scan_004.docm', 'parcel-label.js', 'price-list.xlsm', 'player-update.exe'];
const sites = ['downloads.example', 'prizes.example', 'free-tools.example', 'parcel-status.example'];
const product = { name: 'ENDPOINT', version: '12.4.0', displayVersion: '12.4.0.331' };

const hex = (chance: Chance, length: number): string => {
  let text = '';
  while (text.length < length) text += chance.whole(0x1000_0000, 0xffff_ffff).toString(16);
  return text.slice(0, length);
};

type Make = (chance: Chance, machine: Machine, at: Date) => Happening[];
const one =
  (make: (chance: Chance, machine: Machine) => Omit<Happening, 'riseTime'>): Make =>
  (chance, machine, at) => [{ ...make(chance, machine), riseTime: at.toISOString(), product }];

/** A find and its end, seconds later, as an agent with a policy that deletes or heals reports them. */
const infection: Make = (chance, machine, at) => {
  const path = machine.isServer
    ? `/srv/exchange/${hex(chance, 6)}-${chance.pick(files)}`
    : `C:\\Users\\${machine.user}\\Downloads\\${hex(chance, 6)}-${chance.pick(files)}`;
  const threat = chance.pick(threats);
  const params = { '1': hex(chance, 64), '2': path, '5': threat, '6': hex(chance, 24), '7': machine.user, '8': '61' };
  const endsBy = chance.pick(['GNRL_EV_OBJECT_DELETED', 'GNRL_EV_OBJECT_CURED', 'GNRL_EV_OBJECT_QUARANTINED']);
  const event = (type: string, severity: 1 | 4, ms: number, words: string): Happening => ({
    type,
    severity,
    riseTime: new Date(at.getTime() + ms).toISOString(),
    description: words,
    params,
    product,
  });
  const found = event('GNRL_EV_VIRUS_FOUND', 4, 0, `${threat} in ${path}`);
  // Some stay: somebody has to look at those.
  return chance.happens(0.9) ? [found, event(endsBy, 1, 1500, `${path} was dealt with`)] : [found];
};

const kinds: readonly (readonly [weight: number, make: Make])[] = [
  [
    40,
    one((chance, machine) => ({
      type: 'GNRL_EV_WEB_URL_BLOCKED',
      severity: 2,
      description: 'A web address of a blocked category was opened',
      params: { '2': `https://${chance.pick(sites)}/${hex(chance, 8)}`, '7': machine.user },
    })),
  ],
  [
    25,
    one((chance) => {
      const isPlugged = chance.happens(0.5);
      return {
        type: isPlugged ? 'GNRL_EV_DEVCTRL_DEV_PLUGGED' : 'GNRL_EV_DEVCTRL_DEV_UNPLUGGED',
        severity: 1,
        params: { '1': `USB mass storage ${hex(chance, 4).toUpperCase()}` },
      };
    }),
  ],
  [
    18,
    one((chance, machine) => ({
      type: 'GNRL_EV_APPLICATION_LAUNCH_DENIED',
      severity: 2,
      description: 'The application is not on the list of allowed ones',
      params: {
        '2': `C:\\Users\\${machine.user}\\Desktop\\${hex(chance, 4)}-${chance.pick(files)}`,
        '7': machine.user,
      },
    })),
  ],
  [
    10,
    one((chance) => ({
      type: 'GNRL_EV_ATTACK_DETECTED',
      severity: 4,
      description: 'A network attack was blocked',
      params: { '1': 'Scan.Generic.PortScan', '2': 'TCP', '3': `10.0.${chance.whole(0, 255)}.${chance.whole(1, 254)}` },
    })),
  ],
  [7, infection],
];
const totalWeight = kinds.reduce((sum, [weight]) => sum + weight, 0);

/** What happens next on this machine; one event or two. */
export const happens: Make = (chance, machine, at) => {
  let rest = chance.next() * totalWeight;
  for (const [weight, make] of kinds) {
    rest -= weight;
    if (rest < 0) return make(chance, machine, at);
  }
  return infection(chance, machine, at);
};
