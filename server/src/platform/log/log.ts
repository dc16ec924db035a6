import { type Logger, pino, stdSerializers } from 'pino';
import { maskSecrets } from '../secrets/index.ts';
import { prettyLine } from './pretty.ts';

/** Log with fields first: `log.info({ port }, 'listening')`; `log.child({ part: 'jobs' })` for a part of the server. */
export type Log = Logger;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/**
 * Fields with a secret's name are masked at any depth. `json` writes one object a line with `time` in UTC; `pretty` one
 * line for people, in colour on a terminal.
 */
export const createLog = ({
  level = 'info',
  format = 'json',
  output = process.stdout,
}: {
  level?: LogLevel;
  format?: LogFormat;
  output?: NodeJS.WritableStream & { isTTY?: boolean };
} = {}): Log => {
  const colour = output.isTTY === true;
  const destination =
    format === 'json' ? output : { write: (line: string) => void output.write(prettyLine(line, { colour })) };
  const log = pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: stdSerializers.errWithCause },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => maskSecrets(fields) as Record<string, unknown>,
      },
    },
    destination,
  );
  // pino formats the fields of a call but not those that a child logger carries; grandchildren inherit this too.
  const child = log.child;
  log.child = function (this: Log, fields: object, options?: object) {
    return child.call(this, maskSecrets(fields) as object, options);
  } as typeof child;
  return log;
};
