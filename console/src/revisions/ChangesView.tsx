import Box from '@cloudscape-design/components/box';
import Table from '@cloudscape-design/components/table';
import type { StateChange } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { revisionMessages } from './messages.ts';

/** A value as people read it; what has parts is written out. */
const ValueView = ({ value, isThere }: { value: unknown; isThere: boolean }) => {
  const text = useText(revisionMessages);
  if (!isThere) return <Box color="text-status-inactive">{text('notThere')}</Box>;
  if (value === null) return <>{text('none')}</>;
  if (typeof value === 'boolean') return <>{text(value ? 'yes' : 'no')}</>;
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each !== 'object')) {
    return <span className="gh-wrap">{value.join(', ')}</span>;
  }
  if (typeof value === 'object') return <code className="gh-wrap">{JSON.stringify(value, null, 2)}</code>;
  return <span className="gh-wrap">{String(value)}</span>;
};

/** A difference as a table: where, the old value, the new one. */
export const ChangesView = ({
  changes,
  label,
  titles,
}: {
  changes: readonly StateChange[];
  /** Names the table. */
  label: string;
  /** Over the old and the new values. */
  titles: { before: string; after: string };
}) => {
  const text = useText(revisionMessages);
  if (changes.length === 0) return <Box>{text('noChanges')}</Box>;
  const whereOf = ({ path, what }: StateChange) => [
    ...(path.length > 0 ? path : [text('whole')]),
    ...(what === 'order' ? [text('otherOrder')] : []),
  ];
  return (
    <Table
      variant="embedded"
      wrapLines
      items={[...changes]}
      trackBy={(change) => JSON.stringify([change.path, change.what])}
      ariaLabels={{ tableLabel: label }}
      columnDefinitions={[
        {
          id: 'where',
          header: text('where'),
          isRowHeader: true,
          minWidth: 180,
          cell: (change) => <span className="gh-wrap">{whereOf(change).join(' › ')}</span>,
        },
        {
          id: 'before',
          header: titles.before,
          minWidth: 160,
          cell: ({ before, what }) => <ValueView value={before} isThere={what !== 'added'} />,
        },
        {
          id: 'after',
          header: titles.after,
          minWidth: 160,
          cell: ({ after, what }) => <ValueView value={after} isThere={what !== 'removed'} />,
        },
      ]}
    />
  );
};
