import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { CertificateMismatch, ProxyFailed, reasonOf } from './errors.ts';

/** How the server is reached and known. */
export interface SocketOptions {
  /** PEM of the authority that signed the server's certificate, for one that the system does not know. */
  caPem: string | undefined;
  /** SHA-256 of the server's certificate in hex: then this very certificate is trusted, and no other. */
  certificateFingerprint: string | undefined;
  proxy: URL | null;
}

const CONNECT_TIMEOUT_MS = 15_000;

const hexOf = (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase();

/** `Proxy-Authorization` for credentials in the address; no header without any. */
const proxyCredentials = ({ username, password }: URL): Record<string, string> => {
  if (username === '' && password === '') return {};
  const both = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(both).toString('base64')}` };
};

/** An address without what must not be shown. */
export const withoutCredentials = (address: string): string => {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  return url.href;
};

/** Of a call without TLS: where it goes, which with a proxy is the proxy itself, that reads the whole address. */
export const plainTarget = (url: URL, proxy: URL | null, headers: Record<string, string>): RequestOptions => {
  const to = proxy ?? url;
  return {
    host: to.hostname.replace(/^\[|\]$/g, ''),
    port: to.port || 80,
    path: proxy ? url.href : `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, ...(proxy ? proxyCredentials(proxy) : {}) },
  };
};

/** A way through the proxy to the server's own port, on which TLS begins only then. @throws ProxyFailed */
const tunnel = (proxy: URL, target: string): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) =>
      reject(new ProxyFailed(withoutCredentials(proxy.href), why, cause ? { cause } : undefined));
    const request: ClientRequest = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyCredentials(proxy) },
      timeout: CONNECT_TIMEOUT_MS,
      // One way for one connection: what keeps connections alive is the agent above it.
      agent: false,
    });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', (cause) => fail(reasonOf(cause), cause));
    request.once('connect', (reply: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (reply.statusCode !== 200) {
        socket.destroy();
        return fail(
          reply.statusCode === 407 ? 'it asks for other credentials (407)' : `it answered ${reply.statusCode}`,
        );
      }
      if (head.length > 0) socket.unshift(head);
      return resolve(socket);
    });
    // A proxy that knows no CONNECT answers as a web server would.
    request.once('response', (reply: IncomingMessage) => {
      reply.destroy();
      fail(`it answered ${reply.statusCode}`);
    });
    request.end();
  });

/**
 * TLS towards the server, through a proxy where one is set. With a pinned certificate the socket is handed out only
 * after the comparison, so that neither the key nor an event reaches a server with another certificate.
 */
export class ServerAgent extends HttpsAgent {
  readonly #fingerprint: string | null;
  readonly #proxy: URL | null;

  constructor({ caPem, certificateFingerprint, proxy }: SocketOptions) {
    super({
      keepAlive: true,
      ...(caPem && !certificateFingerprint ? { ca: caPem } : {}),
      // A resumed session shows no certificate, so there must be none.
      ...(certificateFingerprint ? { maxCachedSessions: 0 } : {}),
    });
    this.#fingerprint = certificateFingerprint ? hexOf(certificateFingerprint) : null;
    this.#proxy = proxy;
  }

  override createConnection(
    options: Parameters<HttpsAgent['createConnection']>[0],
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const { host, port } = options as { host?: string; port?: number | string };
    const target = `${isIP(host ?? '') === 6 ? `[${host}]` : host}:${port ?? 443}`;
    const way = this.#proxy ? tunnel(this.#proxy, target) : Promise.resolve(null);
    way.then(
      (socket) => this.#secure(options, socket, (error, stream) => callback?.(error, stream)),
      (cause: unknown) => callback?.(cause as Error, null as unknown as Duplex),
    );
    return undefined;
  }

  #secure(options: object, way: Duplex | null, done: (error: Error | null, stream: Duplex) => void): void {
    const pinned = this.#fingerprint === null ? {} : { rejectUnauthorized: false, session: undefined };
    const socket: TLSSocket = connect({ ...options, ...(way ? { socket: way } : {}), ...pinned });
    const fail = (cause: Error) => done(cause, socket);
    socket.once('error', fail);
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no TLS connection in time')));
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      socket.setTimeout(0);
      const seen = hexOf(socket.getPeerCertificate().fingerprint256 ?? '');
      if (this.#fingerprint === null || seen === this.#fingerprint) return done(null, socket);
      const mismatch = new CertificateMismatch(this.#fingerprint, seen);
      socket.on('error', () => undefined); // it is closed on purpose; the mismatch is what is told
      socket.destroy();
      return done(mismatch, socket);
    });
  }
}
