import type { SecurityEvent } from '@gatehouse/contract';
import { AppLink, type Column, paths, RelativeTime, SeverityMark, useText } from '../platform/index.ts';
import { eventMessages } from './messages.ts';

/** How events are listed, on their own page and on a device's. */
export const useEventColumns = ({ withDevice }: { withDevice: boolean }): Column<SecurityEvent>[] => {
  const text = useText(eventMessages);
  const columns: Column<SecurityEvent>[] = [
    {
      id: 'when',
      header: text('when'),
      sortable: true,
      cell: ({ riseTime }) => <RelativeTime at={riseTime} />,
      minWidth: 120,
    },
    {
      id: 'severity',
      header: text('severity'),
      sortable: true,
      cell: ({ severity }) => <SeverityMark severity={severity} />,
      minWidth: 160,
    },
    {
      id: 'device',
      header: text('device'),
      sortable: true,
      minWidth: 130,
      cell: ({ deviceId, deviceName }) =>
        deviceId ? (
          <AppLink to={paths.device(deviceId)}>
            <span className="gh-cell">{deviceName}</span>
          </AppLink>
        ) : (
          text('serverItself')
        ),
    },
    { id: 'tenant', header: text('tenant'), cell: ({ tenantName }) => tenantName, minWidth: 130 },
    { id: 'event', header: text('event'), sortable: true, cell: ({ displayName }) => displayName, minWidth: 180 },
    {
      id: 'description',
      header: text('description'),
      cell: ({ description }) => <span className="gh-cell">{description}</span>,
      minWidth: 240,
    },
    {
      id: 'group',
      header: text('group'),
      sortable: true,
      cell: ({ groupName }) => groupName,
      optional: true,
      minWidth: 120,
    },
    { id: 'type', header: text('type'), sortable: true, cell: ({ type }) => type, optional: true, minWidth: 200 },
    {
      id: 'product',
      header: text('product'),
      sortable: true,
      cell: ({ product, productVersion }) => `${product} ${productVersion}`,
      optional: true,
      minWidth: 120,
    },
    {
      id: 'registered',
      header: text('registered'),
      sortable: true,
      cell: ({ registrationTime }) => <RelativeTime at={registrationTime} />,
      optional: true,
      minWidth: 120,
    },
  ];
  if (withDevice) return columns;
  return columns
    .filter(({ id }) => !['device', 'tenant', 'group'].includes(id))
    .map((column) => ({ ...column, sortable: false }));
};
