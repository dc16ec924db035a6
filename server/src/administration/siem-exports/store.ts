import { SiemTargetSettings, type SiemTargetState } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { Target } from './target.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface SiemExportTables {
  siem_target: {
    id: string;
    name: string;
    enabled: boolean;
    settings: SiemTargetSettings;
    created_at: Date;
    /** The process that gathers events for it, and until when it may. */
    worker: string | null;
    worker_until: Date | null;
    /** As that process last told it. */
    state: SiemTargetState | null;
  };
}

/** Export targets of the whole server; who may see which is decided by `mayHandle`. */
export const siemTargetStore = (db: Kysely<SiemExportTables>) => {
  const requireFreeName = async (name: string, id: string): Promise<void> => {
    const other = await db
      .selectFrom('siem_target')
      .select('id')
      .where('name', '=', name)
      .where('id', '!=', id)
      .executeTakeFirst();
    if (other) throw new Conflict('siem-target.name-taken', `There is an export named “${name}” already`);
  };

  return {
    list: async (): Promise<Target[]> =>
      (await db.selectFrom('siem_target').selectAll().orderBy('name').orderBy('id').execute()).map((row) => ({
        id: row.id,
        settings: SiemTargetSettings.parse(row.settings),
        createdAt: row.created_at,
        worker: row.worker,
        state: row.state,
      })),

    /** @throws Conflict when the name is taken */
    add: async (id: string, settings: SiemTargetSettings, now: Date): Promise<void> => {
      await requireFreeName(settings.name, id);
      await db
        .insertInto('siem_target')
        .values({
          id,
          name: settings.name,
          enabled: settings.enabled,
          settings: json(settings),
          created_at: now,
          worker: null,
          worker_until: null,
          state: null,
        })
        .execute();
    },

    /** @throws NotFound, Conflict when the name is taken */
    change: async (id: string, settings: SiemTargetSettings): Promise<void> => {
      await requireFreeName(settings.name, id);
      const done = await db
        .updateTable('siem_target')
        .set({ name: settings.name, enabled: settings.enabled, settings: json(settings) })
        .where('id', '=', id)
        .executeTakeFirst();
      if (!Number(done.numUpdatedRows)) throw new NotFound('siem target', id);
    },

    /** @throws NotFound */
    remove: async (id: string): Promise<void> => {
      const done = await db.deleteFrom('siem_target').where('id', '=', id).executeTakeFirst();
      if (!Number(done.numDeletedRows)) throw new NotFound('siem target', id);
    },

    /**
     * Takes, or keeps, the gathering for every target that no other process holds.
     * @returns the ids that this process holds until then
     */
    claim: async (worker: string, now: Date, until: Date): Promise<Set<string>> => {
      const rows = await db
        .updateTable('siem_target')
        .set({ worker, worker_until: until })
        .where('enabled', '=', true)
        .where((e) => e.or([e('worker', 'is', null), e('worker', '=', worker), e('worker_until', '<', now)]))
        .returning('id')
        .execute();
      return new Set(rows.map(({ id }) => id));
    },

    saveState: async (id: string, state: SiemTargetState): Promise<void> => {
      await db
        .updateTable('siem_target')
        .set({ state: json(state) })
        .where('id', '=', id)
        .execute();
    },
  };
};
export type SiemTargetStore = ReturnType<typeof siemTargetStore>;
