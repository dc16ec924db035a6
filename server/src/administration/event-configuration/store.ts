import type { EventSetting, EventTypeKey } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import type { OwnEventSetting } from './settings.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface EventSettingTables {
  /** What was set in one place; where nothing was set, the place above holds, at last the catalogue. */
  event_setting: {
    /** Null: the Administration Server's properties. */
    group_id: number | null;
    component: string;
    code: string;
    type_id: number | null;
    storage_term_days: number;
    export_to_siem: boolean;
    os_log: boolean;
    notify_by_mail: boolean;
    notify_by_sms: boolean;
    locked: boolean;
  };
}

export const eventSettingStore = (db: Kysely<EventSettingTables>) => ({
  /** All that was set anywhere; little beside groups and types, most have nothing of their own. */
  all: async (): Promise<OwnEventSetting[]> =>
    (await db.selectFrom('event_setting').selectAll().execute()).map((row) => ({
      groupId: row.group_id,
      component: row.component,
      code: row.code,
      typeId: row.type_id,
      setting: {
        storageTermDays: row.storage_term_days,
        exportToSiem: row.export_to_siem,
        osLog: row.os_log,
        notifyByMail: row.notify_by_mail,
        notifyBySms: row.notify_by_sms,
        locked: row.locked,
      },
    })),

  /** Null takes the setting of this place away. */
  save: async (groupId: number | null, settings: readonly (EventTypeKey & { setting: EventSetting | null })[]) => {
    for (const { component, code, typeId } of settings) {
      await db
        .deleteFrom('event_setting')
        .where(sql<boolean>`group_id is not distinct from ${groupId}::int`)
        .where('component', '=', component)
        .where('code', '=', code)
        .where(sql<boolean>`type_id is not distinct from ${typeId}::int`)
        .execute();
    }
    const made = settings.flatMap(({ component, code, typeId, setting }) =>
      setting
        ? [
            {
              group_id: groupId,
              component,
              code,
              type_id: typeId,
              storage_term_days: setting.storageTermDays,
              export_to_siem: setting.exportToSiem,
              os_log: setting.osLog,
              notify_by_mail: setting.notifyByMail,
              notify_by_sms: setting.notifyBySms,
              locked: setting.locked,
            },
          ]
        : [],
    );
    if (made.length > 0) await db.insertInto('event_setting').values(made).execute();
  },

  removeOfGroup: async (groupId: number): Promise<void> => {
    await db.deleteFrom('event_setting').where('group_id', '=', groupId).execute();
  },
});
export type EventSettingStore = ReturnType<typeof eventSettingStore>;
