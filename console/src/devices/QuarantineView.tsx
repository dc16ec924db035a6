import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Device } from '@gatehouse/contract';
import { ListTable, RelativeTime, useMay, useText } from '../platform/index.ts';
import { answered } from './answered.ts';
import { deviceMessages } from './messages.ts';
import { useSizes } from './sizes.ts';

export type QuarantineAct = 'restore' | 'delete';

/** Objects that the agent moved away, and what can be done with those that are ticked. */
export const QuarantineView = ({
  facts,
  marked,
  onMark,
  onAct,
}: {
  facts: Device['facts'];
  marked: readonly string[];
  onMark(ids: string[]): void;
  onAct(act: QuarantineAct): void;
}) => {
  const text = useText(deviceMessages);
  const may = useMay();
  const { decimal } = useSizes();
  const items = facts.quarantine ?? [];
  const chosen = marked.filter((each) => items.some(({ id }) => id === each));
  const isUnknown = facts.quarantine === undefined;
  return (
    <ListTable
      label={text('quarantineTitle')}
      description={text('quarantineHint')}
      answer={answered(items)}
      idOf={({ id }) => id}
      nameOf={({ path }) => path}
      empty={{
        title: text(isUnknown ? 'quarantineUnknown' : 'quarantineEmpty'),
        hint: text(isUnknown ? 'quarantineUnknownHint' : 'quarantineEmptyHint'),
      }}
      {...(may('devices:command') && { marked: { ids: chosen, onMark } })}
      actions={
        may('devices:command') &&
        items.length > 0 && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button disabled={chosen.length === 0} onClick={() => onAct('restore')}>
              {text('restore')}
            </Button>
            <Button disabled={chosen.length === 0} onClick={() => onAct('delete')}>
              {text('deleteForGood')}
            </Button>
          </SpaceBetween>
        )
      }
      columns={[
        {
          id: 'path',
          header: text('threatObject'),
          cell: ({ path }) => <span className="gh-wrap">{path}</span>,
          minWidth: 220,
        },
        { id: 'threat', header: text('threatName'), cell: ({ threatName }) => threatName, minWidth: 150 },
        { id: 'size', header: text('size'), cell: ({ sizeBytes }) => decimal(sizeBytes), minWidth: 90 },
        {
          id: 'moved',
          header: text('movedAway'),
          cell: ({ quarantinedAt }) => <RelativeTime at={quarantinedAt} />,
          minWidth: 120,
        },
      ]}
    />
  );
};
