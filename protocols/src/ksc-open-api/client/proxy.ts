/** A way out through an HTTP proxy: a tunnel made by CONNECT (RFC 9110, 9.3.6). TLS goes through it to the server. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BadFormat } from '../errors.ts';
import { KscUnreachable, ProxyRefused } from './errors.ts';
import type { ServerAddress } from './trust.ts';

export interface WebProxy {
  /** `http://proxy.example.com:3128`, or `https://` for a proxy that itself speaks TLS. No credentials in it. */
  url: string;
  /** Basic authentication, when the proxy asks for it. */
  user?: string;
  password?: string;
}

/** More of an answer than any proxy has to say before a tunnel. */
const MOST_ANSWER_BYTES = 16 * 1024;

/** @throws BadFormat */
export const parseProxy = ({ url, user, password }: WebProxy) => {
  const parsed = URL.parse(url);
  if ((parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') || parsed.pathname !== '/' || parsed.search) {
    throw new BadFormat('an address such as http://proxy.example.com:3128 is needed', 'proxy.url');
  }
  // What stands in an address is shown in messages; a password must not be.
  if (parsed.username !== '' || parsed.password !== '') {
    throw new BadFormat('credentials belong into user and password, not into the address', 'proxy.url');
  }
  if (user?.includes(':')) throw new BadFormat('a user name with a colon cannot be sent', 'proxy.user');
  const isTls = parsed.protocol === 'https:';
  return {
    isTls,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (isTls ? 443 : 80) : Number(parsed.port),
    authorization:
      user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`,
  };
};

/**
 * A socket that leads to the server, through the proxy.
 *
 * @throws KscUnreachable (retryable) when proxy or server cannot be reached, ProxyRefused when the proxy does not want to
 */
export const openTunnel = async (target: ServerAddress, proxy: WebProxy, timeoutMs: number): Promise<Socket> => {
  const { isTls, host, port, authorization } = parseProxy(proxy);
  const place = `the proxy ${host}:${port}`;
  const socket = isTls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal: timeout });
    const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
    const head = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
    if (authorization !== undefined) head.push(`Proxy-Authorization: ${authorization}`);
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const status = statusOf(await readHead(socket, place, timeout), place);
    if (status === 407) throw new ProxyRefused(`${place} wants other credentials (HTTP 407)`, status);
    if (status === 403 || status === 405) {
      throw new ProxyRefused(`${place} does not let connections through to ${authority} (HTTP ${status})`, status);
    }
    if (status < 200 || status > 299) {
      throw new KscUnreachable(`${place} does not reach ${authority} (HTTP ${status})`, { mayHaveRun: false });
    }
    return socket;
  } catch (error) {
    socket.destroy();
    if (error instanceof KscUnreachable || error instanceof ProxyRefused) throw error;
    const what = timeout.aborted
      ? `no answer within ${timeoutMs} ms`
      : error instanceof Error
        ? error.message
        : String(error);
    throw new KscUnreachable(`${place}: ${what}`, { mayHaveRun: false, cause: error });
  }
};

/** The proxy's answer up to its empty line. Not a byte after it is taken from the tunnel. */
const readHead = async (socket: Socket, place: string, signal: AbortSignal): Promise<string> => {
  let head = Buffer.alloc(0);
  const closed = new AbortController();
  const onClose = () => closed.abort();
  socket.once('close', onClose);
  const ended = AbortSignal.any([signal, closed.signal]);
  try {
    for (;;) {
      const piece: Buffer | null = socket.read();
      if (piece === null) {
        if (closed.signal.aborted) {
          throw new KscUnreachable(`${place} closed the connection without an answer`, { mayHaveRun: false });
        }
        await once(socket, 'readable', { signal: ended }).catch((error: unknown) => {
          if (signal.aborted || !closed.signal.aborted) throw error;
        });
        continue;
      }
      head = Buffer.concat([head, piece]);
      const end = head.indexOf('\r\n\r\n');
      if (end !== -1) {
        if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
        return head.subarray(0, end).toString('latin1');
      }
      if (head.length > MOST_ANSWER_BYTES) {
        throw new KscUnreachable(`${place} does not answer as a proxy does`, { mayHaveRun: false });
      }
    }
  } finally {
    socket.off('close', onClose);
  }
};

const statusOf = (head: string, place: string): number => {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) throw new KscUnreachable(`${place} does not speak HTTP`, { mayHaveRun: false });
  return Number(status);
};
