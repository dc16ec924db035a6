import type { Socket } from 'node:net';
import type { Problem } from '@gatehouse/contract';
import { AppError, type Issue, TooMany } from '../errors/index.ts';
import { newId } from '../ids/index.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  problem: Problem;
  /** Not an expected failure: a mistake of ours, to be logged with its stack. */
  isBug: boolean;
}

/** A refusal by the protocol itself, before any module was asked. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Fastify's own refusals, told in our words. */
const refusals: Record<string, (bodyLimitBytes: number) => Refused> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Refused(415, 'request.media-type', 'The body must be JSON: send it with content-type application/json'),
  FST_ERR_CTP_BODY_TOO_LARGE: (limit) =>
    new Refused(413, 'request.too-large', `The body is larger than ${limit} bytes; send it in smaller parts`),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Refused(400, 'request.cut-short', 'The body is not as long as its content-length says'),
  FST_ERR_BAD_URL: () => new Refused(400, 'request.bad-path', 'The path is not a valid URL path'),
};

const refusalOf = (error: unknown, bodyLimitBytes: number): Refused | null => {
  if (error instanceof Refused) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? refusals[code] : undefined;
  if (known) return known(bodyLimitBytes);
  // Fastify and its plugins mark what the caller did wrong with a 4xx status; the words are for the log, not for outside.
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Refused(statusCode, 'request.refused', 'The request cannot be understood');
  }
  return null;
};

const body = (code: string, message: string, requestId: string, retryable = false, issues: Issue[] = []): Problem => ({
  code,
  message,
  issues,
  retryable,
  requestId,
});

/** The one place that turns a failure into an HTTP answer. Nothing of an unexpected failure leaves the house. */
export const answerTo = (error: unknown, requestId: string, bodyLimitBytes: number): Answer => {
  if (error instanceof AppError) {
    const headers: Record<string, string> =
      error instanceof TooMany ? { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterSeconds))) } : {};
    return {
      status: error.httpStatus,
      headers,
      problem: body(error.code, error.message, requestId, error.retryable, error.issues),
      isBug: false,
    };
  }
  const refused = refusalOf(error, bodyLimitBytes);
  if (refused) {
    return {
      status: refused.status,
      headers: refused.headers,
      problem: body(refused.code, refused.message, requestId),
      isBug: false,
    };
  }
  return {
    status: 500,
    headers: {},
    problem: body(
      'internal.error',
      `Something went wrong on our side; the server log has the details under request ${requestId}`,
      requestId,
    ),
    isBug: true,
  };
};

const unreadable: Record<string, [status: string, code: string, message: string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'request.headers-too-large',
    'The headers are too large',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request.too-slow', 'The request did not arrive in time'],
};

/** Answers what is not even HTTP, and so never becomes a request. */
export const answerUnreadable = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, code, message] = unreadable[error.code ?? ''] ?? [
    '400 Bad Request',
    'request.not-http',
    'This is not a valid HTTP request',
  ];
  const text = JSON.stringify(body(code, message, newId()));
  const head = `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\nconnection: close\r\n\r\n${text}`);
};
