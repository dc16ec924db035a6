import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { Reason } from './reasons.ts';

/** A table that this module owns. */
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
}
export type RuleRow = RuleTables['ticket_rule'];

/** Ticket rules of one integration. */
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
});
