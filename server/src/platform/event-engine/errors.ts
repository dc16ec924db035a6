import { AppError, Unavailable } from '../errors/index.ts';

type FailureCode = 'event-engine.failed' | 'event-engine.too-slow' | 'event-engine.too-large';

const sentences: Record<FailureCode, string> = {
  'event-engine.failed': 'The event store could not carry out a statement; the log of the server says why.',
  'event-engine.too-slow': 'The search takes too long: narrow the time range or add a filter.',
  'event-engine.too-large':
    'The search finds or needs too much: narrow the time range, add a filter or group the result.',
};

/**
 * The event store refused or gave up a statement. The message never holds SQL; `cause` does, and is for the log.
 * `engineCode` is ClickHouse's number for it, null when there is none.
 */
export class EventEngineFailed extends AppError {
  override readonly code: FailureCode;
  override readonly httpStatus: 400 | 503;
  readonly engineCode: number | null;
  constructor(code: FailureCode, engineCode: number | null = null, options?: ErrorOptions) {
    super(sentences[code], options);
    this.code = code;
    this.httpStatus = code === 'event-engine.failed' ? 503 : 400;
    this.engineCode = engineCode;
  }
}

/** Too many wait for the event store already. */
export const eventEngineBusy = () =>
  new Unavailable('event-engine.busy', 'The event store has too much to do just now. Try again in a moment.');

/** Numbers from ClickHouse's list of error codes. */
const failures: Record<number, FailureCode> = {
  158: 'event-engine.too-large', // TOO_MANY_ROWS
  159: 'event-engine.too-slow', // TIMEOUT_EXCEEDED
  160: 'event-engine.too-slow', // TOO_SLOW
  241: 'event-engine.too-large', // MEMORY_LIMIT_EXCEEDED
  307: 'event-engine.too-large', // TOO_MANY_BYTES
  396: 'event-engine.too-large', // TOO_MANY_ROWS_OR_BYTES
};
const networkCodes = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|UND_)/;
const networkMessages = /timeout error|socket hang up|connection (is )?closed/i;
/** The server is there but cannot serve: read-only table without its keeper, too many queries, shutting down. */
const passingCodes = new Set([202, 209, 210, 225, 242, 252, 319, 999]);

/** Turns whatever a driver threw into EventEngineFailed or Unavailable. @param at host and port, or the folder */
export const explainEngineError = (error: unknown, at: string): Error => {
  if (error instanceof AppError) return error;
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  const engineCode = typeof code === 'string' && /^\d+$/.test(code) ? Number(code) : null;
  if (engineCode !== null && !passingCodes.has(engineCode)) {
    return new EventEngineFailed(failures[engineCode] ?? 'event-engine.failed', engineCode, { cause: error });
  }
  if (engineCode !== null || networkCodes.test(String(code ?? '')) || networkMessages.test(message)) {
    return new Unavailable(
      'event-engine.unreachable',
      `The event store at ${at} does not answer. Check that it runs.`,
      {
        cause: error,
      },
    );
  }
  return new EventEngineFailed('event-engine.failed', null, { cause: error });
};
