import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import type { JobDefinition, Jobs } from '../../platform/jobs/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import type { EventPages } from '../events/index.ts';
import { conditionsOf } from '../selections/index.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { createDeletions, type Deletions } from './deletions.ts';
import { type DeletionTables, deletionStore } from './store.ts';

const now = new Date('2026-03-04T05:06:07.000Z');
const search = { filters: [], ids: [7, 8, 9], topId: 100, floorId: 0, at: now.toISOString() };
const asked = (id: string) => ({
  id,
  tenantIds: ['a'],
  askedBy: 'ann',
  askedById: 'ann-1',
  askedAt: now,
  search,
  events: 6,
});
const FIRST = '019a0000-0000-4000-8000-000000000001';
const SECOND = '019a0000-0000-4000-8000-000000000002';

describeOnBothEngines('deletions of events', (place) => {
  let database: Database;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
  });

  /** The event store, of which only the parts and what lies in them matter here. */
  let parts: Map<string, number>;
  let brokenPart: string | null;
  let cleared: { part: string; scope: unknown }[];
  const pagesOf = (scope: unknown) =>
    ({
      partsWith: async () => [...parts].map(([part, events]) => ({ part, events })),
      clearPart: async (part: string) => {
        if (part === brokenPart) throw new Error('the store is away');
        cleared.push({ part, scope });
        parts.delete(part);
      },
    }) as unknown as EventPages;

  let enqueued: { payload: unknown; isInTransaction: boolean }[];
  let refuseJobs: boolean;
  /** A process of the server; `runJob` is what the queue calls. */
  const startProcess = () => {
    let run: JobDefinition<never>['run'] | undefined;
    const jobs = {
      define: (definition: JobDefinition<never>) => {
        run = definition.run;
        return {
          name: definition.name,
          enqueue: async (payload: unknown, options: { in?: unknown }) => {
            if (refuseJobs) throw new Error('the queue is full');
            enqueued.push({ payload, isInTransaction: options.in !== undefined });
            return 'job';
          },
        };
      },
    } as unknown as Pick<Jobs, 'define'>;
    const schema = database.forSchema<DeletionTables>('administration');
    const deletions: Deletions = createDeletions({
      store: deletionStore(schema),
      inTransaction: (work) => schema.transaction().execute((tx) => work(deletionStore(tx), tx as never)),
      jobs,
      pagesOf,
      conditionsOf,
      clock: () => now,
      changed: () => {},
    });
    return {
      deletions,
      runJob: (deletionId: string, signal = new AbortController().signal) =>
        run?.({ deletionId } as never, { signal, attempt: 1, jobId: 'job' }),
    };
  };

  beforeEach(async () => {
    await database.executeSql('truncate administration.event_deletion');
    parts = new Map([
      ['20260105', 1],
      ['20260112', 2],
      ['20260119', 3],
    ]);
    brokenPart = null;
    cleared = [];
    enqueued = [];
    refuseJobs = false;
  });

  it('hide their events from the first moment until the store has let go of them', async () => {
    const { deletions, runJob } = startProcess();
    expect(deletions.hidden()).toEqual([]);
    await deletions.begin(asked(FIRST));
    const [condition, ...others] = deletions.hidden();
    expect(others).toEqual([]);
    expect(condition?.sql).toContain('event_id in {gone0_ids: Array(UInt64)}');
    expect(condition?.sql).toContain('tenant_id in {gone0_scope: Array(String)}');
    expect(condition?.params).toEqual({ gone0_ids: [7, 8, 9], gone0_top: 100, gone0_scope: ['a'] });
    await runJob(FIRST);
    expect(cleared).toEqual(['20260105', '20260112', '20260119'].map((part) => ({ part, scope: ['a'] })));
    expect(deletions.hidden()).toEqual([]);
    expect((await deletions.latest(9))[0]).toMatchObject({ state: 'done', deleted: 6, partsDone: 3, parts: 3 });
  });

  it('go on where a failure or the end of the process cut them short, and take nothing twice', async () => {
    const first = startProcess();
    await first.deletions.begin(asked(FIRST));
    brokenPart = '20260112';
    await expect(first.runJob(FIRST)).rejects.toThrow('the store is away');
    expect((await first.deletions.latest(1))[0]).toMatchObject({ state: 'failed', deleted: 1, partsDone: 1 });
    // Out of sight all the while, also for a process that starts now.
    const second = startProcess();
    await second.deletions.load();
    expect(second.deletions.hidden()).toHaveLength(1);
    brokenPart = null;
    await second.runJob(FIRST);
    expect(cleared.map(({ part }) => part)).toEqual(['20260105', '20260112', '20260119']);
    expect((await second.deletions.latest(1))[0]).toMatchObject({ state: 'done', deleted: 6, partsDone: 3, parts: 3 });
    await second.runJob(FIRST);
    expect(cleared).toHaveLength(3);
  });

  it('stopped with the server are not said to have failed', async () => {
    const { deletions, runJob } = startProcess();
    await deletions.begin(asked(FIRST));
    const stopping = new AbortController();
    stopping.abort(new Error('the server stops'));
    await expect(runJob(FIRST, stopping.signal)).rejects.toThrow('the server stops');
    expect((await deletions.latest(1))[0]?.state).toBe('running');
  });

  it('are written down together with their job, or not at all', async () => {
    const { deletions } = startProcess();
    await deletions.begin(asked(FIRST));
    expect(enqueued).toEqual([{ payload: { deletionId: FIRST }, isInTransaction: true }]);
    refuseJobs = true;
    await expect(deletions.begin(asked(SECOND))).rejects.toThrow('the queue is full');
    expect((await deletions.latest(9)).map(({ id }) => id)).toEqual([FIRST]);
    expect(deletions.hidden()).toHaveLength(1);
  });

  it('are refused while too many are under way: each makes every reading dearer', async () => {
    const { deletions } = startProcess();
    for (let number = 10; number < 30; number += 1) {
      await deletions.begin(asked(`019a0000-0000-4000-8000-0000000000${number}`));
    }
    await expect(deletions.begin(asked(FIRST))).rejects.toMatchObject({ code: 'event-deletion.too-many' });
  });
});
