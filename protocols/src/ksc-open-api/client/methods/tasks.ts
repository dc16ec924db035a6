import { orderParams, type SortField } from '../../arguments.ts';
import { type PlainRow, toPlainRow } from '../../plain.ts';
import { isParams, type Params } from '../../values.ts';
import type { Call, CallOptions } from '../connection.ts';
import { NotOpenApi } from '../errors.ts';
import { type ReplyReaders, read, rowsIn } from '../replies.ts';
import { DEFAULT_LIFETIME_SEC } from './search.ts';

export interface TaskSearch {
  /** Only tasks of this group; none = of all groups. */
  groupId?: number | undefined;
  /** Of the groups above it too. */
  includesSupergroups?: boolean | undefined;
  product?: string | undefined;
  version?: string | undefined;
  component?: string | undefined;
  instanceId?: string | undefined;
  taskName?: string | undefined;
}
export interface HistorySearch {
  /** Empty or none = of all hosts. */
  hostName?: string | undefined;
  filter?: Params | undefined;
  fields: readonly string[];
  order?: readonly SortField[] | undefined;
}
export interface HostStateSearch {
  fields: readonly string[];
  order?: readonly SortField[] | undefined;
  /** Bits 1 waiting, 2 running, 4 done, 8 warning, 16 failed, 32 scheduled, 64 paused; none = all. */
  stateMask?: number | undefined;
  lifetimeSec?: number | undefined;
}

/** Tasks: tasks of groups and of chosen hosts. `task` is the number as text, or TASK_UNIQUE_ID. */
export const tasksMethods = (call: Call, { done, int, text, row, list }: ReplyReaders) => {
  const command = (method: string) => (task: string, options?: CallOptions) => done(method, { strTask: task }, options);

  return {
    resetTasksIterator: async (wanted: TaskSearch, options?: CallOptions): Promise<string> => {
      const args = {
        nGroupId: wanted.groupId ?? 0,
        bGroupIdSignificant: wanted.groupId !== undefined,
        strProductName: wanted.product ?? '',
        strVersion: wanted.version ?? '',
        strComponentName: wanted.component ?? '',
        strInstanceId: wanted.instanceId ?? '',
        strTaskName: wanted.taskName ?? '',
        bIncludeSupergroups: wanted.includesSupergroups ?? false,
      };
      const method = 'Tasks.ResetTasksIterator';
      return read(method, await call(method, args, options), (members) => members.string('strTaskIteratorId'));
    },
    /** Settings of the next task; undefined at the end. */
    getNextTask: async (iteratorId: string, options?: CallOptions): Promise<PlainRow | undefined> => {
      const { pTaskData } = await call('Tasks.GetNextTask', { strTaskIteratorId: iteratorId }, options);
      if (pTaskData === undefined || pTaskData === null) return undefined;
      if (!isParams(pTaskData)) throw new NotOpenApi('Tasks.GetNextTask: pTaskData is no container');
      return Object.keys(pTaskData).length === 0 ? undefined : toPlainRow(pTaskData);
    },
    releaseTasksIterator: (iteratorId: string, options?: CallOptions) =>
      done('Tasks.ReleaseTasksIterator', { strTaskIteratorId: iteratorId }, options),

    getTask: (task: string, options?: CallOptions): Promise<PlainRow> =>
      row('Tasks.GetTask', { strTask: task }, options),
    getTaskData: (task: string, options?: CallOptions): Promise<PlainRow> =>
      row('Tasks.GetTaskData', { strTask: task }, options),
    getTaskGroup: (task: string, options?: CallOptions): Promise<number> =>
      int('Tasks.GetTaskGroup', { strTaskId: task }, options),
    getAllTasksOfHost: async (hostName: string, options?: CallOptions): Promise<string[]> =>
      (await list('Tasks.GetAllTasksOfHost', { strDomainName: '', strHostName: hostName }, options)).map(String),
    /** Number of hosts by state, keys as in `stateMask`, and GNRL_COMPLETED_PERCENT. */
    getTaskStatistics: (task: string, options?: CallOptions): Promise<PlainRow> =>
      row('Tasks.GetTaskStatistics', { strTask: task }, options),
    /** From TASK_UNIQUE_ID to the number. */
    resolveTaskId: (uniqueId: string, options?: CallOptions): Promise<string> =>
      text('Tasks.ResolveTaskId', { strPrtsTaskId: uniqueId }, options),

    runTask: command('Tasks.RunTask'),
    cancelTask: command('Tasks.CancelTask'),
    suspendTask: command('Tasks.SuspendTask'),
    resumeTask: command('Tasks.ResumeTask'),
    deleteTask: command('Tasks.DeleteTask'),
    /** The new task's number as text. */
    addTask: (data: Params, options?: CallOptions): Promise<string> => text('Tasks.AddTask', { pData: data }, options),
    updateTask: (task: string, data: Params, options?: CallOptions) =>
      done('Tasks.UpdateTask', { strTask: task, pData: data }, options),
    /** Only for tasks of chosen hosts. */
    addHostToTask: (task: string, hostName: string, options?: CallOptions) =>
      done('Tasks.AddHostToTask', { strTask: task, strHostName: hostName }, options),
    getTaskStartEvent: (task: string, options?: CallOptions): Promise<PlainRow> =>
      row('Tasks.GetTaskStartEvent', { strTask: task }, options),
    setTaskStartEvent: (task: string, data: Params, options?: CallOptions) =>
      done('Tasks.SetTaskStartEvent', { strTask: task, pData: data }, options),

    /** An iterator of events: eventProcessing reads and releases it. */
    getTaskHistory: async (task: string, wanted: HistorySearch, options?: CallOptions): Promise<string> => {
      const args = {
        strTask: task,
        pFields2Return: wanted.fields,
        pSortFields: orderParams(wanted.order ?? [{ name: 'rise_time', ascending: false }]),
        strHostName: wanted.hostName ?? '',
        pFilter: wanted.filter ?? {},
      };
      const method = 'Tasks.GetTaskHistory';
      return read(method, await call(method, args, options), (members) => members.string('strIteratorId'));
    },

    resetHostIteratorForTaskStatusEx: async (
      task: string,
      wanted: HostStateSearch,
      options?: CallOptions,
    ): Promise<string> => {
      const args = {
        strTask: task,
        pFields2Return: wanted.fields,
        pFields2Order: orderParams(wanted.order ?? []),
        nHostStateMask: wanted.stateMask ?? 0,
        nLifetime: wanted.lifetimeSec ?? DEFAULT_LIFETIME_SEC,
      };
      const method = 'Tasks.ResetHostIteratorForTaskStatusEx';
      return read(method, await call(method, args, options), (members) => members.string('strHostIteratorId'));
    },
    getHostStatusRecordsCount: (iteratorId: string, options?: CallOptions): Promise<number> =>
      int('Tasks.GetHostStatusRecordsCount', { strHostIteratorId: iteratorId }, options),
    /** @param end zero-based and inclusive */
    getHostStatusRecordRange: async (
      iteratorId: string,
      { start, end }: { start: number; end: number },
      options?: CallOptions,
    ): Promise<PlainRow[]> => {
      const method = 'Tasks.GetHostStatusRecordRange';
      const reply = await call(method, { strHostIteratorId: iteratorId, nStart: start, nEnd: end }, options);
      return rowsIn(method, reply, 'pParHostStatus', 'statuses');
    },
    releaseHostStatusIterator: (iteratorId: string, options?: CallOptions) =>
      done('Tasks.ReleaseHostStatusIterator', { strHostIteratorId: iteratorId }, options),
  };
};
