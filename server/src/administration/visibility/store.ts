import type { Generated, Kysely } from 'kysely';

/** The tables that this module owns: no other module reads or writes them. */
export interface VisibilityTables {
  network_visibility: {
    one: Generated<boolean>;
    /** Null: as the start option says. */
    minutes: number | null;
  };
}

export const visibilityStore = (db: Kysely<VisibilityTables>) => ({
  read: async (): Promise<number | null> =>
    (await db.selectFrom('network_visibility').select('minutes').executeTakeFirstOrThrow()).minutes,

  save: async (minutes: number | null): Promise<void> => {
    await db.updateTable('network_visibility').set({ minutes }).execute();
  },
});
