/**
 * Policies: what the agents of a group's devices are to do, inherited down the tree of groups, with locks and with
 * profiles for some of the devices; and how far each policy has come. Owns `policy`, `policy_version`,
 * `policy_due_group` and `device_policy`.
 */
export { createPolicyBook } from './book.ts';
export { checkContent, requireUnlocked } from './check.ts';
export { type PolicyPlace, type SavedPolicy, stateOfPolicy, titleOfSetting } from './policy.ts';
export { createRollout } from './rollout.ts';
export { type PolicySaves, policyRoutes } from './routes.ts';
export { devicePolicyRoutes } from './routes-devices.ts';
export { type PolicyStore, type PolicyTables, policyStore } from './store.ts';
export { type DevicePolicyTables, devicePolicyStore } from './store-devices.ts';
export { policyMigrations } from './store-migrations.ts';
export { inheritedBy } from './tree.ts';
