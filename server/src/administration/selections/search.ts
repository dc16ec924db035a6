import type { EventQuery, EventSort } from '@gatehouse/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import type { Actor } from '../../platform/http/index.ts';
import {
  type EventCondition,
  type EventPages,
  type EventRow,
  type FixedFilter,
  filterCondition,
  type PagePlace,
} from '../events/index.ts';
import { mayRead } from './access.ts';
import { resolveFilter } from './resolve.ts';
import type { SelectionStore } from './store.ts';

/** A search whose result stands still: later events do not come in, relative times do not move. Can be kept as JSON. */
export interface EventSearch {
  filters: FixedFilter[];
  /** Null: not limited to chosen events. */
  ids: number[] | null;
  /** Events with higher numbers came later and do not belong to it. */
  topId: number;
  /** Events with lower numbers are not looked at. */
  floorId: number;
  /** What had expired by then does not belong to it. */
  at: string;
}

export interface SearchPlan {
  search: EventSearch;
  sort: EventSort;
  /** How many are shown at most; null: all. */
  mostShown: number | null;
}

/** What the place of a page carries: opaque to whoever brings it back, and checked like everything from outside. */
const Place = z.object({
  key: z.string().max(1100),
  id: z.int().min(0),
  top: z.int().min(0),
  floor: z.int().min(0),
  at: z.iso.datetime(),
  shown: z.int().min(0),
});
type Place = z.output<typeof Place>;
const Moment = Place.pick({ top: true, at: true });

const write = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = <T extends z.ZodType>(schema: T, text: string, where: string): z.output<T> => {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new InvalidInput('This is not something that this server gave out; begin again from the start', [
      { where, what: 'was not given out by this server' },
    ]);
  }
};

/** What the key of a place must look like where it is no text. */
const keyShapes: Partial<Record<EventSort['by'], RegExp>> = { happened: /^-?\d{1,15}$/, severity: /^\d$/ };

/** The conditions of a search, for the event store. @param prefix of the parameters' names */
export const conditionsOf = ({ filters, ids, topId, floorId }: EventSearch, prefix = 'f'): EventCondition[] => [
  ...filters.map((filter, number) => filterCondition(filter, `${prefix}${number}_`)),
  ...(ids === null ? [] : [{ sql: `event_id in {${prefix}_ids: Array(UInt64)}`, params: { [`${prefix}_ids`]: ids } }]),
  { sql: `event_id <= {${prefix}_top: UInt64}`, params: { [`${prefix}_top`]: topId } },
  ...(floorId > 0 ? [{ sql: `event_id >= {${prefix}_floor: UInt64}`, params: { [`${prefix}_floor`]: floorId } }] : []),
];

/** Searches of events: what was asked becomes a search that stands still, and that is read page by page. */
export const createSearches = ({
  store,
  pagesOf,
  groups,
  clock,
}: {
  store: Pick<SelectionStore, 'get'>;
  pagesOf: (actor: Pick<Actor, 'tenantIds'>) => EventPages;
  /** All groups of these tenants. */
  groups: () => Promise<readonly { id: number; path: string }[]>;
  clock: Clock;
}) => {
  /** @param stood what it was fixed at before; now, when it begins @throws NotFound for a selection of somebody else */
  const plan = async (
    actor: Actor,
    query: EventQuery,
    stood?: Pick<Place, 'top' | 'at'> & { floor?: number },
  ): Promise<SearchPlan> => {
    const selection = query.selectionId === undefined ? null : await store.get(query.selectionId);
    if (selection && !mayRead(selection, actor)) throw new NotFound('event selection', selection.id);
    const at = stood ? new Date(stood.at) : clock();
    const asked = [selection?.settings.filter, query.filter].filter((filter) => filter !== undefined);
    const known = asked.some((filter) => filter.groups.length > 0) ? await groups() : [];
    const pages = pagesOf(actor);
    const topId = stood?.top ?? (await pages.newestId(at));
    const mostSearched = selection?.settings.mostSearched ?? null;
    const floorId = stood?.floor ?? (mostSearched === null ? 0 : await pages.floorOf(mostSearched, topId, at));
    return {
      search: {
        filters: asked.map((filter) => resolveFilter(filter, { now: at, groups: known })),
        ids: query.ids?.map(Number) ?? null,
        topId,
        floorId,
        at: at.toISOString(),
      },
      sort: query.sort ?? selection?.settings.sort ?? { by: 'registered', descending: true },
      mostShown: selection?.settings.mostShown ?? null,
    };
  };

  /** Every event of a search in its order, some thousands at a time; memory does not grow with their number. */
  const all = async function* (
    actor: Pick<Actor, 'tenantIds'>,
    { search, sort }: Pick<SearchPlan, 'search' | 'sort'>,
    { signal, atOnce = 5000 }: { signal?: AbortSignal; atOnce?: number } = {},
  ): AsyncGenerator<EventRow[]> {
    const conditions = conditionsOf(search);
    const asOf = new Date(search.at);
    let after: PagePlace | null = null;
    for (;;) {
      signal?.throwIfAborted();
      const { rows, places } = await pagesOf(actor).page(conditions, { sort, after, limit: atOnce, asOf });
      if (rows.length > 0) yield rows;
      after = places.at(-1) ?? null;
      if (places.length < atOnce) return;
    }
  };

  return {
    plan,
    all,

    /** @throws InvalidInput for a place that is none of ours */
    page: async (actor: Actor, { limit, after, ...query }: EventQuery & { limit: number; after?: string }) => {
      const place = after === undefined ? null : read(Place, after, 'body.after');
      const { search, sort, mostShown } = await plan(actor, query, place ?? undefined);
      if (place && keyShapes[sort.by]?.test(place.key) === false) {
        throw new InvalidInput('The page belongs to a list in another order; begin again from the start', [
          { where: 'body.after', what: 'is of another order' },
        ]);
      }
      const before = place?.shown ?? 0;
      const room = mostShown === null ? limit : Math.max(0, Math.min(limit, mostShown - before));
      // One more than fits says whether there is a next page.
      const { rows, places } = await pagesOf(actor).page(conditionsOf(search), {
        sort,
        after: place && { key: place.key, id: place.id },
        limit: room + 1,
        asOf: new Date(search.at),
      });
      const last = places[room - 1];
      const shown = before + room;
      const hasMore = places.length > room;
      const isCut = hasMore && mostShown !== null && shown >= mostShown;
      const next: Place | null =
        hasMore && !isCut && last ? { ...last, top: search.topId, floor: search.floorId, at: search.at, shown } : null;
      const kept = new Set(places.slice(0, room).map(({ id }) => id));
      return {
        rows: rows.filter(({ eventId }) => kept.has(eventId)),
        next: next && write(next),
        cutAt: isCut ? mostShown : null,
      };
    },

    count: async (actor: Actor, query: EventQuery): Promise<{ count: number; asOf: string }> => {
      const { search } = await plan(actor, query);
      const count = await pagesOf(actor).count(conditionsOf(search), new Date(search.at));
      return { count, asOf: write({ top: search.topId, at: search.at } satisfies z.input<typeof Moment>) };
    },

    /** The search that stood at a count. @throws InvalidInput for an `asOf` that is none of ours */
    planAsOf: (actor: Actor, query: EventQuery, asOf: string): Promise<SearchPlan> =>
      plan(actor, query, read(Moment, asOf, 'body.asOf')),

    countOf: (actor: Pick<Actor, 'tenantIds'>, search: EventSearch): Promise<number> =>
      pagesOf(actor).count(conditionsOf(search), new Date(search.at)),

    /** @throws NotFound for an event that the result does not have */
    neighbours: async (actor: Actor, eventId: number, query: EventQuery) => {
      const { search, sort } = await plan(actor, query);
      const pages = pagesOf(actor);
      const conditions = conditionsOf(search);
      const asOf = new Date(search.at);
      const after = await pages.placeOf(conditions, eventId, { sort, asOf });
      if (!after) throw new NotFound('event', eventId);
      const [next] = await pages.findPlaces(conditions, { sort, after, limit: 1, asOf });
      const [previous] = await pages.findPlaces(conditions, { sort, after, limit: 1, asOf, backwards: true });
      const {
        rows: [row],
      } = await pages.page([{ sql: 'event_id = {only: UInt64}', params: { only: eventId } }], {
        sort: { by: 'registered', descending: true },
        limit: 1,
        asOf,
      });
      if (!row) throw new NotFound('event', eventId);
      return { row, previousId: previous?.id ?? null, nextId: next?.id ?? null };
    },
  };
};
export type Searches = ReturnType<typeof createSearches>;
