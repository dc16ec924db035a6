/**
 * Device statuses: the conditions that make a device Critical or Warning, what is set for them in each group, and the
 * decision. Owns `status_setting`, `status_rules` and `status_recheck`.
 */
export { conditionOf, conditions } from './conditions/index.ts';
export { type DecisionContext, decideStatus, differs, isSooner, isVisible } from './decide.ts';
export { previewOf } from './preview.ts';
export { type SettingChanges, statusRoutes } from './routes.ts';
export { type Rule, rulesByPath } from './rules.ts';
export { checkSetting, settingState } from './settings.ts';
export { type StatusTables, statusStore } from './store.ts';
export { statusMigrations } from './store-migrations.ts';
