import { useEffect, useState } from 'react';
import { SuppressedNotice } from '../frequent-events/index.ts';
import {
  paths,
  useAddress,
  useGo,
  useKeysetPages,
  useMay,
  useSay,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { DeleteEventsView } from './DeleteEventsView.tsx';
import { DeletionsView } from './DeletionsView.tsx';
import { EventListView } from './EventListView.tsx';
import { EventFilterState, EventSearch } from './event-query.ts';
import { eventMessages } from './messages.ts';
import { useDeletions, useEventActs, useEventChoices, useEvents, useNeighbours, useNewest } from './useEvents.ts';

/** Scrolled further than this, somebody reads what is below. */
const READING_PX = 80;

const useIsReading = (): boolean => {
  const [isReading, setReading] = useState(false);
  useEffect(() => {
    const look = () => setReading(window.scrollY > READING_PX);
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  return isReading;
};

export const EventListScreen = () => {
  const text = useText(eventMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const mayDelete = useMay()('events:delete');
  const [search, change] = useUrlState(EventSearch);
  const [marked, setMarked] = useState<string[]>([]);
  const [isDeleting, setDeleting] = useState<'marked' | 'all' | null>(null);
  const isReading = useIsReading();
  const isFirstPage = search.after === undefined;
  const isTail = (search.tail ?? false) && isFirstPage;
  const { asked, answer } = useEvents(search, isTail && !isReading);
  const isFollowing = isTail && !isReading;
  const { refetch } = answer;
  // What came while nothing followed is taken in when it begins again.
  useEffect(() => {
    if (isFollowing) void refetch();
  }, [isFollowing, refetch]);
  const { types, tenants, selections, scope } = useEventChoices();
  const acts = useEventActs();
  const deletions = useDeletions();
  const pages = useKeysetPages(search.after);

  const rows = answer.data?.items ?? [];
  const newest = useNewest(asked, isFirstPage && !isTail && !search.sort);
  const hasNews =
    isFirstPage && !search.sort && newest !== undefined && answer.data !== undefined && newest !== rows[0]?.id;

  const at = rows.findIndex(({ id }) => id === search.selected);
  const isAtEnd = at === -1 || at === 0 || at === rows.length - 1;
  const beside = useNeighbours(asked, isAtEnd ? search.selected : undefined);
  const near = beside.data?.event.id === search.selected ? beside.data : undefined;
  const stepTo = (id: string | null | undefined) => (id ? () => change({ selected: id }) : undefined);

  // Ticks belong to what is seen: another question or page begins without any.
  const place = JSON.stringify([asked, search.after]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the place counts
  useEffect(() => setMarked([]), [place]);

  // A code can stand for several types of the catalogue; the filter asks by code.
  const byCode = new Map(types.data?.items.map(({ code, displayName }) => [code, displayName]));
  const failed = (error: unknown) =>
    say({ type: 'error', content: error instanceof Error ? error.message : String(error) });
  const chosenEvents = { ...asked, ids: marked };
  const startDeleting = (which: 'marked' | 'all') => {
    acts.count.reset();
    acts.remove.reset();
    setDeleting(which);
    acts.count.mutate({ body: which === 'marked' ? chosenEvents : asked });
  };
  return (
    <>
      <SuppressedNotice />
      <DeletionsView deletions={deletions} />
      <EventListView
        answer={answer}
        search={search}
        chosen={rows[at] ?? near?.event}
        onPrevious={stepTo(rows[at - 1]?.id ?? near?.previousId)}
        onNext={stepTo((at === -1 ? undefined : rows[at + 1]?.id) ?? near?.nextId)}
        tenants={scope ? [] : (tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        types={[...byCode].map(([value, label]) => ({ value, label: `${label} (${value})` }))}
        selections={selections.data?.items ?? []}
        pages={pages}
        tail={{ isOn: isTail, isPaused: isTail && isReading, hasNews, onShowNews: () => void answer.refetch() }}
        marked={marked}
        onMark={setMarked}
        mayDelete={mayDelete}
        isExporting={acts.isExporting}
        onExport={(format, which) => acts.exportAs(format, which === 'marked' ? chosenEvents : asked, failed)}
        onDelete={startDeleting}
        onSave={() => {
          const { after: _, selected: __, limit: ___, columns: ____, tail: _____, ...kept } = search;
          go(address(withQuery(paths.eventSelection('new'), kept as Record<string, string | string[] | undefined>)));
        }}
        onClearFilters={() => {
          const nothing = Object.fromEntries(Object.keys(EventFilterState.shape).map((key) => [key, undefined]));
          change({ ...nothing, selection: undefined });
        }}
        onChange={change}
      />
      {isDeleting && (
        <DeleteEventsView
          counted={acts.count.data?.count}
          isBusy={acts.remove.isPending}
          problem={acts.count.error ?? acts.remove.error}
          onCancel={() => setDeleting(null)}
          onConfirm={() => {
            if (!acts.count.data) return;
            const { count: confirmed, asOf } = acts.count.data;
            acts.remove.mutate(
              { body: { ...(isDeleting === 'marked' ? chosenEvents : asked), confirmed, asOf } },
              {
                onSuccess: ({ events }) => {
                  setDeleting(null);
                  setMarked([]);
                  say({ type: 'success', content: text('deleted', { count: events }) });
                },
              },
            );
          }}
        />
      )}
    </>
  );
};
