import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Task } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import {
  type Answer,
  AppLink,
  type Column,
  type KeysetPages,
  ListTable,
  paths,
  RelativeTime,
  useMay,
  useText,
} from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { RunProgress } from './RunProgress.tsx';
import { useTaskWords } from './words.ts';

/** Tasks with how their last run goes; also a part of the pages of groups and devices. */
export const TaskTableView = ({
  answer,
  label,
  variant,
  withClient,
  filter,
  isFiltered,
  pages,
  settings,
  actions,
  starting,
  onClearFilters,
  onStart,
}: {
  answer: Answer<{ items: Task[]; next: string | null }>;
  label: string;
  variant?: 'full-page' | 'container';
  withClient: boolean;
  filter?: ReactNode;
  isFiltered?: boolean;
  pages?: KeysetPages;
  settings?: Parameters<typeof ListTable<Task>>[0]['settings'];
  actions?: ReactNode;
  /** Id of the task that is being started. */
  starting: string | null;
  onClearFilters?(): void;
  onStart(task: Task): void;
}) => {
  const text = useText(taskMessages);
  const mayWrite = useMay()('tasks:write');
  const { scheduleOf } = useTaskWords();
  const columns: Column<Task>[] = [
    {
      id: 'name',
      header: text('name'),
      minWidth: 160,
      cell: ({ id, settings: { name } }) => (
        <span className="gh-wrap">
          <AppLink to={paths.task(id)}>{name}</AppLink>
        </span>
      ),
    },
    {
      id: 'lastRun',
      header: text('lastRun'),
      minWidth: 220,
      cell: ({ lastRun }) =>
        lastRun ? (
          <>
            <RunProgress run={lastRun} />
            <div>
              <RelativeTime at={lastRun.startedAt} />
            </div>
          </>
        ) : (
          text('neverRun')
        ),
    },
    {
      id: 'type',
      header: text('type'),
      minWidth: 130,
      cell: ({ settings: task }) => <span className="gh-wrap">{text(task.work.type)}</span>,
    },
    {
      id: 'target',
      header: text('target'),
      minWidth: 140,
      cell: ({ targetText }) => <span className="gh-wrap">{targetText}</span>,
    },
    ...(withClient
      ? [{ id: 'client', header: text('client'), minWidth: 120, cell: ({ tenantName }: Task) => tenantName }]
      : []),
    {
      id: 'schedule',
      header: text('schedule'),
      minWidth: 150,
      cell: ({ settings: task, nextRunAt }) => (
        <span className="gh-wrap">
          {scheduleOf(task)}
          {nextRunAt && (
            <div>
              {text('next')} <RelativeTime at={nextRunAt} />
            </div>
          )}
        </span>
      ),
    },
    ...(mayWrite
      ? [
          {
            id: 'start',
            header: text('start'),
            minWidth: 90,
            cell: (task: Task) => (
              <Button
                variant="inline-link"
                ariaLabel={`${text('start')}: ${task.settings.name}`}
                loading={starting === task.id}
                onClick={() => onStart(task)}
              >
                {text('start')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <ListTable
      variant={variant ?? 'container'}
      label={label}
      {...(variant === 'full-page' && { description: text('hint') })}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ settings: { name } }) => name}
      columns={columns}
      filter={filter}
      isFiltered={isFiltered ?? false}
      onClearFilters={onClearFilters}
      pages={pages}
      settings={settings}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {actions}
        </SpaceBetween>
      }
      empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: actions }}
    />
  );
};
