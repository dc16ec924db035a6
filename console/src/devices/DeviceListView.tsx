import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DeviceRow, DeviceSelection } from '@gatehouse/contract';
import {
  type Answer,
  FilterBox,
  type KeysetPages,
  ListTable,
  PanelSteps,
  paths,
  platformMessages,
  RelativeTime,
  SidePanel,
  StatusMark,
  useAddress,
  useGo,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { useDeviceColumns } from './columns.tsx';
import { type BulkAct, DeviceActionsView } from './DeviceActionsView.tsx';
import { type DeviceSearch, MOST_AT_ONCE } from './device-query.ts';
import { deviceMessages } from './messages.ts';
import { ReasonsView } from './ReasonsView.tsx';
import { type DeviceChoices, stateOf, useDeviceFilters } from './useDeviceFilters.ts';

export const DeviceListView = ({
  answer,
  search,
  choices,
  selections,
  pages,
  marked,
  markedCount,
  isExporting,
  onMark,
  onMarkAll,
  onAct,
  onExport,
  onSave,
  onClearFilters,
  onChange,
}: {
  answer: Answer<{ items: DeviceRow[]; next: string | null; total: number }>;
  search: DeviceSearch;
  choices: DeviceChoices;
  selections: readonly DeviceSelection[];
  pages: KeysetPages;
  marked: readonly string[];
  /** With those beyond this page. */
  markedCount: number;
  isExporting: boolean;
  onMark(ids: string[]): void;
  /** Ticks what the list finds, not only this page. */
  onMarkAll(): void;
  onAct(act: BulkAct): void;
  onExport(): void;
  onSave(): void;
  onClearFilters(): void;
  onChange(search: Partial<DeviceSearch>): void;
}) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const go = useGo();
  const address = useAddress();
  const columns = useDeviceColumns();
  const selection = selections.find(({ id }) => id === search.selection);
  const title = selection?.name ?? text('devices');
  usePageTitle(title);
  const { properties, values } = useDeviceFilters(search, choices);
  const isFiltered = [...Object.values(values), search.selection].some(
    (value) => value !== undefined && value.length > 0,
  );
  const standard = selection?.settings.sort ?? { by: 'status' as const, descending: true };
  const sort = search.sort ? { by: search.sort, descending: search.descending ?? false } : standard;
  const all = { value: '', label: text('allDevices') };
  const options = selections.map(({ id, name, ownerName, isOwn }) => ({
    value: id,
    label: name,
    ...(ownerName !== null && !isOwn ? { description: text('sharedBy', { name: ownerName }) } : {}),
  }));
  const rows = answer.data?.items ?? [];
  const total = answer.data?.total ?? 0;
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at];
  const stepTo = (row: DeviceRow | undefined) => row && (() => onChange({ selected: row.id }));
  return (
    <>
      <ListTable
        variant="full-page"
        label={title}
        answer={answer}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        isFiltered={isFiltered}
        onClearFilters={onClearFilters}
        actions={
          <DeviceActionsView
            markedCount={markedCount}
            isExporting={isExporting}
            onAct={onAct}
            onExport={onExport}
            onSave={onSave}
          />
        }
        filter={
          <>
            <div className="gh-filters">
              <FilterBox
                label={text('devices')}
                placeholder={text('filterHint')}
                values={values}
                properties={properties}
                countText={words('rowsCount', { count: answer.data?.total ?? 0 })}
                onChange={(filters) => onChange(stateOf(filters) as Partial<DeviceSearch>)}
              />
              <Select
                options={[all, ...options]}
                selectedOption={options.find(({ value }) => value === search.selection) ?? all}
                onChange={({ detail }) => onChange({ selection: detail.selectedOption.value || undefined })}
                filteringType={options.length > 10 ? 'auto' : 'none'}
                ariaLabel={text('selection')}
                expandToViewport
              />
            </div>
            {marked.length > 0 && marked.length === rows.length && total > rows.length && (
              <Alert
                type="info"
                action={
                  markedCount === marked.length && (
                    <Button onClick={onMarkAll}>
                      {text('markAllFound', { count: Math.min(total, MOST_AT_ONCE) })}
                    </Button>
                  )
                }
              >
                {text('markedOf', { marked: markedCount, total })}
              </Alert>
            )}
          </>
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: <Button onClick={() => go(address(paths.tenants))}>{text('emptyAction')}</Button>,
        }}
        sort={{
          ...sort,
          onSort: (by, descending) => onChange({ sort: by as DeviceSearch['sort'], descending }),
        }}
        pages={pages}
        chosen={{
          id: search.selected,
          onChoose: (selected) => onChange({ selected }),
          onOpen: (row) => go(address(paths.device(row.id))),
        }}
        marked={{ ids: marked, onMark }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
      />
      {chosen && (
        <SidePanel title={chosen.name} onClose={() => onChange({ selected: undefined })}>
          <SpaceBetween size="m">
            <SpaceBetween size="s" direction="horizontal" alignItems="center">
              <StatusMark level={chosen.status} visible={chosen.visible} noLongerSeen={chosen.noLongerSeen} />
              <Button variant="primary" onClick={() => go(address(paths.device(chosen.id)))}>
                {text('open')}
              </Button>
              <PanelSteps onPrevious={stepTo(rows[at - 1])} onNext={stepTo(rows[at + 1])} />
            </SpaceBetween>
            <ReasonsView device={chosen} />
            <KeyValuePairs
              columns={4}
              items={[
                { label: text('tenant'), value: chosen.tenantName },
                { label: text('group'), value: chosen.groupName },
                { label: text('os'), value: chosen.osName ?? words('unknown') },
                { label: text('address'), value: chosen.ipAddress ?? words('unknown') },
                { label: text('lastSeen'), value: <RelativeTime at={chosen.lastSeenAt} /> },
                { label: text('statusSince'), value: <RelativeTime at={chosen.statusSince} /> },
                { label: text('application'), value: chosen.securityApplication ?? text('noApplication') },
                { label: text('databases'), value: <RelativeTime at={chosen.databasesReleasedAt} /> },
                { label: text('lastScan'), value: <RelativeTime at={chosen.lastScanAt} /> },
                { label: text('tags'), value: chosen.tags.join(', ') || text('noTags') },
              ]}
            />
          </SpaceBetween>
        </SidePanel>
      )}
    </>
  );
};
