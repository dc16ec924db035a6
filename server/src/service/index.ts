/**
 * Gatehouse as a service of this machine: install, bring to a newer version, remove. Knows nothing of what the program
 * does. Owns no tables.
 */
export { type InstallWish, install } from './install.ts';
export { DEFAULT_DATA_DIR, onDisk, places } from './places.ts';
export { type RemoveWish, remove } from './remove.ts';
export { type System, thisSystem } from './system.ts';
