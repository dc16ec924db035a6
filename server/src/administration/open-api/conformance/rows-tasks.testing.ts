import { NO_ID, type Place, SCAN } from './place.testing.ts';
import type { Row, Rows } from './row.testing.ts';

const ofTask: Row = {
  args: async (place) => ({ strTask: await place.newTask() }),
  required: ['strTask'],
  names: { strTask: NO_ID },
  isolated: true,
};
const names = { strProductName: '', strVersion: null, strComponentName: '', strInstanceId: '', strTaskName: '' };
const taskIterator: Row = {
  args: async (place) => ({
    strTaskIteratorId: await place.answerOf('Tasks.ResetTasksIterator', {}, 'strTaskIteratorId'),
  }),
  required: ['strTaskIteratorId'],
  names: { strTaskIteratorId: 'F'.repeat(32) },
  isolated: true,
};
const statesOf = async (place: Place) => {
  const strTask = await place.newTask();
  return place.answerOf('Tasks.ResetHostIteratorForTaskStatus', { strTask, nHostStateMask: 0 }, 'strHostIteratorId');
};
const hostIterator: Row = {
  args: async (place) => ({ strHostIteratorId: await statesOf(place) }),
  required: ['strHostIteratorId'],
  names: { strHostIteratorId: 'F'.repeat(32) },
  isolated: true,
};
const hostStates: Row = {
  ...ofTask,
  args: async (place) => ({
    ...{ strTask: await place.newTask(), pFields2Return: ['hostname', 'state_code'], nHostStateMask: 0 },
    ...{ nLifetime: 60 },
  }),
};
const START = { EVENT_TYPE: 'GNRL_EV_VIRUS_FOUND', EVENT_BODY_FILTER: { type: 'params', value: {} } };

const ownTask = async (place: Place) => {
  const strSrvObjId = await place.hostTasks();
  const pData = { ...SCAN, TASK_INFO_PARAMS: { type: 'params', value: { DisplayName: place.newName() } } };
  return { strSrvObjId, strTask: await place.answerOf('HostTasks.AddTask', { strSrvObjId, pData }) };
};
const ofHost: Row = {
  args: async (place) => ({ strSrvObjId: await place.hostTasks() }),
  required: ['strSrvObjId'],
  names: { strSrvObjId: 'F'.repeat(32) },
  isolated: true,
};
const ofHostTask: Row = {
  ...ofHost,
  args: ownTask,
  required: ['strSrvObjId', 'strTask'],
  names: { ...ofHost.names, strTask: NO_ID },
};

export const taskRows: Rows = {
  'Tasks.ResetTasksIterator': {
    args: () => ({ nGroupId: 0, bGroupIdSignificant: false, ...names, bIncludeSupergroups: false }),
    // Only looked at when a group is asked for; instances are of the vendor's programs.
    unread: ['nGroupId', 'bIncludeSupergroups', 'strInstanceId'],
  },
  'Tasks.GetNextTask': taskIterator,
  'Tasks.ReleaseTasksIterator': taskIterator,
  'Tasks.GetTask': ofTask,
  'Tasks.GetTaskData': ofTask,
  'Tasks.GetTaskGroup': {
    ...ofTask,
    args: async (place) => ({ strTaskId: await place.newTask() }),
    required: ['strTaskId'],
    names: { strTaskId: '77777' },
  },
  'Tasks.GetAllTasksOfHost': {
    args: (place) => ({ strDomainName: '', strHostName: place.host }),
    required: ['strHostName'],
    unread: ['strDomainName'],
    names: { strHostName: 'no-such-host' },
    isolated: true,
  },
  'Tasks.GetTaskStatistics': ofTask,
  'Tasks.RunTask': ofTask,
  'Tasks.CancelTask': ofTask,
  'Tasks.SuspendTask': ofTask,
  'Tasks.ResumeTask': ofTask,
  'Tasks.DeleteTask': ofTask,
  'Tasks.AddTask': {
    args: (place) => ({
      pData: {
        ...{ ...SCAN, TASKSCH_TYPE: 0, TASK_ADDITIONAL_PARAMS: { type: 'params', value: { ScanMode: 'quick' } } },
        TASK_INFO_PARAMS: { type: 'params', value: { DisplayName: place.newName(), PRTS_TASK_GROUPID: 0 } },
      },
    }),
    required: ['pData'],
    isolated: true,
  },
  'Tasks.UpdateTask': {
    ...ofTask,
    args: async (place) => ({
      strTask: await place.newTask(),
      pData: { TASK_INFO_PARAMS: { type: 'params', value: { DisplayName: place.newName() } } },
    }),
    required: ['strTask', 'pData'],
  },
  'Tasks.AddHostToTask': {
    ...ofTask,
    args: async (place) => ({ strTask: await place.newTask(), strHostName: place.spare }),
    required: ['strTask', 'strHostName'],
    names: { strTask: '77777', strHostName: NO_ID },
  },
  'Tasks.GetTaskHistory': {
    ...ofTask,
    args: async (place) => ({
      strTask: await place.newTask(),
      pFields2Return: ['event_id', 'task_new_state'],
      pSortFields: [{ type: 'params', value: { Name: 'rise_time', Asc: false } }],
      strHostName: '',
      pFilter: { event_type: 'KLPRCI_TaskState' },
    }),
  },
  'Tasks.ResetHostIteratorForTaskStatus': hostStates,
  'Tasks.ResetHostIteratorForTaskStatusEx': {
    ...hostStates,
    args: async (place) => ({
      ...(await hostStates.args?.(place)),
      pFields2Order: [{ type: 'params', value: { Name: 'hostname', Asc: true } }],
    }),
  },
  'Tasks.GetHostStatusRecordsCount': hostIterator,
  'Tasks.GetHostStatusRecordRange': {
    ...hostIterator,
    args: async (place) => ({ strHostIteratorId: await statesOf(place), nStart: 0, nEnd: 9 }),
  },
  'Tasks.GetNextHostStatus': {
    ...hostIterator,
    args: async (place) => ({ strHostIteratorId: await statesOf(place), nCount: 10 }),
  },
  'Tasks.ReleaseHostStatusIterator': hostIterator,
  'Tasks.GetTaskStartEvent': ofTask,
  'Tasks.SetTaskStartEvent': {
    ...ofTask,
    args: async (place) => ({ strTask: await place.newTask(), pData: START }),
    required: ['strTask', 'pData'],
  },
  'Tasks.ResolveTaskId': {
    args: async (place) => {
      const { PxgRetVal } = await place.admin.get('Tasks.GetTask', { strTask: await place.newTask() });
      return { strPrtsTaskId: (PxgRetVal as { TASK_UNIQUE_ID: string }).TASK_UNIQUE_ID };
    },
    required: ['strPrtsTaskId'],
    names: { strPrtsTaskId: NO_ID },
    isolated: true,
  },
  'HostTasks.ResetTasksIterator': {
    ...ofHost,
    args: async (place) => ({ strSrvObjId: await place.hostTasks(), ...names }),
    unread: ['strInstanceId'],
  },
  'HostTasks.GetNextTask': ofHost,
  'HostTasks.GetTaskData': ofHostTask,
  'HostTasks.AddTask': {
    ...ofHost,
    args: async (place) => ({
      strSrvObjId: await place.hostTasks(),
      pData: { ...SCAN, TASK_INFO_PARAMS: { type: 'params', value: { DisplayName: place.newName() } } },
    }),
    required: ['strSrvObjId', 'pData'],
  },
  'HostTasks.UpdateTask': {
    ...ofHostTask,
    args: async (place) => ({ ...(await ownTask(place)), pData: { TASKSCH_TYPE: 0 } }),
    required: ['strSrvObjId', 'strTask', 'pData'],
  },
  'HostTasks.DeleteTask': ofHostTask,
  'HostTasks.SetTaskStartEvent': {
    ...ofHostTask,
    args: async (place) => ({ ...(await ownTask(place)), pData: START }),
    required: ['strSrvObjId', 'strTask', 'pData'],
  },
  'HostTasks.GetTaskStartEvent': ofHostTask,
  'GroupTaskControlApi.ExportTask': {
    args: async (place) => ({ wstrTaskId: await place.newTask() }),
    required: ['wstrTaskId'],
    names: { wstrTaskId: NO_ID },
    isolated: true,
  },
  'GroupTaskControlApi.ImportTask': {
    args: async (place) => ({
      pBlob: await place.answerOf('GroupTaskControlApi.ExportTask', { wstrTaskId: await place.newTask() }),
      pExtraData: {},
    }),
    required: ['pBlob'],
    unread: ['pExtraData'],
  },
  'GroupTaskControlApi.CommitImportedTask': {
    args: async (place) => {
      const pBlob = await place.answerOf('GroupTaskControlApi.ExportTask', { wstrTaskId: await place.newTask() });
      return { wstrId: await place.answerOf('GroupTaskControlApi.ImportTask', { pBlob }), bCommit: true };
    },
    required: ['wstrId', 'bCommit'],
    names: { wstrId: 'F'.repeat(32) },
    isolated: true,
  },
  'GroupTaskControlApi.RequestStatistics': {
    args: async (place) => ({ pTasksIds: [await place.newTask()] }),
    required: ['pTasksIds'],
    names: { pTasksIds: ['77777'] },
    isolated: true,
  },
};
