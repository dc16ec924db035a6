import { MovingRuleBody } from '@gatehouse/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { Rule } from './rule.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface MovingRuleTables {
  moving_rule: {
    id: string;
    tenant_id: string;
    /** Counted from 0, without gaps. */
    place: number;
    body: unknown;
    changed_at: Date;
    changed_by: string;
  };
  /** Which rules that act once have acted on which devices. */
  moving_rule_done: { rule_id: string; device_id: string };
}

/** Each device is asked all of them, one after the other. */
const MOST_RULES = 500;

/** What an earlier version stored may lack what is new: the schema fills it in. */
const toRule = (row: Selectable<MovingRuleTables['moving_rule']>): Rule => ({
  ...MovingRuleBody.parse(row.body),
  id: row.id,
  tenantId: row.tenant_id,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
});

/** Moving rules of one tenant, or with null of all of them for reading. */
export const movingRuleStore = (db: Kysely<MovingRuleTables>, tenant: string | null) => {
  const rows = () =>
    db
      .selectFrom('moving_rule')
      .selectAll()
      .$if(tenant !== null, (q) => q.where('tenant_id', '=', tenant as string))
      .orderBy('tenant_id')
      .orderBy('place');
  const one = () => {
    if (tenant === null) throw new Error('rules are changed for one tenant at a time');
    return tenant;
  };

  return {
    /** In their order. */
    list: async (): Promise<Rule[]> => (await rows().execute()).map(toRule),

    /** @throws NotFound */
    get: async (id: string): Promise<Rule> => {
      const row = await rows().where('id', '=', id).executeTakeFirst();
      if (!row) throw new NotFound('moving rule', id);
      return toRule(row);
    },

    /** All rules of the tenant, in this order; what is not named goes. @throws Conflict `moving-rule.too-many` */
    save: async (rules: readonly Rule[]): Promise<void> => {
      const owner = one();
      if (rules.length > MOST_RULES) {
        throw new Conflict('moving-rule.too-many', `A tenant can have ${MOST_RULES} moving rules; delete some first`);
      }
      await db
        .deleteFrom('moving_rule')
        .where('tenant_id', '=', owner)
        .where(sql<boolean>`not (id = any(${rules.map(({ id }) => id)}::uuid[]))`)
        .execute();
      for (const [place, { id, tenantId: _, changedAt, changedBy, ...body }] of rules.entries()) {
        const values = { place, body: json(body), changed_at: changedAt, changed_by: changedBy };
        await db
          .insertInto('moving_rule')
          .values({ id, tenant_id: owner, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute();
      }
    },

    removeAll: async (): Promise<void> => {
      await db.deleteFrom('moving_rule').where('tenant_id', '=', one()).execute();
    },

    /** Of these devices: which rules have acted on them already, as `rule device`. */
    actedOn: async (deviceIds: readonly string[]): Promise<Set<string>> =>
      new Set(
        (
          await db
            .selectFrom('moving_rule_done')
            .selectAll()
            .where(sql<boolean>`device_id = any(${[...deviceIds]}::uuid[])`)
            .execute()
        ).map(({ rule_id: rule, device_id: device }) => `${rule} ${device}`),
      ),

    markActed: async (done: readonly { ruleId: string; deviceId: string }[]): Promise<void> => {
      if (done.length === 0) return;
      await db
        .insertInto('moving_rule_done')
        .values(done.map(({ ruleId, deviceId }) => ({ rule_id: ruleId, device_id: deviceId })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
};
export type MovingRuleStore = ReturnType<typeof movingRuleStore>;
