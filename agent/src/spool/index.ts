/** The events that the server does not have yet, on disk and in order. Owns `spool/` in the state folder. */
export type { NewEvent } from './record.ts';
export { openSpool, type Spool, type SpoolOptions, type SpoolStats } from './spool.ts';
