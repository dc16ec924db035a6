import { tmpdir } from 'node:os';
import { NO_ID, type Place, SERIAL } from './place.testing.ts';
import type { Row, Rows } from './row.testing.ts';

const NO_HANDLE = 'F'.repeat(32);
const accessor: Row = {
  args: async (place) => ({ strAccessor: await place.answerOf('HostGroup.FindHosts', {}, 'strAccessor') }),
  required: ['strAccessor'],
  names: { strAccessor: NO_HANDLE },
  isolated: true,
};
const forward: Row = {
  args: async (place) => ({ szwIterator: await place.answerOf('LicenseKeys.EnumKeys', {}, 'wstrIterator') }),
  required: ['szwIterator'],
  names: { szwIterator: NO_HANDLE },
  isolated: true,
};
const view: Row = {
  args: () => ({
    ...{ wstrViewName: 'EventsSrvViewName', wstrFilter: '(GNRL_EA_SEVERITY >= 1)', vecFieldsToReturn: ['event_db_id'] },
    ...{ vecFieldsToOrder: [{ type: 'params', value: { Name: 'event_db_id', Asc: true } }], lifetimeSec: 60 },
    pParams: { TOP_N: 5 },
  }),
  required: ['wstrViewName'],
  names: { wstrViewName: 'NoSuchView' },
};
const viewIterator: Row = {
  args: async (place) => ({
    wstrIteratorId: await place.answerOf(
      'SrvView.ResetIterator',
      { wstrViewName: 'EventsSrvViewName' },
      'wstrIteratorId',
    ),
  }),
  required: ['wstrIteratorId'],
  names: { wstrIteratorId: NO_HANDLE },
  isolated: true,
};
const viewRequest: Row = {
  args: async (place) => ({
    wstrRequestId: await place.answerOf(
      'SrvView.ResetIteratorAsync',
      { wstrViewName: 'EventsSrvViewName' },
      'wstrRequestId',
    ),
  }),
  required: ['wstrRequestId'],
  names: { wstrRequestId: NO_HANDLE },
  isolated: true,
};
const ofPolicies: Row = {
  args: () => ({ nGroupId: 0 }),
  required: ['nGroupId'],
  names: { nGroupId: 99_999 },
  isolated: true,
};
const ofPolicy: Row = {
  args: (place) => ({ nPolicy: place.policy }),
  required: ['nPolicy'],
  names: { nPolicy: 99_999 },
  isolated: true,
};
const ofServer: Row = {
  args: (place) => ({ lVServer: place.virtualServer }),
  required: ['lVServer'],
  names: { lVServer: 99_999 },
  isolated: true,
};
const ofStatistics: Row = {
  args: (place) => ({ lVsId: place.virtualServer }),
  required: ['lVsId'],
  names: { lVsId: 99_999 },
  isolated: true,
};
const ofReport: Row = { args: () => ({ lReportId: 1 }), required: ['lReportId'], names: { lReportId: 99_999 } };
const STATISTICS = { pRequestParams: { KLSTS_FullScan: { type: 'params', value: {} } } };
const ofKey: Row = {
  args: () => ({ pInData: { KLLIC_SERIAL: SERIAL }, pFields: ['KLLICSRV_HOSTNAME', 'KLLICSRV_INSTALL_TIME'] }),
  required: ['pInData'],
  names: { pInData: { KLLIC_SERIAL: 'GHEP-000000-99999999' } },
};
/** A key that a call may change or delete. */
const newKey = async (place: Place): Promise<string> => {
  const serialNumber = `GHEP-000001-${place.newName().slice('made-'.length).padStart(8, '0')}`;
  const body = { serialNumber, productName: 'Endpoint', kind: 'commercial', createdAt: '2026-01-01T00:00:00Z' };
  const reply = await place.msp.call('POST', '/api/licenses', { body });
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  return serialNumber;
};
const ofHostKey: Row = {
  args: (place) => ({ szwHostName: place.host, szwProduct: '', szwVersion: '' }),
  required: ['szwHostName'],
  names: { szwHostName: NO_ID },
  isolated: true,
};
const ofInventory: Row = {
  args: (place) => ({ szwHostId: place.host, pParams: {} }),
  required: ['szwHostId'],
  unread: ['pParams'],
  names: { szwHostId: NO_ID },
  isolated: true,
};

const ofQuery: Row = {
  args: async (place) => ({
    nId: await place.answerOf('QueriesStorage.AddQuery', { eType: 1, parData: { Name: place.newName(), Query: '' } }),
  }),
  required: ['nId'],
  names: { nId: 9_999_999 },
};
const ofQueryType: Row = { args: () => ({ eType: 1 }), required: ['eType'] };

export const otherRows: Rows = {
  'Session.StartSession': { args: () => ({}) },
  'Session.Ping': { args: () => ({}) },
  'Session.EndSession': { args: () => ({}), endsLogin: true },
  'Session.CreateToken': { args: () => ({}) },
  'ChunkAccessor.GetItemsCount': accessor,
  'ChunkAccessor.GetItemsChunk': {
    ...accessor,
    args: async (place) => ({ ...(await accessor.args?.(place)), nStart: 0, nCount: 10 }),
  },
  'ChunkAccessor.Release': accessor,
  'AsyncActionStateChecker.CheckActionState': {
    args: async (place) => ({
      wstrActionGuid: await place.answerOf('ReportManager.RequestStatisticsData', STATISTICS, 'strRequestId'),
    }),
    required: ['wstrActionGuid'],
    names: { wstrActionGuid: NO_HANDLE },
    isolated: true,
  },
  'GroupSyncIterator.GetNextItems': {
    ...forward,
    args: async (place) => ({ ...(await forward.args?.(place)), nCount: 5 }),
  },
  'GroupSyncIterator.ReleaseIterator': forward,
  'VServers.GetVServers': { args: () => ({ lParentGroup: -1 }) },
  'VServers.GetVServerInfo': {
    ...ofServer,
    args: (place) => ({ lVServer: place.virtualServer, pFields2Return: ['KLVSRV_DN', 'KLVSRV_CREATED'] }),
  },
  'VServers.AddVServerInfo': {
    args: (place) => ({ strDisplayName: place.newName(), lParentGroup: 0 }),
    required: ['strDisplayName'],
  },
  'VServers.UpdateVServerInfo': {
    args: async (place) => {
      const { PxgRetVal } = await place.admin.get('VServers.AddVServerInfo', { strDisplayName: place.newName() });
      return { lVServer: (PxgRetVal as { KLVSRV_ID: number }).KLVSRV_ID, pInfo: { KLVSRV_DN: place.newName() } };
    },
    required: ['lVServer', 'pInfo'],
    names: { lVServer: 99_999 },
  },
  'VServers.DelVServer': {
    args: async (place) => {
      const { PxgRetVal } = await place.admin.get('VServers.AddVServerInfo', { strDisplayName: place.newName() });
      return { lVServer: (PxgRetVal as { KLVSRV_ID: number }).KLVSRV_ID };
    },
    required: ['lVServer'],
    names: { lVServer: 99_999 },
  },
  'VServers2.GetVServerStatistic': ofStatistics,
  'VServers2.GetVServerStatistic2': {
    ...ofStatistics,
    args: (place) => ({ lVsId: place.virtualServer, nMaxAgentInactivityDays: 30 }),
  },
  'SrvView.ResetIterator': view,
  'SrvView.GetRecordCount': viewIterator,
  'SrvView.GetRecordRange': {
    ...viewIterator,
    args: async (place) => ({ ...(await viewIterator.args?.(place)), nStart: 0, nEnd: 10 }),
  },
  'SrvView.ReleaseIterator': viewIterator,
  'SrvView.ResetIteratorAsync': view,
  'SrvView.ResetIteratorAsyncGetData': viewRequest,
  'SrvView.ResetIteratorAsyncCancel': viewRequest,
  'InventoryApi.GetInvProductsList': { args: () => ({ pParams: {} }), unread: ['pParams'] },
  'InventoryApi.GetInvPatchesList': { args: () => ({ pParams: {} }), unread: ['pParams'] },
  'InventoryApi.GetHostInvProducts': ofInventory,
  'InventoryApi.GetHostInvPatches': ofInventory,
  'DatabaseInfo.GetDBSize': { args: () => ({}) },
  'DatabaseInfo.GetDBDataSize': { args: () => ({}) },
  'DatabaseInfo.GetDBEventsCount': { args: () => ({}) },
  'DatabaseInfo.IsLinuxSQL': { args: () => ({}) },
  'DatabaseInfo.CheckBackupPath': { args: () => ({ szwPath: tmpdir() }), required: ['szwPath'] },
  'DatabaseInfo.CheckBackupPath2': {
    args: () => ({ szwWinPath: '', szwLinuxPath: tmpdir() }),
    required: ['szwLinuxPath'],
    unread: ['szwWinPath'],
  },
  'DatabaseInfo.IsCloudSQL': { args: () => ({ nCloudType: 1 }), required: ['nCloudType'] },
  'Limits.GetLimits': { args: () => ({ param: 49 }), required: ['param'] },
  'HstAccessControl.AccessCheckToAdmGroup': {
    args: () => ({
      ...{ lGroupId: 0, dwAccessMask: 1, szwFuncArea: 'FUNC_AREA_COMMON', szwProduct: '1093', szwVersion: '1.0.0.0' },
    }),
    required: ['lGroupId', 'dwAccessMask'],
    unread: ['szwVersion', 'szwProduct'],
    names: { lGroupId: 99_999 },
    isolated: true,
  },
  'Policy.GetPoliciesForGroup': ofPolicies,
  'Policy.GetEffectivePoliciesForGroup': ofPolicies,
  'Policy.GetPolicyData': ofPolicy,
  'Policy.MakePolicyActive': {
    ...ofPolicy,
    args: (place) => ({ nPolicy: place.policy, bActive: true }),
    required: ['nPolicy', 'bActive'],
  },
  'Policy.MakePolicyRoaming': ofPolicy,
  'ServerHierarchy.GetChildServers': { args: () => ({ nGroupId: -1 }) },
  'ServerHierarchy.FindSlaveServers': {
    args: () => ({
      wstrFilter: '(KLSRVH_SRV_STATUS = 1)',
      pFieldsToReturn: ['KLSRVH_SRV_DN'],
      pFieldsToOrder: [{ type: 'params', value: { Name: 'KLSRVH_SRV_DN', Asc: true } }],
      pParams: {},
      lMaxLifeTime: 600,
    }),
    unread: ['pParams'],
  },
  'ServerHierarchy.GetServerInfo': {
    notCalled: 'a second server must have announced itself: see the tests of secondary servers',
    required: ['lServer'],
    names: { lServer: 99_999 },
  },
  'QueriesStorage.GetQueryIds': ofQueryType,
  'QueriesStorage.GetQueries': ofQueryType,
  'QueriesStorage.GetQuery': ofQuery,
  'QueriesStorage.AddQuery': {
    args: (place) => ({ eType: 2, parData: { Name: place.newName(), GNRL_EA_SEVERITY: 4 } }),
    required: ['eType', 'parData'],
  },
  'QueriesStorage.UpdateQuery': {
    ...ofQuery,
    args: async (place) => ({ ...(await ofQuery.args?.(place)), parData: { Name: place.newName() } }),
    required: ['nId', 'parData'],
  },
  'QueriesStorage.DeleteQuery': ofQuery,
  'ReportManager.EnumReports': { args: () => ({}) },
  'ReportManager.EnumReportTypes': { args: () => ({}) },
  'ReportManager.GetReportIds': { args: () => ({}) },
  'ReportManager.GetReportInfo': ofReport,
  'ReportManager.ExecuteReportAsync': {
    ...ofReport,
    args: () => ({
      lReportId: 1,
      pOptions: { KLRPT_OUTPUT_FORMAT: { type: 'params', value: { KLRPT_TARGET_TYPE: 0, KLRPT_XML_TARGET_TYPE: -1 } } },
    }),
  },
  'ReportManager.ExecuteReportAsyncCancel': {
    args: async (place) => ({
      strRequestId: await place.answerOf('ReportManager.ExecuteReportAsync', { lReportId: 1 }, 'strRequestId'),
    }),
    required: ['strRequestId'],
    names: { strRequestId: NO_HANDLE },
    isolated: true,
  },
  'ReportManager.RequestStatisticsData': { args: () => STATISTICS, required: ['pRequestParams'] },
  'ReportManager.GetStatisticsData': {
    args: async (place) => ({
      strRequestId: await place.answerOf('ReportManager.RequestStatisticsData', STATISTICS, 'strRequestId'),
    }),
    required: ['strRequestId'],
    names: { strRequestId: NO_HANDLE },
    isolated: true,
  },
  'ReportManager.CollectStatisticsAsync': { args: () => STATISTICS, required: ['pRequestParams'] },
  ...Object.fromEntries(
    ['CollectStatisticsAsyncGetData', 'CollectStatisticsAsyncCancel'].map((name): [string, Row] => [
      `ReportManager.${name}`,
      {
        args: async (place) => ({
          wstrRequestId: await place.answerOf('ReportManager.CollectStatisticsAsync', STATISTICS, 'wstrRequestId'),
        }),
        required: ['wstrRequestId'],
        names: { wstrRequestId: NO_HANDLE },
        isolated: true,
      },
    ]),
  ),
  'LicenseKeys.EnumKeys': {
    args: () => ({
      ...{ pFields: ['KLLIC_SERIAL', 'KLLIC_LIMIT_DATE'], pFieldsToOrder: ['KLLIC_SERIAL'], lTimeoutSec: 60 },
      pOptions: { KLLICSRV_ENOPT_INSTALLED_ONLY: true },
    }),
    // Every key that is listed is in the storage.
    unread: ['pOptions'],
    loose: ['pFieldsToOrder'],
  },
  'LicenseKeys.AcquireKeyHosts': { ...ofKey, unread: ['pFieldsToOrder', 'pOptions'] },
  'LicenseKeys.GetKeyData': {
    args: () => ({ pKeyInfo: { KLLIC_SERIAL: SERIAL, KLLIC_LIC_COUNT: 0, KLLIC_LIMIT_DATE: '' } }),
    required: ['pKeyInfo'],
    names: { pKeyInfo: { KLLIC_SERIAL: 'GHEP-000000-99999999' } },
  },
  'LicenseKeys.AdjustKey': {
    args: () => ({ pData: { KLLIC_SERIAL: SERIAL, KLLICSRV_AUTOKEY: false } }),
    required: ['pData'],
    names: { pData: { KLLIC_SERIAL: 'GHEP-000000-99999999', KLLICSRV_AUTOKEY: true } },
  },
  'LicenseKeys.UninstallKey': {
    args: async (place) => ({ pKeyInfo: { KLLIC_SERIAL: await newKey(place) } }),
    required: ['pKeyInfo'],
    names: { pKeyInfo: { KLLIC_SERIAL: 'GHEP-000000-99999999' } },
  },
  'LicenseInfoSync.AcquireKeysForProductOnHost': ofHostKey,
  'LicenseInfoSync.GetKeyDataForHost': {
    ...ofHostKey,
    args: (place) => ({ szwSerial: SERIAL, szwHostName: place.host, szwProduct: '', szwVersion: '' }),
    required: ['szwSerial', 'szwHostName'],
    names: { szwHostName: NO_ID, szwSerial: 'GHEP-000000-99999999' },
  },
};
