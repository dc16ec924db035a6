/** A strict stand-in of the Autotask PSA REST API v1.0. It owns its in-memory tables and, when asked to, one data file. */
export type { Controls } from './controls.ts';
export type { ApiUser, Rights, State, WorkflowRule } from './database.ts';
export type { CategoryRule, PicklistValue, StoredRow, Switches, Values } from './entities/entity.ts';
export {
  AddressUnusable,
  BadControlRequest,
  DataFileUnreadable,
  PortTaken,
  SandboxError,
  UnknownThing,
} from './errors.ts';
export type { FaultMode, FaultRule, PlannedFault } from './faults.ts';
export { fixtureIds, sampleCredentials } from './fixture.ts';
export type { LimitSettings } from './limits.ts';
export type { LoggedRequest } from './request-log.ts';
export { type AutotaskSandbox, type SandboxOptions, startAutotaskSandbox } from './sandbox.ts';
