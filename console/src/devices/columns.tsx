import type { DeviceRow } from '@gatehouse/contract';
import {
  AppLink,
  type Column,
  paths,
  platformMessages,
  RelativeTime,
  StatusMark,
  useText,
  withQuery,
} from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

/** Columns of the list of devices; those that can be sorted by have the server's names for it. */
export const useDeviceColumns = (): Column<DeviceRow>[] => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  return [
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
      cell: (row) => <StatusMark level={row.status} visible={row.visible} noLongerSeen={row.noLongerSeen} />,
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
    {
      id: 'group',
      header: text('group'),
      minWidth: 150,
      cell: (row) => (
        <AppLink to={paths.group(row.tenantId, row.groupId)}>
          <span className="gh-cell">{row.groupName}</span>
        </AppLink>
      ),
    },
    {
      id: 'lastSeenAt',
      header: text('lastSeen'),
      sortable: true,
      minWidth: 120,
      cell: (row) => <RelativeTime at={row.lastSeenAt} />,
    },
    {
      id: 'tags',
      header: text('tags'),
      minWidth: 120,
      cell: (row) => (
        <span className="gh-cell">
          {row.tags.map((tag, at) => (
            <span key={tag}>
              {at > 0 && ', '}
              <AppLink to={withQuery(paths.devices, { tag })}>{tag}</AppLink>
            </span>
          ))}
        </span>
      ),
    },
    {
      id: 'osName',
      header: text('os'),
      sortable: true,
      minWidth: 150,
      cell: (row) => row.osName ?? words('unknown'),
    },
    {
      id: 'ipAddress',
      header: text('address'),
      sortable: true,
      minWidth: 110,
      cell: (row) => row.ipAddress ?? words('unknown'),
    },
    {
      id: 'application',
      header: text('application'),
      cell: (row) => row.securityApplication ?? text('noApplication'),
      optional: true,
      minWidth: 150,
    },
    {
      id: 'databasesReleasedAt',
      header: text('databases'),
      sortable: true,
      cell: (row) => <RelativeTime at={row.databasesReleasedAt} />,
      optional: true,
      minWidth: 140,
    },
    {
      id: 'lastScan',
      header: text('lastScan'),
      cell: (row) => <RelativeTime at={row.lastScanAt} />,
      optional: true,
      minWidth: 120,
    },
    { id: 'activeThreats', header: text('threats'), sortable: true, cell: (row) => row.activeThreats, minWidth: 110 },
    {
      id: 'virusCount',
      header: text('virusCount'),
      sortable: true,
      cell: (row) => row.virusCount,
      optional: true,
      minWidth: 110,
    },
    {
      id: 'restart',
      header: text('restart'),
      cell: (row) => (row.restartRequired ? text('restartRequired') : ''),
      optional: true,
      minWidth: 110,
    },
    {
      id: 'agentVersion',
      header: text('agentVersion'),
      sortable: true,
      cell: (row) => row.agentVersion ?? '',
      optional: true,
      minWidth: 110,
    },
    {
      id: 'createdAt',
      header: text('added'),
      sortable: true,
      cell: (row) => <RelativeTime at={row.createdAt} />,
      optional: true,
      minWidth: 120,
    },
  ];
};
