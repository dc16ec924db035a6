import { ConditionSetting } from '@gatehouse/contract';
import { type Generated, type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface StatusTables {
  /** A group's own setting of a condition; a group without one has its parent's, at last the condition's default. */
  status_setting: { group_id: number; condition: string; setting: ConditionSetting };
  /** One row: how often rules changed, by settings or by the tree of groups. */
  status_rules: { id: Generated<number>; version: Generated<number> };
  /** Groups whose devices are to be looked at, since their rules changed; done up to a device's id. */
  status_recheck: { id: Generated<number>; group_ids: number[]; done_up_to: string | null };
}

export interface OwnSetting {
  groupId: number;
  condition: string;
  setting: ConditionSetting;
}

export const statusStore = (db: Kysely<StatusTables>) => ({
  /** Every group's own settings; groups are few and most have none. */
  all: async (): Promise<OwnSetting[]> =>
    (await db.selectFrom('status_setting').selectAll().execute()).map((row) => ({
      groupId: row.group_id,
      condition: row.condition,
      setting: ConditionSetting.parse(row.setting),
    })),

  /** Null gives the group its parent's setting back. */
  save: async (
    groupId: number,
    settings: readonly { condition: string; setting: ConditionSetting | null }[],
  ): Promise<void> => {
    if (settings.length === 0) return;
    await db
      .deleteFrom('status_setting')
      .where('group_id', '=', groupId)
      .where(
        'condition',
        'in',
        settings.map(({ condition }) => condition),
      )
      .execute();
    const made = settings.flatMap(({ condition, setting }) =>
      setting ? [{ group_id: groupId, condition, setting: json(setting) }] : [],
    );
    if (made.length > 0) await db.insertInto('status_setting').values(made).execute();
  },

  removeOfGroup: async (groupId: number): Promise<void> => {
    await db.deleteFrom('status_setting').where('group_id', '=', groupId).execute();
  },

  /**
   * Rules of these groups are others now, by a setting or by a move of the groups: whoever knows rules reads them anew,
   * and the devices of the groups are looked at. To be called in the transaction of the change.
   */
  rulesChanged: async (groupIds: readonly number[]): Promise<void> => {
    await db.updateTable('status_rules').set({ version: sql<number>`version + 1` }).execute();
    if (groupIds.length === 0) return;
    await db
      .insertInto('status_recheck')
      .values({ group_ids: sql<number[]>`${[...groupIds]}::int[]`, done_up_to: null })
      .execute();
  },

  /** Held until the transaction ends: a change of the rules waits for whatever is decided by the old ones. */
  holdVersion: async (): Promise<number> =>
    (await db.selectFrom('status_rules').select('version').forShare().executeTakeFirstOrThrow()).version,

  version: async (): Promise<number> =>
    (await db.selectFrom('status_rules').select('version').executeTakeFirstOrThrow()).version,

  /** The next groups to look at. Two who look at the same do the same; null: none is left. */
  nextRecheck: async (): Promise<{ id: number; groupIds: number[]; doneUpTo: string | null } | null> => {
    const row = await db.selectFrom('status_recheck').selectAll().orderBy('id').limit(1).executeTakeFirst();
    return row ? { id: row.id, groupIds: row.group_ids, doneUpTo: row.done_up_to } : null;
  },

  /** In the transaction that marks what was found up to this device. */
  saveRecheck: async (id: number, doneUpTo: string): Promise<void> => {
    await db.updateTable('status_recheck').set({ done_up_to: doneUpTo }).where('id', '=', id).execute();
  },

  endRecheck: async (id: number): Promise<void> => {
    await db.deleteFrom('status_recheck').where('id', '=', id).execute();
  },
});
export type StatusStore = ReturnType<typeof statusStore>;
