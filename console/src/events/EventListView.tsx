import Button from '@cloudscape-design/components/button';
import type { SecurityEvent } from '@gatehouse/contract';
import {
  type Answer,
  FilterBox,
  type FilterProperty,
  type FilterValues,
  type KeysetPages,
  ListTable,
  paths,
  platformMessages,
  useAddress,
  useGo,
  useLevelWords,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { useEventColumns } from './columns.tsx';
import { EventDetailsView } from './EventDetailsView.tsx';
import { eventMessages } from './messages.ts';
import { TimeRangeBox } from './TimeRangeBox.tsx';
import type { EventSearch } from './useEvents.ts';

const severities = ['critical', 'functional-failure', 'warning', 'info'] as const;

export const EventListView = ({
  answer,
  search,
  unlisted,
  tenants,
  types,
  pages,
  onChange,
}: {
  answer: Answer<{ items: SecurityEvent[]; next: string | null }>;
  search: EventSearch;
  /** The chosen event, when this page of the list does not have it. */
  unlisted: SecurityEvent | undefined;
  tenants: { value: string; label: string }[];
  types: { value: string; label: string }[];
  pages: KeysetPages;
  onChange(search: Partial<EventSearch>): void;
}) => {
  const text = useText(eventMessages);
  const words = useText(platformMessages);
  const level = useLevelWords();
  const go = useGo();
  const address = useAddress();
  usePageTitle(text('events'));
  const columns = useEventColumns({ withDevice: true });
  const rows = answer.data?.items ?? [];
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at] ?? unlisted;
  const stepTo = (row: SecurityEvent | undefined) => row && (() => onChange({ selected: row.id }));
  const properties: FilterProperty[] = [
    {
      key: 'severity',
      label: text('severity'),
      options: severities.map((value) => ({ value, label: level.severity(value) })),
    },
    { key: 'type', label: text('type'), options: types },
    ...(tenants.length > 0 ? [{ key: 'tenantId', label: text('tenant'), options: tenants }] : []),
    ...(search.deviceId
      ? [
          {
            key: 'deviceId',
            label: text('device'),
            single: true,
            options: [
              {
                value: search.deviceId,
                label: rows.find(({ deviceId }) => deviceId === search.deviceId)?.deviceName ?? search.deviceId,
              },
            ],
          },
        ]
      : []),
  ];
  const values: FilterValues = {
    severity: search.severity,
    type: search.type,
    tenantId: tenants.length > 0 ? search.tenantId : undefined,
    deviceId: search.deviceId,
    text: search.text,
  };
  const range = { within: search.within, from: search.from, to: search.to };
  const isFiltered = [...Object.values(values), ...Object.values(range)].some(
    (value) => value !== undefined && value.length > 0,
  );
  return (
    <>
      <ListTable
        variant="full-page"
        label={text('events')}
        answer={answer}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ displayName, riseTime }) => `${displayName}, ${riseTime}`}
        isFiltered={isFiltered}
        onClearFilters={() =>
          onChange({
            severity: undefined,
            type: undefined,
            tenantId: undefined,
            deviceId: undefined,
            text: undefined,
            within: undefined,
            from: undefined,
            to: undefined,
          })
        }
        filter={
          <div className="gh-filters">
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
              onChange={(filters) => onChange(filters as Partial<EventSearch>)}
            />
            <TimeRangeBox range={range} onChange={onChange} />
          </div>
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: <Button onClick={() => go(address(paths.tenants))}>{text('emptyAction')}</Button>,
        }}
        pages={pages}
        chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
      />
      {chosen && (
        <EventDetailsView
          event={chosen}
          onPrevious={stepTo(rows[at - 1])}
          onNext={at === -1 ? undefined : stepTo(rows[at + 1])}
          onClose={() => onChange({ selected: undefined })}
        />
      )}
    </>
  );
};
