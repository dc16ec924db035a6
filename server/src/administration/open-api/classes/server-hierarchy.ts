import { dateTime, type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import type { SecondaryRow } from '../../secondary-servers/index.ts';
import type { Call, MethodClass } from '../method.ts';

const ALL_GROUPS = -1;

const describe = (row: SecondaryRow): Params => ({
  KLSRVH_SRV_ID: row.number,
  KLSRVH_SRV_INST_ID: row.instance_id ?? '',
  KLSRVH_SRV_HOST_GUID: row.instance_id ?? '',
  KLSRVH_SRV_DN: row.settings.name,
  KLSRVH_SRV_ADDR: `${row.settings.address}:${row.settings.port}`,
  // Secondary servers stand beside the groups, not inside one: they are shown under the first of them.
  KLSRVH_SRV_GROUPID: 0,
  KLSRVH_SRV_STATUS: row.link_state === 'connected' ? 1 : 0,
  KLSRVH_SRV_VERSION: row.snapshot?.version ?? '',
  // This server calls those below it.
  KLSRVH_SRV_PASSIVE: true,
  KLSRVH_SRV_LAST_CONNECTED: dateTime(row.read_at),
  /** Ours alone: who stands below at any depth, so that no ring of servers is made. */
  GATEHOUSE_BELOW: row.below,
});

/** Servers below belong to no tenant: a login to a virtual server, or of some tenants, sees none. */
const visible = ({ administration, login }: Call): Promise<SecondaryRow[]> =>
  login.scope() === 'all' ? administration.hierarchy.servers.rows() : Promise.resolve([]);

/** ServerHierarchy: the servers directly below this one (KSCAPI 13, class ServerHierarchy). */
export const serverHierarchyClass: MethodClass = {
  GetChildServers: {
    needs: 'servers:read',
    run: async (call) => {
      const group = call.args.long('nGroupId') ?? ALL_GROUPS;
      const rows = group === ALL_GROUPS || group === 0 ? await visible(call) : [];
      return { PxgRetVal: rows.map(describe) };
    },
  },
  GetServerInfo: {
    needs: 'servers:read',
    run: async (call) => {
      const id = required(call.args.long('lServer'), 'lServer');
      const fields = call.args.strings('pFields') ?? [];
      const row = (await visible(call)).find(({ number }) => number === id);
      if (!row) throw pxgError('notFound', `There is no secondary server ${id}`);
      const wanted = Object.entries(describe(row)).filter(([name]) => fields.length === 0 || fields.includes(name));
      return { PxgRetVal: Object.fromEntries(wanted) };
    },
  },
};
