import { afterAll, beforeAll, expect, it } from 'vitest';
import { callFaults, findMethod, type KscClient, methodsTable, openKscClient, type Params } from '../index.ts';
import { type StrictServer, startStrictServer } from './stand-in.ts';

let server: StrictServer;
let client: KscClient;

const emptyByReply: Readonly<Record<string, Params[string]>> = {
  strAccessor: 'A',
  strIteratorId: 'I',
  wstrIteratorId: 'I',
  wstrIterator: 'I',
  strTaskIteratorId: 'T',
  strHostIteratorId: 'H',
  strRequestId: 'R',
  strActionGuid: 'G',
  lKeyCount: 0,
  bEOF: true,
  bFinalized: true,
  bSuccededFinalized: true,
  lStateCode: 1,
  lNextCheckDelay: 0,
  pStateData: {},
  pChunk: { KLCSP_ITERATOR_ARRAY: [] },
  pData: { KLCSP_ITERATOR_ARRAY: [] },
  pRecords: { KLCSP_ITERATOR_ARRAY: [] },
  pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: [] },
  pParHostStatus: { statuses: [] },
  pTaskData: {},
};

beforeAll(async () => {
  server = await startStrictServer();
  client = openKscClient({
    url: server.url,
    trust: { sha256Fingerprint: server.fingerprint },
    credentials: { scheme: 'KSCBasic', user: 'api-user', password: 'password' },
  });
});
afterAll(async () => {
  await client.close();
  await server.close();
});

const fields = ['a', 'b'];
const order = [{ name: 'a', ascending: false }];

/** Every typed method: what is called, what PxgRetVal the server answers, how it is called. */
const calls: readonly [string, Params[string], (ksc: KscClient) => Promise<unknown>][] = [
  ['Session.Ping', undefined, (ksc) => ksc.session.ping()],
  ['Session.CreateToken', 't', (ksc) => ksc.session.createToken()],
  ['VServers.GetVServers', [], (ksc) => ksc.vServers.getVServers()],
  ['VServers.GetVServerInfo', {}, (ksc) => ksc.vServers.getVServerInfo(1, fields)],
  ['VServers.AddVServerInfo', {}, (ksc) => ksc.vServers.addVServerInfo('A', 0)],
  ['VServers.UpdateVServerInfo', undefined, (ksc) => ksc.vServers.updateVServerInfo(1, { KLVSRV_DN: 'B' })],
  ['VServers.DelVServer', undefined, (ksc) => ksc.vServers.delVServer(1)],
  ['VServers2.GetVServerStatistic', {}, (ksc) => ksc.vServers2.getVServerStatistic(1)],
  ['VServers2.GetVServerStatistic2', {}, (ksc) => ksc.vServers2.getVServerStatistic2(1, 30)],
  ['ServerHierarchy.GetChildServers', [], (ksc) => ksc.serverHierarchy.getChildServers()],
  ['HostGroup.GroupIdGroups', 0, (ksc) => ksc.hostGroup.groupIdGroups()],
  ['HostGroup.GroupIdUnassigned', 1, (ksc) => ksc.hostGroup.groupIdUnassigned()],
  ['HostGroup.GroupIdSuper', 2, (ksc) => ksc.hostGroup.groupIdSuper()],
  ['HostGroup.FindHosts', 0, (ksc) => ksc.hostGroup.findHosts({ fields, order, isCurrentServerOnly: true })],
  ['HostGroup.FindGroups', 0, (ksc) => ksc.hostGroup.findGroups({ fields, slaveServerDepth: 2 })],
  ['HostGroup.FindIncidents', 0, (ksc) => ksc.hostGroup.findIncidents({ fields, order, filter: 'KLINCDT_ID=1' })],
  ['HostGroup.GetHostInfo', {}, (ksc) => ksc.hostGroup.getHostInfo('h', fields)],
  ['HostGroup.UpdateHost', undefined, (ksc) => ksc.hostGroup.updateHost('h', { KLHST_WKS_COMMENT: 'c' })],
  ['HostGroup.GetHostProducts', {}, (ksc) => ksc.hostGroup.getHostProducts('h')],
  ['HostGroup.GetHostTasks', 'o', (ksc) => ksc.hostGroup.getHostTasks('h')],
  ['HostGroup.MoveHostsToGroup', undefined, (ksc) => ksc.hostGroup.moveHostsToGroup(3, ['h'])],
  ['HostGroup.GetGroupInfo', {}, (ksc) => ksc.hostGroup.getGroupInfo(3)],
  ['HostGroup.GetGroupInfoEx', {}, (ksc) => ksc.hostGroup.getGroupInfoEx(3, fields)],
  ['HostGroup.GetGroupId', 3, (ksc) => ksc.hostGroup.getGroupId(0, 'Branch')],
  ['HostGroup.GetSubgroups', [], (ksc) => ksc.hostGroup.getSubgroups(0, 1)],
  ['HostGroup.AddGroup', 4, (ksc) => ksc.hostGroup.addGroup(0, 'Branch')],
  ['HostGroup.UpdateGroup', undefined, (ksc) => ksc.hostGroup.updateGroup(4, { name: 'C' })],
  ['HostGroup.RemoveGroup', undefined, (ksc) => ksc.hostGroup.removeGroup(4, 'withHosts')],
  ['HostGroup.GetStaticInfo', {}, (ksc) => ksc.hostGroup.getStaticInfo()],
  ['HostGroup.GetInstanceStatistics', {}, (ksc) => ksc.hostGroup.getInstanceStatistics(fields)],
  ['HostGroup.GetDomains', [], (ksc) => ksc.hostGroup.getDomains()],
  ['ChunkAccessor.GetItemsCount', 0, (ksc) => ksc.chunkAccessor.getItemsCount('A')],
  ['ChunkAccessor.GetItemsChunk', 0, (ksc) => ksc.chunkAccessor.getItemsChunk('A', { start: 0, count: 5 })],
  ['ChunkAccessor.Release', undefined, (ksc) => ksc.chunkAccessor.release('A')],
  ['GroupSyncIterator.GetNextItems', 0, (ksc) => ksc.groupSyncIterator.getNextItems('I', 5)],
  ['GroupSyncIterator.ReleaseIterator', undefined, (ksc) => ksc.groupSyncIterator.releaseIterator('I')],
  ['SrvView.ResetIterator', undefined, (ksc) => ksc.srvView.resetIterator({ view: 'V', fields, order })],
  ['SrvView.GetRecordCount', 0, (ksc) => ksc.srvView.getRecordCount('I')],
  ['SrvView.GetRecordRange', undefined, (ksc) => ksc.srvView.getRecordRange('I', { start: 0, end: 4 })],
  ['SrvView.ReleaseIterator', undefined, (ksc) => ksc.srvView.releaseIterator('I')],
  [
    'EventProcessingFactory.CreateEventProcessing',
    undefined,
    (ksc) => ksc.eventProcessingFactory.createEventProcessing({ fields, order }),
  ],
  [
    'EventProcessingFactory.CreateEventProcessing2',
    undefined,
    (ksc) => ksc.eventProcessingFactory.createEventProcessing2({ fields, filter: { GNRL_EA_SEVERITY: 4 } }),
  ],
  [
    'EventProcessingFactory.CreateEventProcessingForHost',
    undefined,
    (ksc) =>
      ksc.eventProcessingFactory.createEventProcessingForHost(
        { hostName: 'h', product: 'KES', version: '12' },
        { fields },
      ),
  ],
  [
    'EventProcessingFactory.CreateEventProcessingForHost2',
    undefined,
    (ksc) =>
      ksc.eventProcessingFactory.createEventProcessingForHost2(
        { hostName: 'h', product: 'KES', version: '12' },
        { fields, filter: {} },
      ),
  ],
  ['EventProcessing.GetRecordCount', 0, (ksc) => ksc.eventProcessing.getRecordCount('I')],
  ['EventProcessing.GetRecordRange', undefined, (ksc) => ksc.eventProcessing.getRecordRange('I', { start: 0, end: 4 })],
  [
    'EventProcessing.InitiateDelete',
    undefined,
    (ksc) => ksc.eventProcessing.initiateDelete('I', [{ beginId: 1, endId: 2 }]),
  ],
  [
    'EventProcessing.CancelDelete',
    undefined,
    (ksc) => ksc.eventProcessing.cancelDelete('I', [{ beginId: 1, endId: 2 }]),
  ],
  ['EventProcessing.ReleaseIterator', undefined, (ksc) => ksc.eventProcessing.releaseIterator('I')],
  [
    'LicenseKeys.EnumKeys',
    undefined,
    (ksc) => ksc.licenseKeys.enumKeys({ fields, order: ['a'], isInstalledOnly: true }),
  ],
  ['LicenseKeys.AcquireKeyHosts', undefined, (ksc) => ksc.licenseKeys.acquireKeyHosts('0000', { fields })],
  ['LicenseKeys.GetKeyData', {}, (ksc) => ksc.licenseKeys.getKeyData('0000', fields)],
  ['Tasks.ResetTasksIterator', undefined, (ksc) => ksc.tasks.resetTasksIterator({ groupId: 3 })],
  ['Tasks.GetNextTask', undefined, (ksc) => ksc.tasks.getNextTask('T')],
  ['Tasks.ReleaseTasksIterator', undefined, (ksc) => ksc.tasks.releaseTasksIterator('T')],
  ['Tasks.GetTask', {}, (ksc) => ksc.tasks.getTask('45')],
  ['Tasks.GetTaskData', {}, (ksc) => ksc.tasks.getTaskData('45')],
  ['Tasks.GetTaskGroup', 3, (ksc) => ksc.tasks.getTaskGroup('45')],
  ['Tasks.GetAllTasksOfHost', ['45'], (ksc) => ksc.tasks.getAllTasksOfHost('h')],
  ['Tasks.GetTaskStatistics', {}, (ksc) => ksc.tasks.getTaskStatistics('45')],
  ['Tasks.ResolveTaskId', '45', (ksc) => ksc.tasks.resolveTaskId('guid')],
  ['Tasks.RunTask', undefined, (ksc) => ksc.tasks.runTask('45')],
  ['Tasks.CancelTask', undefined, (ksc) => ksc.tasks.cancelTask('45')],
  ['Tasks.SuspendTask', undefined, (ksc) => ksc.tasks.suspendTask('45')],
  ['Tasks.ResumeTask', undefined, (ksc) => ksc.tasks.resumeTask('45')],
  ['Tasks.DeleteTask', undefined, (ksc) => ksc.tasks.deleteTask('45')],
  ['Tasks.AddTask', '46', (ksc) => ksc.tasks.addTask({ TASK_NAME: 't' })],
  ['Tasks.UpdateTask', undefined, (ksc) => ksc.tasks.updateTask('46', {})],
  ['Tasks.AddHostToTask', undefined, (ksc) => ksc.tasks.addHostToTask('46', 'h')],
  ['Tasks.GetTaskStartEvent', {}, (ksc) => ksc.tasks.getTaskStartEvent('46')],
  ['Tasks.SetTaskStartEvent', undefined, (ksc) => ksc.tasks.setTaskStartEvent('46', {})],
  ['Tasks.GetTaskHistory', undefined, (ksc) => ksc.tasks.getTaskHistory('46', { fields, hostName: 'h' })],
  [
    'Tasks.ResetHostIteratorForTaskStatusEx',
    undefined,
    (ksc) => ksc.tasks.resetHostIteratorForTaskStatusEx('46', { fields, order }),
  ],
  ['Tasks.GetHostStatusRecordsCount', 0, (ksc) => ksc.tasks.getHostStatusRecordsCount('H')],
  ['Tasks.GetHostStatusRecordRange', 0, (ksc) => ksc.tasks.getHostStatusRecordRange('H', { start: 0, end: 4 })],
  ['Tasks.ReleaseHostStatusIterator', undefined, (ksc) => ksc.tasks.releaseHostStatusIterator('H')],
  ['ReportManager.EnumReports', [], (ksc) => ksc.reportManager.enumReports()],
  ['ReportManager.EnumReportTypes', [], (ksc) => ksc.reportManager.enumReportTypes()],
  ['ReportManager.GetReportIds', [1], (ksc) => ksc.reportManager.getReportIds()],
  ['ReportManager.GetReportInfo', {}, (ksc) => ksc.reportManager.getReportInfo(1)],
  ['ReportManager.ExecuteReportAsync', undefined, (ksc) => ksc.reportManager.executeReportAsync(1, {})],
  ['ReportManager.ExecuteReportAsyncCancel', undefined, (ksc) => ksc.reportManager.executeReportAsyncCancel('R')],
  ['AsyncActionStateChecker.CheckActionState', undefined, (ksc) => ksc.asyncActionStateChecker.checkActionState('G')],
  ['Session.EndSession', undefined, (ksc) => ksc.session.endSession()],
];

it.each(calls)(
  '%s is called as it is documented, and its documented reply is understood',
  async (name, value, call) => {
    const reply = (findMethod(name)?.reply ?? []).map((member): [string, Params[string]] => [
      member,
      member === 'PxgRetVal' ? value : emptyByReply[member],
    ]);
    server.on(name, () => Object.fromEntries(reply));
    await call(client);
    const seen = server.requests.at(-1);
    expect(seen?.path).toBe(`/api/v1.0/${name}`);
    expect(callFaults(name, seen?.rawArgs ?? {})).toEqual([]);
    expect(Object.keys(seen?.rawArgs ?? {}).length).toBe(Object.keys(findMethod(name)?.args ?? {}).length);
  },
);

/** Driven by clients in another way: StartSession by a login, the others have a newer or simpler sister. */
const withoutSugar = [
  'Session.StartSession',
  'SrvView.ResetIteratorAsync',
  'SrvView.ResetIteratorAsyncGetData',
  'SrvView.ResetIteratorAsyncCancel',
  'Tasks.ResetHostIteratorForTaskStatus',
  'Tasks.GetNextHostStatus',
];

it('every method that monitoring programs need has a typed method', () => {
  const first = Object.entries(methodsTable).flatMap(([className, methods]) =>
    Object.entries(methods).flatMap(([name, { tier }]) => (tier === 1 ? [`${className}.${name}`] : [])),
  );
  expect([...calls.map(([name]) => name), ...withoutSugar].toSorted()).toEqual(first.toSorted());
});

it('the table tells what a documented server does not know', () => {
  expect(callFaults('HostGroup.FindDragons', {})).toEqual(['HostGroup.FindDragons is no documented method']);
  expect(callFaults('HostGroup.constructor', {})).toHaveLength(1);
  expect(callFaults('HostGroup.GetSubgroups', { nParent: 1, nDepth: null })).toEqual([]);
  expect(callFaults('HostGroup.GetSubgroups', { nGroupId: '1', depth: 0 })).toEqual([
    'HostGroup.GetSubgroups: nGroupId is no int',
    'HostGroup.GetSubgroups has no argument depth',
  ]);
});
