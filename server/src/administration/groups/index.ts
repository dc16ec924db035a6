/** Administration groups: the tree of each tenant. Owns the table `admin_group`. */
export { fullNames, type Group, levelOfGroup } from './group.ts';
export { effectiveInactivity } from './inactivity.ts';
export { type GroupParts, groupRoutes } from './routes.ts';
export { allGroups, type GroupStore, type GroupTables, groupPlaces, groupStore } from './store.ts';
export { groupMigrations } from './store-migrations.ts';
