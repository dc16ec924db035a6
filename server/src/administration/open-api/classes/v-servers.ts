import { TenantName } from '@gatehouse/contract';
import { dateTime, type Params, pxgError, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import { Conflict } from '../../../platform/errors/index.ts';
import type { Group } from '../../groups/index.ts';
import { MAIN_SERVER_NUMBER, type Tenant } from '../../tenants/index.ts';
import { startAction } from '../actions.ts';
import { checkedBy, refuseOthers } from '../given.ts';
import { actionReply } from '../host-group/hosts.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { doerOfLogin } from '../writes.ts';

const read = (run: Method['run']): Method => ({ needs: 'tenants:read', run });
/** As in the console: who sees some tenants only neither makes new ones nor changes what others see too. */
const write = (audit: string, run: Method['run']): Method => ({
  needs: 'tenants:write',
  audit,
  run: (call) => {
    if (call.login.scope() !== 'all') {
      throw pxgError('noAccess', 'Access denied: log in to the main server, as a user of all its virtual servers');
    }
    return run(call);
  },
});

const ALL_GROUPS = -1;
/** Every virtual server lies below the main server's Managed devices. */
const PARENT_GROUP = 0;
/** Names are tried with numbers behind them, up to this. */
const MOST_SAME_NAMES = 1000;
const MOST_NAME = 128;

const groupOf = (groups: readonly Group[], kind: Group['kind']): number =>
  groups.find((group) => group.kind === kind)?.id ?? -1;

const describe = (tenant: Tenant, groups: readonly Group[]): Params => {
  return {
    KLVSRV_ID: tenant.virtualServerId,
    KLVSRV_UID: tenant.uid,
    KLVSRV_DN: tenant.name,
    KLVSRV_GRP: PARENT_GROUP,
    KLVSRV_GROUPS: groupOf(groups, 'managed'),
    KLVSRV_UNASSIGNED: groupOf(groups, 'unassigned'),
    KLVSRV_SUPER: groupOf(groups, 'super'),
    KLVSRV_ENABLED: true,
    KLVSRV_LIC_ENABLED: true,
    KLVSRV_HST_UID: tenant.uid,
    KLVSRV_CREATED: dateTime(tenant.createdAt),
    KLVSRV_CUSTOM_INFO: '',
    KLVSRV_VS_DESCR: '',
    KLVSRV_NF_CUSTOM_URL: '',
    KLVSRV_NEW_HOSTS_PROHIBITED: false,
    KLVSRV_TOO_MUCH_HOSTS: false,
  };
};

/** A login to a virtual server sees no other one, and itself only. */
const visible = async (call: Call): Promise<Tenant[]> =>
  (await call.administration.tenantsOf(call.login.scope()).list()).filter(
    (tenant) => tenant.virtualServerId !== MAIN_SERVER_NUMBER,
  );

/** @throws PxgError 1186 */
const serverOf = async (call: Call): Promise<Tenant> => {
  const id = required(call.args.long('lVServer'), 'lVServer');
  const tenant = (await visible(call)).find(({ virtualServerId }) => virtualServerId === id);
  if (!tenant) throw pxgError('notFound', `There is no virtual server ${id}`);
  return tenant;
};

/** The name, or where it is taken the name with the first number that is free. */
const addVServerInfo = write('tenant.added', async (call) => {
  const { args, administration, login } = call;
  const wanted = checkedBy(TenantName, required(args.string('strDisplayName'), 'strDisplayName'), 'strDisplayName');
  const parent = args.long('lParentGroup') ?? PARENT_GROUP;
  if (parent !== PARENT_GROUP && parent !== ALL_GROUPS) {
    throw pxgError('notPermitted', 'Virtual servers lie below Managed devices of the main server: lParentGroup is 0');
  }
  for (let number = 1; number <= MOST_SAME_NAMES; number += 1) {
    const mark = number === 1 ? '' : ` (${number})`;
    const name = `${wanted.slice(0, MOST_NAME - mark.length)}${mark}`;
    try {
      const tenant = await administration.writes.tenants.add(name, doerOfLogin(login));
      call.audit({ tenantId: tenant.id, after: { name: tenant.name } });
      return { PxgRetVal: { KLVSRV_ID: tenant.virtualServerId, KLVSRV_DN: tenant.name } };
    } catch (error) {
      if (!(error instanceof Conflict) || error.code !== 'tenant.name-taken') throw error;
    }
  }
  throw pxgError('notPermitted', `There are too many virtual servers named “${wanted}”`);
});

const updateVServerInfo = write('tenant.renamed', async (call) => {
  const tenant = await serverOf(call);
  const given = required(call.args.params('pInfo'), 'pInfo');
  const now = describe(tenant, await call.administration.groupsOf(tenant.id).list());
  refuseOthers(given, ['KLVSRV_DN'], now, 'pInfo');
  const asked = readArguments(given).string('KLVSRV_DN');
  if (asked === undefined) return {};
  const name = checkedBy(TenantName, asked, 'pInfo.KLVSRV_DN');
  call.audit({ tenantId: tenant.id, before: { name: tenant.name }, after: { name } });
  if (name !== tenant.name) await call.administration.writes.tenants.rename(tenant.id, name, doerOfLogin(call.login));
  return {};
});

/** One that still has devices stays: the action fails, and says so. */
const delVServer = write('tenant.deleted', async (call) => {
  const tenant = await serverOf(call);
  call.audit({ before: { name: tenant.name } });
  return actionReply(
    await startAction(call, async () => {
      await call.administration.writes.tenants.remove(tenant.id, doerOfLogin(call.login));
      return {};
    }),
  );
});

/** VServers: the virtual servers, one for each tenant (KSCAPI 13, class VServers). */
export const vServersClass: MethodClass = {
  GetVServers: read(async (call) => {
    const parent = call.args.long('lParentGroup') ?? ALL_GROUPS;
    const found = parent === ALL_GROUPS || parent === PARENT_GROUP ? await visible(call) : [];
    const groups = Map.groupBy(await call.administration.groupsIn(call.login.scope()), ({ tenantId }) => tenantId);
    return { PxgRetVal: found.map((tenant) => describe(tenant, groups.get(tenant.id) ?? [])) };
  }),
  GetVServerInfo: read(async (call) => {
    const fields = call.args.strings('pFields2Return') ?? [];
    const tenant = await serverOf(call);
    const all = describe(tenant, await call.administration.groupsOf(tenant.id).list());
    const wanted = Object.entries(all).filter(([name]) => fields.length === 0 || fields.includes(name));
    return { PxgRetVal: Object.fromEntries(wanted) };
  }),
  AddVServerInfo: { ...addVServerInfo, note: 'All lie below Managed devices of the main server' },
  UpdateVServerInfo: { ...updateVServerInfo, note: '`KLVSRV_DN`; what else is given must be as it is, else 1193' },
  DelVServer: { ...delVServer, note: 'Fails for one that has devices' },
};
