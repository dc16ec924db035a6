import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DeviceSelection } from '@gatehouse/contract';
import { useRef } from 'react';
import {
  type Answer,
  AppLink,
  type Column,
  ListTable,
  paths,
  RelativeTime,
  usePageTitle,
  useText,
  withQuery,
} from '../platform/index.ts';
import { deviceSelectionMessages } from './messages.ts';
import { useDeviceSelectionWords } from './words.ts';

/** All device selections that the user may use. */
export const DeviceSelectionListView = ({
  answer,
  marked,
  onMark,
  onAdd,
  onProperties,
  onDuplicate,
  onHistory,
  onToFile,
  onImport,
  onDelete,
}: {
  answer: Answer<{ items: DeviceSelection[] }>;
  marked: readonly string[];
  onMark(ids: string[]): void;
  onAdd(): void;
  onProperties(selection: DeviceSelection): void;
  onDuplicate(selection: DeviceSelection): void;
  onHistory(selection: DeviceSelection): void;
  onToFile(selection: DeviceSelection): void;
  onImport(file: File): void;
  onDelete(selections: DeviceSelection[]): void;
}) => {
  const text = useText(deviceSelectionMessages);
  const words = useDeviceSelectionWords();
  const picker = useRef<HTMLInputElement>(null);
  usePageTitle(text('selections'));
  const ticked = (answer.data?.items ?? []).filter(({ id }) => marked.includes(id));
  const [one] = ticked;
  const only = ticked.length === 1 ? one : undefined;
  const canDelete = ticked.length > 0 && ticked.every(({ mayChange }) => mayChange);
  const columns: Column<DeviceSelection>[] = [
    {
      id: 'name',
      header: text('name'),
      minWidth: 220,
      cell: ({ id, name }) => <AppLink to={withQuery(paths.devices, { selection: id })}>{name}</AppLink>,
    },
    {
      id: 'kind',
      header: text('kind'),
      minWidth: 130,
      cell: ({ predefined, isOwn, ownerName }) =>
        predefined ? text('predefined') : isOwn ? text('own') : text('shared', { name: ownerName ?? '' }),
    },
    {
      id: 'looksFor',
      header: text('looksFor'),
      minWidth: 260,
      cell: ({ settings }) => <span className="gh-wrap">{words.looksFor(settings)}</span>,
    },
    {
      id: 'sort',
      header: text('sortedBy'),
      minWidth: 150,
      optional: true,
      cell: ({ settings }) => words.sort(settings),
    },
    {
      id: 'changed',
      header: text('changed'),
      minWidth: 130,
      cell: ({ changedAt }) => (changedAt === null ? '' : <RelativeTime at={changedAt} />),
    },
  ];
  return (
    <ListTable
      variant="full-page"
      label={text('selections')}
      description={text('selectionsHint')}
      answer={answer}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      marked={{ ids: marked, onMark }}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <ButtonDropdown
            items={[
              { id: 'duplicate', text: text('duplicate'), disabled: !only },
              { id: 'toFile', text: text('toFile'), disabled: !only },
              { id: 'import', text: text('import') },
              { id: 'history', text: text('history'), disabled: !only || only.predefined },
            ]}
            onItemClick={({ detail }) => {
              if (detail.id === 'import') picker.current?.click();
              if (!only) return;
              if (detail.id === 'duplicate') onDuplicate(only);
              if (detail.id === 'toFile') onToFile(only);
              if (detail.id === 'history') onHistory(only);
            }}
            expandToViewport
          >
            {text('acts')}
          </ButtonDropdown>
          <Button disabled={!canDelete} onClick={() => onDelete(ticked)}>
            {text('delete')}
          </Button>
          <Button disabled={!only} onClick={() => only && onProperties(only)}>
            {text('properties')}
          </Button>
          <Button variant="primary" onClick={onAdd}>
            {text('add')}
          </Button>
          <input
            ref={picker}
            type="file"
            accept="application/json,.json"
            hidden
            aria-label={text('import')}
            onChange={({ target }) => {
              const file = target.files?.[0];
              // The same file can be chosen once more.
              target.value = '';
              if (file) onImport(file);
            }}
          />
        </SpaceBetween>
      }
    />
  );
};
