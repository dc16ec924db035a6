import { ListTable, useKeysetPages, useText, useUrlState } from '../platform/index.ts';
import { useEventColumns } from './columns.tsx';
import { EventDetailsView } from './EventDetailsView.tsx';
import { EventSearch } from './event-query.ts';
import { eventMessages } from './messages.ts';
import { useDeviceEvents } from './useEvents.ts';

/** The events of one device, for its page. */
export const DeviceEvents = ({ deviceId }: { deviceId: string }) => {
  const text = useText(eventMessages);
  const [search, change] = useUrlState(EventSearch);
  const events = useDeviceEvents(deviceId, search);
  const pages = useKeysetPages(search.after);
  const columns = useEventColumns({ withDevice: false });
  const rows = events.data?.items ?? [];
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at];
  const stepTo = (by: number) => {
    const row = rows[at + by];
    return row && (() => change({ selected: row.id }));
  };
  return (
    <>
      <ListTable
        label={text('events')}
        answer={events}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ displayName, riseTime }) => `${displayName}, ${riseTime}`}
        empty={{ title: text('deviceEmptyTitle'), hint: text('deviceEmptyHint') }}
        pages={pages}
        chosen={{ id: search.selected, onChoose: (selected) => change({ selected }) }}
        settings={{ limit: search.limit, columns: search.columns, onChange: change }}
      />
      {chosen && (
        <EventDetailsView
          event={chosen}
          onPrevious={stepTo(-1)}
          onNext={stepTo(1)}
          onClose={() => change({ selected: undefined })}
        />
      )}
    </>
  );
};
