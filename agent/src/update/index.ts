/** Newer versions of the agent itself: whom they must come from, and how they get in. */
export { openUpdater } from './updater.ts';
