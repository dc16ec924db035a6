/**
 * The relational store (configuration, devices, tickets, jobs): PGlite in the data folder, or PostgreSQL 15+ by
 * address, with the same answers from both. Owns the table `migration` in every schema; the others belong to modules.
 */
export { type Database, type DatabaseOptions, json, openDatabase, type SqlResult } from './database.ts';
export { DatabaseIsNewer, DatabaseUsedInsideTransaction, MigrationFailed } from './errors.ts';
export { type MigrationSet, migrate } from './migrate.ts';
