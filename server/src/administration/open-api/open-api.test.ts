import { Agent, request as httpsRequest } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buildAuthorization, LoginFailed, PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { hostAttributes } from './host-attributes.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const basic = (user: string, password = PASSWORD) => buildAuthorization({ scheme: 'KSCBasic', user, password });

describeOnBothEngines('the Open API', (place) => {
  let msp: TestAdministration;
  let database: Database;
  const tenants: { id: string; name: string }[] = [];
  const devices: { id: string }[] = [];
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
    for (const name of ['Ärzte & Söhne', 'Tenant B']) tenants.push(await msp.addTenant(name));
    for (const [index, tenantId] of [undefined, tenants[0]?.id, tenants[1]?.id].entries()) {
      devices.push(await msp.enrol(`host-${index}`, { tenantId }));
    }
    await msp.settle();
  });
  afterAll(() => msp.stop());

  interface Answer {
    status: number;
    text: string;
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
    json: any;
    headers: Record<string, string | string[] | undefined>;
    raw: Buffer;
  }
  const agents: Agent[] = [];
  /** One connection of its own, as plain HTTP clients have it. */
  const connection = () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: msp.cert, servername: 'localhost' });
    agents.push(agent);
    const send = (path: string, body?: string | Buffer, headers: Record<string, string> = {}, method = 'POST') =>
      new Promise<Answer>((resolve, reject) => {
        const request = httpsRequest(`${msp.openApiUrl}${path}`, { method, agent, headers }, (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () => {
            const raw = Buffer.concat(pieces);
            const text = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
            const isJson = response.headers['content-type'] === 'application/json';
            resolve({
              status: response.statusCode ?? 0,
              text,
              json: isJson ? JSON.parse(text) : undefined,
              headers: response.headers,
              raw,
            });
          });
        });
        request.on('error', reject);
        request.end(body);
      });
    const call = (method: string, args: unknown = {}, headers: Record<string, string> = {}) =>
      send(`/api/v1.0/${method}`, JSON.stringify(args), headers);
    const logIn = (user = 'admin', headers: Record<string, string> = {}) =>
      send('/api/v1.0/login', undefined, { authorization: basic(user), ...headers });
    return { send, call, logIn, close: () => agent.destroy() };
  };
  const loggedIn = async (user = 'admin', headers: Record<string, string> = {}) => {
    const own = connection();
    const answer = await own.logIn(user, headers);
    if (answer.status !== 200) throw new Error(`login: ${answer.status}`);
    return own;
  };
  afterAll(() => {
    for (const agent of agents) agent.destroy();
  });
  const codeOf = (answer: Answer) => answer.json?.PxgError?.code;

  describe('logins', () => {
    it('a login is answered by an empty object, and holds for its connection only', async () => {
      const own = connection();
      const answer = await own.logIn();
      expect([answer.status, answer.json]).toEqual([200, {}]);
      expect((await own.call('HostGroup.GroupIdGroups')).json).toEqual({ PxgRetVal: 0 });
      const other = await connection().call('HostGroup.GroupIdGroups');
      expect([other.status, other.text]).toEqual([401, 'Authentication failure\n']);
      expect(other.headers['content-type']).toMatch(/^text\/plain/);
    });

    it.each([
      ['a wrong password', basic('admin', 'wrong')],
      ['an unknown user', basic('who')],
      ['no base64', 'KSCBasic user="%%", pass="%%"'],
      ['an unknown scheme', 'Basic YWRtaW46eA=='],
      ['a token that nobody made', 'KSCT bm9wZQ=='],
      ['a second step without a first', 'KSCMFA totp="123456"'],
      ['nothing after the scheme', 'KSCT '],
    ])('%s is answered 401 in plain text', async (_what, authorization) => {
      const answer = await connection().send('/api/v1.0/login', '', { authorization });
      expect([answer.status, answer.text]).toEqual([401, 'Authentication failure\n']);
    });

    it('a virtual server is named by its display name in base64, in any case; an unknown one is 401', async () => {
      const named = (name: string) => ({ 'x-ksc-vserver': name });
      for (const header of [base64('Ärzte & Söhne'), base64('äRZTE & söhne')]) {
        const own = await loggedIn('admin', named(header));
        expect((await own.call('HostGroup.GetStaticInfo')).json.PxgRetVal.KLADMSRV_IS_VIRTUAL).toBe(true);
      }
      for (const header of ['', 'x']) {
        const own = await loggedIn('admin', named(header));
        expect((await own.call('HostGroup.GetStaticInfo')).json.PxgRetVal.KLADMSRV_IS_VIRTUAL).toBe(false);
      }
      for (const header of [base64('Tenant C'), '%%%']) {
        expect((await connection().logIn('admin', named(header))).status).toBe(401);
      }
    });

    it('a session id holds on any connection until it is ended, then 403', async () => {
      const first = connection();
      const id = (await first.call('Session.StartSession', {}, { authorization: basic('admin') })).json.PxgRetVal;
      expect(id).toMatch(/^[\x21-\x7e]{20,}$/);
      const session = { 'x-ksc-session': id };
      const found = await connection().call('HostGroup.FindHosts', { wstrFilter: '' }, session);
      first.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const args = { strAccessor: found.json.strAccessor };
      expect((await connection().call('ChunkAccessor.GetItemsCount', args, session)).json).toEqual({ PxgRetVal: 3 });
      expect((await connection().call('Session.Ping', {}, session)).json).toEqual({});
      expect((await connection().call('Session.EndSession', {}, session)).json).toEqual({});
      const ended = await connection().call('Session.Ping', {}, session);
      expect([ended.status, ended.json]).toEqual([403, undefined]);
      expect((await connection().call('Session.Ping', {}, { 'x-ksc-session': 'unknown' })).status).toBe(403);
    });

    it('a session that began on a logged-in connection outlives that connection, with its results', async () => {
      const first = await loggedIn();
      const session = { 'x-ksc-session': (await first.call('Session.StartSession')).json.PxgRetVal };
      const { strAccessor } = (await connection().call('HostGroup.FindHosts', {}, session)).json;
      first.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await connection().call('ChunkAccessor.GetItemsCount', { strAccessor }, session)).json.PxgRetVal).toBe(3);
    });

    it('an unused session ends after three minutes, and no session outlives a day', async () => {
      const id = (await connection().call('Session.StartSession', {}, { authorization: basic('admin') })).json
        .PxgRetVal;
      const ping = async () => (await connection().call('Session.Ping', {}, { 'x-ksc-session': id })).status;
      msp.advance(170_000);
      expect(await ping()).toBe(200);
      msp.advance(170_000);
      expect(await ping()).toBe(200);
      msp.advance(190_000);
      expect(await ping()).toBe(403);
    });

    it('EndSession without a session logs the connection out', async () => {
      const own = await loggedIn();
      expect((await own.call('Session.EndSession')).json).toEqual({});
      expect((await own.call('Session.Ping')).status).toBe(401);
    });

    it('tells of the end of every login once: of its connection, or of the session that it became', async () => {
      const ends = async (work: () => Promise<unknown>) => {
        const before = msp.logouts.length;
        await work();
        await new Promise((resolve) => setTimeout(resolve, 50));
        return msp.logouts.slice(before);
      };
      const bound = await loggedIn('reader');
      expect(await ends(async () => bound.call('Session.Ping'))).toEqual([]);
      expect(await ends(async () => bound.close())).toEqual(['reader']);

      const held = connection();
      const headers = { authorization: basic('reader') };
      expect(await ends(() => held.call('Session.Ping', {}, headers))).toEqual([]);
      expect(await ends(async () => held.close())).toEqual(['reader']);

      const first = connection();
      const id = (await first.call('Session.StartSession', {}, { authorization: basic('admin') })).json.PxgRetVal;
      expect(await ends(async () => first.close())).toEqual([]);
      const session = { 'x-ksc-session': id };
      expect(await ends(() => connection().call('Session.EndSession', {}, session))).toEqual(['admin']);
      expect(await ends(() => connection().call('Session.Ping', {}, session))).toEqual([]);
    });

    it('a token is good for one login, for three minutes', async () => {
      const own = await loggedIn();
      const token = async () => (await own.call('Session.CreateToken')).json.PxgRetVal as string;
      const use = (value: string) => connection().send('/api/v1.0/login', '', { authorization: `KSCT ${value}` });
      const first = await token();
      expect((await use(first)).status).toBe(200);
      expect((await use(first)).status).toBe(401);
      const late = await token();
      msp.advance(181_000);
      expect((await use(late)).status).toBe(401);
    });

    it('a new login on a connection replaces the old one and frees its results', async () => {
      const own = await loggedIn();
      const { strAccessor } = (await own.call('HostGroup.FindHosts')).json;
      await own.logIn('reader');
      expect(codeOf(await own.call('ChunkAccessor.GetItemsCount', { strAccessor }))).toBe(1186);
      expect((await own.logIn('who')).status).toBe(401);
    });

    it('credentials with every call are one login, whose results last from call to call', async () => {
      const own = connection();
      const headers = { authorization: basic('reader') };
      const { strAccessor } = (await own.call('HostGroup.FindHosts', {}, headers)).json;
      expect((await own.call('ChunkAccessor.GetItemsCount', { strAccessor }, headers)).json).toEqual({ PxgRetVal: 3 });
      const wrong = { authorization: basic('reader', 'wrong') };
      expect((await own.call('Session.Ping', {}, wrong)).status).toBe(401);
      const other = { authorization: basic('admin') };
      expect(codeOf(await own.call('ChunkAccessor.GetItemsCount', { strAccessor }, other))).toBe(1186);
    });

    it('many connections log in at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => loggedIn()));
      const ids = await Promise.all(answers.map(async (own) => (await own.call('HostGroup.GroupIdUnassigned')).json));
      expect(new Set(ids.map(({ PxgRetVal }) => PxgRetVal))).toEqual(new Set([1]));
    });
  });

  describe('calls', () => {
    it.each([
      ['no body at all', undefined],
      ['an empty body', ''],
      ['an empty object', '{}'],
      [
        'null arguments',
        '{"wstrFilter":null,"vecFieldsToReturn":null,"vecFieldsToOrder":null,"pParams":null,"lMaxLifeTime":null}',
      ],
      [
        'empty arguments',
        '{"wstrFilter":"","vecFieldsToReturn":[],"vecFieldsToOrder":[],"pParams":{},"lMaxLifeTime":0}',
      ],
      ['wrapped arguments', '{"pParams":{"type":"params","value":{}},"lMaxLifeTime":{"type":"long","value":600}}'],
      ['an order that names nothing', '{"vecFieldsToOrder":{"type":"","value":{"Name":"","Asc":false}}}'],
      ['arguments that nobody knows', '{"what":{"type":"long","value":1},"else":[null]}'],
    ])('with %s finds all hosts', async (_what, body) => {
      const own = await loggedIn();
      const answer = await own.send('/api/v1.0/HostGroup.FindHosts', body);
      expect(answer.json).toEqual({ strAccessor: expect.stringMatching(/^[0-9A-F]{32}$/), PxgRetVal: 3 });
    });

    it.each([
      ['a filter that is none', { wstrFilter: '(KLHST_WKS_DN = ' }, 1192],
      ['an attribute that no host has', { wstrFilter: '(nothing = 1)' }, 1192],
      ['an order by what no host has', { vecFieldsToOrder: [{ type: 'params', value: { Name: 'nothing' } }] }, 1192],
      ['a number where a text belongs', { wstrFilter: 5 }, 1192],
      ['a text where a list belongs', { vecFieldsToReturn: 'KLHST_WKS_DN' }, 1192],
      ['a lifetime that is no number', { lMaxLifeTime: 'long' }, 1192],
    ])('%s is an error with all six members', async (_what, args, code) => {
      const own = await loggedIn();
      const answer = await own.call('HostGroup.FindHosts', args);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        PxgError: {
          code,
          subcode: 0,
          module: 'KLSTD',
          file: 'HostGroup',
          line: 1,
          message: expect.stringMatching(/./),
        },
      });
    });

    it.each([
      'HostGroup.Nothing',
      'Nothing.Nothing',
      'hostgroup.FindHosts',
      'Instance.HostGroup.FindHosts',
      'constructor.name',
      '__proto__.constructor',
      'HostGroup.constructor',
      'HostGroup.toString',
    ])('%s is no call of this server: 1194', async (name) => {
      const answer = await (await loggedIn('reader')).call(name);
      expect(answer.json.PxgError).toMatchObject({ code: 1194, module: 'KLCONN' });
    });

    it.each([
      ['{', 400],
      ['[]', 400],
      ['5', 400],
      ['"text"', 400],
      ['\u0000', 400],
      ['{"wstrFilter":"a"} more', 400],
    ])('the body %j is answered %d in plain text', async (body, status) => {
      const answer = await (await loggedIn()).send('/api/v1.0/HostGroup.FindHosts', body);
      expect([answer.status, answer.json]).toEqual([status, undefined]);
    });

    it('an address outside is 404, another method 405, and the server goes on', async () => {
      const own = await loggedIn();
      expect((await own.send('/', '')).status).toBe(404);
      expect((await own.send('/api/v1.0/', '')).status).toBe(404);
      expect((await own.send('/api/v1.0/HostGroup.FindHosts', undefined, {}, 'GET')).status).toBe(405);
      expect((await own.call('Session.Ping')).status).toBe(200);
    });

    it('a reply is compressed only when the client asks for gzip, and a gzip request is read', async () => {
      const own = await loggedIn();
      const { strAccessor } = (await own.call('HostGroup.FindHosts', { vecFieldsToReturn: [] })).json;
      const read = (headers: Record<string, string>) =>
        own.call('ChunkAccessor.GetItemsChunk', { strAccessor, nStart: 0, nCount: 3 }, headers);
      const encodings = [
        [{}, undefined],
        [{ 'accept-encoding': 'gzip, deflate' }, 'gzip'],
        [{ 'accept-encoding': 'deflate' }, undefined],
        [{ 'accept-encoding': 'gzip;q=0' }, undefined],
        [{ 'accept-encoding': 'GZIP;q=0.5' }, 'gzip'],
      ] as const;
      const plain = (await read({})).json;
      for (const [headers, encoding] of encodings) {
        const answer = await read(headers as Record<string, string>);
        expect([headers, answer.headers['content-encoding']]).toEqual([headers, encoding]);
        expect(answer.json).toEqual(plain);
        expect(answer.headers['content-length']).toBe(String(answer.raw.length));
      }
      const packed = gzipSync('{"wstrFilter":""}');
      const sent = await own.send('/api/v1.0/HostGroup.FindHosts', packed, { 'content-encoding': 'gzip' });
      expect(sent.json.PxgRetVal).toBe(3);
      const torn = await own.send('/api/v1.0/HostGroup.FindHosts', 'no gzip', { 'content-encoding': 'gzip' });
      expect(torn.status).toBe(400);
    });

    it('a body that is too large is answered 413, also one that becomes too large when unpacked', async () => {
      const large = Buffer.alloc(17 * 1024 * 1024, 0x20);
      expect((await (await loggedIn()).send('/api/v1.0/HostGroup.FindHosts', large)).status).toBe(413);
      const chunked = { 'transfer-encoding': 'chunked' };
      expect((await (await loggedIn()).send('/api/v1.0/HostGroup.FindHosts', large, chunked)).status).toBe(413);
      const bomb = { 'content-encoding': 'gzip' };
      expect((await (await loggedIn()).send('/api/v1.0/HostGroup.FindHosts', gzipSync(large), bomb)).status).toBe(413);
    });

    it('whatever comes over a socket, the next caller is served', async () => {
      const raw = (bytes: string | Buffer) =>
        new Promise<string>((resolve) => {
          const socket: TLSSocket = connect({
            port: msp.openApi.port,
            host: '127.0.0.1',
            ca: msp.cert,
            servername: 'localhost',
          });
          let text = '';
          socket.on('data', (piece) => {
            text += piece;
          });
          socket.on('error', () => resolve(text));
          socket.on('close', () => resolve(text));
          socket.on('secureConnect', () => {
            socket.write(bytes);
            setTimeout(() => socket.end(), 100);
          });
        });
      const head = (more: string) => `POST /api/v1.0/HostGroup.FindHosts HTTP/1.1\r\nHost: x\r\n${more}\r\n\r\n`;
      for (const bytes of [
        Buffer.from([0, 255, 3, 7, 13, 10, 13, 10]),
        'GARBAGE\r\n\r\n',
        head('Content-Length: -5'),
        head('Content-Length: 5\r\nTransfer-Encoding: chunked'),
        head(`X-Long: ${'a'.repeat(40_000)}`),
      ]) {
        expect(await raw(bytes)).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
      }
      await raw(`${head('Content-Length: 100')}half a body`);
      await raw(head('Transfer-Encoding: chunked'));
      expect((await (await loggedIn()).call('Session.Ping')).status).toBe(200);
      expect(msp.logged).toEqual([]);
    });

    it('a body that comes slowly is waited for', async () => {
      const authorization = basic('admin');
      const answer = await new Promise<number>((resolve, reject) => {
        const request = httpsRequest(
          `${msp.openApiUrl}/api/v1.0/HostGroup.FindHosts`,
          { method: 'POST', ca: msp.cert, servername: 'localhost', headers: { authorization } },
          (response) => resolve(response.resume().statusCode ?? 0),
        );
        request.on('error', reject);
        const pieces = ['{"wstr', 'Filter', '":""}'];
        const next = () => {
          const piece = pieces.shift();
          if (piece === undefined) request.end();
          else {
            request.write(piece);
            setTimeout(next, 60);
          }
        };
        next();
      });
      expect(answer).toBe(200);
    });
  });

  describe('rights and tenants', () => {
    it('a user without the right is answered 1184, also for a method with a bad argument', async () => {
      const own = await loggedIn('nobody');
      for (const name of [
        'HostGroup.FindHosts',
        'HostGroup.GroupIdGroups',
        'VServers.GetVServers',
        'EventProcessingFactory.CreateEventProcessing2',
      ]) {
        expect([name, codeOf(await own.call(name, { wstrFilter: '((' }))]).toEqual([name, 1184]);
      }
      expect((await own.call('Session.Ping')).json).toEqual({});
    });

    it('a login to a virtual server sees its own hosts, groups and events, and 1186 for all others', async () => {
      const [main, own, foreign] = devices;
      const client = msp.client('reader', { virtualServer: 'Ärzte & Söhne' });
      const names = [];
      for await (const host of client.findHosts({ fields: ['KLHST_WKS_DN'] })) names.push(host.KLHST_WKS_DN);
      expect(names).toEqual(['host-1']);
      expect((await client.hostGroup.getHostInfo(own?.id ?? '', ['KLHST_WKS_DN'])).KLHST_WKS_DN).toBe('host-1');
      for (const id of [main?.id, foreign?.id, 'no-id', '-'.repeat(36)]) {
        const host = { hostName: id ?? '', product: '', version: '' };
        await expect(client.hostGroup.getHostInfo(id ?? '', [])).rejects.toMatchObject({ code: 1186 });
        await expect(
          client.eventProcessingFactory.createEventProcessingForHost2(host, { fields: [] }),
        ).rejects.toMatchObject({ code: 1186 });
      }
      const groups = await client.hostGroup.groupIdGroups();
      expect(groups).toBeGreaterThan(2);
      await expect(client.call('HostGroup.GetGroupInfo', { nGroupId: 0 })).rejects.toBeInstanceOf(PxgError);
      expect((await client.vServers.getVServers()).map((server) => server.KLVSRV_DN)).toEqual(['Ärzte & Söhne']);
    });

    it('the main server sees the hosts of all, or its own alone when asked so', async () => {
      const client = msp.client('reader');
      const names = async (isCurrentServerOnly: boolean) => {
        const found = [];
        const order = [{ name: 'KLHST_WKS_DN', ascending: false }];
        for await (const host of client.findHosts({
          fields: ['KLHST_WKS_DN', 'KLVSRV_DN'],
          order,
          isCurrentServerOnly,
        }))
          found.push([host.KLHST_WKS_DN, host.KLVSRV_DN]);
        return found;
      };
      expect(await names(false)).toEqual([
        ['host-2', 'Tenant B'],
        ['host-1', 'Ärzte & Söhne'],
        ['host-0', ''],
      ]);
      expect(await names(true)).toEqual([['host-0', '']]);
    });

    it('a user of some tenants sees those alone, whatever is asked for', async () => {
      msp.addUser('of-b', ['devices:read', 'events:read', 'tenants:read'], [tenants[1]?.id ?? '']);
      const client = msp.client('of-b');
      for (const isCurrentServerOnly of [false, true]) {
        const found = await client.hostGroup.findHosts({ fields: [], isCurrentServerOnly });
        expect(found.count).toBe(isCurrentServerOnly ? 0 : 1);
      }
      const events = [];
      for await (const event of client.events({ fields: [] })) events.push(event);
      expect(events).toEqual([]);
      expect((await client.vServers.getVServers()).map((server) => server.KLVSRV_DN)).toEqual(['Tenant B']);
      await expect(client.hostGroup.getHostInfo(devices[0]?.id ?? '', [])).rejects.toMatchObject({ code: 1186 });
      const elsewhere = msp.client('of-b', { virtualServer: 'Ärzte & Söhne' });
      await expect(elsewhere.hostGroup.groupIdGroups()).rejects.toBeInstanceOf(LoginFailed);
    });
  });

  describe('hosts', () => {
    it('every host attribute is there for a host of which nothing is known, by its natural empty value', async () => {
      const client = msp.client();
      const all = Object.keys(hostAttributes);
      const row = await client.hostGroup.getHostInfo(devices[0]?.id ?? '', all);
      expect(Object.keys(row).sort()).toEqual(all.sort());
      expect(await client.hostGroup.getHostInfo(devices[0]?.id ?? '', [...all, 'UNKNOWN'])).toEqual(row);
      expect(row).toMatchObject({ KLHST_WKS_OS_NAME: '', KLHST_WKS_IP_LONG: 0, KLHST_WKS_RBT_REQUIRED: false });
    });

    it('what a row shows is what a filter finds and an order sorts by, for every attribute', async () => {
      const full = await msp.enrol('full-host', { tenantId: tenants[1]?.id });
      await full.reports({
        hostname: 'Full-Host',
        os: { family: 'windows', name: 'Windows', version: '11', arch: 'x64', isServer: true },
        ipAddresses: ['fe80::1', '10.1.2.3'],
        macAddresses: ['aa:bb', 'cc:dd'],
        lastBootAt: '2026-01-02T03:04:05.678Z',
        lastScanAt: '2026-01-03T03:04:05Z',
        securityApplication: { product: 'clamav', name: 'ClamAV', version: '1.4', running: true, rtpState: 4 },
        databases: { releasedAt: msp.clock().toISOString(), records: 3 },
        restart: { required: true, since: null, reasons: [] },
      });
      await msp.settle();
      const client = msp.client();
      const quoted = (value: unknown) =>
        typeof value === 'number' ? String(value) : `"${String(value).replaceAll('"', '""')}"`;
      for (const id of [full.id, devices[0]?.id ?? '']) {
        const row = await client.hostGroup.getHostInfo(id, Object.keys(hostAttributes));
        for (const [name, value] of Object.entries(row)) {
          const shown = value instanceof Date ? value.toISOString() : value;
          if (shown === null || shown === '') continue; // an unset time equals nothing; empty texts are asked for below
          const found = [];
          const search = {
            filter: `(&(${name} = ${quoted(shown)})(KLHST_WKS_HOSTNAME = "${id}"))`,
            fields: ['KLHST_WKS_DN'],
            order: [{ name, ascending: true }],
          };
          for await (const host of client.findHosts(search)) found.push(host.KLHST_WKS_HOSTNAME);
          expect([name, shown, found]).toEqual([name, shown, [id]]);
        }
      }
      const empty = await client.hostGroup.findHosts({
        filter: '(&(KLHST_WKS_IP = "")(KLHST_WKS_COMMENT = ""))',
        fields: [],
      });
      expect(empty.count).toBe(3);
      await msp.call('DELETE', `/api/devices/${full.id}`);
    });

    it.each([
      ['(KLHST_WKS_STATUS & 1 <> 0)', 3],
      ['(KLHST_WKS_STATUS&4<>0)', 3],
      ['(KLHST_WKS_STATUS & 0x10 <> 0)', 0],
      ['KLHST_WKS_STATUS_MASK_7 <> 0', 0],
      ['(KLHST_WKS_DN = "HOST-*")', 3],
      ['(KLHST_WKS_DN = "host-[01]")', 2],
      ['(KLHST_WKS_CREATED > CURTIME(-86400))', 3],
      ['(& (KLHST_WKS_STATUS_ID ="0")(KLHST_WKS_FROM_UNASSIGNED = "False"))', 3],
      ['(KLHST_WKS_GROUPID_GP = 0)', 1],
      ['(|(KLHST_WKS_GROUPID = 0)(KLHST_WKS_GROUPID = 1))', 1],
      ['(KLVSRV_DN = "tenant b")', 1],
    ])('the filter %s finds %d', async (filter, count) => {
      expect((await msp.client().hostGroup.findHosts({ filter, fields: [] })).count).toBe(count);
    });

    it('a chunk is what was asked for, cut to what is there; a missing start is the first row', async () => {
      const own = await loggedIn();
      const { strAccessor } = (await own.call('HostGroup.FindHosts', { vecFieldsToReturn: ['KLHST_WKS_DN'] })).json;
      const chunk = async (args: object) => {
        const { json } = await own.call('ChunkAccessor.GetItemsChunk', { strAccessor, ...args });
        expect(json.pChunk.KLCSP_ITERATOR_ARRAY).toHaveLength(json.PxgRetVal);
        return json.pChunk.KLCSP_ITERATOR_ARRAY.map((row: { value: object }) => row.value);
      };
      const rows = ['host-0', 'host-1', 'host-2'].map((name) => ({ KLHST_WKS_DN: name }));
      expect(await chunk({ nCount: 2 })).toEqual(rows.slice(0, 2));
      expect(await chunk({ nStart: 1, nCount: 100 })).toEqual(rows.slice(1));
      expect(await chunk({ nStart: 3, nCount: 1 })).toEqual([]);
      expect(await chunk({ nStart: 0, nCount: 0 })).toEqual([]);
      expect(await chunk({})).toEqual(rows);
      expect((await own.call('ChunkAccessor.Release', { strAccessor })).json).toEqual({});
      for (const name of ['GetItemsChunk', 'GetItemsCount', 'Release']) {
        expect(codeOf(await own.call(`ChunkAccessor.${name}`, { strAccessor }))).toBe(1186);
      }
      expect(codeOf(await own.call('ChunkAccessor.GetItemsCount'))).toBe(1192);
    });

    it('five thousand hosts are read chunk by chunk, each once, in the order asked for', {
      timeout: 60_000,
    }, async () => {
      await database.executeSql(
        `insert into administration.device (id, tenant_id, group_id, name, created_at, status_since)
         select gen_random_uuid(), $1, 10, 'many-' || lpad((n * 7919 % 5000)::text, 4, '0'), now(), now()
         from generate_series(1, 5000) as n`,
        [tenants[1]?.id],
      );
      const names: unknown[] = [];
      const search = {
        filter: '(KLHST_WKS_DN = "many-*")',
        fields: ['KLHST_WKS_DN'],
        order: [{ name: 'KLHST_WKS_DN', ascending: false }],
      };
      for await (const host of msp.client().findHosts(search, { pageSize: 999 })) names.push(host.KLHST_WKS_DN);
      expect(names).toEqual(Array.from({ length: 5000 }, (_, n) => `many-${String(4999 - n).padStart(4, '0')}`));
      const own = await loggedIn();
      const { strAccessor } = (await own.call('HostGroup.FindHosts', { wstrFilter: search.filter })).json;
      const all = await own.call('ChunkAccessor.GetItemsChunk', { strAccessor, nStart: 0, nCount: 1_000_000 });
      expect(all.json.PxgRetVal).toBe(5000);
      await database.executeSql(`delete from administration.device where name like 'many-%'`);
      const gone = await own.call('ChunkAccessor.GetItemsChunk', { strAccessor, nStart: 0, nCount: 10 });
      expect(gone.json).toEqual({ pChunk: { KLCSP_ITERATOR_ARRAY: [] }, PxgRetVal: 0 });
    });

    it('result sets end with their time, and the oldest gives way when a login keeps a hundred', async () => {
      const own = await loggedIn();
      const find = async (lMaxLifeTime?: number) =>
        (await own.call('HostGroup.FindHosts', { lMaxLifeTime })).json.strAccessor as string;
      const count = async (strAccessor: string) =>
        codeOf(await own.call('ChunkAccessor.GetItemsCount', { strAccessor }));
      const [short, long] = [await find(30), await find(99_999)];
      msp.advance(31_000);
      expect([await count(short), await count(long)]).toEqual([1186, undefined]);
      const first = await find();
      for (let n = 0; n < 100; n += 1) await find();
      expect(await count(first)).toBe(1186);
      const other = await loggedIn();
      const foreign = await find();
      expect(codeOf(await other.call('ChunkAccessor.GetItemsCount', { strAccessor: foreign }))).toBe(1186);
    });
  });

  describe('groups and virtual servers', () => {
    it('groups are told by either spelling, as a tree whose leaves have no member for children', async () => {
      const tenant = await msp.mainTenant();
      const branch = await msp.call('POST', `/api/tenants/${tenant.id}/groups`, {
        body: { name: 'Branch', parentId: 0 },
      });
      await msp.call('POST', `/api/tenants/${tenant.id}/groups`, { body: { name: 'Desk', parentId: branch.body.id } });
      const own = await loggedIn();
      const trees = await Promise.all([
        own.call('HostGroup.GetSubgroups', { nGroupId: 0, nDepth: 0 }),
        own.call('HostGroup.GetSubgroups', { nParent: 0 }),
      ]);
      for (const { json } of trees) {
        expect(json.PxgRetVal).toEqual([
          {
            type: 'params',
            value: {
              id: branch.body.id,
              name: 'Branch',
              groups: [{ type: 'params', value: { id: expect.any(Number), name: 'Desk' } }],
            },
          },
        ]);
      }
      const one = await own.call('HostGroup.GetSubgroups', { nGroupId: 0, nDepth: 1 });
      expect(one.json.PxgRetVal[0].value.groups).toBeUndefined();
      expect((await own.call('HostGroup.GetGroupId', { nParent: 0, strName: 'bRANCH' })).json.PxgRetVal).toBe(
        branch.body.id,
      );
      expect((await own.call('HostGroup.GetGroupId', { nParent: 0, strName: 'none' })).json.PxgRetVal).toBe(-1);
      expect((await own.call('HostGroup.GetGroupInfo', { nGroupId: branch.body.id })).json.PxgRetVal).toMatchObject({
        id: branch.body.id,
        name: 'Branch',
        parentId: 0,
        grp_full_name: 'Managed devices/Branch/',
        creationDate: { type: 'datetime', value: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
      });
      const under = msp.client().findGroups({
        filter: '(KLGRP_GRP_GROUPID_GP = 0)',
        fields: ['name'],
        order: [{ name: 'name', ascending: false }],
      });
      const names = [];
      for await (const group of under) names.push(group.name);
      expect(names).toEqual(['Desk', 'Branch']);
      expect(codeOf(await own.call('HostGroup.FindGroups', { wstrFilter: '(nothing = 1)' }))).toBe(1192);
    });

    it('virtual servers are told with their groups; unknown ones are 1186', async () => {
      const own = await loggedIn();
      const { json } = await own.call('VServers.GetVServers', { lParentGroup: -1 });
      expect(json.PxgRetVal.map(({ value }: { value: { KLVSRV_DN: string } }) => value.KLVSRV_DN)).toEqual([
        'Tenant B',
        'Ärzte & Söhne',
      ]);
      const { KLVSRV_ID: id } = json.PxgRetVal[0].value;
      const info = await own.call('VServers.GetVServerInfo', { lVServer: id, pFields2Return: ['KLVSRV_DN'] });
      expect(info.json).toEqual({ PxgRetVal: { KLVSRV_DN: 'Tenant B' } });
      expect(codeOf(await own.call('VServers.GetVServerInfo', { lVServer: 999 }))).toBe(1186);
      expect(codeOf(await own.call('VServers.GetVServerInfo'))).toBe(1192);
    });
  });

  describe('events', () => {
    let host: Awaited<ReturnType<TestAdministration['enrol']>>;
    beforeAll(async () => {
      host = await msp.enrol('event-host');
      await host.sends(
        {
          type: 'GNRL_EV_VIRUS_FOUND',
          params: { '2': 'C:\\a*b.exe', '5': 'Eicar' },
          product: { name: 'KES', version: '11.0.0.0' },
        },
        {
          type: 'GNRL_EV_OBJECT_DELETED',
          params: { '2': 'C:\\a*b.exe' },
          product: { name: 'KES', version: '12.0', displayVersion: '12.0.1' },
        },
        {
          type: 'KLPRCI_TaskState',
          task: { id: '77', displayName: 'Scan', oldState: 1, newState: 4, completedPercent: 100 },
        },
        { type: 'x-unknown', riseTime: new Date(msp.clock().getTime() - 5 * 86_400_000).toISOString() },
      );
    });
    afterAll(() => msp.call('DELETE', `/api/devices/${host.id}`));

    const typesOf = async (pFilter: object | null) => {
      const own = await loggedIn();
      const fields = ['event_type'];
      const { strIteratorId } = (
        await own.call('EventProcessingFactory.CreateEventProcessing2', { pFilter, vecFieldsToReturn: fields })
      ).json;
      const { json } = await own.call('EventProcessing.GetRecordRange', { strIteratorId, nStart: 0, nEnd: 1000 });
      return json.pParamsEvents.KLEVP_EVENT_RANGE_ARRAY.map(
        ({ value }: { value: { event_type: string } }) => value.event_type,
      );
    };
    const [found, gone, state, odd] = [
      'GNRL_EV_VIRUS_FOUND',
      'GNRL_EV_OBJECT_DELETED',
      'KLPRCI_TaskState',
      'x-unknown',
    ];

    it.each<[string, object | null, string[]]>([
      ['nothing', null, [found, gone, state, odd]],
      ['an empty container', {}, [found, gone, state, odd]],
      [
        'what a client in the wild always sends',
        { KLEVP_EVENT_RISE_TIME_LAST_DAYS: 0, KLEVP_RFC2254_FILTER: '' },
        [found, gone, state, odd],
      ],
      ['a severity', { GNRL_EA_SEVERITY: 4 }, [found]],
      ['a product', { KLEVP_EVENT_PRODUCT: 'KES' }, [found, gone]],
      ['a product and version', { KLEVP_EVENT_PRODUCT: 'KES', KLEVP_EVENT_VERSION: '11.0.0.0' }, [found]],
      ['a display version', { KLEVP_EVENT_DISPLAY_VERSION: '11.0.0.0' }, [found]],
      ['a host’s name', { KLEVP_EVENT_HOST_DISPNAME: 'event-host' }, [found, gone, state, odd]],
      ['another host', { KLEVP_EVENT_HOST: 'a' }, []],
      ['a group', { KLEVP_EVENT_HOST_GROUP: 'Managed devices' }, [found, gone, state, odd]],
      ['a task’s name', { KLEVP_EVENT_TASK_NAME: 'Scan' }, [state]],
      ['a task’s id, as a number', { KLEVP_EVENT_GROUP_TASK_ID: 77 }, [state]],
      ['a type', { KLEVP_EVENT_TYPE: gone }, [gone]],
      ['a general type', { KLEVP_EVENT_GNRL_TYPE: gone }, [gone]],
      ['several types', { KLEVP_EVENT_GNRL_TYPES_ARRAY: [found, odd] }, [found, odd]],
      ['ordinary events', { EVP_INCL_GNRL_EVENTS: true }, [found, gone, odd]],
      ['task states', { EVP_INCL_TASK_STATES: true }, [state]],
      ['both kinds', { EVP_INCL_TASK_STATES: true, EVP_INCL_GNRL_EVENTS: true }, [found, gone, state, odd]],
      ['neither kind', { EVP_INCL_TASK_STATES: false, EVP_INCL_GNRL_EVENTS: false }, []],
      ['a task state', { KLEVP_EVENT_TSK_STATE_TYPE: '4' }, [state]],
      ['the last days', { KLEVP_EVENT_RISE_TIME_LAST_DAYS: 2 }, [found, gone, state]],
      ['more days than there are', { KLEVP_EVENT_RISE_TIME_LAST_DAYS: 2_000_000_000 }, [found, gone, state, odd]],
      ['an attribute’s own name', { event_type: odd }, [odd]],
      ['a value that is a pattern elsewhere', { GNRL_EA_PARAM_2: 'C:\\a*b.exe' }, [found, gone]],
      ['a pattern that is only a value here', { GNRL_EA_PARAM_2: 'C:\\*' }, []],
      ['a filter text', { KLEVP_RFC2254_FILTER: '(&(GNRL_EA_PARAM_2 = "c:\\*.exe")(GNRL_EA_PARAM_5 <> ""))' }, [found]],
      ['a filter of times', { KLEVP_RFC2254_FILTER: '(rise_time < CURTIME(-86400))' }, [odd]],
      ['an unset number', { KLEVP_RFC2254_FILTER: '(event_type_id = 0)' }, [found, gone, state, odd]],
      ['all members at once', { GNRL_EA_SEVERITY: 4, KLEVP_EVENT_TYPE: gone }, []],
      ['a wrapped number', { event_db_id: { type: 'long', value: 0 } }, []],
    ])('a filter of %s', async (_what, pFilter, types) => {
      const mine = await typesOf(pFilter);
      expect(mine.filter((type: string) => [found, gone, state, odd].includes(type))).toEqual(types);
    });

    it.each<[string, object]>([
      ['a negative number of days', { KLEVP_EVENT_RISE_TIME_LAST_DAYS: -1 }],
      ['a filter text that is none', { KLEVP_RFC2254_FILTER: '(((' }],
      ['an unknown attribute in the text', { KLEVP_RFC2254_FILTER: '(nothing = 1)' }],
      ['a number for a text', { KLEVP_EVENT_PRODUCT: 5 }],
      ['a list for a number', { event_db_id: [1] }],
    ])('%s is answered 1192', async (_what, pFilter) => {
      expect(codeOf(await (await loggedIn()).call('EventProcessingFactory.CreateEventProcessing2', { pFilter }))).toBe(
        1192,
      );
    });

    it('the last index is inclusive and cut to what is there; missing ones are 0', async () => {
      const own = await loggedIn();
      const args = {
        pFilter: { KLEVP_EVENT_HOST: host.id },
        vecFieldsToReturn: ['event_type', 'rise_time', 'event_db_id'],
      };
      const { strIteratorId } = (await own.call('EventProcessingFactory.CreateEventProcessing2', args)).json;
      const count = async (range: object) =>
        (await own.call('EventProcessing.GetRecordRange', { strIteratorId, ...range })).json.pParamsEvents
          .KLEVP_EVENT_RANGE_ARRAY.length;
      expect((await own.call('EventProcessing.GetRecordCount', { strIteratorId })).json).toEqual({ PxgRetVal: 4 });
      const ranges: [object, number][] = [
        [{}, 1],
        [{ nStart: 0, nEnd: 1 }, 2],
        [{ nEnd: 4 }, 4],
        [{ nStart: 3, nEnd: 1_000_000 }, 1],
        [{ nStart: 4, nEnd: 10 }, 0],
        [{ nStart: 2, nEnd: 1 }, 0],
        [{ nStart: -5, nEnd: -1 }, 0],
      ];
      for (const [range, rows] of ranges) expect([range, await count(range)]).toEqual([range, rows]);
      const [{ value }] = (await own.call('EventProcessing.GetRecordRange', { strIteratorId })).json.pParamsEvents
        .KLEVP_EVENT_RANGE_ARRAY;
      expect(value).toMatchObject({
        event_db_id: { type: 'long', value: expect.any(Number) },
        rise_time: { type: 'datetime', value: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
      });
      expect((await own.call('EventProcessing.ReleaseIterator', { strIteratorId })).json).toEqual({});
      expect(codeOf(await own.call('EventProcessing.GetRecordCount', { strIteratorId }))).toBe(1186);
    });

    it('an iterator of one host takes its product and version, with or without a domain', async () => {
      const client = msp.client();
      for (const [product, version, count] of [
        ['', '', 4],
        ['KES', '', 2],
        ['KES', '12.0', 1],
        ['kesl', '', 0],
      ] as const) {
        const wanted = { hostName: host.id, product, version };
        const id = await client.eventProcessingFactory.createEventProcessingForHost(wanted, { fields: [] });
        expect(await client.eventProcessing.getRecordCount(id)).toBe(count);
      }
    });

    it('an iterator pages through what there was when it was made, while events arrive', async () => {
      const sends = (count: number) =>
        host.sends(...Array.from({ length: count }, (_, n) => ({ type: 'paging', description: String(n) })));
      await sends(60);
      const fields = ['event_db_id', 'GNRL_EA_DESCRIPTION'];
      for (const ascending of [true, false]) {
        const seen: unknown[] = [];
        const events = msp.client().events(
          {
            filter: { event_type: 'paging', KLEVP_RFC2254_FILTER: '(GNRL_EA_DESCRIPTION <> "late")' },
            fields,
            order: [{ name: 'event_db_id', ascending }],
          },
          { pageSize: 7 },
        );
        for await (const event of events) {
          seen.push(event.GNRL_EA_DESCRIPTION);
          if (seen.length % 10 === 0) await host.sends({ type: 'paging', description: 'late' });
        }
        const wanted = Array.from({ length: 60 }, (_, n) => String(n));
        expect(seen).toEqual(ascending ? wanted : wanted.reverse());
      }
      const own = await loggedIn();
      const { strIteratorId } = (
        await own.call('EventProcessingFactory.CreateEventProcessing2', { pFilter: { event_type: 'paging' } })
      ).json;
      const before = (await own.call('EventProcessing.GetRecordCount', { strIteratorId })).json.PxgRetVal;
      await sends(5);
      const { json } = await own.call('EventProcessing.GetRecordRange', { strIteratorId, nEnd: 10_000 });
      expect(json.pParamsEvents.KLEVP_EVENT_RANGE_ARRAY).toHaveLength(before);
    });
  });
});
