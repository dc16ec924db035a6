import { type ClassSpec, type MethodSpec, method } from './spec.ts';

export const session: ClassSpec = {
  StartSession: method(1, {}, 'PxgRetVal', 'Credentials in Authorization'),
  Ping: method(1),
  EndSession: method(1),
  CreateToken: method(1, {}, 'PxgRetVal', 'For a login by KSCT'),
  CreateBlob: method(3, { pParams: 'params' }, 'PxgRetVal'),
};

const accessor = { 'strAccessor|wstrIterator': 'string' } as const satisfies MethodSpec['args'];
export const chunkAccessor: ClassSpec = {
  GetItemsCount: method(1, accessor, 'PxgRetVal'),
  GetItemsChunk: method(1, { ...accessor, nStart: 'int', nCount: 'int' }, 'pChunk PxgRetVal'),
  Release: method(1, accessor),
};

export const groupSyncIterator: ClassSpec = {
  GetNextItems: method(1, { szwIterator: 'string', nCount: 'int' }, 'PxgRetVal bEOF pData'),
  ReleaseIterator: method(1, { szwIterator: 'string' }),
};

const view = {
  wstrViewName: 'string',
  wstrFilter: 'string',
  vecFieldsToReturn: 'strings',
  vecFieldsToOrder: 'order',
  pParams: 'params',
  lifetimeSec: 'int',
} as const satisfies MethodSpec['args'];
const viewIterator = { wstrIteratorId: 'string' } as const satisfies MethodSpec['args'];
export const srvView: ClassSpec = {
  ResetIterator: method(1, view, 'wstrIteratorId'),
  GetRecordCount: method(1, viewIterator, 'PxgRetVal'),
  GetRecordRange: method(1, { ...viewIterator, nStart: 'int', nEnd: 'int' }, 'pRecords', 'nEnd is inclusive'),
  ReleaseIterator: method(1, viewIterator),
  ResetIteratorAsync: method(1, view, 'wstrRequestId'),
  ResetIteratorAsyncGetData: method(1, { wstrRequestId: 'string' }, 'wstrIteratorId'),
  ResetIteratorAsyncCancel: method(1, { wstrRequestId: 'string' }),
};

export const asyncActionStateChecker: ClassSpec = {
  CheckActionState: method(
    1,
    { wstrActionGuid: 'string' },
    'bFinalized bSuccededFinalized lStateCode pStateData lNextCheckDelay',
    'Forgets the action once it said that it is finished',
  ),
};

const serial = { wstrSerial: 'string' } as const satisfies MethodSpec['args'];
const keyInfo = { pKeyInfo: 'params' } as const satisfies MethodSpec['args'];
export const licenseKeys: ClassSpec = {
  EnumKeys: method(
    1,
    { pFields: 'strings', pFieldsToOrder: 'strings', pOptions: 'params', lTimeoutSec: 'int' },
    'lKeyCount wstrIterator',
    'Read through GroupSyncIterator',
  ),
  AcquireKeyHosts: method(
    1,
    { pInData: 'params', pFields: 'strings', pFieldsToOrder: 'strings', pOptions: 'params', lTimeoutSec: 'int' },
    'lKeyCount wstrIterator',
    'Read through GroupSyncIterator',
  ),
  GetKeyData: method(1, keyInfo, 'PxgRetVal'),
  AcquireKeyUsageStatistics: method(3, serial, 'PxgRetVal'),
  InstallKey: method(3, keyInfo, 'PxgRetVal'),
  UninstallKey: method(3, keyInfo),
  AdjustKey: method(3, { pData: 'params' }),
  CheckIfSaasLicenseIsValid: method(3, { pInData: 'params', bAsCurrent: 'boolean' }),
  SaasTryToInstall: method(3, { pInData: 'params', bAsCurrent: 'boolean' }),
  SaasTryToUninstall: method(3, { bCurrent: 'boolean' }),
  DownloadKeyFiles: method(3, { wstrActivationCode: 'string' }, 'PxgRetVal'),
};

const onHost = { szwHostName: 'string', szwProduct: 'string', szwVersion: 'string' } as const;
export const licenseInfoSync: ClassSpec = {
  AcquireKeysForProductOnHost: method(2, onHost, 'wstrActiveKey wstrReservedKey'),
  AcquireKeysForProductOnHost2: method(3, onHost, 'wstrActiveKey wstrReservedKey'),
  GetKeyDataForHost: method(3, { szwSerial: 'string', ...onHost }, 'PxgRetVal'),
  SynchronizeLicInfo2: method(3, {}, 'PxgRetVal'),
  IsLicForSaasValid2: method(3, { pKeyInfo: 'params', bAsCurrent: 'boolean' }, 'PxgRetVal'),
  TryToInstallLicForSaas2: method(3, { pKeyInfo: 'params', bAsCurrent: 'boolean' }, 'PxgRetVal'),
  TryToUnistallLicense: method(3, { bCurrent: 'boolean' }, '', 'Spelled so'),
  IsPCloudKey: method(3, { nProductId: 'int' }, 'PxgRetVal'),
  IsPCloudKey2: method(3, keyInfo, 'PxgRetVal'),
};

const functionality = { nFunctionality: 'int' } as const satisfies MethodSpec['args'];
export const licensePolicy: ClassSpec = {
  GetTotalLicenseCount: method(3, functionality, 'PxgRetVal'),
  GetFreeLicenseCount: method(3, functionality, 'PxgRetVal'),
  IsLimitedMode: method(3, functionality, 'PxgRetVal'),
};

const report = { lReportId: 'int' } as const satisfies MethodSpec['args'];
const request = { strRequestId: 'string' } as const satisfies MethodSpec['args'];
export const reportManager: ClassSpec = {
  EnumReports: method(1, {}, 'PxgRetVal'),
  EnumReportTypes: method(1, {}, 'PxgRetVal'),
  GetReportIds: method(1, {}, 'PxgRetVal'),
  GetReportInfo: method(1, report, 'PxgRetVal'),
  ExecuteReportAsync: method(1, { ...report, pOptions: 'params' }, 'strRequestId', 'Result by CheckActionState'),
  ExecuteReportAsyncCancel: method(1, request),
  RequestStatisticsData: method(2, { pRequestParams: 'params' }, 'strRequestId'),
  GetStatisticsData: method(2, request, 'pResultData'),
  GetReportCommonData: method(3, report, 'PxgRetVal'),
  GetReportTypeDetailedInfo: method(
    3,
    { 'lReportTypeId|lReportType': 'int' },
    'RPT_DESCR RPT_FIELDS RPT_SUMM_FIELDS RPT_TOTALS RPT_ACCEPT_TIME_INTERVAL RPT_ACCEPT_COMPS_LIST RPT_EXTRA_DATA',
  ),
  GetDefaultReportInfo: method(3, { lReportType: 'int' }, 'PxgRetVal'),
  AddReport: method(3, { pReportInfo: 'params' }, 'PxgRetVal'),
  UpdateReport: method(3, { ...report, pReportInfo: 'params' }),
  RemoveReport: method(3, report),
  GetFilterSettings: method(3, { lReportType: 'int' }, 'PxgRetVal'),
  ExecuteReportAsyncGetData: method(3, { ...request, nChunkSize: 'int' }, 'pXmlData nDataSizeRest pChartData'),
  ExecuteReportAsyncCancelWaitingForSlaves: method(3, request),
  CollectStatisticsAsync: method(3, { pRequestParams: 'params' }, 'wstrRequestId'),
  CollectStatisticsAsyncGetData: method(3, { wstrRequestId: 'string' }, 'pResultData'),
  CollectStatisticsAsyncCancel: method(3, { wstrRequestId: 'string' }),
  ResetStatisticsData: method(3, { pRequestParams: 'params' }),
  CreateChartPNG: method(3, { pChartData: 'params', pOptions: 'params' }, 'pPngData'),
  GetAvailableDashboards: method(3, {}, 'PxgRetVal'),
  GetConstantOutputForReportType: method(3, { lReportType: 'int', lXmlTargetType: 'int' }, 'PxgRetVal'),
};

const policy = { nPolicy: 'int' } as const satisfies MethodSpec['args'];
export const policies: ClassSpec = {
  GetPoliciesForGroup: method(2, { nGroupId: 'int' }, 'PxgRetVal', '-1: of all groups'),
  GetEffectivePoliciesForGroup: method(2, { nGroupId: 'int' }, 'PxgRetVal'),
  GetPolicyData: method(2, policy, 'PxgRetVal'),
  AddPolicy: method(3, { pPolicyData: 'params' }, 'PxgRetVal'),
  UpdatePolicyData: method(3, { ...policy, pPolicyData: 'params' }),
  DeletePolicy: method(3, policy),
  MakePolicyActive: method(3, { ...policy, bActive: 'boolean' }, 'PxgRetVal'),
  MakePolicyRoaming: method(3, policy, 'PxgRetVal'),
  CopyOrMovePolicy: method(
    3,
    { ...policy, nNewGroupId: 'int', bDeleteOrigin: 'boolean', pExtraData: 'params' },
    'PxgRetVal',
  ),
  GetPolicyContents: method(3, { ...policy, nRevisionId: 'int', nLifeTime: 'int' }, 'PxgRetVal'),
  RevertPolicyToRevision: method(3, { ...policy, nRevisionId: 'int' }),
  ExportPolicy: method(3, { lPolicy: 'int' }, 'PxgRetVal'),
  ImportPolicy: method(3, { lGroup: 'int', pData: 'binary' }, 'PxgRetVal'),
  GetOutbreakPolicies: method(3, {}, 'PxgRetVal'),
  SetOutbreakPolicies: method(3, { pData: 'params' }),
};

const contents = { wstrID: 'string', wstrProduct: 'string', wstrVersion: 'string', wstrSection: 'string' } as const;
export const ssContents: ClassSpec = {
  Ss_Read: method(3, contents, 'PxgRetVal'),
  SS_GetNames: method(3, { wstrID: 'string', wstrProduct: 'string', wstrVersion: 'string' }, 'PxgRetVal'),
  Ss_Update: method(3, { ...contents, pNewData: 'params' }, '', 'Name of the last argument not known for sure'),
  Ss_Release: method(3, { wstrID: 'string' }),
};

const accessCheck = {
  lGroupId: 'int',
  dwAccessMask: 'long',
  szwProduct: 'string',
  szwVersion: 'string',
} as const satisfies MethodSpec['args'];
const trustees = {
  strFilter: 'string',
  pFieldsToReturn: 'strings',
  pFieldsToOrder: 'order',
  lMaxLifeTime: 'int',
} as const satisfies MethodSpec['args'];
export const hstAccessControl: ClassSpec = {
  AccessCheckToAdmGroup: method(2, { ...accessCheck, szwFuncArea: 'string' }, 'PxgRetVal'),
  GetAccessibleFuncAreas: method(3, { ...accessCheck, bInvert: 'boolean' }, 'pFuncAreasArray'),
  GetScVServerAcl: method(3, { nId: 'int' }, 'PxgRetVal'),
  SetScVServerAcl: method(3, { nId: 'int', pAclParams: 'params', bCheckCurrentUserAce: 'boolean' }),
  DeleteScVServerAcl: method(3, { nId: 'int' }),
  GetScObjectAcl: method(3, { nObjId: 'int', nObjType: 'int' }, 'PxgRetVal'),
  SetScObjectAcl: method(3, { nObjId: 'int', nObjType: 'int', pAclParams: 'params' }),
  ModifyScObjectAcl: method(3, { nObjId: 'int', nObjType: 'int' }),
  DeleteScObjectAcl: method(3, { nObjId: 'int', nObjType: 'int' }),
  FindRoles: method(3, trustees, 'strAccessor PxgRetVal'),
  FindTrustees: method(3, trustees, 'strAccessor PxgRetVal'),
  GetRole: method(3, { nId: 'int', pFieldsToReturn: 'strings' }, 'PxgRetVal'),
  GetTrustee: method(3, { nId: 'int', pFieldsToReturn: 'strings' }, 'PxgRetVal'),
  AddRole: method(3, { pRoleData: 'params' }, 'PxgRetVal'),
  UpdateRole: method(3, { nId: 'int', pRoleData: 'params', bProtection: 'boolean' }),
  DeleteRole: method(3, { nId: 'int', bProtection: 'boolean' }),
  CheckEffectiveRights: method(
    3,
    { nVServerId: 'int', llTrusteeId: 'long', szwProduct: 'string', szwVersion: 'string', pAccessRights: 'params' },
    'PxgRetVal',
  ),
  IsTaskTypeReadonly: method(
    3,
    { lGroupId: 'int', szwProduct: 'string', szwVersion: 'string', szwTaskTypeName: 'string' },
    'PxgRetVal',
  ),
};

export const securityPolicy: ClassSpec = {
  AddUser: method(3, { pUser: 'params' }, 'PxgRetVal'),
  UpdateUser: method(3, { lUserId: 'int', pUser: 'params' }),
  DeleteUser: method(3, { lUserId: 'int' }),
  GetUsers: method(3, { lUserId: 'int', lVsId: 'int' }, 'PxgRetVal'),
  ChangeUserPassword: method(3, { lUserId: 'int', wstrOldPassword: 'string', wstrNewPassword: 'string' }),
  GetCurrentUserId: method(3, {}, 'PxgRetVal'),
};

export const databaseInfo: ClassSpec = {
  GetDBSize: method(2, {}, 'PxgRetVal', 'Bytes'),
  GetDBDataSize: method(2, {}, 'PxgRetVal', 'Bytes'),
  GetDBEventsCount: method(2, {}, 'PxgRetVal'),
  IsLinuxSQL: method(2, {}, 'PxgRetVal'),
  IsCloudSQL: method(2, { nCloudType: 'int' }, 'PxgRetVal'),
  CheckBackupPath: method(2, { szwPath: 'string' }, 'PxgRetVal'),
  CheckBackupPath2: method(2, { szwWinPath: 'string', szwLinuxPath: 'string' }, 'PxgRetVal'),
};

export const limits: ClassSpec = { GetLimits: method(2, { param: 'int' }, 'PxgRetVal') };

const inventoryOfHost = { szwHostId: 'string', pParams: 'params' } as const satisfies MethodSpec['args'];
export const inventoryApi: ClassSpec = {
  GetInvProductsList: method(2, { pParams: 'params' }, 'PxgRetVal'),
  GetInvPatchesList: method(2, { pParams: 'params' }, 'PxgRetVal'),
  GetHostInvProducts: method(2, inventoryOfHost, 'PxgRetVal'),
  GetHostInvPatches: method(2, inventoryOfHost, 'PxgRetVal'),
};

export const hostTagsApi: ClassSpec = { GetHostTags: method(3, inventoryOfHost, 'PxgRetVal') };
export const listTags: ClassSpec = {
  GetAllTags: method(3, { pParams: 'params' }, 'PxgRetVal'),
  AddTag: method(3, { szwTagValue: 'string', pParams: 'params' }),
  SetTags: method(3, { pListItemsTags: 'array', pParams: 'params' }),
};
export const osVersion: ClassSpec = { GetAttributesByOs: method(3, { pOsIndices: 'array' }, 'PxgRetVal') };
export const groupSync: ClassSpec = {
  GetSyncInfo: method(3, { nSync: 'int', arrFieldsToReturn: 'strings' }, 'PxgRetVal'),
};
export const admServerSettings: ClassSpec = { GetSharedFolder: method(3, {}, 'PxgRetVal') };
export const multitenancy: ClassSpec = {
  GetTenantId: method(3, {}, 'PxgRetVal'),
  GetProducts: method(3, { strProdName: 'string', strProdVersion: 'string' }, 'PxgRetVal'),
  GetAuthToken: method(3, {}, 'PxgRetVal', 'Arguments not known'),
  CheckAuthToken: method(3, { wstrTenantId: 'string', binToken: 'binary' }, 'PxgRetVal'),
};
export const cgwHelper: ClassSpec = {
  GetSlaveServerLocation: method(3, { nSlaveServerId: 'int' }, 'PxgRetVal'),
  GetNagentLocation: method(3, { wsHostName: 'string' }, 'PxgRetVal'),
};
export const gatewayConnection: ClassSpec = {
  PrepareGatewayConnection: method(3, { pLocations: 'rows' }, 'wstrAuthKey'),
};
