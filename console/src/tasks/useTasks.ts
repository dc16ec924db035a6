import {
  addTask,
  cancelTaskRun,
  changeTask,
  countTaskTarget,
  deleteTask,
  getCommandOutput,
  getTask,
  getTaskOptions,
  getTaskRun,
  listCommandSteps,
  listDeviceSelections,
  listDevices,
  listEventTypes,
  listGroups,
  listTaskRunDevices,
  listTaskRuns,
  listTasks,
  listTenants,
  pauseTaskRun,
  previewSchedule,
  resumeTaskRun,
  retryTaskRun,
  startTask,
  type TaskSchedule,
  type TaskTarget,
  TaskType,
  taskRunFilters,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlList, urlOneOf, urlText, useTenantScope } from '../platform/index.ts';

const LIVE = { topics: ['tasks'] } as const;
const changes = [listTasks, getTask, listTaskRuns, getTaskRun, listTaskRunDevices];

/** What the address says of the list of tasks. */
export const TaskListSearch = z.object({
  ...listState,
  text: urlText,
  type: urlList(TaskType),
  tenantId: urlList(z.uuid()),
});
export type TaskListSearch = z.output<typeof TaskListSearch>;

/** What the address says of a task's page. */
export const TaskPageSearch = z.object({
  ...listState,
  run: urlText,
  state: urlOneOf(taskRunFilters),
  text: urlText,
});
export type TaskPageSearch = z.output<typeof TaskPageSearch>;

/** What can be done with tasks. */
export const useTaskActs = () => ({
  add: useTell(addTask, { changes }),
  change: useTell(changeTask, { changes }),
  start: useTell(startTask, { changes }),
  remove: useTell(deleteTask, { changes: [listTasks] }),
});

export const useTaskList = (search: TaskListSearch) => {
  const scope = useTenantScope();
  return {
    tasks: useAsk(
      listTasks,
      {
        query: {
          limit: search.limit ?? 50,
          after: search.after,
          text: search.text,
          type: search.type,
          tenantId: scope ? [scope] : search.tenantId,
        },
      },
      { ...LIVE, keep: true },
    ),
    tenants: useAsk(listTenants, {}, { topics: ['tenants'], enabled: scope === undefined }),
    scope,
  };
};

/** Tasks of one group, or those that are for one device. */
export const useTasksFor = (of: { tenantId: string; groupId?: number; deviceId?: string }) =>
  useAsk(
    listTasks,
    { query: { limit: 200, tenantId: [of.tenantId], groupId: of.groupId, deviceId: of.deviceId } },
    LIVE,
  );

export const useTask = (taskId: string | undefined) =>
  useAsk(getTask, { params: { taskId: taskId ?? '' } }, { ...LIVE, enabled: taskId !== undefined });

/** A run that is under way is followed more closely than the live stream would. */
const UNDER_WAY_MS = 3000;

/** Runs of a task, and the chosen one with its devices. */
export const useRuns = (taskId: string, search: TaskPageSearch) => {
  const runs = useAsk(listTaskRuns, { params: { taskId }, query: { limit: 20 } }, LIVE);
  const runId = search.run ?? runs.data?.items[0]?.id;
  const enabled = runId !== undefined;
  const params = { runId: runId ?? '' };
  return {
    runs,
    runId,
    run: useAsk(
      getTaskRun,
      { params },
      { ...LIVE, enabled, keep: true, refetchMs: ({ state }) => (state === 'finished' ? false : UNDER_WAY_MS) },
    ),
    devices: useAsk(
      listTaskRunDevices,
      {
        params,
        query: { limit: search.limit ?? 50, after: search.after, state: search.state, text: search.text },
      },
      { ...LIVE, enabled, keep: true },
    ),
    cancel: useTell(cancelTaskRun, { changes }),
    pause: useTell(pauseTaskRun, { changes }),
    resume: useTell(resumeTaskRun, { changes }),
    retry: useTell(retryTaskRun, { changes }),
  };
};

/** What one device told of a command. */
export const useCommandDetails = (commandId: string, withOutput: boolean) => ({
  steps: useAsk(listCommandSteps, { params: { commandId } }, LIVE),
  output: useAsk(getCommandOutput, { params: { commandId } }, { ...LIVE, enabled: withOutput }),
});

/** What the form of a task offers. */
export const useTaskChoices = ({
  tenantId,
  findDevices,
  schedule,
  targetIn,
}: {
  tenantId: string | undefined;
  /** Part of a device's name. */
  findDevices: string;
  schedule: TaskSchedule | undefined;
  /** The target as far as it is right, where nothing else is chosen of all managed devices. */
  targetIn(managedGroupId: number | undefined): TaskTarget | undefined;
}) => {
  const ofTenant = { enabled: tenantId !== undefined };
  const groups = useAsk(listGroups, { params: { tenantId: tenantId ?? '' } }, ofTenant);
  const selections = useAsk(listDeviceSelections, {});
  const tasks = useAsk(listTasks, { query: { limit: 200, tenantId: [tenantId ?? ''] } }, ofTenant);
  const devices = useAsk(
    listDevices,
    {
      query: {
        limit: 50,
        tenantId: [tenantId ?? ''],
        text: findDevices || undefined,
        sort: 'name',
        descending: 'false',
      },
    },
    { ...ofTenant, keep: true },
  );
  const types = useAsk(listEventTypes, {});
  const managedGroupId = groups.data?.items.find(({ kind }) => kind === 'managed')?.id;
  const target = targetIn(managedGroupId);
  return {
    options: useAsk(getTaskOptions, {}),
    tenants: useAsk(listTenants, {}, { topics: ['tenants'] }),
    groups: (groups.data?.items ?? []).map(({ id, fullName }) => ({
      value: String(id),
      label: fullName.replace(/\/$/, ''),
    })),
    managedGroupId,
    selections: (selections.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    tasks: (tasks.data?.items ?? []).map(({ id, settings }) => ({ value: id, label: settings.name })),
    devices: (devices.data?.items ?? []).map(({ id, name, groupName }) => ({
      value: id,
      label: name,
      description: groupName,
    })),
    eventTypes: [...new Map((types.data?.items ?? []).map((type) => [type.code, type])).values()]
      .filter(({ code }) => code !== 'KLPRCI_TaskState')
      .map(({ code, displayName }) => ({ value: code, label: displayName, description: code })),
    times: useAsk(
      previewSchedule,
      { body: { schedule: schedule ?? { kind: 'manual' } } },
      { enabled: schedule !== undefined, keep: true },
    ),
    count: useAsk(
      countTaskTarget,
      { body: { tenantId: tenantId ?? '', target: target ?? { kind: 'group', groupId: 0 } } },
      { enabled: tenantId !== undefined && target !== undefined },
    ),
  };
};
export type TaskChoices = ReturnType<typeof useTaskChoices>;
