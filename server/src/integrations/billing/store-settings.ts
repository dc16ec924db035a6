import { ApplicationServices, BillingSettings } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';

/** Tables that this module owns. */
export interface BillingSettingTables {
  billing_setting: {
    integration_id: string;
    by_category: boolean;
    settings: BillingSettings;
    changed_at: Date;
  };
  billed_application: {
    integration_id: string;
    application: string;
    per_user: boolean;
    services: ApplicationServices;
  };
}

/** What is billed for an application, as a person chose it. */
export interface BilledApplicationRow {
  application: string;
  perUser: boolean;
  services: ApplicationServices;
}

/** Settings and services of one integration. */
export const billingSettingStore = (db: Kysely<BillingSettingTables>) => {
  const find = (integrationId: string) =>
    db.selectFrom('billing_setting').selectAll().where('integration_id', '=', integrationId).executeTakeFirst();

  const save = async (
    on: Kysely<BillingSettingTables>,
    integrationId: string,
    change: { by_category?: boolean; settings?: BillingSettings },
    now: Date,
  ): Promise<void> => {
    const { settings, ...rest } = change;
    const written = { ...rest, ...(settings ? { settings: json(settings) } : {}), changed_at: now };
    await on
      .insertInto('billing_setting')
      .values({
        integration_id: integrationId,
        by_category: change.by_category ?? false,
        settings: json(settings ?? BillingSettings.parse({})),
        changed_at: now,
      })
      .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(written))
      .execute();
  };

  return {
    async settings(integrationId: string): Promise<BillingSettings> {
      return BillingSettings.parse((await find(integrationId))?.settings ?? {});
    },

    async byCategory(integrationId: string): Promise<boolean> {
      return (await find(integrationId))?.by_category ?? false;
    },

    async applications(integrationId: string): Promise<BilledApplicationRow[]> {
      const rows = await db
        .selectFrom('billed_application')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .orderBy('application')
        .execute();
      return rows.map(({ application, per_user, services }) => ({
        application,
        perUser: per_user,
        services: ApplicationServices.parse(services),
      }));
    },

    saveSettings: (integrationId: string, settings: BillingSettings, now: Date): Promise<void> =>
      save(db, integrationId, { settings }, now),

    /** All of it takes the place of what was there. */
    async saveServices(
      integrationId: string,
      { byCategory, applications }: { byCategory: boolean; applications: BilledApplicationRow[] },
      now: Date,
    ): Promise<void> {
      await db.transaction().execute(async (transaction) => {
        await save(transaction, integrationId, { by_category: byCategory }, now);
        await transaction.deleteFrom('billed_application').where('integration_id', '=', integrationId).execute();
        if (applications.length === 0) return;
        await transaction
          .insertInto('billed_application')
          .values(
            applications.map(({ application, perUser, services }) => ({
              integration_id: integrationId,
              application,
              per_user: perUser,
              services: json(services),
            })),
          )
          .execute();
      });
    },
  };
};
export type BillingSettingStore = ReturnType<typeof billingSettingStore>;
