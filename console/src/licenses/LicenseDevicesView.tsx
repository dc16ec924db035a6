import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { LicenseDevice } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  type Column,
  FilterBox,
  type KeysetPages,
  ListTable,
  paths,
  RelativeTime,
  StateMark,
  useText,
} from '../platform/index.ts';
import { licenseMessages } from './messages.ts';
import type { LicenseDeviceSearch } from './useLicenses.ts';

type Seat = Pick<LicenseDevice, 'assigned' | 'assignedBy' | 'withheld' | 'held' | 'installedAt' | 'difference'>;

/** What was decided and what the device said: the columns of both lists of seats. */
export const useSeatColumns = <T extends Seat>(): Column<T>[] => {
  const text = useText(licenseMessages);
  return [
    {
      id: 'assigned',
      header: text('assignedHow'),
      minWidth: 120,
      cell: ({ assigned, assignedBy, withheld }) =>
        withheld
          ? text('withheld')
          : assigned === null
            ? text('notAssigned')
            : assigned === 'automatic'
              ? text('assignedAutomatic')
              : text('assignedManual', { name: assignedBy ?? '' }),
    },
    {
      id: 'held',
      header: text('held'),
      minWidth: 100,
      cell: ({ held }) =>
        held === null ? text('notHeld') : held === 'active' ? text('heldActive') : text('heldReserve'),
    },
    {
      id: 'since',
      header: text('since'),
      minWidth: 110,
      cell: ({ installedAt }) => (installedAt ? <RelativeTime at={installedAt} /> : ''),
    },
    {
      id: 'difference',
      header: text('difference'),
      minWidth: 150,
      cell: ({ difference }) =>
        difference === 'agrees' ? (
          text('agrees')
        ) : (
          <StateMark tone={difference === 'not-held' ? 'info' : 'warning'}>{text(difference)}</StateMark>
        ),
    },
  ];
};

export const LicenseDevicesView = ({
  answer,
  search,
  pages,
  mayChange,
  marked,
  onMark,
  onChange,
  onAssign,
  onWithdraw,
}: {
  answer: Answer<{ items: LicenseDevice[]; next: string | null }>;
  search: LicenseDeviceSearch;
  pages: KeysetPages;
  mayChange: boolean;
  marked: readonly string[];
  onMark(ids: string[]): void;
  onChange(search: Partial<LicenseDeviceSearch>): void;
  onAssign(): void;
  onWithdraw(): void;
}) => {
  const text = useText(licenseMessages);
  const seatColumns = useSeatColumns<LicenseDevice>();
  const assign = mayChange && (
    <Button variant="primary" onClick={onAssign}>
      {text('assign')}
    </Button>
  );
  return (
    <ListTable
      label={text('tabDevices')}
      answer={answer}
      idOf={({ deviceId }) => deviceId}
      nameOf={({ deviceName }) => deviceName}
      isFiltered={(search.difference?.length ?? 0) > 0}
      onClearFilters={() => onChange({ difference: undefined })}
      filter={
        <FilterBox
          label={text('tabDevices')}
          values={{ difference: search.difference }}
          withText={false}
          properties={[
            {
              key: 'difference',
              label: text('difference'),
              options: (['not-held', 'not-assigned', 'agrees'] as const).map((value) => ({
                value,
                label: text(value),
              })),
            },
          ]}
          onChange={(values) => onChange(values as Partial<LicenseDeviceSearch>)}
        />
      }
      empty={{ title: text('devicesEmptyTitle'), hint: text('devicesEmptyHint'), action: assign }}
      actions={
        mayChange && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button disabled={marked.length === 0} onClick={onWithdraw}>
              {text('withdraw')}
            </Button>
            {assign}
          </SpaceBetween>
        )
      }
      pages={pages}
      marked={mayChange ? { ids: marked, onMark } : undefined}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
      columns={[
        {
          id: 'device',
          header: text('device'),
          minWidth: 130,
          cell: ({ deviceId, deviceName }) => (
            <AppLink to={paths.device(deviceId)}>
              <span className="gh-cell">{deviceName}</span>
            </AppLink>
          ),
        },
        { id: 'tenant', header: text('tenant'), minWidth: 110, cell: ({ tenantName }) => tenantName },
        {
          id: 'group',
          header: text('group'),
          minWidth: 130,
          cell: ({ groupName }) => <span className="gh-cell">{groupName}</span>,
        },
        ...seatColumns,
      ]}
    />
  );
};
