import Link from '@cloudscape-design/components/link';
import type { Ticket } from '@gatehouse/contract';
import { AppLink, type Column, paths, RelativeTime, StateMark, useText, withQuery } from '../platform/index.ts';
import { ticketMessages } from './messages.ts';

export const ticketLooks = {
  opening: { tone: 'info', word: 'opening' },
  open: { tone: 'warning', word: 'open' },
  closing: { tone: 'info', word: 'closing' },
  closed: { tone: 'ok', word: 'closedState' },
  failed: { tone: 'critical', word: 'failed' },
} as const satisfies Record<Ticket['state'], unknown>;

/** An address of the PSA is only linked when it is one of the web. */
const isWeb = (url: string | null): url is string => url !== null && /^https?:\/\//i.test(url);

export const useTicketColumns = ({ withDevice }: { withDevice: boolean }): Column<Ticket>[] => {
  const text = useText(ticketMessages);
  const columns: Column<Ticket>[] = [
    {
      id: 'number',
      header: text('number'),
      minWidth: 150,
      cell: ({ psaTicketNumber, psaUrl }) =>
        isWeb(psaUrl) ? (
          <Link external href={psaUrl} externalIconAriaLabel={text('external')}>
            {psaTicketNumber ?? psaUrl}
          </Link>
        ) : (
          (psaTicketNumber ?? text('notYet'))
        ),
    },
    {
      id: 'title',
      header: text('title'),
      cell: ({ title }) => <span className="gh-cell">{title}</span>,
      minWidth: 180,
    },
    {
      id: 'state',
      header: text('state'),
      minWidth: 110,
      cell: ({ state }) => <StateMark tone={ticketLooks[state].tone}>{text(ticketLooks[state].word)}</StateMark>,
    },
    { id: 'tenant', header: text('tenant'), cell: ({ tenantName }) => tenantName, minWidth: 110 },
    { id: 'account', header: text('account'), cell: ({ accountName }) => accountName, optional: true, minWidth: 130 },
    {
      id: 'device',
      header: text('device'),
      minWidth: 90,
      cell: ({ deviceId, deviceName }) =>
        deviceId ? (
          <AppLink to={paths.device(deviceId)}>
            <span className="gh-cell">{deviceName}</span>
          </AppLink>
        ) : (
          deviceName
        ),
    },
    { id: 'opened', header: text('opened'), cell: ({ openedAt }) => <RelativeTime at={openedAt} />, minWidth: 110 },
    {
      id: 'closed',
      header: text('closed'),
      minWidth: 110,
      cell: ({ closedAt }) => (closedAt ? <RelativeTime at={closedAt} /> : text('still')),
    },
    {
      id: 'problem',
      header: text('problem'),
      cell: ({ problem }) => <span className="gh-cell">{problem ?? ''}</span>,
      minWidth: 130,
    },
    {
      id: 'reason',
      header: text('reason'),
      cell: ({ reason }) => <code>{reason}</code>,
      optional: true,
      minWidth: 200,
    },
    {
      id: 'why',
      header: text('decisions'),
      optional: true,
      minWidth: 120,
      cell: ({ id }) => <AppLink to={withQuery(paths.activity, { ticketId: id })}>{text('decisions')}</AppLink>,
    },
  ];
  return withDevice ? columns : columns.filter(({ id }) => id !== 'device' && id !== 'tenant');
};
