import {
  checkAttributes,
  compileFilter,
  type Filter,
  type Params,
  parseFilter,
  pxgError,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../../groups/index.ts';
import { checkOrder } from '../../search/index.ts';
import { readContext } from '../context.ts';
import { type GroupContext, groupRow, groupValue, isGroupAttribute } from '../group-attributes.ts';
import { hostRow } from '../host-attributes.ts';
import { isHostId } from '../host-id.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { ACCESSOR, type Accessor } from './chunk-accessor.ts';

const fixedGroup = (kind: 'managed' | 'unassigned' | 'super'): Method => ({
  needs: 'devices:read',
  run: async ({ administration, login }) => ({
    PxgRetVal: (await administration.groupsOf(login.server.id).fixed(kind)).id,
  }),
});

const searchScope = ({ args, login }: Call) => {
  const options = args.params('pParams') ?? {};
  return login.scope(options.KLGRP_FIND_FROM_CUR_VS_ONLY === true);
};

const keep = (call: Call, accessor: Accessor): string => {
  const id = newHandle();
  call.login.resultSets.add(id, ACCESSOR, accessor, call.args.int('lMaxLifeTime'), call.nowMs);
  return id;
};

const findHosts: Method = {
  needs: 'devices:read',
  run: async (call) => {
    const { args, administration } = call;
    const scope = searchScope(call);
    const filter = parseFilter(args.string('wstrFilter') ?? '');
    const fields = args.strings('vecFieldsToReturn') ?? [];
    const order = args.order('vecFieldsToOrder');
    const context = await readContext(call, scope);
    const search = administration.searchOf(scope);
    const ids = await search.find(filter, order, context);
    const strAccessor = keep(call, {
      count: ids.length,
      rows: async (start, count) =>
        (await search.byIds(ids.slice(start, start + count))).map((host) => hostRow(host, fields, context)),
    });
    return { strAccessor, PxgRetVal: ids.length };
  },
};

const findGroups: Method = {
  needs: 'devices:read',
  run: async (call) => {
    const scope = searchScope(call);
    const filter = parseFilter(call.args.string('wstrFilter') ?? '');
    checkAttributes(filter, isGroupAttribute);
    const fields = call.args.strings('vecFieldsToReturn') ?? [];
    const order = call.args.order('vecFieldsToOrder');
    checkOrder(order, isGroupAttribute);
    const context: GroupContext = {
      ...(await readContext(call, scope)),
      counts: await call.administration.countsOf(scope),
    };
    const found = [...context.groups.values()].filter(matcher(filter, context));
    found.sort((a, b) => {
      for (const { name, ascending } of order) {
        const [left, right] = [groupValue(a, name, context) ?? '', groupValue(b, name, context) ?? ''];
        if (left !== right) return left < right === ascending ? -1 : 1;
      }
      return a.id - b.id;
    });
    const rows = found.map((group) => groupRow(group, fields, context));
    const strAccessor = keep(call, { count: rows.length, rows: (start, count) => rows.slice(start, start + count) });
    return { strAccessor, PxgRetVal: rows.length };
  },
};

/** Groups are few, so that the filter is applied in memory; `KLGRP_GRP_GROUPID_GP` asks for what lies under a group. */
const matcher = (filter: Filter, context: GroupContext): ((group: Group) => boolean) => {
  const under = (filter: Filter): Filter => {
    if (filter.kind === 'and' || filter.kind === 'or') {
      return { ...filter, parts: filter.parts.map((part) => under(part) as Exclude<Filter, { kind: 'all' }>) };
    }
    if (filter.kind === 'not') return { ...filter, part: under(filter.part) as Exclude<Filter, { kind: 'all' }> };
    if (filter.kind !== 'compare' || filter.attribute !== 'KLGRP_GRP_GROUPID_GP') return filter;
    const id =
      filter.value.kind === 'int'
        ? filter.value.value
        : Number(filter.value.kind === 'string' ? filter.value.value : Number.NaN);
    const ids = context.withSubgroups(id).filter((below) => below !== id);
    const parts = ids.map((below) => ({
      kind: 'compare' as const,
      attribute: 'id',
      operator: '=' as const,
      value: { kind: 'int' as const, value: below },
    }));
    const any = { kind: 'or' as const, parts };
    return filter.operator === '<>' ? { kind: 'not', part: any } : any;
  };
  const matches = compileFilter(under(filter), { now: context.now });
  return (group) => matches((name) => groupValue(group, name, context));
};

const groupById = async (call: Call, id: number): Promise<{ group: Group; context: GroupContext }> => {
  const scope = call.login.scope();
  const context = { ...(await readContext(call, scope)), counts: await call.administration.countsOf(scope) };
  const group = context.groups.get(id);
  if (!group) throw pxgError('notFound', `There is no group ${id}`);
  return { group, context };
};

interface SubgroupNode {
  id: number;
  name: string;
  groups?: Params[];
}

/** HostGroup: hosts and administration groups (KSCAPI 13 to 15, class HostGroup). */
export const hostGroupClass: MethodClass = {
  GroupIdGroups: fixedGroup('managed'),
  GroupIdUnassigned: fixedGroup('unassigned'),
  GroupIdSuper: fixedGroup('super'),
  FindHosts: findHosts,
  FindGroups: findGroups,

  GetHostInfo: {
    needs: 'devices:read',
    run: async (call) => {
      const id = required(call.args.string('strHostName'), 'strHostName');
      const fields = call.args.strings('pFields2Return') ?? [];
      const scope = call.login.scope();
      const host = isHostId(id) ? await call.administration.devicesOf(scope).find(id) : null;
      if (!host) throw pxgError('notFound', `There is no host ${id}`);
      return { PxgRetVal: hostRow(host, fields, await readContext(call, scope)) };
    },
  },

  GetGroupInfo: {
    needs: 'devices:read',
    run: async (call) => {
      const { group, context } = await groupById(call, required(call.args.long('nGroupId'), 'nGroupId'));
      return { PxgRetVal: groupRow(group, [], context) };
    },
  },

  GetGroupInfoEx: {
    needs: 'devices:read',
    run: async (call) => {
      const { group, context } = await groupById(call, required(call.args.long('nGroupId'), 'nGroupId'));
      return { PxgRetVal: groupRow(group, call.args.strings('pArrAttributes') ?? [], context) };
    },
  },

  GetSubgroups: {
    needs: 'devices:read',
    run: async (call) => {
      const { group, context } = await groupById(call, required(call.args.long(['nGroupId', 'nParent']), 'nGroupId'));
      const depth = call.args.int('nDepth') ?? 0;
      const below = (parent: number, left: number): Params[] =>
        [...context.groups.values()]
          .filter(({ parentId }) => parentId === parent)
          .map(({ id, name }) => {
            const children = left === 1 ? [] : below(id, left - 1);
            const node: SubgroupNode = { id, name, ...(children.length > 0 && { groups: children }) };
            return node as unknown as Params;
          });
      return { PxgRetVal: below(group.id, depth) };
    },
  },

  GetGroupId: {
    needs: 'devices:read',
    run: async (call) => {
      const { context } = await groupById(call, required(call.args.long('nParent'), 'nParent'));
      const parent = call.args.long('nParent');
      const name = required(call.args.string('strName'), 'strName').toLowerCase();
      const found = [...context.groups.values()].find(
        (group) => group.parentId === parent && group.name.toLowerCase() === name,
      );
      return { PxgRetVal: found?.id ?? -1 };
    },
  },

  GetStaticInfo: {
    needs: 'devices:read',
    run: async ({ args, administration, login }) => {
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
        KLADMSRV_LINUX_EDITION: true,
        KLADMSRV_NAGENT_RUNNING: true,
      };
      const wanted = args.strings('pValues') ?? [];
      return {
        PxgRetVal: Object.fromEntries(
          Object.entries(all).filter(([name]) => wanted.length === 0 || wanted.includes(name)),
        ),
      };
    },
  },
};
