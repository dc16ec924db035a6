/** Device statuses: the conditions, their settings per group, and the decision. Owns `status_setting`. */
export type { ConditionSetting, StatusCondition } from './condition.ts';
export { conditionOf, conditions } from './conditions/index.ts';
export { type DecisionContext, decideStatus, differs, isVisible } from './decide.ts';
export { statusRoutes } from './routes.ts';
export { checkSetting, settingsByGroup } from './settings.ts';
export { type StatusStore, type StatusTables, statusStore } from './store.ts';
export { statusMigrations } from './store-migrations.ts';
