import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BadFormat,
  type BasicAuthorization,
  CertificateMismatch,
  dateTime,
  IncompleteRead,
  type KscClient,
  type KscClientOptions,
  KscUnreachable,
  LoginFailed,
  long,
  NotOpenApi,
  openKscClient,
  type Params,
  type PlainRow,
  PxgError,
  parseFilter,
  parseServerUrl,
  presentedCertificate,
  pxgError,
} from '../index.ts';
import { makeCertificate, type StrictServer, startStrictServer } from './stand-in.ts';

const credentials: BasicAuthorization = { scheme: 'KSCBasic', user: 'api-user', password: 'password', internal: true };

let server: StrictServer;
const clients: KscClient[] = [];
const clientOf = (options: Partial<KscClientOptions> = {}): KscClient => {
  const client = openKscClient({
    url: server.url,
    trust: { sha256Fingerprint: server.fingerprint },
    credentials,
    ...options,
  });
  clients.push(client);
  return client;
};
const all = async (rows: AsyncIterable<PlainRow>): Promise<PlainRow[]> => {
  const read: PlainRow[] = [];
  for await (const row of rows) read.push(row);
  return read;
};
const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error,
  );

beforeEach(async () => {
  server = await startStrictServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
});

describe('trust', () => {
  it('a server with another certificate gets no credentials, not even a request', async () => {
    const client = clientOf({ trust: { sha256Fingerprint: 'ab'.repeat(32) } });
    const error = await errorOf(client.session.ping());
    expect(error).toBeInstanceOf(CertificateMismatch);
    expect(error).toMatchObject({ presentedSha256: server.fingerprint, retryable: false });
    expect(server.requests).toEqual([]);
  });

  it('a self-signed certificate is trusted as its own authority, under the name that it bears', async () => {
    server.on('Session.Ping', () => ({}));
    const caPem = server.certificate.cert;
    await clientOf({ trust: { caPem, serverName: 'localhost' } }).session.ping();
    expect(server.paths()).toEqual(['login', 'Session.Ping']);
  });

  it('an authority that did not sign it, a wrong name and the public authorities all refuse it unasked', async () => {
    const other = await makeCertificate();
    for (const trust of [
      { caPem: other.cert, serverName: 'localhost' },
      { caPem: server.certificate.cert, serverName: 'other.example' },
      'system-authorities' as const,
    ]) {
      expect(await errorOf(clientOf({ trust }).session.ping())).toBeInstanceOf(CertificateMismatch);
    }
    expect(server.requests).toEqual([]);
  });

  it('the certificate can be looked at before it is trusted', async () => {
    const seen = await presentedCertificate({ host: '127.0.0.1', port: server.port });
    expect(seen).toMatchObject({ sha256Fingerprint: server.fingerprint, subject: 'CN=localhost' });
    expect(seen.validUntil.getTime()).toBeGreaterThan(Date.now());
    expect(server.requests).toEqual([]);
  });
});

describe('a login by connection', () => {
  it('is made once, and later calls carry no authorization on the same connection', async () => {
    server.on('Session.Ping', () => ({}));
    const client = clientOf({ virtualServer: 'Customer A' });
    await client.session.ping();
    await client.session.ping();
    expect(server.requests).toMatchObject([
      { path: '/api/v1.0/login', connection: 1, hasAuthorization: true, virtualServer: 'Customer A' },
      { path: '/api/v1.0/Session.Ping', connection: 1, hasAuthorization: false, virtualServer: '' },
      { path: '/api/v1.0/Session.Ping', connection: 1, hasAuthorization: false, virtualServer: '' },
    ]);
  });

  it('keeps to one connection however many calls come at once, and takes them in their order', async () => {
    let running = 0;
    server.on('Test.Slow', async (args) => {
      running += 1;
      expect(running).toBe(1);
      await wait(5);
      running -= 1;
      return { PxgRetVal: args.n };
    });
    const client = clientOf();
    const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => client.call('Test.Slow', { n })));
    expect(replies.map((reply) => reply.PxgRetVal)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(server.connectionCount()).toBe(1);
    expect(server.paths().filter((path) => path === 'login')).toHaveLength(1);
  });

  it('does not count on another connection: after a loss the client logs in anew before it calls', async () => {
    server.on('Session.Ping', () => ({}));
    const client = clientOf();
    await client.session.ping();
    server.dropConnections();
    await expect.poll(() => server.openConnections()).toBe(0);
    await wait(20);
    await client.session.ping();
    expect(server.requests.map(({ path, connection }) => [path.slice(10), connection])).toEqual([
      ['login', 1],
      ['Session.Ping', 1],
      ['login', 2],
      ['Session.Ping', 2],
    ]);
  });

  it('of one client is of no use to another', async () => {
    server.on('Session.Ping', () => ({}));
    await clientOf().session.ping();
    const stranger = clientOf({ credentials: { ...credentials, password: 'wrong' } });
    expect(await errorOf(stranger.session.ping())).toBeInstanceOf(LoginFailed);
  });

  it('stays while the client is idle for longer than a few seconds', async () => {
    server.on('Session.Ping', () => ({}));
    const client = clientOf();
    await client.session.ping();
    await wait(5_000); // undici by itself would close after 4 s
    await client.session.ping();
    expect(server.connectionCount()).toBe(1);
  }, 15_000);
});

describe('a login by session', () => {
  it('is carried by its id, also over a new connection', async () => {
    server.on('Session.Ping', () => ({}));
    const client = clientOf({ loginModel: 'session' });
    await client.session.ping();
    server.dropConnections();
    await expect.poll(() => server.openConnections()).toBe(0);
    await wait(20);
    await client.session.ping();
    expect(server.requests).toMatchObject([
      { path: '/api/v1.0/Session.StartSession', hasAuthorization: true, connection: 1 },
      { path: '/api/v1.0/Session.Ping', sessionId: 'session-1==', hasAuthorization: false, connection: 1 },
      { path: '/api/v1.0/Session.Ping', sessionId: 'session-1==', hasAuthorization: false, connection: 2 },
    ]);
  });

  it('is renewed once when the server ended it', async () => {
    server.on('Session.Ping', () => ({}));
    const client = clientOf({ loginModel: 'session' });
    await client.session.ping();
    server.sessions.clear();
    await client.session.ping();
    expect(server.paths()).toEqual([
      'Session.StartSession',
      'Session.Ping',
      'Session.Ping',
      'Session.StartSession',
      'Session.Ping',
    ]);
  });

  it('is ended by closing the client', async () => {
    server.on('Session.Ping', () => ({}));
    const client = clientOf({ loginModel: 'session' });
    await client.session.ping();
    expect(server.sessions.size).toBe(1);
    await client.close();
    expect(server.sessions.size).toBe(0);
    const error = await errorOf(client.session.ping());
    expect(error).toMatchObject({ name: 'KscUnreachable', mayHaveRun: false });
  });
});

describe('failures have names', () => {
  it('wrong credentials: LoginFailed with the words of the server, and no second try', async () => {
    const client = clientOf({ credentials: { ...credentials, password: 'wrong' } });
    const error = await errorOf(client.session.ping());
    expect(error).toBeInstanceOf(LoginFailed);
    expect(error).toMatchObject({
      httpStatus: 401,
      serverText: 'Authentication failure',
      isSecondStepNeeded: false,
      code: 'ksc_open_api.login_failed',
    });
    expect(String(error)).not.toContain('wrong');
    expect(server.paths()).toEqual(['login']);
  });

  it('two-step verification: LoginFailed that says so', async () => {
    server.answerRaw('login', {
      status: 401,
      text: 'Authentication not finished',
      headers: { 'www-authenticate': 'KSCMFA' },
    });
    expect(await errorOf(clientOf().session.ping())).toMatchObject({ name: 'LoginFailed', isSecondStepNeeded: true });
  });

  it('a login that never holds: LoginFailed after one renewal, not an endless loop', async () => {
    server.answerRaw('Session.Ping', { status: 401, text: 'Authentication failure' });
    expect(await errorOf(clientOf().session.ping())).toBeInstanceOf(LoginFailed);
    expect(server.paths()).toEqual(['login', 'Session.Ping', 'login', 'Session.Ping']);
  });

  it('an error of the server itself: PxgError with all that it says', async () => {
    server.on('HostGroup.GetHostInfo', () => {
      throw pxgError('notFound', 'No such host', { file: 'HostGroup', subcode: 3 });
    });
    const client = clientOf();
    const error = await errorOf(client.hostGroup.getHostInfo('x', ['KLHST_WKS_DN']));
    expect(error).toBeInstanceOf(PxgError);
    expect(error).toMatchObject({
      code: 1186,
      subcode: 3,
      module: 'KLSTD',
      file: 'HostGroup',
      message: 'No such host',
    });
    expect(await errorOf(client.call('No.Such'))).toMatchObject({ name: 'PxgError', code: 1194 });
  });

  it('no server: KscUnreachable, to be tried again, and certainly not carried out', async () => {
    const { port } = server;
    await server.close();
    const error = await errorOf(clientOf({ url: `https://127.0.0.1:${port}` }).session.ping());
    expect(error).toBeInstanceOf(KscUnreachable);
    expect(error).toMatchObject({ retryable: true, mayHaveRun: false });
    server = await startStrictServer();
  });

  it('a connection lost in the middle of a call: KscUnreachable, perhaps carried out', async () => {
    server.on('Tasks.RunTask', async () => {
      server.dropConnections();
      return {};
    });
    expect(await errorOf(clientOf().call('Tasks.RunTask', { strTask: '45' }))).toMatchObject({
      name: 'KscUnreachable',
      retryable: true,
      mayHaveRun: true,
    });
    expect(server.paths().filter((path) => path === 'Tasks.RunTask')).toHaveLength(1);
  });

  it('a call that takes too long: KscUnreachable after its time-out, and the next call works', async () => {
    server.on('Session.Ping', () => ({}));
    server.on('Test.Hang', () => new Promise<Params>(() => {}));
    const client = clientOf();
    const error = await errorOf(client.call('Test.Hang', {}, { timeoutMs: 100 }));
    expect(error).toMatchObject({ name: 'KscUnreachable', mayHaveRun: true });
    await client.session.ping();
  });

  it.each([
    { status: 200, text: '<html>welcome</html>' },
    { status: 200, text: '' },
    { status: 200, text: '[1]' },
    { status: 200, text: '{"a":{"type":"datetime","value":"yesterday"}}' },
    { status: 404, text: 'Not Found' },
    { status: 200, text: 'no gzip', headers: { 'content-encoding': 'br' } },
  ])('another kind of server: NotOpenApi ($status $text)', async (answer) => {
    server.answerRaw('Session.Ping', answer);
    const error = await errorOf(clientOf().session.ping());
    expect(error).toBeInstanceOf(NotOpenApi);
    expect(error).toMatchObject({ retryable: false, httpStatus: answer.status });
  });

  it('a gateway without a server behind it: KscUnreachable', async () => {
    server.answerRaw('login', { status: 503, text: 'Service Unavailable' });
    expect(await errorOf(clientOf().session.ping())).toMatchObject({ name: 'KscUnreachable', retryable: true });
  });

  it('a reply without what the method returns: NotOpenApi, never an empty result', async () => {
    for (const method of ['VServers.GetVServers', 'HostGroup.GroupIdGroups', 'ChunkAccessor.GetItemsChunk']) {
      server.on(method, () => ({}));
    }
    const client = clientOf();
    expect(await errorOf(client.vServers.getVServers())).toBeInstanceOf(NotOpenApi);
    expect(await errorOf(client.hostGroup.groupIdGroups())).toBeInstanceOf(NotOpenApi);
    expect(await errorOf(client.chunkAccessor.getItemsChunk('a', { start: 0, count: 1 }))).toBeInstanceOf(NotOpenApi);
  });

  it('an address or fingerprint that cannot be right: BadFormat before anything is sent', () => {
    expect(() => clientOf({ url: 'http://127.0.0.1:13299' })).toThrow(BadFormat);
    expect(() => clientOf({ url: 'https://127.0.0.1:13299/path' })).toThrow(BadFormat);
    expect(() => clientOf({ trust: { sha256Fingerprint: 'abc' } })).toThrow(BadFormat);
  });

  it('an address without a port means the port of the protocol', () => {
    expect(parseServerUrl('https://ksc.example.com')).toEqual({ host: 'ksc.example.com', port: 13299 });
    expect(parseServerUrl('https://ksc.example.com:443/')).toEqual({ host: 'ksc.example.com', port: 443 });
    expect(parseServerUrl('https://[::1]:13300')).toEqual({ host: '::1', port: 13300 });
  });
});

describe('aborting', () => {
  it('ends a running call with the reason of the signal, and the client goes on with a new login', async () => {
    server.on('Session.Ping', () => ({}));
    server.on('Test.Hang', () => new Promise<Params>(() => {}));
    const client = clientOf();
    const stop = new AbortController();
    const running = errorOf(client.call('Test.Hang', {}, { signal: stop.signal }));
    await expect.poll(() => server.paths()).toContain('Test.Hang');
    stop.abort(new Error('enough'));
    expect(await running).toMatchObject({ message: 'enough' });
    await client.session.ping();
    expect(server.paths()).toEqual(['login', 'Test.Hang', 'login', 'Session.Ping']);
  });

  it('a waiting call never sends it', async () => {
    let finish: (reply: Params) => void = () => {};
    server.on('Test.Hang', () => new Promise<Params>((resolve) => (finish = resolve)));
    server.on('Session.Ping', () => ({}));
    const client = clientOf();
    const running = client.call('Test.Hang');
    await expect.poll(() => server.paths()).toContain('Test.Hang');
    const stop = new AbortController();
    const waiting = errorOf(client.session.ping({ signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect(await waiting).toMatchObject({ message: 'enough' });
    finish({});
    await running;
    await client.session.ping();
    expect(server.paths()).toEqual(['login', 'Test.Hang', 'Session.Ping']);
  });
});

it('asks for gzip and unpacks it', async () => {
  server.on('HostGroup.GetStaticInfo', () => ({ PxgRetVal: { KLADMSRV_PRODUCT_NAME: 'x'.repeat(100_000) } }));
  const info = await clientOf().hostGroup.getStaticInfo();
  expect(info.KLADMSRV_PRODUCT_NAME).toHaveLength(100_000);
  expect(server.isGzipUsed()).toBe(true);
});

it('asks the credentials function at every login', async () => {
  server.on('Session.Ping', () => ({}));
  let asked = 0;
  const client = clientOf({
    loginModel: 'session',
    credentials: async () => {
      asked += 1;
      return credentials;
    },
  });
  await client.session.ping();
  await client.session.ping();
  server.sessions.clear();
  await client.session.ping();
  expect(asked).toBe(2);
});

it('sends the documented arguments and returns plain rows', async () => {
  const row = {
    KLVSRV_ID: 1,
    KLVSRV_DN: 'Customer A',
    KLVSRV_CREATED: dateTime('2024-01-01'),
    lastSeen: dateTime(null),
  };
  server.on('VServers.GetVServers', () => ({ PxgRetVal: [row] }));
  server.on('HostGroup.GetHostInfo', () => ({ PxgRetVal: { KLHST_WKS_IP_LONG: long(3232235777) } }));
  server.on('EventProcessing.InitiateDelete', () => ({}));
  const client = clientOf();
  expect(await client.vServers.getVServers()).toEqual([
    { KLVSRV_ID: 1, KLVSRV_DN: 'Customer A', KLVSRV_CREATED: '2024-01-01T00:00:00Z', lastSeen: null },
  ]);
  expect(await client.hostGroup.getHostInfo('h', ['KLHST_WKS_IP_LONG'])).toEqual({ KLHST_WKS_IP_LONG: 3232235777 });
  await client.eventProcessing.initiateDelete('i', [{ beginId: 10, endId: 20 }]);
  expect(server.requests.slice(1).map(({ args }) => args)).toEqual([
    { lParentGroup: -1 },
    { strHostName: 'h', pFields2Return: ['KLHST_WKS_IP_LONG'] },
    {
      strIteratorId: 'i',
      pSettings: { EVP_EVENT_BLOCKS: [{ EVP_EVENT_BLOCK_BEGIN_ID: long(10), EVP_EVENT_BLOCK_END_ID: long(20) }] },
    },
  ]);
});

describe('reading a result set', () => {
  /** Result sets of hosts h0, h1 ... behind FindHosts and ChunkAccessor. */
  const serveHosts = (total: number) => {
    const sets = new Map<string, number>();
    let made = 0;
    server.on('HostGroup.FindHosts', () => {
      made += 1;
      sets.set(`set-${made}`, total);
      return { strAccessor: `set-${made}`, PxgRetVal: total };
    });
    server.on('ChunkAccessor.GetItemsChunk', ({ strAccessor, nStart, nCount }) => {
      const size = sets.get(String(strAccessor));
      if (size === undefined) throw pxgError('notFound', 'No such result set');
      const start = Number(nStart);
      const rows = Array.from({ length: Math.min(Number(nCount), size - start) }, (_, index) => ({
        KLHST_WKS_HOSTNAME: `h${start + index}`,
      }));
      return { pChunk: { KLCSP_ITERATOR_ARRAY: rows }, PxgRetVal: rows.length };
    });
    server.on('ChunkAccessor.Release', ({ strAccessor }) => {
      if (!sets.delete(String(strAccessor))) throw pxgError('notFound', 'No such result set');
      return {};
    });
    return { sets };
  };
  const wanted = { fields: ['KLHST_WKS_DN'] };
  const names = (count: number) => Array.from({ length: count }, (_, index) => `h${index}`);

  it('yields every row and releases the set', async () => {
    const { sets } = serveHosts(7);
    const rows = await all(
      clientOf().findHosts(
        {
          fields: ['KLHST_WKS_DN'],
          filter: parseFilter('KLHST_WKS_STATUS_ID <> 0'),
          order: [{ name: 'KLHST_WKS_DN', ascending: true }],
          isCurrentServerOnly: true,
        },
        { pageSize: 3 },
      ),
    );
    expect(rows.map((row) => row.KLHST_WKS_HOSTNAME)).toEqual(names(7));
    expect(sets.size).toBe(0);
    expect(server.requests[1]?.args).toEqual({
      wstrFilter: '(KLHST_WKS_STATUS_ID <> 0)',
      vecFieldsToReturn: ['KLHST_WKS_DN', 'KLHST_WKS_HOSTNAME'],
      vecFieldsToOrder: [{ Name: 'KLHST_WKS_DN', Asc: true }],
      pParams: { KLGRP_FIND_FROM_CUR_VS_ONLY: true },
      lMaxLifeTime: 600,
    });
  });

  it('of nothing yields nothing and releases the set', async () => {
    const { sets } = serveHosts(0);
    expect(await all(clientOf().findHosts(wanted))).toEqual([]);
    expect(sets.size).toBe(0);
  });

  it('starts anew when the server dropped the set, and yields no row twice', async () => {
    const { sets } = serveHosts(7);
    const found: unknown[] = [];
    for await (const row of clientOf().findHosts(wanted, { pageSize: 3 })) {
      found.push(row.KLHST_WKS_HOSTNAME);
      if (found.length === 4) sets.clear();
    }
    expect(found).toEqual(names(7));
    expect(server.paths().filter((path) => path === 'HostGroup.FindHosts')).toHaveLength(2);
    expect(sets.size).toBe(0);
  });

  it('starts anew when the connection was lost between two pages', async () => {
    const { sets } = serveHosts(7);
    const found: unknown[] = [];
    for await (const row of clientOf().findHosts(wanted, { pageSize: 3 })) {
      found.push(row.KLHST_WKS_HOSTNAME);
      if (found.length === 3) {
        sets.clear(); // result sets end with their connection
        server.dropConnections();
        await expect.poll(() => server.openConnections()).toBe(0);
        await wait(20);
      }
    }
    expect(found).toEqual(names(7));
    expect(sets.size).toBe(0);
  });

  it('gives up with the error of the server when the set is dropped again and again', async () => {
    const { sets } = serveHosts(7);
    server.on('ChunkAccessor.GetItemsChunk', () => {
      sets.clear();
      throw pxgError('notFound', 'No such result set');
    });
    expect(await errorOf(all(clientOf().findHosts(wanted)))).toMatchObject({ name: 'PxgError', code: 1186 });
    expect(server.paths().filter((path) => path === 'HostGroup.FindHosts')).toHaveLength(4);
  });

  it('is released when the reader stops early', async () => {
    const { sets } = serveHosts(7);
    for await (const _row of clientOf().findHosts(wanted, { pageSize: 3 })) break;
    expect(sets.size).toBe(0);
  });

  it('is released when the server fails in the middle, and the failure is told', async () => {
    const { sets } = serveHosts(7);
    server.on('ChunkAccessor.GetItemsChunk', () => {
      throw pxgError('unavailable', 'Too busy');
    });
    expect(await errorOf(all(clientOf().findHosts(wanted)))).toMatchObject({ code: 1195 });
    expect(sets.size).toBe(0);
  });

  it('is released after an abort between two pages', async () => {
    const { sets } = serveHosts(7);
    const stop = new AbortController();
    const reading = async () => {
      for await (const _row of clientOf().findHosts(wanted, { pageSize: 3, signal: stop.signal })) {
        stop.abort(new Error('enough'));
      }
    };
    expect(await errorOf(reading())).toMatchObject({ message: 'enough' });
    expect(sets.size).toBe(0);
    expect(server.paths().filter((path) => path === 'login')).toHaveLength(1);
  });

  it('is not followed into a new login after an abort in the middle of a page', async () => {
    serveHosts(7);
    server.on('ChunkAccessor.GetItemsChunk', () => new Promise<Params>(() => {}));
    const stop = new AbortController();
    const reading = errorOf(all(clientOf().findHosts(wanted, { signal: stop.signal })));
    await expect.poll(() => server.paths()).toContain('ChunkAccessor.GetItemsChunk');
    stop.abort(new Error('enough'));
    expect(await reading).toMatchObject({ message: 'enough' });
    expect(server.paths()).toEqual(['login', 'HostGroup.FindHosts', 'ChunkAccessor.GetItemsChunk']);
  });

  it('that ends before its count is IncompleteRead: missing rows are no absent hosts', async () => {
    serveHosts(7);
    server.on('ChunkAccessor.GetItemsChunk', ({ nStart }) => ({
      pChunk: { KLCSP_ITERATOR_ARRAY: Number(nStart) === 0 ? [{ KLHST_WKS_HOSTNAME: 'h0' }] : [] },
    }));
    const error = await errorOf(all(clientOf().findHosts(wanted)));
    expect(error).toBeInstanceOf(IncompleteRead);
    expect(error).toMatchObject({ retryable: true });
  });

  it('reads groups too', async () => {
    serveHosts(0);
    server.on('HostGroup.FindGroups', () => ({ strAccessor: 'g', PxgRetVal: 2 }));
    server.on('ChunkAccessor.GetItemsChunk', () => ({
      pChunk: {
        KLCSP_ITERATOR_ARRAY: [
          { id: 0, name: 'Managed devices' },
          { id: 5, name: 'Branch' },
        ],
      },
    }));
    const rows = await all(clientOf().findGroups({ fields: ['name'], filter: 'name = "*"' }));
    expect(rows.map(({ id }) => id)).toEqual([0, 5]);
    expect(server.requests[1]?.args).toMatchObject({ vecFieldsToReturn: ['name', 'id'], wstrFilter: 'name = "*"' });
  });

  it('reads events with inclusive ranges, of all hosts or of one', async () => {
    const stored = Array.from({ length: 5 }, (_, index) => ({ event_db_id: long(100 + index) }));
    const ranges: unknown[] = [];
    let released = 0;
    for (const method of ['CreateEventProcessing2', 'CreateEventProcessingForHost2']) {
      server.on(`EventProcessingFactory.${method}`, () => ({ strIteratorId: 'i' }));
    }
    server.on('EventProcessing.GetRecordCount', () => ({ PxgRetVal: stored.length }));
    server.on('EventProcessing.GetRecordRange', ({ nStart, nEnd }) => {
      ranges.push([nStart, nEnd]);
      return { pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: stored.slice(Number(nStart), Number(nEnd) + 1) } };
    });
    server.on('EventProcessing.ReleaseIterator', () => {
      released += 1;
      return {};
    });
    const client = clientOf();
    const rows = await all(client.events({ fields: ['event_type'], filter: { GNRL_EA_SEVERITY: 4 } }, { pageSize: 2 }));
    expect(rows.map((row) => row.event_db_id)).toEqual([100, 101, 102, 103, 104]);
    expect(ranges).toEqual([
      [0, 1],
      [2, 3],
      [4, 4],
    ]);
    expect(server.requests[1]?.args).toEqual({
      pFilter: { GNRL_EA_SEVERITY: 4 },
      vecFieldsToReturn: ['event_type', 'event_db_id'],
      vecFieldsToOrder: [{ Name: 'event_db_id', Asc: true }],
      lifetimeSec: 600,
    });

    const host = { hostName: 'h1', product: 'KES', version: '11.0.0.0' };
    expect(await all(client.events({ fields: [], host }))).toHaveLength(5);
    expect(server.requests.at(-4)?.args).toMatchObject({
      strDomainName: '',
      strHostName: 'h1',
      strProduct: 'KES',
      strVersion: '11.0.0.0',
    });
    expect(released).toBe(2);
  });
});
