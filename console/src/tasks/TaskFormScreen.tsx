import type { Task } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import {
  issueOf as issueFrom,
  Loaded,
  paths,
  UnsavedGuard,
  urlNumber,
  urlText,
  useAddress,
  useGo,
  useSay,
  useTenantScope,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { checkTask, newTask, rightParts, type TypedTask, typedOf } from './form.ts';
import { taskMessages } from './messages.ts';
import { TaskFormView } from './TaskFormView.tsx';
import { useTask, useTaskActs, useTaskChoices } from './useTasks.ts';

/** A new task can begin with a client, a group or a device that come in the address. */
const FormSearch = z.object({ client: urlText, group: urlNumber, device: urlText, deviceName: urlText });

/** A new task at `/tasks/new`, else a saved one. */
export const TaskFormScreen = () => {
  const { taskId } = useParams({ strict: false }) as { taskId?: string };
  const saved = useTask(taskId);
  if (taskId === undefined) return <TaskForm key="new" task={null} />;
  return <Loaded of={saved}>{(task) => <TaskForm key={task.id} task={task} />}</Loaded>;
};

const TaskForm = ({ task }: { task: Task | null }) => {
  const text = useText(taskMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const scope = useTenantScope();
  const [search] = useUrlState(FormSearch);
  const [typed, setTyped] = useState<TypedTask>(() => {
    if (task) return typedOf(task, (id) => (task.settings.target.kind === 'device' ? task.targetText : id), new Date());
    const { client = scope, group, device, deviceName } = search;
    return newTask(
      {
        ...(client && { tenantId: client }),
        ...(group !== undefined && { groupId: group }),
        ...(device && { device: { id: device, name: deviceName ?? device } }),
      },
      new Date(),
    );
  });
  const [isDirty, setDirty] = useState(false);
  const [tried, setTried] = useState(false);
  const [found, setFound] = useState('');
  const [leaveTo, setLeaveTo] = useState<string>();
  const acts = useTaskActs();
  // Most tasks are for all devices of a client.
  const withGroup = (managedGroupId: number | undefined): TypedTask => ({
    ...typed,
    groupId: typed.groupId || (task || managedGroupId === undefined ? '' : String(managedGroupId)),
  });
  const choices = useTaskChoices({
    tenantId: typed.tenantId || undefined,
    findDevices: found,
    schedule: rightParts(typed).schedule,
    targetIn: (managedGroupId) => rightParts(withGroup(managedGroupId)).target,
  });
  // Names of chosen devices come with the list of devices, which is read after the task.
  const devices = typed.devices.map(
    (device) => choices.devices.find(({ value }) => value === device.value && device.label === value) ?? device,
  );
  const shown: TypedTask = { ...withGroup(choices.managedGroupId), devices };
  const checked = checkTask(shown);
  const problem = acts.add.error ?? acts.change.error;
  const issueOf = (...path: string[]): string | undefined => {
    if (!tried) return undefined;
    if (path[0] === 'tenantId') return shown.tenantId === '' ? text('chooseClient') : undefined;
    const issue = checked.error?.issues.find((each) => path.every((part, at) => each.path[at] === part));
    return issue?.message ?? issueFrom(problem, path.join('.'));
  };
  // Only when the guard has seen that nothing is unsaved any more: its effects come before these.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each target
  useEffect(() => {
    if (leaveTo) go(leaveTo);
  }, [leaveTo]);

  const leave = (to: string) => setLeaveTo(address(to));
  const save = (start: boolean) => {
    setTried(true);
    acts.add.reset();
    acts.change.reset();
    if (!checked.success || shown.tenantId === '') return;
    const body = checked.data;
    if (task) {
      acts.change.mutate(
        { params: { taskId: task.id }, body },
        {
          onSuccess: () => {
            say({ type: 'success', content: text('saved', { name: body.name }) });
            leave(paths.task(task.id));
          },
        },
      );
    } else {
      acts.add.mutate(
        { body: { tenantId: shown.tenantId, settings: body, start } },
        {
          onSuccess: ({ task: added, runId }) => {
            say({ type: 'success', content: text(runId ? 'started' : 'saved', { name: body.name }) });
            leave(withQuery(paths.task(added.id), { run: runId ?? undefined }));
          },
        },
      );
    }
  };
  return (
    <>
      <UnsavedGuard isUnsaved={isDirty && leaveTo === undefined} />
      <TaskFormView
        title={task ? `${text('edit')}: ${task.settings.name}` : text('add')}
        isSaved={task !== null}
        isBusy={acts.add.isPending || acts.change.isPending}
        problem={problem}
        typed={shown}
        choices={choices}
        issueOf={issueOf}
        onFindDevices={setFound}
        onChange={(part) => {
          setTyped((before) => ({ ...before, ...part }));
          setDirty(true);
        }}
        onSave={save}
        onCancel={() => go(address(task ? paths.task(task.id) : paths.tasks))}
      />
    </>
  );
};
