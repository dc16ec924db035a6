import { type ClassSpec, type MethodSpec, method } from './spec.ts';

const eventSearch = {
  vecFieldsToReturn: 'strings',
  vecFieldsToOrder: 'order',
  lifetimeSec: 'int',
} as const satisfies MethodSpec['args'];
const ofHost = {
  strDomainName: 'string',
  strHostName: 'string',
  strProduct: 'string',
  strVersion: 'string',
  ...eventSearch,
} as const satisfies MethodSpec['args'];
const iterator = { strIteratorId: 'string' } as const satisfies MethodSpec['args'];
const task = { strTask: 'string' } as const satisfies MethodSpec['args'];
const hostStates = { strHostIteratorId: 'string' } as const satisfies MethodSpec['args'];
const ofObject = { strSrvObjId: 'string' } as const satisfies MethodSpec['args'];
const names = {
  strProductName: 'string',
  strVersion: 'string',
  strComponentName: 'string',
  strInstanceId: 'string',
  strTaskName: 'string',
} as const satisfies MethodSpec['args'];

export const eventProcessingFactory: ClassSpec = {
  CreateEventProcessing: method(1, eventSearch, 'strIteratorId'),
  CreateEventProcessing2: method(1, { pFilter: 'params', ...eventSearch }, 'strIteratorId'),
  CreateEventProcessingForHost: method(1, ofHost, 'strIteratorId', 'strDomainName may be missing'),
  CreateEventProcessingForHost2: method(1, { ...ofHost, pFilter: 'params' }, 'strIteratorId'),
};

export const eventProcessing: ClassSpec = {
  GetRecordCount: method(1, iterator, 'PxgRetVal'),
  GetRecordRange: method(1, { ...iterator, nStart: 'int', nEnd: 'int' }, 'pParamsEvents', 'nEnd is inclusive'),
  InitiateDelete: method(1, { ...iterator, pSettings: 'params' }),
  CancelDelete: method(1, { ...iterator, pSettings: 'params' }),
  ReleaseIterator: method(1, iterator),
};

export const tasks: ClassSpec = {
  ResetTasksIterator: method(
    1,
    { nGroupId: 'int', bGroupIdSignificant: 'boolean', ...names, bIncludeSupergroups: 'boolean' },
    'strTaskIteratorId',
  ),
  GetNextTask: method(1, { strTaskIteratorId: 'string' }, 'pTaskData', 'Empty at the end'),
  ReleaseTasksIterator: method(1, { strTaskIteratorId: 'string' }),
  GetTask: method(1, task, 'PxgRetVal'),
  GetTaskData: method(1, task, 'PxgRetVal'),
  GetTaskGroup: method(1, { 'strTaskId|strTask': 'string' }, 'PxgRetVal'),
  GetAllTasksOfHost: method(1, { strDomainName: 'string', strHostName: 'string' }, 'PxgRetVal'),
  GetTaskStatistics: method(1, task, 'PxgRetVal'),
  RunTask: method(1, task),
  CancelTask: method(1, task),
  SuspendTask: method(1, task),
  ResumeTask: method(1, task),
  DeleteTask: method(1, task),
  AddTask: method(1, { pData: 'params' }, 'PxgRetVal', 'The id as text'),
  UpdateTask: method(1, { ...task, pData: 'params' }),
  AddHostToTask: method(1, { ...task, strHostName: 'string' }, '', 'Only for tasks of chosen hosts'),
  GetTaskHistory: method(
    1,
    { ...task, pFields2Return: 'strings', pSortFields: 'order', strHostName: 'string', pFilter: 'params' },
    'strIteratorId',
    'Read through EventProcessing',
  ),
  ResetHostIteratorForTaskStatus: method(
    1,
    { ...task, pFields2Return: 'strings', nHostStateMask: 'int', nLifetime: 'int' },
    'strHostIteratorId',
  ),
  ResetHostIteratorForTaskStatusEx: method(
    1,
    { ...task, pFields2Return: 'strings', pFields2Order: 'order', nHostStateMask: 'int', nLifetime: 'int' },
    'strHostIteratorId',
  ),
  GetHostStatusRecordsCount: method(1, hostStates, 'PxgRetVal'),
  GetHostStatusRecordRange: method(
    1,
    { ...hostStates, nStart: 'int', nEnd: 'int' },
    'pParHostStatus PxgRetVal',
    'nEnd is inclusive',
  ),
  GetNextHostStatus: method(1, { ...hostStates, nCount: 'int' }, 'nActual pHostStatus PxgRetVal'),
  ReleaseHostStatusIterator: method(1, hostStates),
  GetTaskStartEvent: method(1, task, 'PxgRetVal'),
  SetTaskStartEvent: method(1, { ...task, pData: 'params' }),
  ResolveTaskId: method(1, { strPrtsTaskId: 'string' }, 'PxgRetVal'),
  ProtectPassword: method(3, { strPassword: 'string' }, 'PxgRetVal'),
  GetTaskStatistics2: method(3, task, 'PxgRetVal', 'Arguments not known for sure'),
};

export const groupTaskControlApi: ClassSpec = {
  ExportTask: method(3, { wstrTaskId: 'string' }, 'PxgRetVal'),
  ImportTask: method(3, { pBlob: 'binary', pExtraData: 'params' }, 'PxgRetVal pCommitInfo'),
  CommitImportedTask: method(3, { wstrId: 'string', bCommit: 'boolean' }, 'PxgRetVal'),
  RequestStatistics: method(3, { pTasksIds: 'array' }),
  GetTaskByRevision: method(3, { nObjId: 'int', nRevision: 'int' }, 'PxgRetVal'),
  ResetTasksIteratorForCluster: method(3, {}, 'strTaskIteratorId', 'Arguments not known'),
};

export const hostTasks: ClassSpec = {
  ResetTasksIterator: method(2, { ...ofObject, ...names }),
  GetNextTask: method(2, ofObject, 'pTaskData'),
  GetTaskData: method(2, { ...ofObject, strTask: 'string' }, 'PxgRetVal'),
  AddTask: method(2, { ...ofObject, pData: 'params' }, 'PxgRetVal'),
  UpdateTask: method(2, { ...ofObject, strTask: 'string', pData: 'params' }),
  DeleteTask: method(2, { ...ofObject, strTask: 'string' }),
  SetTaskStartEvent: method(2, { ...ofObject, strTask: 'string', pData: 'params' }),
  GetTaskStartEvent: method(2, { ...ofObject, strTask: 'string' }, 'PxgRetVal'),
};

/** Through a gateway to the agent only. */
export const nagHstCtl: ClassSpec = {
  SendTaskAction: method(3, {
    szwProduct: 'string',
    szwVersion: 'string',
    szwTaskStorageId: 'string',
    nTaskAction: 'int',
  }),
  GetHostRuntimeInfo: method(3, { pFilter: 'params' }, 'PxgRetVal'),
  SendProductAction: method(3, { szwProduct: 'string', szwVersion: 'string', nProductAction: 'int' }),
};

export const conEvents: ClassSpec = {
  Subscribe: method(2, { wstrEvent: 'string', pFilter: 'params' }, 'PxgRetVal nPeriod'),
  UnSubscribe: method(2, { nSubsId: 'int' }),
  Retrieve: method(2, {}, 'pEvents nPeriod PxgRetVal'),
  IsAnyServiceConsoleAvailable: method(2, {}, 'PxgRetVal'),
  IsServiceConsoleAvailable: method(2, { wstrProdName: 'string', wstrProdVersion: 'string' }, 'PxgRetVal'),
};

export const eventNotificationProperties: ClassSpec = {
  GetDefaultSettings: method(2, {}, 'PxgRetVal'),
  SetDefaultSettings: method(2, { pSettings: 'params' }),
  GetNotificationLimits: method(2, {}, 'PxgRetVal'),
  SetNotificationLimits: method(2, { pSettings: 'params' }),
  TestNotification: method(2, { eType: 'int', pSettings: 'params' }),
};

export const eventNotificationsApi: ClassSpec = {
  PublishEvent: method(2, { wstrEventType: 'string', pEventBody: 'params', tmBirthTime: 'dateTime' }),
};

const spamIds = { pArraySpamEventIds: 'array' } as const satisfies MethodSpec['args'];
export const spamEvents: ClassSpec = {
  GetSpamList: method(2, {}, 'PxgRetVal'),
  AddToExclusion: method(2, spamIds),
  RemoveFromExclusion: method(2, spamIds),
  RemoveFromSpamList: method(2, spamIds),
};

export const queriesStorage: ClassSpec = {
  GetQueryIds: method(2, { eType: 'int' }, 'PxgRetVal', '1 devices, 2 events, 3 dashboards'),
  GetQueries: method(2, { eType: 'int' }, 'PxgRetVal'),
  GetQuery: method(2, { nId: 'int' }, 'PxgRetVal'),
  AddQuery: method(2, { eType: 'int', parData: 'params' }, 'PxgRetVal'),
  UpdateQuery: method(2, { nId: 'int', parData: 'params' }),
  DeleteQuery: method(2, { nId: 'int' }),
  ExportQuery: method(3, { nId: 'int' }, 'PxgRetVal', 'Arguments not known for sure'),
  ImportQuery: method(3, {}, 'PxgRetVal', 'Arguments not known'),
};
