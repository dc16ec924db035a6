/** The device agent, to be run inside another program: tests, demonstrations. As a program of its own it is main.ts. */
export { type AgentOptions, type AgentStatus, type RunningAgent, startAgent } from './agent.ts';
export {
  AgentError,
  EnrolmentRefused,
  NoScanner,
  NotEnrolled,
  NotIdle,
  ScannerFailed,
  ServerUnreachable,
  StateInUse,
} from './errors.ts';
export { jsonLog, type Log, type LogLine } from './log.ts';
export type { DatabasesState, FileToScan, FileVerdict, Scanner, ScannerState, Verdict } from './scanners/scanner.ts';
export type { ScanResult } from './scanning/scan.ts';
export { ServerProblem } from './server-client.ts';
