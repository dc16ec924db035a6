import {
  type AttributeValue,
  checkAttributes,
  compileFilter,
  dateTime,
  type Params,
  parseFilter,
  pxgError,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import { checkOrder } from '../../search/index.ts';
import type { SecondaryRow } from '../../secondary-servers/index.ts';
import { keepAccessor } from '../host-group/find.ts';
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

/** What servers below are found and sorted by. */
const searchable = [
  'KLSRVH_SRV_ID',
  'KLSRVH_SRV_DN',
  'KLSRVH_SRV_GROUPID',
  'KLSRVH_SRV_STATUS',
  'KLSRVH_SRV_GROUPID_GP',
];
/** Name of the group under which they are shown. */
const ROOT_NAME = 'Managed devices';

const searchedBy = (row: SecondaryRow, name: string): AttributeValue => {
  const value = describe(row)[name === 'KLSRVH_SRV_GROUPID_GP' ? 'KLSRVH_SRV_GROUPID' : name];
  return typeof value === 'object' ? undefined : value;
};

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
  /** Read through ChunkAccessor. */
  FindSlaveServers: {
    needs: 'servers:read',
    run: async (call) => {
      const { args } = call;
      const filter = parseFilter(args.string('wstrFilter') ?? '');
      const fields = args.strings('pFieldsToReturn') ?? [];
      const order = args.order('pFieldsToOrder');
      const isKnown = (name: string) => searchable.includes(name);
      checkAttributes(filter, isKnown);
      checkOrder(order, isKnown);
      const matches = compileFilter(filter, { now: call.now });
      const found = (await visible(call))
        .filter((row) => matches((name) => searchedBy(row, name)))
        .sort((a, b) => {
          for (const { name, ascending } of order) {
            const [left, right] = [searchedBy(a, name) ?? '', searchedBy(b, name) ?? ''];
            if (left !== right) return left < right === ascending ? -1 : 1;
          }
          return a.number - b.number;
        })
        .map((row) => {
          const all = Object.entries({ ...describe(row), name: ROOT_NAME });
          return Object.fromEntries(all.filter(([name]) => fields.length === 0 || fields.includes(name)));
        });
      const rows = (start: number, count: number) => found.slice(start, start + count);
      const wstrIterator = keepAccessor(call, { count: found.length, rows }, found.length * 2000);
      return { wstrIterator, PxgRetVal: found.length };
    },
  },
};
