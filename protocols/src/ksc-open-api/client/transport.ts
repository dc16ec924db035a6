/**
 * HTTP over exactly one TLS connection at a time, since a login may be bound to the connection that it was made on.
 * The connection is opened on demand and again after it was lost; its number tells which login still holds.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Client } from 'undici';
import { CertificateMismatch, KscUnreachable, NotOpenApi, ProxyRefused } from './errors.ts';
import type { WebProxy } from './proxy.ts';
import { connectTrusted, type ServerAddress, type Trust } from './trust.ts';

/** The server's own limit (by default 180 s) ends an idle connection; ours must not come first, as undici's 4 s do. */
const IDLE_MS = 60 * 60_000;
/** Some hundred times a page of a result set, on the wire and unpacked. */
const MAX_REPLY_BYTES = 256 * 1024 * 1024;

export interface HttpReply {
  status: number;
  /** Value of WWW-Authenticate, or empty. */
  challenge: string;
  /** Value of Content-Range, or empty. */
  contentRange: string;
  bytes: Uint8Array;
  /** The bytes as UTF-8. */
  text: string;
}
export interface HttpCall {
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal | undefined;
  timeoutMs: number;
}
export type Transport = ReturnType<typeof openTransport>;

export const openTransport = (
  address: ServerAddress,
  trust: Trust,
  { connectTimeoutMs, proxy }: { connectTimeoutMs: number; proxy: WebProxy | undefined },
) => {
  let opened = 0;
  let current: number | undefined;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const client = new Client(`https://${host}:${address.port}`, {
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    // Time is limited per call, by its signal.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_REPLY_BYTES,
    connect: (_options, callback) => {
      connectTrusted(address, trust, connectTimeoutMs, proxy).then(
        (socket) => {
          opened += 1;
          current = opened;
          callback(null, socket);
        },
        (error) => callback(error, null),
      );
    },
  });
  client.on('disconnect', () => {
    current = undefined;
  });

  /** Aborting or timing out while it runs ends the connection: HTTP 1.1 cannot take a request back. */
  const request = async (
    method: 'GET' | 'POST',
    path: string,
    { headers, body, signal, timeoutMs }: HttpCall,
  ): Promise<HttpReply> => {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const reply = await client.request({
        method,
        path,
        headers: { 'accept-encoding': 'gzip', ...headers },
        ...(body !== undefined && { body }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const packed = new Uint8Array(await reply.body.arrayBuffer());
      const bytes = await unpack(packed, reply.headers['content-encoding'], path);
      return {
        status: reply.statusCode,
        challenge: [reply.headers['www-authenticate'] ?? ''].flat().join(', '),
        contentRange: [reply.headers['content-range'] ?? ''].flat().join(', '),
        bytes,
        text: new TextDecoder().decode(bytes),
      };
    } catch (error) {
      // Known before undici says so: what failed in the middle leaves no connection to go on with.
      current = undefined;
      signal?.throwIfAborted();
      if (timeout.aborted) {
        const what = `${path}: no answer within ${timeoutMs} ms`;
        throw new KscUnreachable(what, { mayHaveRun: true, cause: error });
      }
      throw namedError(error, path);
    }
  };

  return {
    /** Number of the connection that is open; undefined when none is. */
    connection: (): number | undefined => current,

    /** @throws KscUnreachable, CertificateMismatch, ProxyRefused, NotOpenApi; the signal's reason when it was aborted */
    post: (path: string, call: HttpCall): Promise<HttpReply> =>
      request('POST', path, { ...call, headers: { 'content-type': 'application/json', ...call.headers } }),

    /** @throws as post */
    get: (path: string, call: HttpCall): Promise<HttpReply> => request('GET', path, call),

    close: async (): Promise<void> => {
      current = undefined;
      await client.destroy();
    },
  };
};

const unpack = async (
  bytes: Uint8Array,
  encoding: string | string[] | undefined,
  path: string,
): Promise<Uint8Array> => {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip') throw new NotOpenApi(`${path}: the reply is packed as ${encoding}, only gzip was offered`);
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_REPLY_BYTES });
  } catch (error) {
    throw new NotOpenApi(`${path}: the reply says that it is gzip, and cannot be unpacked`, 200, { cause: error });
  }
};

const namedError = (error: unknown, path: string): unknown => {
  const named = [CertificateMismatch, KscUnreachable, NotOpenApi, ProxyRefused];
  if (named.some((type) => error instanceof type)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = `${path}: ${error instanceof Error ? error.message : String(error)}`;
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new NotOpenApi(text, 200, { cause: error });
  }
  return new KscUnreachable(text, { mayHaveRun: true, cause: error });
};
