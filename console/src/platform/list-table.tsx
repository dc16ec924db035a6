import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { type ReactNode, useRef } from 'react';
import { useDisplay } from './display.tsx';
import { EmptyState } from './empty-state.tsx';
import type { Answer } from './loaded.tsx';
import { platformMessages } from './messages.ts';
import { ProblemAlert } from './problem-alert.tsx';
import { useShortcuts } from './shortcuts.tsx';
import { useText } from './texts.ts';
import type { KeysetPages } from './url-state.ts';

export interface Column<T> {
  id: string;
  header: string;
  cell(row: T): ReactNode;
  /** Drawn only when it is asked for in the list's settings. */
  optional?: boolean;
  sortable?: boolean;
  width?: number;
  minWidth?: number;
}

export interface ListTableProps<T> {
  /** Names the list, as `Devices`; is its heading and its table's name. */
  label: string;
  /** One sentence below the heading. */
  description?: string;
  answer: Answer<{ items: T[]; next?: string | null; total?: number }>;
  columns: readonly Column<T>[];
  idOf(row: T): string;
  nameOf(row: T): string;
  filter?: ReactNode;
  isFiltered?: boolean;
  onClearFilters?(): void;
  empty: { title: string; hint: string; action?: ReactNode };
  actions?: ReactNode;
  sort?: { by: string; descending: boolean; onSort(by: string, descending: boolean): void };
  pages?: KeysetPages;
  /** The chosen row, shown in the split panel. */
  chosen?: { id: string | undefined; onChoose(id: string | undefined): void; onOpen?(row: T): void };
  /** Rows can be ticked, for acts upon several; the chosen one is opened by a click or by keyboard then. */
  marked?: { ids: readonly string[]; onMark(ids: string[]): void };
  settings?: {
    limit?: number;
    /** Ids with commas between. */
    columns: string | undefined;
    onChange(settings: { limit: number | undefined; columns: string | undefined }): void;
  };
  variant?: 'full-page' | 'container' | 'borderless' | 'embedded';
}

const DEFAULT_LIMIT = 50;
const LIMITS = [20, 50, 100, 200];

const shownColumns = <T,>(columns: readonly Column<T>[], asked: string | undefined): string[] => {
  const known = asked?.split(',').filter((id) => columns.some((column) => column.id === id)) ?? [];
  return known.length > 0 ? known : columns.filter(({ optional }) => !optional).map(({ id }) => id);
};

/** A list, the same everywhere: waiting, failing, empty, filtered to nothing, or rows that `j` and `k` walk through. */
export const ListTable = <T,>({
  label,
  description,
  answer,
  columns,
  idOf,
  nameOf,
  filter,
  isFiltered = false,
  onClearFilters,
  empty,
  actions,
  sort,
  pages,
  chosen,
  marked,
  settings,
  variant = 'container',
}: ListTableProps<T>) => {
  const text = useText(platformMessages);
  const { display } = useDisplay();
  const frame = useRef<HTMLDivElement>(null);
  const { data, error } = answer;
  const rows = data?.items ?? [];
  const failed = Boolean(error) && data === undefined && !answer.isFetching;
  const shown = shownColumns(columns, settings?.columns);

  const step = (by: 1 | -1) => {
    if (!chosen || rows.length === 0) return;
    const at = rows.findIndex((row) => idOf(row) === chosen.id);
    const to = Math.min(Math.max(at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by, 0), rows.length - 1);
    const row = rows[to];
    if (!row) return;
    chosen.onChoose(idOf(row));
    const inputs = 'tbody tr[data-selection-item=item] :is(input[type=radio], input[type=checkbox])';
    frame.current?.querySelectorAll<HTMLElement>(inputs)[to]?.focus();
  };
  const current = rows.find((row) => idOf(row) === chosen?.id);
  useShortcuts(
    chosen
      ? [
          { keys: 'j', label: text('shortcutNext'), run: () => step(1) },
          { keys: 'k', label: text('shortcutPrevious'), run: () => step(-1) },
          ...(chosen.onOpen
            ? [{ keys: 'Enter', label: text('shortcutOpen'), run: () => current && chosen.onOpen?.(current) }]
            : []),
        ]
      : [],
  );

  const counter = data ? `(${data.total ?? `${rows.length}${data.next ? '+' : ''}`})` : undefined;
  const emptyBox = failed ? (
    <ProblemAlert problem={error} onRetry={() => answer.refetch()} />
  ) : isFiltered ? (
    <EmptyState
      title={text('noMatch')}
      hint={text('noMatchHint')}
      action={onClearFilters && <Button onClick={onClearFilters}>{text('clearFilters')}</Button>}
    />
  ) : (
    <EmptyState {...empty} />
  );
  return (
    <div ref={frame} className="gh-list">
      {error && data ? <ProblemAlert problem={error} onRetry={() => answer.refetch()} /> : null}
      <Table
        variant={variant}
        items={rows}
        loading={data === undefined && !failed}
        loadingText={text('loading')}
        skeleton={data === undefined && !failed ? { totalRows: 8 } : undefined}
        trackBy={idOf}
        columnDefinitions={columns.map(({ id, header, cell, sortable, width, minWidth }, at) => ({
          id,
          header,
          // Ticks say what is acted upon, so the row that is open needs a mark of its own.
          cell:
            marked && at === 0
              ? (row: T) =>
                  idOf(row) === chosen?.id ? (
                    <span className="gh-current" aria-current="true">
                      {cell(row)}
                    </span>
                  ) : (
                    cell(row)
                  )
              : cell,
          width,
          minWidth,
          isRowHeader: at === 0,
          sortingField: sortable ? id : undefined,
        }))}
        columnDisplay={columns.map(({ id }) => ({ id, visible: shown.includes(id) }))}
        contentDensity={display.density}
        empty={emptyBox}
        filter={filter}
        header={
          <Header
            variant={variant === 'full-page' ? 'h1' : 'h2'}
            counter={counter}
            description={description}
            actions={actions}
          >
            {label}
          </Header>
        }
        sortingColumn={sort ? { sortingField: sort.by } : undefined}
        sortingDescending={sort?.descending}
        onSortingChange={({ detail }) =>
          sort?.onSort(detail.sortingColumn.sortingField ?? sort.by, detail.isDescending ?? false)
        }
        selectionType={marked ? 'multi' : chosen ? 'single' : undefined}
        selectedItems={marked ? rows.filter((row) => marked.ids.includes(idOf(row))) : current ? [current] : []}
        onSelectionChange={({ detail }) => {
          if (marked) return marked.onMark(detail.selectedItems.map(idOf));
          const row = detail.selectedItems[0];
          chosen?.onChoose(row && idOf(row));
        }}
        onRowClick={({ detail }) => chosen?.onChoose(idOf(detail.item))}
        ariaLabels={{
          tableLabel: label,
          selectionGroupLabel: text('chooseGroup'),
          allItemsSelectionLabel: () => text('markAll'),
          itemSelectionLabel: (_, row) => text('chooseRow', { name: nameOf(row) }),
        }}
        pagination={
          pages && data && (pages.page > 1 || data.next) ? (
            <Pagination
              currentPageIndex={pages.page}
              pagesCount={pages.page}
              openEnd={Boolean(data.next)}
              onChange={({ detail }) => pages.goTo(detail.currentPageIndex, data.next ?? null)}
              ariaLabels={{
                nextPageLabel: text('pageNext'),
                previousPageLabel: text('pagePrevious'),
                pageLabel: (page) => text('pageLabel', { page }),
              }}
            />
          ) : undefined
        }
        preferences={
          settings && (
            <CollectionPreferences
              title={text('listSettings')}
              confirmLabel={text('listSettingsConfirm')}
              cancelLabel={text('cancel')}
              preferences={{
                pageSize: settings.limit ?? DEFAULT_LIMIT,
                contentDisplay: columns.map(({ id }) => ({ id, visible: shown.includes(id) })),
              }}
              pageSizePreference={
                pages && {
                  title: text('pageSize'),
                  options: LIMITS.map((count) => ({ value: count, label: text('pageSizeRows', { count }) })),
                }
              }
              contentDisplayPreference={{
                title: text('columns'),
                options: columns.map(({ id, header }, at) => ({ id, label: header, alwaysVisible: at === 0 })),
              }}
              onConfirm={({ detail }) => {
                const limit = detail.pageSize === DEFAULT_LIMIT ? undefined : detail.pageSize;
                const chosenColumns = (detail.contentDisplay ?? [])
                  .filter(({ visible }) => visible)
                  .map(({ id }) => id);
                const standard = shownColumns(columns, undefined);
                const isStandard =
                  standard.length === chosenColumns.length && standard.every((id) => chosenColumns.includes(id));
                settings.onChange({ limit, columns: isStandard ? undefined : chosenColumns.join(',') });
              }}
            />
          )
        }
      />
      {answer.isFetching && data !== undefined && (
        <Box variant="small" color="text-status-inactive">
          <span className="gh-refreshing" aria-hidden="true" />
        </Box>
      )}
    </div>
  );
};
