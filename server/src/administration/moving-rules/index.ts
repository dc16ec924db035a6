/**
 * Moving rules: an ordered list per tenant that moves devices to groups and gives them tags, when they enrol and when
 * something about them changes. Owns `moving_rule` and `moving_rule_done`.
 */
export { createMoving, type Moving } from './moving.ts';
export { movingRuleRoutes } from './routes.ts';
export type { Rule as MovingRule } from './rule.ts';
export { type MovingRuleStore, type MovingRuleTables, movingRuleStore } from './store.ts';
export { movingRuleMigrations } from './store-migrations.ts';
