import { AppError, Conflict, Unavailable } from '../errors/index.ts';

/**
 * A bug of the caller: the outer database was used inside a transaction of its own. On the embedded engine, which has
 * one connection, that would wait for ever; so it is an error on both engines, where a test sees it.
 */
export class DatabaseUsedInsideTransaction extends Error {
  readonly code = 'db.used-inside-transaction';
  constructor() {
    super('The database was used inside a transaction: use the transaction that the callback was given');
    this.name = 'DatabaseUsedInsideTransaction';
  }
}

/** The database was written by a newer release than this one; going back would lose what that one added. */
export class DatabaseIsNewer extends Conflict {
  constructor(schema: string, detail: string) {
    super(
      'db.newer-than-program',
      `The database (schema ${schema}) was written by a newer release: ${detail}. Install that release, or restore a backup.`,
    );
  }
}

/** A step from one shape of the tables to the next failed; nothing of this start was kept. */
export class MigrationFailed extends AppError {
  override readonly code = 'db.migration-failed';
  override readonly httpStatus = 503;
  constructor(name: string, options: ErrorOptions) {
    super(`The database could not be brought up to date: ${name} failed. The database is unchanged.`, options);
  }
}

const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ENOENT', // a unix socket that is not there
  '57P01', // the server is shutting down
  '57P02',
  '57P03', // it is starting up
  '53300', // it has no connection left
  '08000',
  '08003',
  '08006',
]);
const lostMessages =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|client has encountered a connection error/i;

/**
 * What a driver's error means to a caller. A lost connection becomes Unavailable (retryable) that names host and port
 * and never the password; an error of the statement itself passes through unchanged, with its SQLSTATE in `code`.
 */
export const explainDriverError = (error: unknown, at: string): unknown => {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (lostCodes.has(code) || lostMessages.test(error.message)) {
    return new Unavailable(
      'db.unreachable',
      `The database at ${at} is not reachable (${code || error.message}). Check that it runs and that the address is right.`,
      { cause: error },
    );
  }
  if (code === '28P01' || code === '28000') {
    return new Unavailable('db.refused', `The database at ${at} refuses this user: check user name and password.`, {
      cause: error,
    });
  }
  if (code === '3D000') {
    return new Unavailable('db.missing', `The server at ${at} has no database of that name: create it first.`, {
      cause: error,
    });
  }
  return error;
};
