import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { objectKinds, type Revision } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  FilterBox,
  type KeysetPages,
  ListTable,
  paths,
  RelativeTime,
  useAddress,
  useGo,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { revisionMessages } from './messages.ts';
import { historyPath, pageOfObject } from './objects.ts';
import type { RevisionSearch } from './useRevisions.ts';
import { useRevisionWords } from './words.ts';

export const RevisionListView = ({
  answer,
  search,
  chosen,
  pages,
  onChange,
}: {
  answer: Answer<{ items: Revision[]; next: string | null }>;
  search: RevisionSearch;
  chosen: Revision | undefined;
  pages: KeysetPages;
  onChange(search: Partial<RevisionSearch>): void;
}) => {
  const text = useText(revisionMessages);
  const words = useRevisionWords();
  const go = useGo();
  const address = useAddress();
  const rows = answer.data?.items ?? [];
  const isOfObject = search.kind !== undefined && search.object !== undefined;
  const [first] = rows;
  const name = first?.objectName ?? (search.kind ? words.kind(search.kind) : '');
  const title = isOfObject ? text('historyOf', { name }) : text('revisions');
  usePageTitle(title);
  const place = isOfObject && first ? pageOfObject({ ...first, id: first.objectId }) : null;
  const plain = (header: string, id: string, cell: (row: Revision) => string) => ({
    ...{ id, header, cell, minWidth: 110 },
  });
  return (
    <ListTable
      variant="full-page"
      label={title}
      description={
        isOfObject && search.kind ? `${words.kind(search.kind)}. ${text('historyOfObject')}` : text('description')
      }
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ objectName, number }) => text('revisionTitle', { name: objectName, number })}
      isFiltered={!isOfObject && (search.kind !== undefined || search.actor !== undefined)}
      onClearFilters={() => onChange({ kind: undefined, actor: undefined })}
      actions={
        isOfObject && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button onClick={() => go(address(paths.revisions))}>{text('allObjects')}</Button>
            {place && <Button onClick={() => go(address(place))}>{text('goToObject')}</Button>}
          </SpaceBetween>
        )
      }
      filter={
        isOfObject ? undefined : (
          <FilterBox
            label={text('revisions')}
            placeholder={text('filterHint')}
            withText={false}
            values={{ kind: search.kind, actor: search.actor }}
            properties={[
              {
                key: 'kind',
                label: text('kind'),
                single: true,
                options: objectKinds.map((value) => ({ value, label: words.kind(value) })),
              },
              {
                key: 'actor',
                label: text('actor'),
                single: true,
                options: [...new Set(rows.map(({ actor }) => actor))].map((value) => ({ value, label: value })),
              },
            ]}
            onChange={({ kind, actor }) => onChange({ kind, actor } as Partial<RevisionSearch>)}
          />
        )
      }
      empty={
        isOfObject
          ? { title: text('emptyObjectTitle'), hint: text('emptyObjectHint') }
          : { title: text('emptyTitle'), hint: text('emptyHint') }
      }
      pages={pages}
      chosen={{ id: chosen?.id, onChoose: (selected) => onChange({ selected }) }}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
      columns={[
        ...(isOfObject
          ? []
          : [
              {
                id: 'object',
                header: text('object'),
                minWidth: 200,
                cell: (row: Revision) => (
                  <AppLink to={historyPath({ kind: row.kind, id: row.objectId })}>
                    <span className="gh-cell">{row.objectName}</span>
                  </AppLink>
                ),
              },
              { id: 'kind', header: text('kind'), minWidth: 150, cell: (row: Revision) => words.kind(row.kind) },
            ]),
        { id: 'number', header: text('number'), minWidth: 90, cell: ({ number }) => number },
        { id: 'when', header: text('when'), minWidth: 120, cell: ({ at }) => <RelativeTime at={at} /> },
        plain(text('actor'), 'actor', ({ actor }) => actor),
        { id: 'action', header: text('action'), minWidth: 160, cell: (row) => words.action(row) },
        {
          id: 'description',
          header: text('descriptionOf'),
          minWidth: 160,
          cell: ({ description }) => <span className="gh-cell">{description}</span>,
        },
        plain(text('address'), 'address', ({ address: from }) => from ?? ''),
      ]}
    />
  );
};
