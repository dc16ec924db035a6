import { ListTable, useKeysetPages, useText, useUrlState } from '../platform/index.ts';
import { useTicketColumns } from './columns.tsx';
import { ticketMessages } from './messages.ts';
import { TicketSearch, useTickets } from './useTickets.ts';

/** The tickets of one device, for its page. */
export const DeviceTickets = ({ deviceId }: { deviceId: string }) => {
  const text = useText(ticketMessages);
  const [search, change] = useUrlState(TicketSearch);
  const tickets = useTickets({ deviceId, limit: search.limit, after: search.after });
  const pages = useKeysetPages(search.after);
  const columns = useTicketColumns({ withDevice: false });
  return (
    <ListTable
      label={text('tickets')}
      answer={tickets}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ title }) => title}
      empty={{ title: text('deviceEmptyTitle'), hint: text('deviceEmptyHint') }}
      pages={pages}
      settings={{ limit: search.limit, columns: search.columns, onChange: change }}
    />
  );
};
