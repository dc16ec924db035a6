import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import type { EventSelection, ExportFormat, SecurityEvent } from '@gatehouse/contract';
import {
  type Answer,
  FilterBox,
  type KeysetPages,
  ListTable,
  paths,
  platformMessages,
  useAddress,
  useGo,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { useEventColumns } from './columns.tsx';
import { EventActionsView, type Tail, type Which } from './EventActionsView.tsx';
import { EventDetailsView } from './EventDetailsView.tsx';
import type { EventSearch } from './event-query.ts';
import { eventMessages } from './messages.ts';
import { TimeRangeBox } from './TimeRangeBox.tsx';
import { useEventFilters } from './useEventFilters.ts';

interface Choice {
  value: string;
  label: string;
}

/** Columns that the server can sort by, by the name that it has for them. */
const sortOf = { when: 'happened', registered: 'registered', event: 'event' } as Record<string, EventSearch['sort']>;
const columnOf = (sort: string): string =>
  Object.entries(sortOf).find(([, name]) => name === sort)?.[0] ?? (sort === 'application' ? 'product' : sort);
const sortNameOf = (column: string) =>
  sortOf[column] ?? ((column === 'product' ? 'application' : column) as EventSearch['sort']);

export const EventListView = ({
  answer,
  search,
  chosen,
  onPrevious,
  onNext,
  tenants,
  types,
  selections,
  pages,
  tail,
  marked,
  onMark,
  mayDelete,
  isExporting,
  onExport,
  onDelete,
  onSave,
  onClearFilters,
  onChange,
}: {
  answer: Answer<{ items: SecurityEvent[]; next: string | null; cutAt: number | null }>;
  search: EventSearch;
  /** The event in the panel, on this page of the list or not. */
  chosen: SecurityEvent | undefined;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  tenants: Choice[];
  types: Choice[];
  selections: readonly EventSelection[];
  pages: KeysetPages;
  tail: Tail;
  marked: readonly string[];
  onMark(ids: string[]): void;
  mayDelete: boolean;
  isExporting: boolean;
  onExport(format: ExportFormat, which: Which): void;
  onDelete(which: Which): void;
  onSave(): void;
  onClearFilters(): void;
  onChange(search: Partial<EventSearch>): void;
}) => {
  const text = useText(eventMessages);
  const words = useText(platformMessages);
  const go = useGo();
  const address = useAddress();
  const selection = selections.find(({ id }) => id === search.selection);
  const title = selection?.name ?? text('events');
  usePageTitle(title);
  const columns = useEventColumns({ withDevice: true });
  const rows = answer.data?.items ?? [];
  const { properties, values } = useEventFilters(search, {
    types,
    tenants,
    deviceName: rows.find(({ deviceId }) => deviceId === search.deviceId)?.deviceName,
  });
  const range = { within: search.within, from: search.from, to: search.to };
  const isFiltered = [...Object.values(values), ...Object.values(range), search.selection].some(
    (value) => value !== undefined && value.length > 0,
  );
  const sort = search.sort ?? selection?.settings.sort.by ?? 'registered';
  const descending = search.sort ? (search.descending ?? true) : (selection?.settings.sort.descending ?? true);
  const allEvents = { value: '', label: text('allEvents') };
  const options = selections.map(({ id, name, ownerName, isOwn }) => ({
    value: id,
    label: name,
    ...(ownerName !== null && !isOwn ? { description: text('sharedBy', { name: ownerName }) } : {}),
  }));
  const cutAt = answer.data?.cutAt ?? null;
  return (
    <>
      <ListTable
        variant="full-page"
        label={title}
        answer={answer}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ displayName, riseTime }) => `${displayName}, ${riseTime}`}
        isFiltered={isFiltered}
        onClearFilters={onClearFilters}
        actions={
          <EventActionsView
            tail={tail}
            canTail={search.after === undefined}
            markedCount={marked.length}
            mayDelete={mayDelete}
            isExporting={isExporting}
            onTail={(isOn) => onChange({ tail: isOn || undefined })}
            onExport={onExport}
            onDelete={onDelete}
            onSave={onSave}
          />
        }
        filter={
          <>
            <div className="gh-filters gh-filters-wide">
              <FilterBox
                label={text('events')}
                placeholder={text('filterHint')}
                values={values}
                properties={properties}
                countText={
                  answer.data &&
                  (answer.data.next
                    ? words('rowsCountMore', { count: rows.length })
                    : words('rowsCount', { count: rows.length }))
                }
                onChange={(filters) => {
                  const { unknown, ...others } = filters;
                  onChange({ ...(others as Partial<EventSearch>), unknown: unknown === 'true' || undefined });
                }}
              />
              <TimeRangeBox range={range} onChange={onChange} />
              <Select
                options={[allEvents, ...options]}
                selectedOption={options.find(({ value }) => value === search.selection) ?? allEvents}
                onChange={({ detail }) => onChange({ selection: detail.selectedOption.value || undefined })}
                filteringType={options.length > 10 ? 'auto' : 'none'}
                ariaLabel={text('selection')}
                expandToViewport
              />
            </div>
            {cutAt !== null && <Alert type="info">{text('cutAt', { count: cutAt })}</Alert>}
          </>
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: <Button onClick={() => go(address(paths.tenants))}>{text('emptyAction')}</Button>,
        }}
        pages={pages}
        sort={{
          by: columnOf(sort),
          descending,
          onSort: (by, isDescending) =>
            onChange({ sort: sortNameOf(by), descending: isDescending ? undefined : false }),
        }}
        chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
        marked={{ ids: marked, onMark }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
      />
      {chosen && (
        <EventDetailsView
          event={chosen}
          {...(onPrevious ? { onPrevious } : {})}
          {...(onNext ? { onNext } : {})}
          onClose={() => onChange({ selected: undefined })}
        />
      )}
    </>
  );
};
