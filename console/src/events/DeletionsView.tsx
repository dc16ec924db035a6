import Flashbar from '@cloudscape-design/components/flashbar';
import type { EventDeletion } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { eventMessages } from './messages.ts';

/** How far deletions are that are under way; the events themselves are out of sight already. */
export const DeletionsView = ({ deletions }: { deletions: readonly EventDeletion[] }) => {
  const text = useText(eventMessages);
  if (deletions.length === 0) return null;
  return (
    <Flashbar
      items={deletions.map(({ id, state, askedBy, events, partsDone, parts }) =>
        state === 'failed'
          ? { id, type: 'warning' as const, content: text('deletionFailed', { count: events, askedBy }) }
          : {
              id,
              type: 'in-progress' as const,
              loading: true,
              content:
                parts === null
                  ? text('deletionWaits', { count: events, askedBy })
                  : text('deletionRuns', { count: events, askedBy, done: partsDone, parts }),
            },
      )}
    />
  );
};
