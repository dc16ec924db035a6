import type { PsaField, TicketRule } from '@gatehouse/contract';
import { type Integrations, PsaError } from '../psa/index.ts';
import type { Reason } from './reasons.ts';
import { checkRules, defaultRules, inOrder, type RuleInput, ruleProblem, type StoredRule, shownRule } from './rules.ts';
import { ruleStore } from './store-rules.ts';
import type { TicketingDb } from './store-unit.ts';

/** The ticket rules of all integrations. */
export const ruleBook = ({ db, integrations }: { db: TicketingDb; integrations: Integrations }) => {
  const storeOf = (integrationId: string, on: TicketingDb = db) =>
    ruleStore(on as unknown as Parameters<typeof ruleStore>[0], integrationId);

  /** Rules that a newer release added are off, with their defaults; they are kept with the next save. */
  const complete = async (integrationId: string, fields: PsaField[]): Promise<StoredRule[]> => {
    const stored = await storeOf(integrationId).list();
    const have = new Set(stored.map(({ reason }) => reason));
    const missing = defaultRules(await integrations.kindOf(integrationId), fields).filter(
      ({ reason }) => !have.has(reason),
    );
    return inOrder([...stored.map(({ integration_id: _, ...rule }) => rule), ...missing]);
  };

  return {
    /** Everything off, with the defaults that this PSA has. */
    async begin(integrationId: string): Promise<void> {
      const { connector } = await integrations.connect(integrationId);
      await storeOf(integrationId).save(
        defaultRules(await integrations.kindOf(integrationId), await connector.fields()),
      );
    },

    async list(integrationId: string): Promise<TicketRule[]> {
      const { connector } = await integrations.connect(integrationId);
      try {
        const fields = await connector.fields();
        return (await complete(integrationId, fields)).map((rule) => shownRule(rule, ruleProblem(rule, fields)));
      } catch (error) {
        if (!(error instanceof PsaError)) throw error;
        // The rules are ours and can be shown; only whether their choices still exist is unknown.
        return (await complete(integrationId, [])).map((rule) =>
          shownRule(rule, `The PSA cannot be asked: ${error.message}`),
        );
      }
    },

    /** What "Reset to defaults" gives: everything off, with what this PSA offers now. Empty while it cannot be asked. */
    async defaults(integrationId: string): Promise<TicketRule[]> {
      const { connector } = await integrations.connect(integrationId);
      try {
        const fields = await connector.fields();
        return inOrder(defaultRules(await integrations.kindOf(integrationId), fields)).map((rule) =>
          shownRule(rule, ruleProblem(rule, fields)),
        );
      } catch (error) {
        if (error instanceof PsaError) return [];
        throw error;
      }
    },

    /**
     * All or none.
     * @throws InvalidInput
     */
    async save(integrationId: string, rules: RuleInput[]): Promise<void> {
      const { connector } = await integrations.connect(integrationId);
      const checked = checkRules(rules, await connector.fields({ fresh: true }));
      await db.transaction().execute((transaction) => storeOf(integrationId, transaction).save(checked));
    },

    async byReason(integrationId: string): Promise<Map<Reason, StoredRule>> {
      return new Map((await storeOf(integrationId).list()).map((rule) => [rule.reason, rule]));
    },

    async countOn(integrationIds: string[]): Promise<number> {
      let count = 0;
      for (const id of integrationIds) count += (await storeOf(id).list()).filter(({ enabled }) => enabled).length;
      return count;
    },
  };
};
export type RuleBook = ReturnType<typeof ruleBook>;
