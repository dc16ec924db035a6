import { dateTime, type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../../groups/index.ts';
import { MAIN_SERVER_NUMBER, type Tenant } from '../../tenants/index.ts';
import type { Call, MethodClass } from '../method.ts';

const groupOf = (groups: readonly Group[], kind: Group['kind']): number =>
  groups.find((group) => group.kind === kind)?.id ?? -1;

const describe = async (call: Call, tenant: Tenant): Promise<Params> => {
  const groups = await call.administration.groupsOf(tenant.id).list();
  return {
    KLVSRV_ID: tenant.virtualServerId,
    KLVSRV_UID: tenant.uid,
    KLVSRV_DN: tenant.name,
    // Every virtual server lies below the main server's Managed devices.
    KLVSRV_GRP: 0,
    KLVSRV_GROUPS: groupOf(groups, 'managed'),
    KLVSRV_UNASSIGNED: groupOf(groups, 'unassigned'),
    KLVSRV_SUPER: groupOf(groups, 'super'),
    KLVSRV_ENABLED: true,
    KLVSRV_LIC_ENABLED: true,
    KLVSRV_HST_UID: tenant.uid,
    KLVSRV_CREATED: dateTime(tenant.createdAt),
  };
};

/** A login to a virtual server sees no other one, and itself only. */
const visible = async (call: Call): Promise<Tenant[]> =>
  (await call.administration.tenantsOf(call.login.scope()).list()).filter(
    (tenant) => tenant.virtualServerId !== MAIN_SERVER_NUMBER,
  );

/** VServers: the virtual servers, one for each tenant (KSCAPI 13, class VServers). */
export const vServersClass: MethodClass = {
  GetVServers: {
    needs: 'tenants:read',
    run: async (call) => {
      const parent = call.args.long('lParentGroup') ?? -1;
      const found = parent === -1 || parent === 0 ? await visible(call) : [];
      return { PxgRetVal: await Promise.all(found.map((tenant) => describe(call, tenant))) };
    },
  },
  GetVServerInfo: {
    needs: 'tenants:read',
    run: async (call) => {
      const id = required(call.args.long('lVServer'), 'lVServer');
      const fields = call.args.strings('pFields2Return') ?? [];
      const tenant = (await visible(call)).find(({ virtualServerId }) => virtualServerId === id);
      if (!tenant) throw pxgError('notFound', `There is no virtual server ${id}`);
      const all = await describe(call, tenant);
      const wanted = Object.entries(all).filter(([name]) => fields.length === 0 || fields.includes(name));
      return { PxgRetVal: Object.fromEntries(wanted) };
    },
  },
};
