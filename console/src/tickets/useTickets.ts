import { listTickets } from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk } from '../api/index.ts';
import { listState, urlList, urlText } from '../platform/index.ts';

const TicketState = z.enum(['opening', 'open', 'closing', 'closed', 'failed']);
export const TicketSearch = z.object({
  ...listState,
  state: urlList(TicketState),
  integrationId: urlText,
  deviceId: urlText,
});
export type TicketSearch = z.output<typeof TicketSearch>;

export const useTickets = ({ limit, after, state, integrationId, deviceId }: Partial<TicketSearch>) =>
  useAsk(listTickets, { query: { limit, after, state, integrationId, deviceId } }, { topics: ['tickets'], keep: true });
