import type { Params } from '@gatehouse/protocols/ksc-open-api';
import { openHostObject } from '../host-objects.ts';
import type { Method, MethodClass } from '../method.ts';
import { serverStatistics } from '../server-statistics.ts';

const read = (run: Method['run']): Method => ({ needs: 'devices:read', run });

/** The wanted members; no wish means all. */
const picked = (all: Params, wanted: readonly string[]): Params =>
  Object.fromEntries(Object.entries(all).filter(([name]) => wanted.length === 0 || wanted.includes(name)));

const getStaticInfo = read(async ({ args, administration, login }) => {
  const groups = administration.groupsOf(login.server.id);
  const [root, unassigned, superGroup] = await Promise.all([
    groups.fixed('managed'),
    groups.fixed('unassigned'),
    groups.fixed('super'),
  ]);
  const all: Params = {
    KLADMSRV_SERVER_HOSTNAME: administration.hierarchy.instanceId,
    KLADMSRV_IS_VIRTUAL: !login.isMain,
    KLADMSRV_VSID: login.server.virtualServerId,
    KLADMSRV_VSUID: login.isMain ? '' : login.server.uid,
    KLADMSRV_GRP_ROOT: root.id,
    KLADMSRV_GRP_UNASSIGNED: unassigned.id,
    KLADMSRV_GRP_SUPER: superGroup.id,
    // 13.1, the version whose behaviour this server is modelled on; the name says whose server it is.
    KLADMSRV_SERVER_VERSION_ID: 0x000d_0001,
    KLADMSRV_PRODUCT_NAME: 'Gatehouse Administration Server',
    KLADMSRV_PRODUCT_VERSION: '13.1',
    KLADMSRV_PRODUCT_FULL_VERSION: '13.1.0.0',
    KLADMSRV_B2B_CLOUD_MODE: false,
    KLADMSRV_PCLOUD_MODE: false,
    KLADMSRV_SPL_PPC_ENABLED: false,
    KLADMSRV_FORCE_SYNC_SUPPORTED: false,
    KLADMSRV_MAINTENANCE_SUPPORTED: false,
    KLADMSRV_NEED_UNC_PATH: false,
    KLADMSRV_NAC_IS_BEING_USED: false,
    KLADMSRV_LINUX_EDITION: true,
    KLADMSRV_NAGENT_RUNNING: true,
    KLADMSRV_HOSTED_TYPE: 0,
    KLADMSRV_KSC_MODE: 0,
  };
  return { PxgRetVal: picked(all, args.strings('pValues') ?? []) };
});

/** HostGroup: what the server tells of itself (KSCAPI 13 and 14). */
export const serverMethods: MethodClass = {
  GetStaticInfo: getStaticInfo,

  GetInstanceStatistics: read(async (call) => ({
    PxgRetVal: picked(await serverStatistics(call), call.args.strings(['vecFilterFields', 'pFilterFields']) ?? []),
  })),

  // No licence says how many virtual servers there may be.
  GetRunTimeInfo: read((call) => {
    const all = { KLADMSRV_VS_LICDISABLED: false, KLADMSRV_SAAS_BLOCKED: false, KLADMSRV_SAAS_OVERUSE: false };
    return { PxgRetVal: picked(all, call.args.strings('pValues') ?? []) };
  }),

  /** The id by which the class HostTasks knows the host. */
  GetHostTasks: { needs: 'tasks:read', run: async (call) => ({ PxgRetVal: await openHostObject(call) }) },
};
