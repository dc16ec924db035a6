import { useKeysetPages, useUrlState } from '../platform/index.ts';
import { TicketListView } from './TicketListView.tsx';
import { TicketSearch, useTickets } from './useTickets.ts';

export const TicketListScreen = () => {
  const [search, change] = useUrlState(TicketSearch);
  const tickets = useTickets(search);
  const pages = useKeysetPages(search.after);
  return <TicketListView answer={tickets} search={search} pages={pages} onChange={change} />;
};
