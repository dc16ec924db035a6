import { SuppressedNotice } from '../frequent-events/index.ts';
import { useKeysetPages, useUrlState } from '../platform/index.ts';
import { EventListView } from './EventListView.tsx';
import { EventSearch, useEvent, useEventChoices, useEvents } from './useEvents.ts';

export const EventListScreen = () => {
  const [search, change] = useUrlState(EventSearch);
  const events = useEvents(search);
  const { types, tenants, scope } = useEventChoices();
  const isListed = events.data?.items.some(({ id }) => id === search.selected) ?? true;
  const unlisted = useEvent(isListed ? undefined : search.selected);
  const pages = useKeysetPages(search.after);
  // A code can stand for several types of the catalogue; the filter asks by code.
  const byCode = new Map(types.data?.items.map(({ code, displayName }) => [code, displayName]));
  return (
    <>
      <SuppressedNotice />
      <EventListView
        answer={events}
        search={search}
        unlisted={isListed ? undefined : unlisted.data}
        tenants={scope ? [] : (tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        types={[...byCode].map(([value, label]) => ({ value, label: `${label} (${value})` }))}
        pages={pages}
        onChange={change}
      />
    </>
  );
};
