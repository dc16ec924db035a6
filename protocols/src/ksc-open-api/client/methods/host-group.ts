import { orderParams } from '../../arguments.ts';
import type { PlainRow, PlainValue } from '../../plain.ts';
import type { Params } from '../../values.ts';
import type { Call, CallOptions } from '../connection.ts';
import { type ReplyReaders, read } from '../replies.ts';
import { DEFAULT_LIFETIME_SEC, filterText, type Search, searchArguments } from './search.ts';

/** What goes with a group that is removed. */
export const groupRemoval = { onlyIfEmpty: 1, withSubgroupsPoliciesTasks: 2, withHosts: 3 } as const;

/** HostGroup: hosts, groups, incidents and what the server tells of itself. Paths and ids are the server's own. */
export const hostGroupMethods = (search: Call, { done, int, text, actionId, row, rows, list }: ReplyReaders) => {
  const find =
    (method: string, argumentsOf: (wanted: Search) => Params) =>
    async (wanted: Search, options?: CallOptions): Promise<{ accessor: string; count: number }> => {
      const reply = await search(method, argumentsOf(wanted), options);
      return {
        accessor: read(method, reply, (members) => members.string('strAccessor')),
        count: read(method, reply, (members) => members.int('PxgRetVal')),
      };
    };

  return {
    groupIdGroups: (options?: CallOptions) => int('HostGroup.GroupIdGroups', {}, options),
    groupIdUnassigned: (options?: CallOptions) => int('HostGroup.GroupIdUnassigned', {}, options),
    groupIdSuper: (options?: CallOptions) => int('HostGroup.GroupIdSuper', {}, options),

    findHosts: find('HostGroup.FindHosts', searchArguments),
    findGroups: find('HostGroup.FindGroups', searchArguments),
    /** Slave servers are not searched, whatever the search says. */
    findIncidents: find('HostGroup.FindIncidents', ({ filter, fields, order, lifetimeSec }) => ({
      strFilter: filterText(filter),
      pFieldsToReturn: fields,
      pFieldsToOrder: orderParams(order ?? []),
      lMaxLifeTime: lifetimeSec ?? DEFAULT_LIFETIME_SEC,
    })),

    getHostInfo: (hostName: string, fields: readonly string[], options?: CallOptions): Promise<PlainRow> =>
      row('HostGroup.GetHostInfo', { strHostName: hostName, pFields2Return: fields }, options),
    updateHost: (hostName: string, info: Params, options?: CallOptions) =>
      done('HostGroup.UpdateHost', { strHostName: hostName, pInfo: info }, options),
    /** Product id, then version, then what is known of that installation. */
    getHostProducts: (hostName: string, options?: CallOptions): Promise<PlainRow> =>
      row('HostGroup.GetHostProducts', { strHostName: hostName }, options),
    /** The id under which the class HostTasks reads this host's own tasks. */
    getHostTasks: (hostName: string, options?: CallOptions): Promise<string> =>
      text('HostGroup.GetHostTasks', { strHostName: hostName }, options),
    moveHostsToGroup: (groupId: number, hostNames: readonly string[], options?: CallOptions) =>
      done('HostGroup.MoveHostsToGroup', { nGroup: groupId, pHostNames: hostNames }, options),

    getGroupInfo: (groupId: number, options?: CallOptions): Promise<PlainRow> =>
      row('HostGroup.GetGroupInfo', { nGroupId: groupId }, options),
    getGroupInfoEx: (groupId: number, fields: readonly string[], options?: CallOptions): Promise<PlainRow> =>
      row('HostGroup.GetGroupInfoEx', { nGroupId: groupId, pArrAttributes: fields }, options),
    /** Undefined: there is none of this name directly under that group. */
    getGroupId: async (parentId: number, name: string, options?: CallOptions): Promise<number | undefined> => {
      const id = await int('HostGroup.GetGroupId', { nParent: parentId, strName: name }, options);
      return id === -1 ? undefined : id;
    },
    /** @param depth levels below the group; 0 = all. Rows are { id, name, groups? }. */
    getSubgroups: (groupId: number, depth = 0, options?: CallOptions): Promise<PlainRow[]> =>
      rows('HostGroup.GetSubgroups', { nGroupId: groupId, nDepth: depth }, options),
    /** The new group's id, or that of the group that has this name there already. */
    addGroup: (parentId: number, name: string, options?: CallOptions): Promise<number> =>
      int('HostGroup.AddGroup', { pInfo: { name, parentId } }, options),
    updateGroup: (groupId: number, info: Params, options?: CallOptions) =>
      done('HostGroup.UpdateGroup', { nGroup: groupId, pInfo: info }, options),
    /** Goes on after the reply: the id is for asyncActionStateChecker. */
    removeGroup: (
      groupId: number,
      what: keyof typeof groupRemoval = 'onlyIfEmpty',
      options?: CallOptions,
    ): Promise<string> => actionId('HostGroup.RemoveGroup', { nGroup: groupId, nFlags: groupRemoval[what] }, options),

    /** @param values names of items; none = the server's default set */
    getStaticInfo: (values?: readonly string[], options?: CallOptions): Promise<PlainRow> =>
      row('HostGroup.GetStaticInfo', { pValues: values ?? null }, options),
    /** @param values names of items; none = the server's default set */
    getInstanceStatistics: (values?: readonly string[], options?: CallOptions): Promise<PlainRow> =>
      row('HostGroup.GetInstanceStatistics', { vecFilterFields: values ?? null }, options),
    getDomains: (options?: CallOptions): Promise<PlainValue[]> => list('HostGroup.GetDomains', {}, options),
  };
};
