import { EventFilter } from '@gatehouse/contract';
import { type Filter, printFilter } from '@gatehouse/protocols/ksc-open-api';
import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import type { Doer, Http } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import { createDeletions, deletionRoutes, deletionStore } from './event-deletions/index.ts';
import { exportRoutes, exportStore } from './event-exports/index.ts';
import { eventPages } from './events/index.ts';
import { allGroups } from './groups/index.ts';
import { recordSave } from './history.ts';
import { type ObjectState, revisionStore } from './revisions/index.ts';
import { scopeOf } from './scope.ts';
import {
  conditionsOf,
  createSearches,
  fixedExpression,
  type Selection,
  type SelectionStore,
  searchRoutes,
  selectionRoutes,
  selectionStore,
} from './selections/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TenantScope } from './tenants/index.ts';

export interface EventWorkParts {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  engine: EventEngine;
  http: Http;
  jobs: Pick<Jobs, 'define'>;
  clock: Clock;
  /** Events are gone: for consoles that look. */
  changed: () => void;
  onError: (error: unknown) => void;
}

/** So long a program can take a deletion back: their protocol has a call for it. */
const WITHDRAWABLE_MS = 30_000;

/** The selections, with a revision of every save. In one transaction. */
const recordingSelections = (
  tx: Kysely<AdministrationTables>,
  { doer, clock }: { doer: Doer; clock: Clock },
): SelectionStore => {
  const store = selectionStore(administrationDb(tx).selections);
  const lock = (id: string) => revisionStore(administrationDb(tx).revisions, 'all').lock('event-selection', id);
  const stateOf = ({ name, settings, access }: Selection) => ({ name, settings, access }) as unknown as ObjectState;
  const record = (before: Selection | null, after: Selection | null) => {
    const { id = '', name = '', owner = null } = after ?? before ?? {};
    return recordSave(tx, {
      object: { kind: 'event-selection', id, name, tenantId: null, ownerId: owner?.id ?? null },
      before: before && stateOf(before),
      after: after && stateOf(after),
      ...{ doer, at: clock() },
    });
  };
  return {
    ...store,
    add: async (id, owner, saved) => {
      const added = await store.add(id, owner, saved);
      await record(null, added);
      return added;
    },
    change: async (id, saved) => {
      await lock(id);
      const before = await store.get(id);
      const after = await store.change(id, saved);
      await record(before, after);
      return after;
    },
    remove: async (ids) => {
      for (const id of ids) {
        await lock(id);
        await record(await store.get(id), null);
      }
      await store.remove(ids);
    },
  };
};

/** What people do with stored events: select and search them, export and delete them. */
export const createEventWork = async ({ db: schema, engine, http, jobs, clock, changed, onError }: EventWorkParts) => {
  const db = administrationDb(schema);
  // Only called once deletions are there, though readers are made before.
  const pagesOf = (scope: TenantScope) => eventPages(engine, scope, () => deletions.hidden());
  const deletions = createDeletions({
    store: deletionStore(db.eventDeletions),
    inTransaction: (work) =>
      schema.transaction().execute((tx) => work(deletionStore(administrationDb(tx).eventDeletions), tx as never)),
    jobs,
    pagesOf,
    conditionsOf,
    clock,
    changed,
  });
  const searches = createSearches({
    store: selectionStore(db.selections),
    pagesOf: (actor) => pagesOf(scopeOf(actor)),
    groups: () => allGroups(db.groups),
    clock,
  });
  const selections = {
    store: selectionStore(db.selections),
    inTransaction: <T>(doer: Doer, work: (store: SelectionStore) => Promise<T>): Promise<T> =>
      schema.transaction().execute((tx) => work(recordingSelections(tx, { doer, clock }))),
  };
  await deletions.load();
  await selectionStore(db.selections).ensurePredefined(clock());

  return {
    /** What readers of events leave out, because it is being deleted. */
    hidden: deletions.hidden,

    /** Deletions for programs, which name the events by a filter. */
    deletions: {
      /**
       * @param asked what is looked for as of a moment, up to the event `topId`
       * @returns its id, or null when there is nothing to delete
       */
      begin: async (asked: {
        filter: Filter;
        topId: number;
        asOf: Date;
        scope: TenantScope;
        by: { id: string; name: string };
      }): Promise<string | null> => {
        const { time: _, groups: __, ...all } = EventFilter.parse({});
        const expression = fixedExpression(printFilter(asked.filter), asked.asOf);
        const tenantIds = asked.scope === 'all' ? null : [...asked.scope];
        const search = {
          filters: [{ ...all, from: null, to: null, groupIds: null, ...(expression && { expression }) }],
          ...{ ids: null, topId: asked.topId, floorId: 0, at: asked.asOf.toISOString() },
        };
        const events = await searches.countOf({ tenantIds }, search);
        if (events === 0) return null;
        const now = clock();
        const { id } = await deletions.begin(
          {
            ...{ id: newId(now), tenantIds, askedBy: asked.by.name, askedById: asked.by.id, askedAt: now },
            ...{ search, events },
          },
          new Date(now.getTime() + WITHDRAWABLE_MS),
        );
        return id;
      },
      withdraw: deletions.withdraw,
    },

    /** Selections of everybody, and saves of them that become history. Who may use which is for the caller to know. */
    selections,

    serve: (tenantNames: () => Promise<ReadonlyMap<string, string>>): void => {
      selectionRoutes(http, { ...selections, clock });
      searchRoutes(http, { searches, tenantNames });
      exportRoutes(http, { store: exportStore(db.eventExports), searches, tenantNames, clock });
      deletionRoutes(http, { deletions, searches, clock });
    },

    start: () => deletions.start(onError),
    stop: deletions.stop,
  };
};
