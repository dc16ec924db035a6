import type { TaskRun } from '@gatehouse/contract';
import { type Answer, ListTable, RelativeTime, useText } from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { RunProgress } from './RunProgress.tsx';
import { useTaskWords } from './words.ts';

/** The newest runs of a task; the chosen one is shown above. */
export const RunListView = ({
  answer,
  runId,
  onChoose,
}: {
  answer: Answer<{ items: TaskRun[]; next: string | null }>;
  runId: string | undefined;
  onChoose(runId: string | undefined): void;
}) => {
  const text = useText(taskMessages);
  const { causeOf } = useTaskWords();
  return (
    <ListTable
      label={text('otherRuns')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ number }) => text('run', { number })}
      chosen={{ id: runId, onChoose }}
      empty={{ title: text('noRunsTitle'), hint: text('noRunsHint') }}
      columns={[
        { id: 'number', header: text('runs'), minWidth: 90, cell: ({ number }) => text('run', { number }) },
        { id: 'state', header: text('state'), minWidth: 220, cell: (run) => <RunProgress run={run} /> },
        {
          id: 'started',
          header: text('startedAt'),
          minWidth: 120,
          cell: ({ startedAt }) => <RelativeTime at={startedAt} />,
        },
        {
          id: 'why',
          header: text('startedWhy'),
          minWidth: 160,
          cell: (run) => <span className="gh-wrap">{causeOf(run)}</span>,
        },
        { id: 'devices', header: text('devices'), minWidth: 90, cell: ({ devices }) => String(devices) },
      ]}
    />
  );
};
