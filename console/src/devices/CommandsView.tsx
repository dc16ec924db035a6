import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { Device } from '@gatehouse/contract';
import { type Answer, ListTable, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

type Command = Device['commands'][number];
const looks = {
  waiting: { tone: 'none', word: 'commandWaiting' },
  taken: { tone: 'info', word: 'commandTaken' },
  running: { tone: 'info', word: 'commandRunning' },
  completed: { tone: 'ok', word: 'commandCompleted' },
  'completed-with-warnings': { tone: 'warning', word: 'commandCompletedWithWarnings' },
  suspended: { tone: 'warning', word: 'commandSuspended' },
  cancelled: { tone: 'none', word: 'commandCancelled' },
  failed: { tone: 'critical', word: 'commandFailed' },
  expired: { tone: 'warning', word: 'commandExpired' },
} as const satisfies Record<Command['state'], unknown>;

export const CommandsView = ({ answer }: { answer: Answer<{ items: Command[] }> }) => {
  const text = useText(deviceMessages);
  return (
    <ListTable
      label={text('commandsTitle')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ displayName }) => displayName}
      empty={{ title: text('commandsEmptyTitle'), hint: text('commandsEmptyHint') }}
      columns={[
        { id: 'name', header: text('command'), cell: ({ displayName }) => displayName, minWidth: 140 },
        {
          id: 'state',
          header: text('state'),
          cell: ({ state }) => <StateMark tone={looks[state].tone}>{text(looks[state].word)}</StateMark>,
          minWidth: 160,
        },
        {
          id: 'progress',
          header: text('progress'),
          minWidth: 180,
          cell: ({ state, completedPercent, displayName }) =>
            state === 'running' && completedPercent !== null ? (
              <ProgressBar value={completedPercent} ariaLabel={displayName} variant="standalone" />
            ) : (
              ''
            ),
        },
        { id: 'given', header: text('given'), cell: ({ createdAt }) => <RelativeTime at={createdAt} />, minWidth: 120 },
        { id: 'by', header: text('givenBy'), cell: ({ givenBy }) => givenBy },
        { id: 'result', header: text('result'), cell: ({ result }) => <span className="gh-wrap">{result ?? ''}</span> },
      ]}
    />
  );
};
