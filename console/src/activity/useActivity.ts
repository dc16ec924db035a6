import { listDecisions } from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk } from '../api/index.ts';
import { listState, urlList, urlText } from '../platform/index.ts';

const DecisionKind = z.enum(['open', 'close', 'skip', 'raise', 'wait', 'fail', 'note']);
export const ActivitySearch = z.object({
  ...listState,
  decision: urlList(DecisionKind),
  ticketId: urlText,
  deviceId: urlText,
});
export type ActivitySearch = z.output<typeof ActivitySearch>;

export const useActivity = ({ limit, after, decision, ticketId, deviceId }: ActivitySearch) =>
  useAsk(
    listDecisions,
    { query: { limit, after, decision, ticketId, deviceId } },
    { topics: ['decisions', 'tickets'], keep: true },
  );
