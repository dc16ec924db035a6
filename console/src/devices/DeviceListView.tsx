import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DeviceRow } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  type Column,
  FilterBox,
  type FilterProperty,
  type FilterValues,
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
  useLevelWords,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { deviceMessages } from './messages.ts';
import { ReasonsView } from './ReasonsView.tsx';
import type { DeviceSearch } from './useDevices.ts';

export const DeviceListView = ({
  answer,
  search,
  sort,
  descending,
  tenants,
  groups,
  conditions,
  pages,
  onChange,
}: {
  answer: Answer<{ items: DeviceRow[]; next: string | null; total: number }>;
  search: DeviceSearch;
  sort: string;
  descending: boolean;
  /** To choose from; none when the top bar shows one client only. */
  tenants: { value: string; label: string }[];
  groups: { value: string; label: string }[];
  conditions: { value: string; label: string }[];
  pages: KeysetPages;
  onChange(search: Partial<DeviceSearch>): void;
}) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const level = useLevelWords();
  const go = useGo();
  const address = useAddress();
  usePageTitle(text('devices'));
  const properties: FilterProperty[] = [
    {
      key: 'status',
      label: text('status'),
      options: (['critical', 'warning', 'ok'] as const).map((value) => ({ value, label: level.status(value) })),
    },
    { key: 'condition', label: text('condition'), options: conditions },
    {
      key: 'visible',
      label: text('visibility'),
      single: true,
      options: [
        { value: 'true', label: words('visible') },
        { value: 'false', label: words('notVisible') },
      ],
    },
    ...(tenants.length > 0 ? [{ key: 'tenantId', label: text('tenant'), options: tenants }] : []),
    ...(groups.length > 0 || search.groupId !== undefined
      ? [{ key: 'groupId', label: text('group'), options: groups, single: true }]
      : []),
  ];
  const values: FilterValues = {
    status: search.status,
    condition: search.condition,
    tenantId: tenants.length > 0 ? search.tenantId : undefined,
    visible: search.visible === undefined ? undefined : String(search.visible),
    groupId: search.groupId === undefined ? undefined : String(search.groupId),
    text: search.text,
  };
  const isFiltered = Object.values(values).some((value) => value !== undefined && value.length > 0);
  const columns: Column<DeviceRow>[] = [
    {
      id: 'name',
      header: text('name'),
      sortable: true,
      minWidth: 160,
      cell: (row) => (
        <AppLink to={paths.device(row.id)}>
          <span className="gh-cell">{row.name}</span>
        </AppLink>
      ),
    },
    {
      id: 'status',
      header: text('status'),
      sortable: true,
      minWidth: 150,
      cell: (row) => <StatusMark level={row.status} visible={row.visible} />,
    },
    {
      id: 'reasons',
      header: text('reasons'),
      minWidth: 220,
      cell: (row) => <span className="gh-cell">{row.reasons.map(({ title }) => title).join('; ')}</span>,
    },
    {
      id: 'tenantName',
      header: text('tenant'),
      sortable: true,
      minWidth: 130,
      cell: (row) => <AppLink to={paths.tenant(row.tenantId)}>{row.tenantName}</AppLink>,
    },
    { id: 'group', header: text('group'), cell: (row) => row.groupName, optional: true, minWidth: 120 },
    {
      id: 'lastSeenAt',
      header: text('lastSeen'),
      sortable: true,
      minWidth: 120,
      cell: (row) => <RelativeTime at={row.lastSeenAt} />,
    },
    { id: 'os', header: text('os'), cell: (row) => row.osName ?? words('unknown'), minWidth: 150 },
    { id: 'address', header: text('address'), cell: (row) => row.ipAddress ?? words('unknown'), minWidth: 110 },
    {
      id: 'application',
      header: text('application'),
      cell: (row) => row.securityApplication ?? text('noApplication'),
      optional: true,
      minWidth: 150,
    },
    {
      id: 'databases',
      header: text('databases'),
      cell: (row) => <RelativeTime at={row.databasesReleasedAt} />,
      optional: true,
      minWidth: 140,
    },
    { id: 'activeThreats', header: text('threats'), sortable: true, cell: (row) => row.activeThreats, minWidth: 110 },
    { id: 'virusCount', header: text('virusCount'), cell: (row) => row.virusCount, optional: true, minWidth: 110 },
  ];
  const rows = answer.data?.items ?? [];
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at];
  const stepTo = (row: DeviceRow | undefined) => row && (() => onChange({ selected: row.id }));
  return (
    <>
      <ListTable
        variant="full-page"
        label={text('devices')}
        answer={answer}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        isFiltered={isFiltered}
        onClearFilters={() =>
          onChange({
            status: undefined,
            condition: undefined,
            tenantId: undefined,
            visible: undefined,
            groupId: undefined,
            text: undefined,
          })
        }
        filter={
          <FilterBox
            label={text('devices')}
            placeholder={text('filterHint')}
            values={values}
            properties={properties}
            countText={words('rowsCount', { count: answer.data?.total ?? 0 })}
            onChange={(filters) =>
              onChange({
                ...filters,
                visible: filters.visible === undefined ? undefined : filters.visible === 'true',
                groupId: filters.groupId === undefined ? undefined : Number(filters.groupId),
              } as Partial<DeviceSearch>)
            }
          />
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: <Button onClick={() => go(address(paths.tenants))}>{text('emptyAction')}</Button>,
        }}
        sort={{
          by: sort,
          descending,
          onSort: (by, isDescending) => onChange({ sort: by as DeviceSearch['sort'], descending: isDescending }),
        }}
        pages={pages}
        chosen={{
          id: search.selected,
          onChoose: (selected) => onChange({ selected }),
          onOpen: (row) => go(address(paths.device(row.id))),
        }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
      />
      {chosen && (
        <SidePanel title={chosen.name} onClose={() => onChange({ selected: undefined })}>
          <SpaceBetween size="m">
            <SpaceBetween size="s" direction="horizontal" alignItems="center">
              <StatusMark level={chosen.status} visible={chosen.visible} />
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
              ]}
            />
          </SpaceBetween>
        </SidePanel>
      )}
    </>
  );
};
