import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecondaryServer } from '@gatehouse/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { ensureCertificate } from '../index.ts';

const MINUTE_MS = 60_000;

let events: EventEngine;
beforeAll(async () => {
  events = await openTestEventEngine();
});

/** The same event store under another table's name, since there is one store in a process and two servers here. */
const apart = (engine: EventEngine, suffix: string): EventEngine => {
  const own = (sql: string) => sql.replaceAll('administration_event', `administration_event_${suffix}`);
  return {
    ...engine,
    command: (sql, ...rest) => engine.command(own(sql), ...rest),
    insert: (table, rows) => engine.insert(own(table), rows),
    query: (sql, ...rest) => engine.query(own(sql), ...rest),
    stream: (sql, ...rest) => engine.stream(own(sql), ...rest),
  };
};

/** A way to a server that can be cut off, and led elsewhere. */
const openWay = async (port: number) => {
  let target: number | null = port;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    if (target === null) return near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (next: number | null) => {
      target = next;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

describeOnBothEngines('secondary Administration Servers', (place) => {
  let above: TestAdministration;
  /** Of the server above. */
  let database: Database;
  let below: TestAdministration;
  let way: Awaited<ReturnType<typeof openWay>>;
  let stranger: ReturnType<typeof createTlsServer>;
  let heardByStranger = '';
  let fingerprint: string;
  let strangersFingerprint: string;
  let folder: string;

  beforeAll(async () => {
    database = await place.open();
    above = await startAdministration({ database, engine: apart(events, 'above') });
    below = await startAdministration({ database: await place.open(), engine: apart(events, 'below') });
    way = await openWay(below.openApi.port);
    fingerprint = new X509Certificate(below.cert).fingerprint256;
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-stranger-'));
    const { key, cert } = await ensureCertificate(folder, new Date());
    strangersFingerprint = new X509Certificate(cert).fingerprint256;
    stranger = createTlsServer({ key, cert }, (request, response) => {
      heardByStranger += request.headers.authorization ?? 'something';
      response.end('Hello');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));

    const bakery = await below.addTenant('Alder Bakery');
    const oven = await below.enrol('oven-1', { tenantId: bakery.id });
    await below.enrol('till-2', { tenantId: bakery.id });
    await below.enrol('office-3');
    await oven.reports({
      hostname: 'oven-1',
      os: { family: 'linux', name: 'Debian GNU/Linux 12', version: '12', arch: 'x64', isServer: false },
      ipAddresses: ['10.1.2.3'],
      securityApplication: { product: 'ClamAV', name: 'ClamAV', version: '1.4.3', running: true, rtpState: 4 },
    });
    await oven.sends({
      type: 'GNRL_EV_VIRUS_FOUND',
      severity: 4,
      description: 'Sample.Trojan in /srv/x',
      params: { '6': 'uid-1' },
    });
    await below.settle();
  });
  afterAll(async () => {
    await above.stop();
    await below.stop();
    await way.close();
    await new Promise((resolve) => stranger.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = (more: object = {}) => ({
    name: 'Branch North',
    address: '127.0.0.1',
    port: way.port,
    userName: 'admin',
    password: PASSWORD,
    certificateFingerprint: fingerprint,
    ...more,
  });
  const attach = (more: object = {}) => above.call('POST', '/api/secondary-servers', { body: settings(more) });
  const shown = async (id: string): Promise<SecondaryServer> =>
    (await above.call('GET', `/api/secondary-servers/${id}`)).body;
  const refresh = (id: string) => above.call('POST', `/api/secondary-servers/${id}/refresh`);
  const linkEvents = async (msp: TestAdministration, types: string[]) => {
    await msp.settle();
    const query = types.map((type) => `type=${type}`).join('&');
    return (await msp.call('GET', `/api/events?${query}`)).body.items as { type: string; description: string }[];
  };
  const belowEvents = ['KLSRV_EV_SLAVE_SRV_CONNECTED', 'KLSRV_EV_SLAVE_SRV_DISCONNECTED'];
  const aboveEvents = ['KLSRV_EV_MASTER_SRV_CONNECTED', 'KLSRV_EV_MASTER_SRV_DISCONNECTED'];

  const closedPort = async () => {
    const gone = await openWay(1);
    await gone.close();
    return gone.port;
  };
  const mistakes: [title: string, more: () => object | Promise<object>, code: string, where: string][] = [
    ['a wrong password', () => ({ password: 'wrong' }), 'login-refused', 'password'],
    ['an account without rights', () => ({ userName: 'nobody' }), 'right-missing', 'userName'],
    [
      'another certificate',
      () => ({ certificateFingerprint: 'ab'.repeat(32) }),
      'certificate-mismatch',
      'certificateFingerprint',
    ],
    ['a port on which nothing listens', async () => ({ port: await closedPort() }), 'unreachable', 'address'],
    ['a host that does not exist', () => ({ address: 'no-such-host.invalid' }), 'unreachable', 'address'],
    [
      'a server of another kind',
      () => ({ port: (stranger.address() as AddressInfo).port, certificateFingerprint: strangersFingerprint }),
      'not-open-api',
      'port',
    ],
    [
      'this very server',
      () => ({ port: above.openApi.port, certificateFingerprint: new X509Certificate(above.cert).fingerprint256 }),
      'is-this-server',
      'address',
    ],
  ];
  for (const [title, more, code, where] of mistakes) {
    it(`says what is wrong with ${title}, and saves nothing`, async () => {
      const reply = await attach(await more());
      expect(reply.status).toBe(400);
      expect(reply.body.code).toBe(`secondary-server.${code}`);
      expect(reply.body.issues[0].where).toBe(`body.${where}`);
      expect(reply.body.message).toMatch(/127\.0\.0\.1:\d+|no-such-host/);
      expect((await above.call('GET', '/api/servers')).body.secondaries).toEqual([]);
    });
  }

  it('shows the certificate of a server for comparison, and reads one out of a file', async () => {
    const body = { address: '127.0.0.1', port: way.port };
    const seen = (await above.call('POST', '/api/secondary-servers/certificate', { body })).body;
    const read = (await above.call('POST', '/api/secondary-servers/certificate-file', { body: { pem: below.cert } }))
      .body;
    expect(seen.fingerprint).toBe(fingerprint.replaceAll(':', '').toLowerCase());
    expect(read).toEqual(seen);
    const wrong = await above.call('POST', '/api/secondary-servers/certificate-file', { body: { pem: 'hello' } });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'secondary-server.no-certificate']);
  });

  it('tries a connection without saving it', async () => {
    const tried = await above.call('POST', '/api/secondary-servers/try', { body: settings() });
    expect(tried.body).toMatchObject({ product: 'Gatehouse Administration Server', devices: 3, virtualServers: 1 });
    expect((await above.call('GET', '/api/servers')).body.secondaries).toEqual([]);
  });

  let id = '';
  it('lists devices, counts and chosen details of an attached server, with the time of the reading', async () => {
    const added = await attach();
    expect(added.status, JSON.stringify(added.body)).toBe(200);
    expect(JSON.stringify(added.body)).not.toContain(PASSWORD);
    id = added.body.id;
    const { link, snapshot } = await shown(id);
    expect(link).toMatchObject({ state: 'connected', problem: null });
    expect(Date.now() - Date.parse(link.readAt ?? '')).toBeLessThan(MINUTE_MS);
    expect(snapshot).toMatchObject({
      product: 'Gatehouse Administration Server',
      counts: { total: 3, critical: 1 },
      ownCounts: { total: 1 },
      virtualServers: [{ name: 'Alder Bakery', counts: { total: 2, critical: 1 } }],
      knowsPrimary: true,
    });
    expect(snapshot?.groups?.some(({ counts }) => counts.total === 2)).toBe(true);
    expect(snapshot?.lastEvents?.[0]).toMatchObject({ severity: 'critical', deviceName: 'oven-1' });
    const [event] = await linkEvents(above, belowEvents);
    expect(event).toMatchObject({ type: 'KLSRV_EV_SLAVE_SRV_CONNECTED' });
    expect(event?.description).toContain('Branch North');
    const history = (await above.call('GET', `/api/revisions?kind=secondary-server&objectId=${id}`)).body;
    expect(JSON.stringify(history)).not.toContain(PASSWORD);
  });

  it('is not attached twice', async () => {
    const again = await attach({ name: 'The same again', port: below.openApi.port });
    expect([again.status, again.body.code]).toEqual([409, 'secondary-server.known']);
  });

  it('pages, filters and orders devices that it asks the secondary for', async () => {
    const page = async (query: string) =>
      (await above.call('GET', `/api/secondary-servers/${id}/devices?${query}`)).body;
    const all = await page('');
    expect([all.total, all.items.map(({ name }: { name: string }) => name)]).toEqual([
      3,
      ['office-3', 'oven-1', 'till-2'],
    ]);
    expect((await page('limit=1&offset=1')).items.map(({ name }: { name: string }) => name)).toEqual(['oven-1']);
    expect((await page('text=til')).items.map(({ name }: { name: string }) => name)).toEqual(['till-2']);
    expect((await page('text=*')).items).toEqual([]);
    expect((await page('virtualServerId=0')).items.map(({ name }: { name: string }) => name)).toEqual(['office-3']);
    expect((await page('status=critical')).items).toEqual([
      expect.objectContaining({
        name: 'oven-1',
        status: 'critical',
        visible: true,
        virtualServerName: 'Alder Bakery',
        osName: 'Debian GNU/Linux 12',
        ipAddress: '10.1.2.3',
        activeThreats: 1,
      }),
    ]);
    expect((await page('offset=50')).items).toEqual([]);
  });

  it('lets the secondary know who is above it, and tells of that there', async () => {
    const { primary } = (await below.call('GET', '/api/servers')).body;
    expect(primary).toMatchObject({ name: 'Main server', connected: true });
    expect((await linkEvents(below, aboveEvents)).map(({ type }) => type)).toEqual(['KLSRV_EV_MASTER_SRV_CONNECTED']);
    const forgotten = await below.call('DELETE', '/api/servers/primary');
    expect([forgotten.status, forgotten.body.code]).toEqual([409, 'primary-server.connected']);
  });

  it('refuses a ring of servers', async () => {
    const body = settings({
      name: 'Round',
      port: above.openApi.port,
      certificateFingerprint: new X509Certificate(above.cert).fingerprint256,
    });
    const reply = await below.call('POST', '/api/secondary-servers', { body });
    expect([reply.status, reply.body.code]).toEqual([400, 'secondary-server.loop']);
  });

  it('shows what it knew of a server that is gone as what it is: old; and tells of both ends', async () => {
    const before = await shown(id);
    way.leadTo(null);
    above.advance(6 * MINUTE_MS);
    await above.administration.hierarchy.servers.refreshDue();
    const gone = await shown(id);
    expect(gone.link).toMatchObject({ state: 'unreachable', readAt: before.link.readAt });
    expect(Date.parse(gone.link.since)).toBeGreaterThan(Date.parse(before.link.since));
    expect(gone.link.problem?.code).toBe('secondary-server.unreachable');
    expect(gone.snapshot).toEqual(before.snapshot);
    const devices = await above.call('GET', `/api/secondary-servers/${id}/devices`);
    expect([devices.status, devices.body.code, devices.body.retryable]).toEqual([
      503,
      'secondary-server.unreachable',
      true,
    ]);
    expect(devices.body.message).toContain('not reachable since');

    // Each failure makes the next pause longer.
    const pauseMs = ({ link }: SecondaryServer) =>
      Date.parse(link.nextTryAt ?? '') - Date.parse(link.lastTriedAt ?? '');
    above.advance(MINUTE_MS);
    await above.administration.hierarchy.servers.refreshDue();
    expect(pauseMs(await shown(id))).toBe(2 * pauseMs(gone));

    way.leadTo(below.openApi.port);
    await below.enrol('new-4');
    above.advance(5 * MINUTE_MS);
    await above.administration.hierarchy.servers.refreshDue();
    const back = await shown(id);
    expect(back.link).toMatchObject({ state: 'connected', problem: null });
    expect(back.snapshot?.counts.total).toBe(4);
    expect((await linkEvents(above, belowEvents)).map(({ type }) => type)).toEqual([
      'KLSRV_EV_SLAVE_SRV_CONNECTED',
      'KLSRV_EV_SLAVE_SRV_DISCONNECTED',
      'KLSRV_EV_SLAVE_SRV_CONNECTED',
    ]);
  });

  it('sends nothing to a server whose certificate is another one, and asks for a person', async () => {
    way.leadTo((stranger.address() as AddressInfo).port);
    heardByStranger = '';
    const { link } = (await refresh(id)).body;
    expect(link).toMatchObject({ state: 'refused', problem: { code: 'secondary-server.certificate-mismatch' } });
    expect(link.problem.message).toContain(strangersFingerprint);
    expect(heardByStranger).toBe('');
    // A person has to look, so it is not tried every few seconds.
    expect(Date.parse(link.nextTryAt) - Date.parse(link.lastTriedAt)).toBe(60 * MINUTE_MS);
    way.leadTo(below.openApi.port);
    expect((await refresh(id)).body.link.state).toBe('connected');
  });

  it('asks for the password again when it would go elsewhere', async () => {
    const { password: _password, ...kept } = settings();
    const change = (more: object) => above.call('PUT', `/api/secondary-servers/${id}`, { body: { ...kept, ...more } });
    const elsewhere = await change({ port: below.openApi.port });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'secondary-server.password-needed']);
    const renamed = await change({
      name: 'Branch West',
      details: { virtualServers: true, groups: false, lastEvents: false },
    });
    expect(renamed.body).toMatchObject({
      name: 'Branch West',
      link: { state: 'connected' },
      snapshot: { groups: null, lastEvents: null },
    });
    const wrong = await change({ name: 'Branch West', password: 'wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'secondary-server.login-refused']);
    expect((await refresh(id)).body.link.state).toBe('connected');
  });

  it('is seen by those who see all clients, and changed by administrators', async () => {
    const as = (bearer: string, method: string, path: string, body?: object) =>
      above.web.call(method, path, { bearer, ...(body ? { body } : {}) });
    const technician = 'person:tim:technician';
    expect((await as(technician, 'GET', '/api/servers')).status).toBe(200);
    expect((await as(technician, 'DELETE', `/api/secondary-servers/${id}`)).status).toBe(403);
    const one = `person:ann:administrator:${(await above.mainTenant()).id}`;
    for (const [method, path] of [
      ['GET', '/api/servers'],
      ['GET', `/api/secondary-servers/${id}`],
      ['GET', `/api/secondary-servers/${id}/devices`],
      ['DELETE', `/api/secondary-servers/${id}`],
    ] as const) {
      expect((await as(one, method, path)).body.code, `${method} ${path}`).toBe('servers.all-tenants-only');
    }
  });

  it('appears to programs as a child server in the Open API', async () => {
    const reply = await above.client().call('ServerHierarchy.GetChildServers', { nGroupId: -1 });
    expect(reply.PxgRetVal).toEqual([
      expect.objectContaining({
        KLSRVH_SRV_DN: 'Branch West',
        KLSRVH_SRV_INST_ID: below.administration.hierarchy.instanceId,
        KLSRVH_SRV_STATUS: 1,
      }),
    ]);
    const client = above.client();
    const find = async (wstrFilter: string) => {
      const found = await client.call('ServerHierarchy.FindSlaveServers', {
        wstrFilter,
        pFieldsToReturn: ['KLSRVH_SRV_DN', 'name'],
        pFieldsToOrder: [{ Name: 'KLSRVH_SRV_ID', Asc: true }],
        lMaxLifeTime: 60,
      });
      const accessor = { strAccessor: found.wstrIterator ?? '' };
      const chunk = await client.call('ChunkAccessor.GetItemsChunk', { ...accessor, nStart: 0, nCount: 10 });
      expect(chunk.PxgRetVal).toBe(found.PxgRetVal);
      return (chunk.pChunk as { KLCSP_ITERATOR_ARRAY: unknown[] }).KLCSP_ITERATOR_ARRAY;
    };
    const row = { KLSRVH_SRV_DN: 'Branch West', name: 'Managed devices' };
    expect(await find('(&(KLSRVH_SRV_STATUS = 1)(KLSRVH_SRV_GROUPID_GP = 0))')).toEqual([row]);
    expect(await find('(KLSRVH_SRV_DN = "*east")')).toEqual([]);
    await expect(find('(nothing = 1)')).rejects.toMatchObject({ code: 1192 });
  });

  it('notices on the secondary that nothing is heard from above, and forgets it when asked', async () => {
    below.advance(3 * 5 * MINUTE_MS + MINUTE_MS);
    await below.administration.hierarchy.primary.check();
    expect((await below.call('GET', '/api/servers')).body.primary).toMatchObject({ connected: false });
    expect((await linkEvents(below, aboveEvents))[0]?.type).toBe('KLSRV_EV_MASTER_SRV_DISCONNECTED');
    expect((await below.call('DELETE', '/api/servers/primary')).status).toBe(200);
    expect((await below.call('GET', '/api/servers')).body.primary).toBeNull();
  });

  it('is left to the first server above it: a second one is refused until it is let go', async () => {
    const instead = { instanceId: 'another-server', name: 'Head office', above: [], roundSeconds: 300 };
    expect(await below.administration.hierarchy.primary.announced(instead)).toMatchObject({ kind: 'taken' });
    expect((await refresh(id)).body.link).toMatchObject({
      state: 'refused',
      problem: { code: 'secondary-server.other-primary', message: expect.stringContaining('Head office') },
    });
    await below.administration.hierarchy.primary.left('another-server');
    expect((await refresh(id)).body.link.state).toBe('connected');
  });

  it('says so when it turns out to be another secondary, or a copy of its database', async () => {
    await database.executeSql('update administration.secondary_server set instance_id = null');
    const twin = (await attach({ name: 'Twin', port: below.openApi.port })).body.id;
    expect((await refresh(id)).body.link).toMatchObject({
      state: 'refused',
      problem: { code: 'secondary-server.known' },
    });
    expect((await above.call('DELETE', `/api/secondary-servers/${twin}`)).status).toBe(200);
    expect((await refresh(id)).body.link.state).toBe('connected');
  });

  it('asks for a password that cannot be opened any more', async () => {
    await database.executeSql("update administration.secondary_server set password_sealed = 'v1.lost.key'");
    expect((await refresh(id)).body.link).toMatchObject({ state: 'refused', problem: { code: 'secret.unreadable' } });
    const again = await above.call('PUT', `/api/secondary-servers/${id}`, { body: settings({ name: 'Branch West' }) });
    expect(again.body.link.state).toBe('connected');
  });

  it('is detached: nothing of it is shown any more, and it knows', async () => {
    expect((await above.call('DELETE', `/api/secondary-servers/${id}`)).status).toBe(200);
    expect((await above.call('GET', `/api/secondary-servers/${id}`)).status).toBe(404);
    expect((await below.call('GET', '/api/servers')).body.primary).toBeNull();
    expect(above.logged).toEqual([]);
    expect(below.logged).toEqual([]);
  });
});
