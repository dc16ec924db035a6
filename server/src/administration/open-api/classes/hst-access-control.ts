import { required } from '@gatehouse/protocols/ksc-open-api';
import { readContext } from '../context.ts';
import { requireGroup } from '../given.ts';
import type { MethodClass } from '../method.ts';

/** Bits of access rights (KSCAPI 13 a00023), and which right of ours each asks for; a bit without one is never granted. */
const rightsOfBits: ReadonlyMap<number, (area: string) => string | null> = new Map([
  [0x1, (area: string) => readRights[area] ?? 'devices:read'],
  [0x2, (area: string) => writeRights[area] ?? 'devices:write'],
  [0x4, () => 'tasks:write'],
  [0x400, () => 'users:write'],
  [0x800, () => 'events:read'],
  [0x1000, () => 'server:write'],
  [0x8000, () => 'servers:write'],
  [0x40000, () => 'devices:command'],
  [0x8000000, () => 'tenants:write'],
  [0x10000000, () => 'events:delete'],
  [0x20000000, () => 'devices:read'],
]);

/** Functional areas of the Administration Server (KSCAPI 13 a00129). */
const readRights: Readonly<Record<string, string>> = {
  VIRTUAL_SERVERS: 'tenants:read',
  REPORT_MANAGEMENT: 'devices:read',
  AUDIT: 'audit:read',
};
const writeRights: Readonly<Record<string, string>> = {
  VIRTUAL_SERVERS: 'tenants:write',
  LICENSE_STORAGE: 'licenses:write',
  EVENTS_PROCESSING: 'server:write',
  ADMGROUPS_MANAGEMENT: 'groups:write',
  REPORT_MANAGEMENT: 'server:write',
};

/** Areas are named with and without their common beginning. */
const areaOf = (name: string): string => name.replace(/^KLFUNC_AREA_|^FUNC_AREA_/, '').toUpperCase();

/** HstAccessControl: what the login's user may do (KSCAPI 13, class HstAccessControl). */
export const hstAccessControlClass: MethodClass = {
  AccessCheckToAdmGroup: {
    needs: 'devices:read',
    run: async (call) => {
      const { args, login } = call;
      requireGroup(await readContext(call, login.scope()), required(args.long('lGroupId'), 'lGroupId'));
      const mask = required(args.long('dwAccessMask'), 'dwAccessMask');
      const area = areaOf(args.string('szwFuncArea') ?? '');
      const bits = Array.from({ length: 32 }, (_, bit) => 2 ** bit).filter(
        (bit) => (BigInt(mask) & BigInt(bit)) !== 0n,
      );
      const isGranted = (bit: number) => {
        const right = rightsOfBits.get(bit)?.(area);
        return right !== undefined && right !== null && login.user.permissions.has(right);
      };
      return { PxgRetVal: bits.every(isGranted) };
    },
  },
};
