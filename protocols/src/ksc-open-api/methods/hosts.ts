import { type ClassSpec, type MethodSpec, method } from './spec.ts';

const search = {
  wstrFilter: 'string',
  vecFieldsToReturn: 'strings',
  vecFieldsToOrder: 'order',
  pParams: 'params',
  lMaxLifeTime: 'int',
} as const satisfies MethodSpec['args'];
const otherSearch = {
  strFilter: 'string',
  pFieldsToReturn: 'strings',
  pFieldsToOrder: 'order',
  lMaxLifeTime: 'int',
} as const satisfies MethodSpec['args'];
const settings = {
  strHostName: 'string',
  strType: 'string',
  strProduct: 'string',
  strVersion: 'string',
  strSection: 'string',
} as const satisfies MethodSpec['args'];
const host = { strHostName: 'string' } as const satisfies MethodSpec['args'];
const installed = { ...host, strProductName: 'string', strProductVersion: 'string' } as const;
const guid = 'strActionGuid';
const ofServer = 'Of the section KLSRV_HOST_STATUS: when devices are critical or warning';

/** HostGroup (KSCAPI 13 to 16; sections 10 to 13 of our notes on the protocol). */
export const hostGroup: ClassSpec = {
  FindHosts: method(1, search, 'strAccessor PxgRetVal'),
  FindGroups: method(1, search, 'strAccessor PxgRetVal'),
  FindIncidents: method(1, otherSearch, 'strAccessor PxgRetVal'),
  GetHostInfo: method(1, { ...host, pFields2Return: 'strings' }, 'PxgRetVal'),
  UpdateHost: method(1, { ...host, pInfo: 'params' }),
  GetHostProducts: method(1, host, 'PxgRetVal'),
  GetHostTasks: method(1, host, 'PxgRetVal', 'The id for HostTasks'),
  GroupIdGroups: method(1, {}, 'PxgRetVal'),
  GroupIdUnassigned: method(1, {}, 'PxgRetVal'),
  GroupIdSuper: method(1, {}, 'PxgRetVal'),
  GetGroupInfo: method(1, { nGroupId: 'int' }, 'PxgRetVal'),
  GetGroupInfoEx: method(1, { nGroupId: 'int', pArrAttributes: 'strings' }, 'PxgRetVal'),
  GetGroupId: method(1, { nParent: 'int', strName: 'string' }, 'PxgRetVal', '-1: no such group'),
  GetSubgroups: method(1, { 'nGroupId|nParent': 'int', nDepth: 'int' }, 'PxgRetVal', 'nDepth 0: the whole tree'),
  AddGroup: method(1, { pInfo: 'params' }, 'PxgRetVal', 'The id of the group that has the name already, if any'),
  UpdateGroup: method(1, { nGroup: 'int', pInfo: 'params' }),
  RemoveGroup: method(1, { nGroup: 'int', nFlags: 'int' }, guid, 'nFlags 1 if empty, 2 with subgroups, 3 with hosts'),
  MoveHostsToGroup: method(1, { nGroup: 'int', pHostNames: 'strings' }),
  GetStaticInfo: method(1, { pValues: 'strings' }, 'PxgRetVal'),
  GetInstanceStatistics: method(1, { vecFilterFields: 'strings' }, 'PxgRetVal'),
  GetDomains: method(1, {}, 'PxgRetVal'),

  FindHostsAsync: method(2, search, 'strRequestId'),
  FindHostsAsyncGetAccessor: method(2, { strRequestId: 'string' }, 'strAccessor pFailedSlavesInfo PxgRetVal'),
  FindHostsAsyncCancel: method(2, { strRequestId: 'string' }),
  AddHost: method(2, { pInfo: 'params' }, 'PxgRetVal'),
  RemoveHost: method(2, host),
  RemoveHosts: method(2, { pHostNames: 'strings', bForceDestroy: 'boolean' }),
  ResolveAndMoveToGroup: method(2, { pInfo: 'params' }, 'pResults'),
  AddIncident: method(2, { pData: 'params' }, 'PxgRetVal'),
  UpdateIncident: method(2, { nId: 'int', pData: 'params' }),
  DeleteIncident: method(2, { nId: 'int' }),
  SS_Read: method(2, settings, 'PxgRetVal', ofServer),
  SS_Write: method(2, { ...settings, nOption: 'int', pSettings: 'params' }, '', ofServer),
  SS_GetNames: method(
    2,
    { strHostName: 'string', strType: 'string', strProduct: 'string', strVersion: 'string' },
    'PxgRetVal',
  ),
  SS_CreateSection: method(2, settings),
  SS_DeleteSection: method(2, settings),

  UpdateHostsMultiple: method(3, { pArrHostIds: 'strings', pProperties: 'params' }, 'PxgRetVal'),
  MoveHostsFromGroupToGroup: method(3, { nSrcGroupId: 'int', nDstGroupId: 'int' }, guid),
  ZeroVirusCountForHosts: method(3, { pHostNames: 'strings' }, guid),
  ZeroVirusCountForGroup: method(3, { nParent: 'int' }, guid),
  GetComponentsForProductOnHost: method(3, installed, 'PxgRetVal'),
  GetHostfixesForProductOnHost: method(3, installed, 'PxgRetVal'),
  GetAllHostfixes: method(3, {}, 'PxgRetVal'),
  GetDomainHosts: method(3, { domain: 'string' }, 'PxgRetVal'),
  AddHostsForSync: method(3, { pHostNames: 'strings', strSSType: 'string' }, guid),
  AddGroupHostsForSync: method(3, { nGroupId: 'int', strSSType: 'string' }, guid),
  RestartNetworkScanning: method(3, { nType: 'int' }),
  FindUsers: method(3, otherSearch, 'strAccessor PxgRetVal'),
  GetRunTimeInfo: method(3, { pValues: 'strings' }, 'PxgRetVal'),
};

export const vServers: ClassSpec = {
  GetVServers: method(1, { lParentGroup: 'int' }, 'PxgRetVal', '-1: under all groups'),
  GetVServerInfo: method(1, { lVServer: 'int', pFields2Return: 'strings' }, 'PxgRetVal'),
  AddVServerInfo: method(1, { strDisplayName: 'string', lParentGroup: 'int' }, 'PxgRetVal'),
  UpdateVServerInfo: method(1, { lVServer: 'int', pInfo: 'params' }),
  DelVServer: method(1, { lVServer: 'int' }, guid),
  MoveVServer: method(3, { lVServer: 'int', lNewParentGroup: 'int' }, guid),
  GetPermissions: method(3, { lVServer: 'int' }, 'PxgRetVal'),
  SetPermissions: method(3, { lVServer: 'int', pPermissions: 'params', bProtection: 'boolean' }),
  RecallCertAndCloseConnections: method(3, { lVServer: 'int' }),
};

export const vServers2: ClassSpec = {
  GetVServerStatistic: method(1, { lVsId: 'long' }, 'PxgRetVal'),
  GetVServerStatistic2: method(1, { lVsId: 'long', nMaxAgentInactivityDays: 'int' }, 'PxgRetVal'),
};

export const serverHierarchy: ClassSpec = {
  GetChildServers: method(1, { nGroupId: 'int' }, 'PxgRetVal', '-1: of all groups'),
  GetServerInfo: method(3, { lServer: 'int', pFields: 'strings' }, 'PxgRetVal'),
  FindSlaveServers: method(
    3,
    {
      wstrFilter: 'string',
      pFieldsToReturn: 'strings',
      pFieldsToOrder: 'order',
      pParams: 'params',
      lMaxLifeTime: 'int',
    },
    'wstrIterator PxgRetVal',
    'Read through ChunkAccessor',
  ),
  RegisterServer: method(
    3,
    {
      wstrDisplName: 'string',
      nGroupId: 'int',
      pCertificate: 'binary',
      wstrNetAddress: 'string',
      pAdditionalInfo: 'params',
    },
    'PxgRetVal',
  ),
  UpdateServer: method(3, { lServer: 'int', pInfo: 'params' }),
  DelServer: method(3, { lServer: 'int' }),
};
