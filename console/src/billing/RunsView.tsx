import type { BillingRun } from '@gatehouse/contract';
import { type Answer, type KeysetPages, ListTable, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { useDayWords } from './looks.tsx';
import { billingMessages } from './messages.ts';

const parts = ['unchanged', 'changed', 'held', 'failed', 'waiting'] as const;
const words = {
  unchanged: 'runUnchanged',
  changed: 'runChanged',
  held: 'runHeld',
  failed: 'runFailed',
  waiting: 'runWaiting',
} as const;

export const RunsView = ({
  answer,
  pages,
  selected,
  onSelect,
}: {
  answer: Answer<{ items: BillingRun[]; next: string | null }>;
  pages: KeysetPages;
  selected: string | undefined;
  onSelect(id: string | undefined): void;
}) => {
  const text = useText(billingMessages);
  const dayWords = useDayWords();
  const stateOf = ({ endedAt, accounts }: BillingRun) =>
    endedAt === null
      ? ({ tone: 'info', word: text('running') } as const)
      : accounts.failed > 0
        ? ({ tone: 'critical', word: text('runFailed') } as const)
        : accounts.held > 0
          ? ({ tone: 'warning', word: text('runHeld') } as const)
          : ({ tone: 'ok', word: text('runDone') } as const);
  return (
    <ListTable
      label={text('runs')}
      description={text('runsHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ day, integrationName }) => `${integrationName} ${day}`}
      pages={pages}
      chosen={{ id: selected, onChoose: onSelect }}
      empty={{ title: text('runsEmpty'), hint: text('runsEmptyHint') }}
      columns={[
        { id: 'day', header: text('day'), minWidth: 120, cell: ({ day }) => dayWords(day) },
        {
          id: 'state',
          header: text('state'),
          minWidth: 130,
          cell: (run) => <StateMark tone={stateOf(run).tone}>{stateOf(run).word}</StateMark>,
        },
        {
          id: 'cause',
          header: text('cause'),
          minWidth: 170,
          cell: ({ cause, startedBy, asksFirst }) =>
            `${cause === 'daily' ? text('daily') : text('person', { who: startedBy ?? '' })}${asksFirst ? `, ${text('asksFirst')}` : ''}`,
        },
        {
          id: 'started',
          header: text('started'),
          minWidth: 120,
          cell: ({ startedAt }) => <RelativeTime at={startedAt} />,
        },
        ...parts.map((part) => ({
          id: part,
          header: text(words[part]),
          minWidth: 90,
          cell: ({ accounts }: BillingRun) => accounts[part] || '',
        })),
        {
          id: 'integration',
          header: text('integration'),
          minWidth: 150,
          cell: ({ integrationName }) => integrationName,
        },
      ]}
    />
  );
};
