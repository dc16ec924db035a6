/**
 * A queue of records in files, for what must reach somebody who may be away: what was added survives `kill -9` and a
 * power cut, the order is kept, and each record is handed out until it was confirmed. Owns no table.
 */
export { type DiskQueue, openDiskQueue, type QueuedRecord, QueueFull } from './disk-queue.ts';
