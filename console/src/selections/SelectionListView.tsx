import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { EventSelection } from '@gatehouse/contract';
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
import { selectionMessages } from './messages.ts';
import { useSelectionWords } from './words.ts';

/** All event selections that the user may use. */
export const SelectionListView = ({
  answer,
  marked,
  onMark,
  onAdd,
  onProperties,
  onDuplicate,
  onResort,
  onToFile,
  onImport,
  onDelete,
}: {
  answer: Answer<{ items: EventSelection[] }>;
  marked: readonly string[];
  onMark(ids: string[]): void;
  onAdd(): void;
  onProperties(selection: EventSelection): void;
  onDuplicate(selection: EventSelection): void;
  onResort(selection: EventSelection): void;
  onToFile(selection: EventSelection): void;
  onImport(file: File): void;
  onDelete(selections: EventSelection[]): void;
}) => {
  const text = useText(selectionMessages);
  const words = useSelectionWords();
  const picker = useRef<HTMLInputElement>(null);
  usePageTitle(text('selections'));
  const ticked = (answer.data?.items ?? []).filter(({ id }) => marked.includes(id));
  const [one] = ticked;
  const only = ticked.length === 1 ? one : undefined;
  const canDelete = ticked.length > 0 && ticked.every(({ predefined, mayChange }) => !predefined && mayChange);
  const columns: Column<EventSelection>[] = [
    {
      id: 'name',
      header: text('name'),
      minWidth: 200,
      cell: ({ id, name }) => <AppLink to={withQuery(paths.events, { selection: id })}>{name}</AppLink>,
    },
    {
      id: 'kind',
      header: text('kind'),
      minWidth: 130,
      cell: ({ predefined, isOwn, ownerName }) =>
        predefined ? text('predefined') : isOwn ? text('own') : text('shared', { name: ownerName }),
    },
    {
      id: 'looksFor',
      header: text('looksFor'),
      minWidth: 240,
      cell: ({ settings }) => <span className="gh-wrap">{words.looksFor(settings)}</span>,
    },
    { id: 'period', header: text('period'), minWidth: 130, cell: ({ settings }) => words.period(settings.filter.time) },
    {
      id: 'sort',
      header: text('sortedBy'),
      minWidth: 150,
      optional: true,
      cell: ({ settings }) => words.sort(settings.sort),
    },
    { id: 'changed', header: text('changed'), minWidth: 130, cell: ({ changedAt }) => <RelativeTime at={changedAt} /> },
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
              { id: 'resort', text: text('resort'), disabled: !only },
              { id: 'duplicate', text: text('duplicate'), disabled: !only },
              { id: 'toFile', text: text('toFile'), disabled: !only },
              { id: 'import', text: text('import') },
            ]}
            onItemClick={({ detail }) => {
              if (detail.id === 'import') picker.current?.click();
              if (!only) return;
              if (detail.id === 'resort') onResort(only);
              if (detail.id === 'duplicate') onDuplicate(only);
              if (detail.id === 'toFile') onToFile(only);
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
