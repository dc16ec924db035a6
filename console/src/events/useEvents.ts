import {
  countEvents,
  deleteEvents,
  type ExportFormat,
  exportEvents,
  getEventNeighbours,
  listEventDeletions,
  listEventSelections,
  listEvents,
  listEventTypes,
  listTenants,
  searchEvents,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';
import { useMay, useTenantScope } from '../platform/index.ts';
import { type AskedEvents, type EventSearch, queryOf } from './event-query.ts';

/** The newest events of one device, page by page. */
export const useDeviceEvents = (deviceId: string, { limit, after }: Pick<EventSearch, 'limit' | 'after'>) =>
  useAsk(listEvents, { query: { deviceId, limit, after } }, { topics: ['events'], keep: true });

/** One page of events as the address says. @param isLive read anew when events come */
export const useEvents = (search: EventSearch, isLive: boolean) => {
  const asked = queryOf(search, useTenantScope());
  const { limit = 50, after } = search;
  const answer = useAsk(
    searchEvents,
    { body: { ...asked, limit, ...(after ? { after } : {}) } },
    { topics: isLive ? ['events'] : [], keep: true },
  );
  return { asked, answer };
};

/** The number of the newest event of a result, kept up to date: for a list that does not move by itself. */
export const useNewest = (asked: AskedEvents, enabled: boolean): string | undefined =>
  useAsk(searchEvents, { body: { ...asked, limit: 1 } }, { topics: ['events'], enabled }).data?.items[0]?.id;

/** An event with its neighbours of the result; for the ends of a page, and for an address whose page does not have it. */
export const useNeighbours = (asked: AskedEvents, eventId: string | undefined) =>
  useAsk(
    getEventNeighbours,
    { params: { eventId: eventId ?? '' }, body: asked },
    { enabled: eventId !== undefined && /^\d{1,16}$/.test(eventId) },
  );

/** What the filters can offer. */
export const useEventChoices = () => ({
  types: useAsk(listEventTypes, {}),
  tenants: useAsk(listTenants, {}, { topics: ['tenants'] }),
  selections: useAsk(listEventSelections, {}),
  scope: useTenantScope(),
});

const SECOND_MS = 1000;

/** Deletions that run or failed; asked again by the clock while one runs. */
export const useDeletions = () => {
  const may = useMay()('events:delete');
  const deletions = useAsk(
    listEventDeletions,
    {},
    {
      enabled: may,
      refetchMs: ({ items }) =>
        items.some(({ state }) => state === 'waiting' || state === 'running') ? SECOND_MS : false,
    },
  );
  return may ? (deletions.data?.items.filter(({ state }) => state !== 'done') ?? []) : [];
};

export const useEventActs = () => {
  const count = useTell(countEvents);
  const remove = useTell(deleteEvents, { changes: [searchEvents, listEventDeletions] });
  const prepare = useTell(exportEvents);
  /** The browser itself fetches the file: it goes to the disk while it is made, and can be stopped there. */
  const exportAs = (format: ExportFormat, asked: AskedEvents & { ids?: string[] }, onError: (error: unknown) => void) =>
    prepare.mutate(
      { body: { ...asked, format } },
      {
        onError,
        onSuccess: ({ path, fileName }) => {
          const link = document.createElement('a');
          link.href = path;
          link.download = fileName;
          link.click();
        },
      },
    );
  return { count, remove, exportAs, isExporting: prepare.isPending };
};
