import { ALL_GROUPS } from '../../constants.ts';
import type { PlainRow } from '../../plain.ts';
import type { Params } from '../../values.ts';
import type { CallOptions } from '../connection.ts';
import type { ReplyReaders } from '../replies.ts';

/** VServers: virtual servers, one for each customer. */
export const vServersMethods = ({ done, actionId, row, rows }: ReplyReaders) => ({
  /** @param parentGroup only virtual servers under this group; default all */
  getVServers: (parentGroup: number = ALL_GROUPS, options?: CallOptions): Promise<PlainRow[]> =>
    rows('VServers.GetVServers', { lParentGroup: parentGroup }, options),
  getVServerInfo: (id: number, fields: readonly string[], options?: CallOptions): Promise<PlainRow> =>
    row('VServers.GetVServerInfo', { lVServer: id, pFields2Return: fields }, options),
  /** KLVSRV_ID and KLVSRV_DN of the new one: its name is made unique when it is taken. */
  addVServerInfo: (displayName: string, parentGroup: number, options?: CallOptions): Promise<PlainRow> =>
    row('VServers.AddVServerInfo', { strDisplayName: displayName, lParentGroup: parentGroup }, options),
  updateVServerInfo: (id: number, info: Params, options?: CallOptions) =>
    done('VServers.UpdateVServerInfo', { lVServer: id, pInfo: info }, options),
  /** Goes on after the reply: the id is for asyncActionStateChecker. */
  delVServer: (id: number, options?: CallOptions): Promise<string> =>
    actionId('VServers.DelVServer', { lVServer: id }, options),
});

/** VServers2: counters of one virtual server, 0 = the main one. */
export const vServers2Methods = ({ row }: ReplyReaders) => ({
  getVServerStatistic: (id: number, options?: CallOptions): Promise<PlainRow> =>
    row('VServers2.GetVServerStatistic', { lVsId: id }, options),
  /** Without hosts whose agents were not heard of for longer. */
  getVServerStatistic2: (id: number, maxAgentInactivityDays: number, options?: CallOptions): Promise<PlainRow> =>
    row('VServers2.GetVServerStatistic2', { lVsId: id, nMaxAgentInactivityDays: maxAgentInactivityDays }, options),
});

/** ServerHierarchy: servers below this one. */
export const serverHierarchyMethods = ({ rows }: ReplyReaders) => ({
  /** @param groupId only servers of this group; default all */
  getChildServers: (groupId: number = ALL_GROUPS, options?: CallOptions): Promise<PlainRow[]> =>
    rows('ServerHierarchy.GetChildServers', { nGroupId: groupId }, options),
});
