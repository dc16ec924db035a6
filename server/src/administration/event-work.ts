import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import type { Http } from '../platform/http/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import { createDeletions, deletionRoutes, deletionStore } from './event-deletions/index.ts';
import { exportRoutes, exportStore } from './event-exports/index.ts';
import { eventPages } from './events/index.ts';
import { allGroups } from './groups/index.ts';
import { scopeOf } from './scope.ts';
import { conditionsOf, createSearches, searchRoutes, selectionRoutes, selectionStore } from './selections/index.ts';
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
  await deletions.load();
  await selectionStore(db.selections).ensurePredefined(clock());

  return {
    /** What readers of events leave out, because it is being deleted. */
    hidden: deletions.hidden,

    serve: (tenantNames: () => Promise<ReadonlyMap<string, string>>): void => {
      selectionRoutes(http, {
        store: selectionStore(db.selections),
        inTransaction: (work) =>
          schema.transaction().execute((tx) => work(selectionStore(administrationDb(tx).selections))),
        clock,
      });
      searchRoutes(http, { searches, tenantNames });
      exportRoutes(http, { store: exportStore(db.eventExports), searches, tenantNames, clock });
      deletionRoutes(http, { deletions, searches, clock });
    },

    start: () => deletions.start(onError),
    stop: deletions.stop,
  };
};
