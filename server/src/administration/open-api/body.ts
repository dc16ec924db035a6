import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Limits 49 and 50: more than any call of a real client needs. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Below this, compressing costs more than it saves. */
const WORTH_COMPRESSING_BYTES = 1024;

const unzip = promisify(gunzip);
const zip = promisify(gzip);

/** The request is larger than the server takes: 413. */
export class BodyTooLarge extends Error {}
/** The client went away or sent what it did not announce. */
export class BodyCutOff extends Error {}

/** @throws BodyTooLarge, BodyCutOff */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > MAX_BODY_BYTES) throw new BodyTooLarge();
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error;
    throw new BodyCutOff('The request ended before its body did', { cause: error });
  }
  const body = Buffer.concat(pieces);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  return unzip(body, { maxOutputLength: MAX_BODY_BYTES }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    throw new BodyCutOff('The body is not the gzip that its header announces', { cause: error });
  });
};

export const acceptsGzip = (request: IncomingMessage): boolean =>
  String(request.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .some((entry) => {
      const [coding, ...parameters] = entry.split(';').map((part) => part.trim());
      return coding === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });

export const sendJson = async (request: IncomingMessage, response: ServerResponse, value: unknown): Promise<void> => {
  let body: Buffer = Buffer.from(JSON.stringify(value));
  response.setHeader('Content-Type', 'application/json');
  if (body.length >= WORTH_COMPRESSING_BYTES && acceptsGzip(request)) {
    body = await zip(body);
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', body.length);
  response.writeHead(200).end(body);
};

/** Failures outside the protocol's own are plain text: some clients tell a failure only by the body not being JSON. */
export const sendText = (
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void => {
  const body = Buffer.from(`${text}\n`);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...headers,
  });
  response.end(body);
};
