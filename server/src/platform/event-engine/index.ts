/**
 * The event store's engine: chDB in the data folder, or a ClickHouse server or cluster by address, behind one gateway.
 * Owns no tables: modules make theirs through it.
 */
export type { Params, ReaderLimits } from './backend.ts';
export { Batcher, type BatcherOptions } from './batcher.ts';
export type { Ddl } from './ddl.ts';
export { EventEngineFailed } from './errors.ts';
export { type EventEngine, type EventEngineOptions, openEventEngine, type QueryOptions } from './event-engine.ts';
