/** Object history: revisions of groups, settings, tenants and more; how they differ, and the way back. */
export { historyPath, objectOfEvent, objectOfTarget } from './objects.ts';
