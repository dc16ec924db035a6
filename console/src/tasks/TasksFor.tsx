import Button from '@cloudscape-design/components/button';
import type { TaskTarget, TaskWork } from '@gatehouse/contract';
import {
  ProblemAlert,
  paths,
  useAddress,
  useFollow,
  useGo,
  useMay,
  useSay,
  useText,
  withQuery,
} from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { TaskTableView } from './TaskTableView.tsx';
import { useTaskActs, useTasksFor } from './useTasks.ts';

/**
 * The tasks of a group, or those for a device, as a part of its page: with a quick scan and an update at hand.
 *
 * @param groupId the tasks of exactly this group
 * @param deviceId the device's own tasks, those of its groups, and all that had a run on it
 */
export const TasksFor = ({
  tenantId,
  name,
  ...of
}: {
  tenantId: string;
  /** Of the group or the device. */
  name: string;
} & ({ groupId: number; deviceId?: undefined } | { deviceId: string; groupId?: undefined })) => {
  const text = useText(taskMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const follow = useFollow();
  const mayWrite = useMay()('tasks:write');
  const tasks = useTasksFor({ tenantId, ...of });
  const { add, start } = useTaskActs();
  const target: TaskTarget =
    of.groupId === undefined
      ? { kind: 'device', deviceId: of.deviceId }
      : { kind: 'group', groupId: of.groupId, withSubgroups: true };
  const now = (work: TaskWork, title: string) => {
    // The same again is another run of the same task, not another task.
    const known = tasks.data?.items.find(
      ({ settings }) =>
        settings.name === title &&
        settings.work.type === work.type &&
        JSON.stringify(settings.target) === JSON.stringify(target),
    );
    const onSuccess = (taskId: string, runId: string | null) => {
      say({ type: 'success', content: text('started', { name: title }) });
      go(address(withQuery(paths.task(taskId), { run: runId ?? undefined })));
    };
    if (known) {
      const params = { taskId: known.id };
      start.mutate({ params, body: {} }, { onSuccess: ({ runId }) => onSuccess(known.id, runId) });
    } else {
      const settings = { name: title, work, target };
      add.mutate(
        { body: { tenantId, settings, start: true } },
        { onSuccess: ({ task, runId }) => onSuccess(task.id, runId) },
      );
    }
  };
  const isBusy = add.isPending || start.isPending;
  const title = name.slice(0, 70);
  return (
    <>
      <ProblemAlert problem={add.error ?? start.error} />
      <TaskTableView
        label={text('tasksOf')}
        answer={tasks}
        withClient={false}
        starting={start.isPending ? (start.variables?.params.taskId ?? null) : null}
        onStart={(task) =>
          start.mutate(
            { params: { taskId: task.id }, body: {} },
            { onSuccess: () => say({ type: 'success', content: text('started', { name: task.settings.name }) }) },
          )
        }
        actions={
          mayWrite && (
            <>
              <Button
                loading={isBusy}
                onClick={() => now({ type: 'scan', mode: 'quick', folders: [] }, text('quickScanOf', { name: title }))}
              >
                {text('scanNow')}
              </Button>
              <Button
                loading={isBusy}
                onClick={() => now({ type: 'update-databases' }, text('updateOf', { name: title }))}
              >
                {text('updateNow')}
              </Button>
              <Button
                href={address(
                  withQuery(paths.taskNew, {
                    client: tenantId,
                    group: of.groupId === undefined ? undefined : String(of.groupId),
                    device: of.deviceId,
                    deviceName: of.deviceId && name,
                  }),
                )}
                onFollow={follow}
              >
                {text('add')}
              </Button>
            </>
          )
        }
      />
    </>
  );
};
