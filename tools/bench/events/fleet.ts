/** Fifty clients and their 5,000 devices, of very different sizes, as an MSP has them. */
import type { EventSender } from '../../../server/src/administration/events/event.ts';
import { chanceOf } from '../../lib/chance.ts';

export const TENANTS = 50;
export const DEVICES = 5000;
/** A tenant of few devices that hardly speak: its page is the hardest to find among the events of all others. */
export const QUIET_TENANT = TENANTS - 1;
const QUIET_DEVICES = 5;

export interface BenchDevice {
  number: number;
  tenant: number;
  sender: EventSender & { deviceId: string };
  users: readonly string[];
}

const GROUPS = ['Offices/', 'Servers/', 'Home office/', 'Branch offices/North/', 'Branch offices/South/'];

const uuidOf = (kind: string, number: number): string =>
  `${kind}000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
export const tenantId = (tenant: number): string => uuidOf('07', tenant);
export const deviceId = (number: number): string => uuidOf('0d', number);

/** The first tenants are large, the last are small: tenant n has about 1/(n+3) of the weight. */
const tenantOfDevice = (): number[] => {
  const busy = TENANTS - 1;
  const weights = Array.from({ length: busy }, (_, tenant) => 1 / (tenant + 3));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const tenants = weights.flatMap((weight, tenant) =>
    Array<number>(Math.max(1, Math.round((weight / total) * (DEVICES - QUIET_DEVICES)))).fill(tenant),
  );
  while (tenants.length < DEVICES - QUIET_DEVICES) tenants.push(0);
  return [...tenants.slice(0, DEVICES - QUIET_DEVICES), ...Array<number>(QUIET_DEVICES).fill(QUIET_TENANT)];
};

/** @param user names of the people at these devices */
export const makeFleet = (user: (number: number) => string): BenchDevice[] => {
  const chance = chanceOf('fleet');
  return tenantOfDevice().map((tenant, number) => {
    const kind = chance.pick(['pc', 'laptop', 'desk', 'srv', 'pos']);
    const group = chance.whole(0, GROUPS.length - 1);
    return {
      number,
      tenant,
      sender: {
        tenantId: tenantId(tenant),
        deviceId: deviceId(number),
        deviceName: `${kind}-${String(tenant).padStart(2, '0')}-${String(number).padStart(4, '0')}`,
        groupId: 100 + tenant * GROUPS.length + group,
        groupName: GROUPS[group] ?? '',
        ipAddress: `10.${tenant}.${(number >> 8) & 255}.${number & 255}`,
      },
      users: [user(number * 2), user(number * 2 + 1)],
    };
  });
};
