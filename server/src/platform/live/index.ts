/** Tells listeners in this process that something of a topic changed. Owns no table. */
export { createLive, type Live } from './live.ts';
