import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Task, TaskRun } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  AppLink,
  AskFirst,
  ExactTime,
  Loaded,
  Page,
  ProblemAlert,
  paths,
  useAddress,
  useFollow,
  useGo,
  useKeysetPages,
  useMay,
  useSay,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { CommandPart } from './CommandPart.tsx';
import { taskMessages } from './messages.ts';
import { RunDevicesView } from './RunDevicesView.tsx';
import { RunListView } from './RunListView.tsx';
import { type RunAct, RunView } from './RunView.tsx';
import { TaskPageSearch, useRuns, useTask, useTaskActs } from './useTasks.ts';
import { useTaskWords } from './words.ts';

export const TaskScreen = () => {
  const { taskId = '' } = useParams({ strict: false }) as { taskId?: string };
  const task = useTask(taskId);
  return <Loaded of={task}>{(known) => <TaskPage key={known.id} task={known} />}</Loaded>;
};

const TaskPage = ({ task }: { task: Task }) => {
  const text = useText(taskMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const follow = useFollow();
  const mayWrite = useMay()('tasks:write');
  const { scheduleOf } = useTaskWords();
  const [search, change] = useUrlState(TaskPageSearch);
  const pages = useKeysetPages(search.after);
  const acts = useTaskActs();
  const calls = useRuns(task.id, search);
  const [asked, setAsked] = useState<'remove' | TaskRun | null>(null);
  const { name, work } = task.settings;
  const chosen = calls.devices.data?.items.find(({ commandId }) => commandId === search.selected);
  const busy = (['cancel', 'pause', 'resume', 'retry'] as const).find((act) => calls[act].isPending) ?? null;
  const problems = [acts.start, calls.cancel, calls.pause, calls.resume, calls.retry];

  const start = () =>
    acts.start.mutate(
      { params: { taskId: task.id }, body: {} },
      {
        onSuccess: ({ runId }) => {
          say({ type: 'success', content: text('started', { name }) });
          change({ run: runId, state: undefined, text: undefined });
        },
      },
    );
  const request = (run: TaskRun, act: Exclude<RunAct, 'retry'>) =>
    calls[act].mutate(
      { params: { runId: run.id }, body: {} },
      {
        onSuccess: () => {
          setAsked(null);
          say({ type: 'success', content: text('requested') });
        },
      },
    );
  const onAct = (run: TaskRun) => (act: RunAct) => {
    for (const each of problems) each.reset();
    if (act === 'cancel') setAsked(run);
    else if (act === 'retry') {
      calls.retry.mutate(
        { params: { runId: run.id } },
        {
          onSuccess: ({ runId }) => {
            say({ type: 'success', content: text('retried') });
            change({ run: runId, state: undefined, text: undefined });
          },
        },
      );
    } else request(run, act);
  };
  return (
    <Page
      title={name}
      isThing
      description={text(work.type)}
      actions={
        mayWrite && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button href={address(paths.taskEdit(task.id))} onFollow={follow}>
              {text('edit')}
            </Button>
            <Button onClick={() => setAsked('remove')}>{text('remove')}</Button>
            <Button variant="primary" loading={acts.start.isPending} onClick={start}>
              {text('startNow')}
            </Button>
          </SpaceBetween>
        )
      }
    >
      {asked === null && <ProblemAlert problem={problems.find(({ error }) => error)?.error} />}
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('target'), value: <span className="gh-wrap">{task.targetText}</span> },
            { label: text('client'), value: <AppLink to={paths.tenant(task.tenantId)}>{task.tenantName}</AppLink> },
            { label: text('schedule'), value: <span className="gh-wrap">{scheduleOf(task.settings)}</span> },
            { label: text('nextRun'), value: task.nextRunAt ? <ExactTime at={task.nextRunAt} /> : text('manual') },
            { label: text('number'), value: String(task.number) },
            { label: text('createdBy'), value: task.createdBy },
            {
              label: text('history'),
              value: (
                <AppLink to={withQuery(paths.revisions, { kind: 'task', objectId: task.id })}>
                  <ExactTime at={task.changedAt} />
                </AppLink>
              ),
            },
            ...(work.type === 'run-script'
              ? [
                  { label: text('scriptHash'), value: <code className="gh-wrap">{task.scriptSha256}</code> },
                  {
                    label: `${text('script')} (${work.interpreter})`,
                    value: <pre className="gh-code">{work.body}</pre>,
                  },
                ]
              : []),
          ]}
        />
      </Container>
      {calls.runId !== undefined && (
        <Loaded of={calls.run}>
          {(run) => (
            <SpaceBetween size="l">
              <RunView run={run} busy={busy} onAct={onAct(run)} />
              <RunDevicesView answer={calls.devices} search={search} pages={pages} onChange={change} />
            </SpaceBetween>
          )}
        </Loaded>
      )}
      <RunListView
        answer={calls.runs}
        runId={calls.runId}
        onChoose={(run) => change({ run, state: undefined, text: undefined })}
      />
      {chosen && <CommandPart device={chosen} type={work.type} onClose={() => change({ selected: undefined })} />}
      {asked === 'remove' && (
        <AskFirst
          title={text('removeTitle')}
          confirm={text('removeTitle')}
          isBusy={acts.remove.isPending}
          problem={acts.remove.error}
          onCancel={() => setAsked(null)}
          onConfirm={() =>
            acts.remove.mutate(
              { params: { taskId: task.id } },
              {
                onSuccess: () => {
                  say({ type: 'success', content: text('removed', { name }) });
                  go(address(paths.tasks));
                },
              },
            )
          }
        >
          <p>{text('removeAsk', { name })}</p>
        </AskFirst>
      )}
      {asked !== null && asked !== 'remove' && (
        <AskFirst
          title={text('cancelAskTitle')}
          confirm={text('cancelAskTitle')}
          isBusy={calls.cancel.isPending}
          problem={calls.cancel.error}
          onCancel={() => setAsked(null)}
          onConfirm={() => request(asked, 'cancel')}
        >
          <p>
            {text('cancelAsk', {
              waiting: asked.counts.pending,
              running: asked.counts.scheduled + asked.counts.running + asked.counts.paused,
            })}
          </p>
        </AskFirst>
      )}
    </Page>
  );
};
