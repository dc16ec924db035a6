/**
 * Durable jobs with retries, keys, dead letters and times, over pg-boss. Owns the schema `jobs`, whose tables pg-boss
 * makes and upgrades itself.
 */
export type {
  DeadLetter,
  EnqueueOptions,
  Job,
  JobCounts,
  JobDefinition,
  JobLog,
  PeriodicJob,
  RunContext,
  Times,
} from './definition.ts';
export { type Jobs, startJobs } from './jobs.ts';
