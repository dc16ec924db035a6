/** One thing that happened in the agent itself. Keys and tokens are never part of it. */
export interface LogLine {
  level: 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}
export type Log = (line: LogLine) => void;

/** One JSON object a line on standard output, which the journal keeps. */
export const jsonLog =
  (write: (text: string) => void, now: () => Date): Log =>
  ({ level, message, fields }) =>
    write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);

/** The three levels as functions. */
export const loggerOf = (log: Log) => ({
  info: (message: string, fields: Record<string, unknown> = {}) => log({ level: 'info', message, fields }),
  warn: (message: string, fields: Record<string, unknown> = {}) => log({ level: 'warn', message, fields }),
  error: (message: string, fields: Record<string, unknown> = {}) => log({ level: 'error', message, fields }),
});
export type Logger = ReturnType<typeof loggerOf>;
