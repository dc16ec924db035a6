import type { TicketTemplates } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { Reason } from './reasons.ts';

/** Tables that this module owns. */
export interface RuleTables {
  ticket_rule: {
    integration_id: string;
    reason: Reason;
    enabled: boolean;
    /** Choice ids by field name. */
    fields: Record<string, string | null>;
    due_hours: number;
    lifetime_days: number | null;
    auto_close: boolean | null;
  };
  ticket_settings: {
    integration_id: string;
    /** Grows with each save, so that two people do not save over each other. */
    revision: number;
    /** Choice ids by field name, the same for all tickets. */
    general: Record<string, string | null>;
    /** Null: nobody has written templates yet, so those of this release are used. */
    templates: TicketTemplates | null;
    saved_by: string | null;
    saved_at: Date | null;
  };
  /** Only to bring the closed status of open tickets up to date. */
  ticket: { integration_id: string; state: string; fields: Record<string, string | null> };
}
export type RuleRow = RuleTables['ticket_rule'];
export type SettingsRow = RuleTables['ticket_settings'];

/** Ticket settings of one integration. */
export const ruleStore = (db: Kysely<RuleTables>, integrationId: string) => ({
  list: (): Promise<RuleRow[]> =>
    db.selectFrom('ticket_rule').selectAll().where('integration_id', '=', integrationId).execute(),

  async save(rules: Omit<RuleRow, 'integration_id'>[]): Promise<void> {
    for (const rule of rules) {
      const row = { ...rule, fields: json(rule.fields) };
      await db
        .insertInto('ticket_rule')
        .values({ integration_id: integrationId, ...row })
        .onConflict((conflict) => conflict.columns(['integration_id', 'reason']).doUpdateSet(row))
        .execute();
    }
  },

  async remove(reasons: Reason[]): Promise<void> {
    if (reasons.length === 0) return;
    await db
      .deleteFrom('ticket_rule')
      .where('integration_id', '=', integrationId)
      .where('reason', 'in', reasons)
      .execute();
  },

  settings: (): Promise<SettingsRow | undefined> =>
    db.selectFrom('ticket_settings').selectAll().where('integration_id', '=', integrationId).executeTakeFirst(),

  async begin(general: SettingsRow['general']): Promise<void> {
    await db
      .insertInto('ticket_settings')
      .values({ integration_id: integrationId, revision: 1, general: json(general), templates: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },

  /** @returns false when somebody else has saved since `revision` */
  async nextRevision(revision: number | undefined, by: string, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('ticket_settings')
      .set({ revision: sql<number>`revision + 1`, saved_by: by, saved_at: now })
      .where('integration_id', '=', integrationId)
      .$if(revision !== undefined, (query) => query.where('revision', '=', revision as number))
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },

  async saveSettings({ general, templates }: Partial<Pick<SettingsRow, 'general' | 'templates'>>): Promise<void> {
    const change = {
      ...(general ? { general: json(general) } : {}),
      ...(templates ? { templates: json(templates) } : {}),
    };
    if (Object.keys(change).length === 0) return;
    await db.updateTable('ticket_settings').set(change).where('integration_id', '=', integrationId).execute();
  },

  /** Tickets that are not closed yet are closed with the status that is chosen now, not with that of their opening. */
  async setClosedStatus(field: string, choice: string): Promise<void> {
    await db
      .updateTable('ticket')
      .set({ fields: sql`fields || ${JSON.stringify({ [field]: choice })}::jsonb` as never })
      .where('integration_id', '=', integrationId)
      .where('state', '<>', 'closed')
      .execute();
  },
});
