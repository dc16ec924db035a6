import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import { Conflict } from '../../platform/errors/index.ts';
import type { Jobs, RunContext } from '../../platform/jobs/index.ts';
import type { EventCondition, EventPages } from '../events/index.ts';
import type { EventSearch } from '../selections/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { Deletion, DeletionStore } from './store.ts';

/** Each makes every read a little dearer until its job is done. */
const MOST_OPEN = 20;
const REFRESH_MS = 2000;
/** A failed run hides its events for another reader's sake and is tried for long: the store may be away for hours. */
const RETRY = { limit: 20, firstDelaySeconds: 2, maxDelaySeconds: 600 };

/**
 * Deletes events in two steps. First the deletion is written down, and from then on every reader's query leaves out what
 * it asks for: gone at once, whatever becomes of the process. Then a job takes the events out of the store, one of its
 * parts after the other, so that each part is rewritten once; after the last, readers need not leave anything out any
 * more. Each step can be repeated.
 *
 * Consumers with a cursor see all events until they are out of the store: what a detection means for a device does not
 * change when its event is deleted.
 */
export const createDeletions = ({
  store,
  inTransaction,
  jobs,
  pagesOf,
  conditionsOf,
  clock,
  changed,
}: {
  store: DeletionStore;
  inTransaction: (work: (store: DeletionStore, transaction: Transaction<never>) => Promise<void>) => Promise<void>;
  jobs: Pick<Jobs, 'define'>;
  pagesOf: (scope: TenantScope) => EventPages;
  conditionsOf: (search: EventSearch, prefix?: string) => EventCondition[];
  clock: Clock;
  changed: () => void;
}) => {
  let hiding: EventCondition[] = [];
  let timer: NodeJS.Timeout | undefined;
  let refreshing: Promise<void> | null = null;

  const hiddenBy = ({ search, tenantIds }: Deletion, number: number): EventCondition => {
    const prefix = `gone${number}`;
    const pieces = conditionsOf(search, prefix);
    if (tenantIds !== null) {
      pieces.push({ sql: `tenant_id in {${prefix}_scope: Array(String)}`, params: { [`${prefix}_scope`]: tenantIds } });
    }
    return {
      sql: pieces.map(({ sql }) => `(${sql})`).join(' and '),
      params: Object.assign({}, ...pieces.map(({ params }) => params)) as Record<string, unknown>,
    };
  };

  const read = async (): Promise<void> => {
    hiding = (await store.open()).map(hiddenBy);
  };
  /** Another process may have begun or ended one. */
  const refresh = (): Promise<void> => {
    refreshing ??= read().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  const run = async ({ deletionId }: { deletionId: string }, { signal }: Pick<RunContext, 'signal'>): Promise<void> => {
    const deletion = await store.get(deletionId);
    if (!deletion || deletion.state === 'done') return;
    const pages = pagesOf(deletion.tenantIds ?? 'all');
    const conditions = conditionsOf(deletion.search);
    const asOf = new Date(deletion.search.at);
    const parts = await pages.partsWith(conditions, asOf);
    // A run that was cut short has cleared some parts already: they hold such events no more.
    let { partsDone, deleted } = deletion;
    // It may have been withdrawn a moment ago.
    if (!(await store.progress(deletionId, { state: 'running', parts: partsDone + parts.length }))) return;
    try {
      for (const { part, events } of parts) {
        signal.throwIfAborted();
        await pages.clearPart(part, conditions, asOf);
        partsDone += 1;
        deleted += events;
        await store.progress(deletionId, { partsDone, deleted });
        changed();
      }
    } catch (error) {
      if (!signal.aborted) await store.progress(deletionId, { state: 'failed' });
      throw error;
    }
    await store.progress(deletionId, { state: 'done', finishedAt: clock() });
    await read();
    changed();
  };

  const job = jobs.define({
    name: 'administration.delete-events',
    payload: z.object({ deletionId: z.uuid() }),
    retry: RETRY,
    concurrency: 1,
    run,
  });

  return {
    /** What readers must leave out. */
    hidden: (): readonly EventCondition[] => hiding,

    /**
     * Hides the events from now on and has them deleted.
     * @param startAfter until then it can be withdrawn for certain; at once unless told
     * @throws Conflict `event-deletion.too-many` while many others are under way
     */
    begin: async (asked: Parameters<DeletionStore['add']>[0], startAfter?: Date): Promise<Deletion> => {
      if ((await store.open()).length >= MOST_OPEN) {
        throw new Conflict(
          'event-deletion.too-many',
          `${MOST_OPEN} deletions of events are under way; wait until one is done`,
        );
      }
      // Together, or after a crash the events would be hidden and never go.
      await inTransaction(async (inside, transaction) => {
        await inside.add(asked);
        const when = { key: asked.id, in: transaction, ...(startAfter && { startAfter }) };
        await job.enqueue({ deletionId: asked.id }, when);
      });
      await read();
      changed();
      const deletion = await store.get(asked.id);
      if (!deletion) throw new Error('a deletion that was just written is gone');
      return deletion;
    },

    /** Takes a deletion back: its events are seen again. @returns false when it has begun, or is over */
    withdraw: async (id: string): Promise<boolean> => {
      const isTaken = await store.withdraw(id);
      if (isTaken) {
        await read();
        changed();
      }
      return isTaken;
    },

    latest: (limit: number): Promise<Deletion[]> => store.latest(limit),

    /** Call before the first reader comes. */
    load: read,
    start: (onError: (error: unknown) => void): void => {
      timer = setInterval(() => void refresh().catch(onError), REFRESH_MS);
    },
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await refreshing?.catch(() => {});
    },
  };
};
export type Deletions = ReturnType<typeof createDeletions>;
