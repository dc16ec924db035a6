/** The server's log: one line per thing that happened, as JSON or for people. Owns no table. */
export { createLog, type Log, type LogFormat, type LogLevel, logFormats, logLevels } from './log.ts';
