import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BadFormat,
  type KscClient,
  type KscClientOptions,
  KscUnreachable,
  openKscClient,
  ProxyRefused,
  presentedCertificate,
} from '../index.ts';
import { type StrictServer, startStrictServer } from './stand-in.ts';

let server: StrictServer;
let proxy: Awaited<ReturnType<typeof startProxy>>;
const clients: KscClient[] = [];

/** Speaks CONNECT as the RFC says; `answer` answers something else instead. */
const startProxy = async ({ credentials, answer }: { credentials?: string; answer?: string } = {}) => {
  const seen: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  /** What went through, as the proxy saw it. */
  let passed = '';
  const listener: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let head = '';
    const onData = (piece: Buffer) => {
      head += piece.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) /.exec(head) ?? [];
      const authorization = /^proxy-authorization: *(.*)$/im.exec(head)?.[1]?.trim();
      seen.push({ target: `${host}:${port}`, authorization });
      if (answer !== undefined) return socket.end(answer);
      const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
      if (wanted && authorization !== wanted) {
        return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      }
      const onward = connect({ host, port: Number(port) }, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
        socket.on('data', (bytes: Buffer) => {
          passed += bytes.toString('latin1');
        });
      });
      sockets.add(onward);
      onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    };
    socket.on('data', onData);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    passed: () => passed,
    close: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, 'close');
    },
  };
};

const clientOf = (options: Partial<KscClientOptions>): KscClient => {
  const client = openKscClient({
    url: server.url,
    trust: { sha256Fingerprint: server.fingerprint },
    credentials: { scheme: 'KSCBasic', user: 'api-user', password: 'password' },
    ...options,
  });
  clients.push(client);
  return client;
};
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error,
  );

beforeEach(async () => {
  server = await startStrictServer();
  server.on('Session.Ping', () => ({}));
  proxy = await startProxy({ credentials: 'süd:pass:word' });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await proxy.close();
  await server.close();
});

describe('through a proxy with credentials', () => {
  it('the client logs in and calls in one tunnel, and the proxy reads neither password nor call', async () => {
    const client = clientOf({ proxy: { url: proxy.url, user: 'süd', password: 'pass:word' } });
    await client.session.ping();
    await client.session.ping();
    expect(server.paths()).toEqual(['login', 'Session.Ping', 'Session.Ping']);
    expect(proxy.seen).toEqual([
      {
        target: `127.0.0.1:${server.port}`,
        authorization: `Basic ${Buffer.from('süd:pass:word').toString('base64')}`,
      },
    ]);
    expect(proxy.passed().length).toBeGreaterThan(500);
    expect(proxy.passed()).not.toMatch(/KSCBasic|Session\.Ping/);
  });

  it('the certificate is checked as without: another server behind the proxy gets no credentials', async () => {
    const error = await errorOf(
      clientOf({
        proxy: { url: proxy.url, user: 'süd', password: 'pass:word' },
        trust: { sha256Fingerprint: 'ab'.repeat(32) },
      }).session.ping(),
    );
    expect(error).toMatchObject({ name: 'CertificateMismatch', presentedSha256: server.fingerprint });
    expect(server.requests).toEqual([]);
  });

  it('wrong credentials are ProxyRefused, which is not worth trying again', async () => {
    for (const wrong of [{}, { user: 'süd', password: 'no' }]) {
      const error = await errorOf(clientOf({ proxy: { url: proxy.url, ...wrong } }).session.ping());
      expect(error).toBeInstanceOf(ProxyRefused);
      expect(error).toMatchObject({ code: 'ksc_open_api.proxy_refused', httpStatus: 407, retryable: false });
    }
    expect(server.connectionCount()).toBe(0);
  });

  it('a certificate can be looked at through it', async () => {
    const way = { url: proxy.url, user: 'süd', password: 'pass:word' };
    const seen = await presentedCertificate({ host: '127.0.0.1', port: server.port }, { proxy: way });
    expect(seen.sha256Fingerprint).toBe(server.fingerprint);
  });
});

it.each([
  ['that is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', KscUnreachable],
  ['that reaches nothing', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', KscUnreachable],
  ['that says nothing', '', KscUnreachable],
  ['that never ends its answer', `HTTP/1.1 200 OK\r\n${'X-Filler: x\r\n'.repeat(4000)}`, KscUnreachable],
  ['that forbids the server', 'HTTP/1.1 403 Forbidden\r\n\r\n', ProxyRefused],
])('a proxy %s is told by name, and certainly nothing was carried out', async (_what, answer, type) => {
  const odd = await startProxy({ answer });
  try {
    const error = await errorOf(clientOf({ proxy: { url: odd.url }, connectTimeoutMs: 3000 }).session.ping());
    expect(error).toBeInstanceOf(type);
    if (error instanceof KscUnreachable) expect(error.mayHaveRun).toBe(false);
  } finally {
    await odd.close();
  }
});

it('a proxy that is away, or that never answers, is KscUnreachable in time', async () => {
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const waiting = clientOf({ proxy: { url: `http://127.0.0.1:${port}` }, connectTimeoutMs: 200 });
  expect(await errorOf(waiting.session.ping())).toMatchObject({ name: 'KscUnreachable', retryable: true });
  await Promise.all(clients.splice(0).map((client) => client.close()));
  silent.close();
  const away = clientOf({ proxy: { url: `http://127.0.0.1:${port}` }, connectTimeoutMs: 2000 });
  expect(await errorOf(away.session.ping())).toMatchObject({ name: 'KscUnreachable', mayHaveRun: false });
});

it('a proxy that cannot be right is BadFormat before anything is sent, and no password is shown', () => {
  for (const url of ['proxy:3128', 'socks5://proxy:1080', 'http://user:secret-word@proxy:3128', 'http://proxy/path']) {
    let error: unknown;
    try {
      clientOf({ proxy: { url } });
    } catch (caught) {
      error = caught;
    }
    expect(error, url).toBeInstanceOf(BadFormat);
    expect(String(error)).not.toContain('secret-word');
  }
});
