import { pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { MAIN_SERVER_NUMBER, type Tenant } from '../../tenants/index.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { tenantStatistic } from '../server-statistics.ts';

const read = (run: Method['run']): Method => ({ needs: 'tenants:read', run });

/** @throws PxgError 1186 */
const tenantOf = async (call: Call, id: number): Promise<Tenant> => {
  const tenants = await call.administration.tenantsOf(call.login.scope()).list();
  const tenant = tenants.find(({ virtualServerId }) => virtualServerId === id);
  if (!tenant) throw pxgError('notFound', `There is no virtual server ${id}`);
  return tenant;
};
const idOf = (call: Call): number => required(call.args.long(['lVsId', 'lVServer']), 'lVsId');

/** VServers2: what each customer has, for bills and service reports (KSCAPI 13 and 13.2, class VServers2). */
export const vServers2Class: MethodClass = {
  /** 0: hosts connected to the main server itself. */
  GetVServerStatistic: read(async (call) => ({
    PxgRetVal: await tenantStatistic(call, { tenants: [await tenantOf(call, idOf(call))], maxInactivityDays: null }),
  })),

  /** 0: the whole server, as far as the login sees it. */
  GetVServerStatistic2: read(async (call) => {
    const id = idOf(call);
    const days = call.args.int('nMaxAgentInactivityDays');
    const isWhole = id === MAIN_SERVER_NUMBER && call.login.isMain;
    const tenants = isWhole
      ? await call.administration.tenantsOf(call.login.scope()).list()
      : [await tenantOf(call, id)];
    return {
      PxgRetVal: await tenantStatistic(call, { tenants, maxInactivityDays: days && days > 0 ? days : null }),
    };
  }),
};
