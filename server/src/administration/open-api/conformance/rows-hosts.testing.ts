import { NO_ID, type Place } from './place.testing.ts';
import type { Row, Rows } from './row.testing.ts';

const ORDER = [{ type: 'params', value: { Name: 'KLHST_WKS_DN', Asc: true } }];
const search: Row = {
  args: () => ({
    wstrFilter: '(KLHST_WKS_DN = "*")',
    vecFieldsToReturn: ['KLHST_WKS_HOSTNAME', 'KLHST_WKS_DN', 'KLHST_WKS_IP_LONG', 'KLHST_WKS_LAST_VISIBLE'],
    vecFieldsToOrder: ORDER,
    pParams: { KLSRVH_SLAVE_REC_DEPTH: 0, KLGRP_FIND_FROM_CUR_VS_ONLY: true },
    lMaxLifeTime: 600,
  }),
};
const ofHost: Row = {
  args: (place) => ({ strHostName: place.host }),
  required: ['strHostName'],
  names: { strHostName: NO_ID },
  isolated: true,
};
const request: Row = {
  args: async (place) => ({ strRequestId: await place.answerOf('HostGroup.FindHostsAsync', {}, 'strRequestId') }),
  required: ['strRequestId'],
  names: { strRequestId: 'F'.repeat(32) },
  isolated: true,
};
const ofGroup: Row = {
  args: (place) => ({ nGroupId: place.group }),
  required: ['nGroupId'],
  names: { nGroupId: 99_999 },
  isolated: true,
};
const ofProduct: Row = {
  ...ofHost,
  args: async (place) => ({ strHostName: place.host, ...(await productOf(place)) }),
  required: ['strHostName', 'strProductName', 'strProductVersion'],
};
/** Any product that the host has: its agent at least. */
const productOf = async (place: Place) => {
  const { PxgRetVal } = await place.admin.get('HostGroup.GetHostProducts', { strHostName: place.host });
  const [strProductName = '', versions] = Object.entries(PxgRetVal as Record<string, { value: object }>)[0] ?? [];
  return { strProductName, strProductVersion: Object.keys(versions?.value ?? {})[0] ?? '' };
};
const ofIncident: Row = {
  args: async (place) => ({ nId: await place.newIncident() }),
  required: ['nId'],
  names: { nId: 99_999 },
  isolated: true,
};
const server = async (place: Place) => {
  const { PxgRetVal } = await place.admin.get('HostGroup.GetStaticInfo', { pValues: ['KLADMSRV_SERVER_HOSTNAME'] });
  return (PxgRetVal as { KLADMSRV_SERVER_HOSTNAME: string }).KLADMSRV_SERVER_HOSTNAME;
};
const settings = async (place: Place) => ({
  ...{ strHostName: await server(place), strType: 'SS_SETTINGS', strProduct: '1093', strVersion: '1.0.0.0' },
});
const ofSection: Row = {
  args: async (place) => ({ ...(await settings(place)), strSection: 'KLSRV_HOST_STATUS' }),
  required: ['strHostName'],
  missing: { strProduct: 1125, strVersion: 1125, strSection: 1125 },
  names: { strHostName: NO_ID },
};

export const hostRows: Rows = {
  'HostGroup.FindHosts': search,
  'HostGroup.FindHostsAsync': search,
  'HostGroup.FindHostsAsyncGetAccessor': request,
  'HostGroup.FindHostsAsyncCancel': request,
  'HostGroup.FindGroups': {
    args: () => ({
      ...{ wstrFilter: '(name="*")', vecFieldsToReturn: ['id', 'name', 'grp_full_name', 'creationDate'] },
      ...{ vecFieldsToOrder: [{ type: 'params', value: { Name: 'name', Asc: true } }], pParams: {}, lMaxLifeTime: 600 },
    }),
  },
  'HostGroup.FindIncidents': {
    args: () => ({
      ...{ strFilter: 'KLINCDT_IS_HANDLED=0', pFieldsToReturn: ['KLINCDT_ID', 'KLINCDT_ADDED'], lMaxLifeTime: 60 },
      pFieldsToOrder: [{ type: 'params', value: { Name: 'KLINCDT_ID', Asc: true } }],
    }),
  },
  'HostGroup.GetHostInfo': {
    ...ofHost,
    args: (place) => ({ strHostName: place.host, pFields2Return: ['KLHST_WKS_DN', 'KLHST_WKS_LAST_UPDATE'] }),
  },
  'HostGroup.AddHost': {
    args: (place) => ({
      pInfo: {
        ...{ KLHST_WKS_DN: place.newName(), KLHST_WKS_GROUPID: 0, KLHST_WKS_WINDOMAIN: '' },
        ...{ KLHST_WKS_WINHOSTNAME: 'pc', KLHST_WKS_DNSDOMAIN: 'example.org', KLHST_WKS_DNSNAME: 'pc' },
      },
    }),
    required: ['pInfo'],
    isolated: true,
  },
  'HostGroup.UpdateHost': {
    ...ofHost,
    args: (place) => ({ strHostName: place.host, pInfo: { KLHST_WKS_COMMENT: place.newName() } }),
    required: ['strHostName', 'pInfo'],
  },
  'HostGroup.RemoveHost': { ...ofHost, args: async (place) => ({ strHostName: await place.newHost() }) },
  'HostGroup.RemoveHosts': {
    args: async (place) => ({ pHostNames: [await place.newHost()], bForceDestroy: true }),
    required: ['pHostNames'],
    names: { pHostNames: [NO_ID] },
    isolated: true,
  },
  'HostGroup.MoveHostsToGroup': {
    args: async (place) => ({ nGroup: place.group, pHostNames: [await place.newHost()] }),
    required: ['nGroup'],
    names: { nGroup: 99_999, pHostNames: [NO_ID] },
    isolated: true,
  },
  'HostGroup.MoveHostsFromGroupToGroup': {
    args: async (place) => ({ nSrcGroupId: await place.newGroup(), nDstGroupId: place.group }),
    required: ['nSrcGroupId', 'nDstGroupId'],
    names: { nSrcGroupId: 99_999, nDstGroupId: 99_999 },
    isolated: true,
  },
  'HostGroup.ResolveAndMoveToGroup': {
    args: (place) => ({ pInfo: { KLHST_WKS_ANYNAME: ['pc-2', 'no such'], KLHST_WKS_GROUPID: place.group } }),
    required: ['pInfo'],
    isolated: true,
  },
  'HostGroup.ZeroVirusCountForHosts': {
    args: (place) => ({ pHostNames: [place.host] }),
  },
  'HostGroup.ZeroVirusCountForGroup': {
    args: (place) => ({ nParent: place.group }),
    required: ['nParent'],
    names: { nParent: 99_999 },
    isolated: true,
  },
  'HostGroup.GetHostProducts': ofHost,
  'HostGroup.GetComponentsForProductOnHost': ofProduct,
  'HostGroup.GetHostfixesForProductOnHost': ofProduct,
  'HostGroup.GetAllHostfixes': { args: () => ({}) },
  'HostGroup.GetDomains': { args: () => ({}) },
  'HostGroup.GetDomainHosts': { args: () => ({ domain: 'WORKGROUP' }), required: ['domain'] },
  'HostGroup.GetHostTasks': ofHost,
  'HostGroup.GroupIdGroups': { args: () => ({}) },
  'HostGroup.GroupIdUnassigned': { args: () => ({}) },
  'HostGroup.GroupIdSuper': { args: () => ({}) },
  'HostGroup.GetGroupInfo': ofGroup,
  'HostGroup.GetGroupInfoEx': {
    ...ofGroup,
    args: (place) => ({ nGroupId: place.group, pArrAttributes: ['id', 'name', 'creationDate'] }),
  },
  'HostGroup.GetSubgroups': { ...ofGroup, args: () => ({ nGroupId: 0, nDepth: 0 }) },
  'HostGroup.GetGroupId': {
    args: () => ({ nParent: 0, strName: 'Branch' }),
    required: ['nParent', 'strName'],
    names: { nParent: 99_999 },
    isolated: true,
  },
  'HostGroup.AddGroup': {
    args: (place) => ({ pInfo: { name: place.newName(), parentId: 0 } }),
    required: ['pInfo'],
    isolated: true,
  },
  'HostGroup.UpdateGroup': {
    args: async (place) => ({ nGroup: await place.newGroup(), pInfo: { name: place.newName() } }),
    required: ['nGroup', 'pInfo'],
    names: { nGroup: 99_999 },
    isolated: true,
  },
  'HostGroup.RemoveGroup': {
    args: async (place) => ({ nGroup: await place.newGroup(), nFlags: 1 }),
    required: ['nGroup'],
    names: { nGroup: 99_999 },
    isolated: true,
  },
  'HostGroup.AddIncident': {
    args: (place) => ({ pData: { KLHST_WKS_HOSTNAME: place.host, KLINCDT_BODY: 'Text', KLINCDT_SEVERITY: 1 } }),
    required: ['pData'],
    isolated: true,
  },
  'HostGroup.UpdateIncident': {
    ...ofIncident,
    args: async (place) => ({ nId: await place.newIncident(), pData: { KLINCDT_IS_HANDLED: true } }),
    required: ['nId', 'pData'],
  },
  'HostGroup.DeleteIncident': ofIncident,
  'HostGroup.GetStaticInfo': { args: () => ({ pValues: ['KLADMSRV_IS_VIRTUAL', 'KLADMSRV_EV_EV_SIZE'] }) },
  'HostGroup.GetInstanceStatistics': { args: () => ({ vecFilterFields: ['KLSRV_ST_VIRT_SERVERS_DETAILS'] }) },
  'HostGroup.GetRunTimeInfo': { args: () => ({ pValues: ['KLADMSRV_SSS_PORT'] }) },
  'HostGroup.SS_Read': ofSection,
  'HostGroup.SS_Write': {
    ...ofSection,
    args: async (place) => ({ ...(await ofSection.args?.(place)), nOption: 1, pSettings: {} }),
  },
  'HostGroup.SS_GetNames': { ...ofSection, args: settings, missing: {} },
  'HostGroup.SS_CreateSection': {
    notCalled: 'there is one section, and it is always there: see the tests of HostGroup',
    required: ['strHostName'],
  },
  'HostGroup.SS_DeleteSection': {
    notCalled: 'the one section that there is stays: see the tests of HostGroup',
    required: ['strHostName'],
  },
};
