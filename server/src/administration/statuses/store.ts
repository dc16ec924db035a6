import type { Kysely } from 'kysely';
import type { ConditionSetting } from './condition.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface StatusTables {
  /** A group's own setting of a condition; a group without one has its parent's, at last the condition's default. */
  status_setting: {
    group_id: number;
    condition: string;
    critical_enabled: boolean;
    critical_value: number | null;
    warning_enabled: boolean;
    warning_value: number | null;
  };
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
      setting: {
        critical: { enabled: row.critical_enabled, value: row.critical_value },
        warning: { enabled: row.warning_enabled, value: row.warning_value },
      },
    })),

  /** Null gives the group its parent's setting back. */
  save: async (groupId: number, condition: string, setting: ConditionSetting | null): Promise<void> => {
    await db.deleteFrom('status_setting').where('group_id', '=', groupId).where('condition', '=', condition).execute();
    if (!setting) return;
    await db
      .insertInto('status_setting')
      .values({
        group_id: groupId,
        condition,
        critical_enabled: setting.critical.enabled,
        critical_value: setting.critical.value,
        warning_enabled: setting.warning.enabled,
        warning_value: setting.warning.value,
      })
      .execute();
  },

  removeOfGroup: async (groupId: number): Promise<void> => {
    await db.deleteFrom('status_setting').where('group_id', '=', groupId).execute();
  },
});
export type StatusStore = ReturnType<typeof statusStore>;
