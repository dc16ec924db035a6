/**
 * Moving rules: an ordered list per tenant that moves devices to groups and gives them tags, when they enrol and when
 * something about them changes. Owns `moving_rule` and `moving_rule_done`.
 */
export { createMoving } from './moving.ts';
export { movingRuleRoutes } from './routes.ts';
export type { Rule as MovingRule } from './rule.ts';
export { type MovingRuleTables, movingRuleStore } from './store.ts';
export { movingRuleMigrations } from './store-migrations.ts';
