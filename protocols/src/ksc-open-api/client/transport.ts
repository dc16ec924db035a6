/**
 * HTTP over exactly one TLS connection at a time, since a login may be bound to the connection that it was made on.
 * The connection is opened on demand and again after it was lost; its number tells which login still holds.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Client } from 'undici';
import { CertificateMismatch, KscUnreachable, NotOpenApi } from './errors.ts';
import { connectTrusted, type ServerAddress, type Trust } from './trust.ts';

/** The server's own limit (by default 180 s) ends an idle connection; ours must not come first, as undici's 4 s do. */
const IDLE_MS = 60 * 60_000;
/** Some hundred times a page of a result set, on the wire and unpacked. */
const MAX_REPLY_BYTES = 256 * 1024 * 1024;

export interface HttpReply {
  status: number;
  /** Value of WWW-Authenticate, or empty. */
  challenge: string;
  text: string;
}
export interface HttpCall {
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal | undefined;
  timeoutMs: number;
}
export type Transport = ReturnType<typeof openTransport>;

export const openTransport = (address: ServerAddress, trust: Trust, connectTimeoutMs: number) => {
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
      connectTrusted(address, trust, connectTimeoutMs).then(
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

  return {
    /** Number of the connection that is open; undefined when none is. */
    connection: (): number | undefined => current,

    /**
     * One POST. Aborting or timing out while it runs ends the connection: HTTP 1.1 cannot take a request back.
     *
     * @throws KscUnreachable, CertificateMismatch, NotOpenApi, and the signal's reason when it was aborted
     */
    post: async (path: string, { headers, body, signal, timeoutMs }: HttpCall): Promise<HttpReply> => {
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const reply = await client.request({
          method: 'POST',
          path,
          headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip', ...headers },
          body,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        const bytes = new Uint8Array(await reply.body.arrayBuffer());
        return {
          status: reply.statusCode,
          challenge: [reply.headers['www-authenticate'] ?? ''].flat().join(', '),
          text: await unpack(bytes, reply.headers['content-encoding'], path),
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
    },

    close: async (): Promise<void> => {
      current = undefined;
      await client.destroy();
    },
  };
};

const unpack = async (bytes: Uint8Array, encoding: string | string[] | undefined, path: string): Promise<string> => {
  if (encoding === undefined || encoding === 'identity') return new TextDecoder().decode(bytes);
  if (encoding !== 'gzip') throw new NotOpenApi(`${path}: the reply is packed as ${encoding}, only gzip was offered`);
  try {
    return new TextDecoder().decode(await promisify(gunzip)(bytes, { maxOutputLength: MAX_REPLY_BYTES }));
  } catch (error) {
    throw new NotOpenApi(`${path}: the reply says that it is gzip, and cannot be unpacked`, 200, { cause: error });
  }
};

const namedError = (error: unknown, path: string): unknown => {
  if (error instanceof CertificateMismatch || error instanceof KscUnreachable || error instanceof NotOpenApi) {
    return error;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = `${path}: ${error instanceof Error ? error.message : String(error)}`;
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new NotOpenApi(text, 200, { cause: error });
  }
  return new KscUnreachable(text, { mayHaveRun: true, cause: error });
};
