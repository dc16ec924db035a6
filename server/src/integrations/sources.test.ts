import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../testing/connect-proxy.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { type Msp, startMsp } from './msp.testing.ts';
import { type FakeServer, startFakeServer } from './sources/administration-server/fake-server.testing.ts';

describeOnBothEngines('connections to Administration Servers', (engine) => {
  let msp: Msp;
  /** A second server, beside the one that the installation brings. */
  let other: FakeServer;
  let proxy: ConnectProxy;
  beforeAll(async () => {
    other = await startFakeServer({ user: 'reader', password: 'other-secret' });
    proxy = await startConnectProxy({ credentials: 'way:out-secret' });
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    await msp.reset({ mapped: false });
    other.removeTenants();
    other.addTenant('Birchwood Dental');
    other.switches.right = 'other-secret';
    other.switches.isDown = false;
    other.calls.length = 0;
    proxy.asked.length = 0;
  });
  afterAll(async () => {
    await msp.stop();
    await proxy.stop();
    await other.close();
  });

  const hostAndPort = () => new URL(other.access.url).host;
  const wish = (more: Record<string, unknown> = {}) => ({
    name: 'Branch office',
    url: hostAndPort(),
    user: 'reader',
    password: 'other-secret',
    certificateFingerprint: other.access.certificateFingerprint,
    ...more,
  });
  const add = async (more: Record<string, unknown> = {}) => msp.must('POST', '/api/sources', wish(more));
  const change = (id: string, body: unknown) => msp.call('PATCH', `/api/sources/${id}`, body);
  const list = async () => (await msp.must('GET', '/api/sources')).items;
  const one = async (id: string) => (await list()).find((each: { id: string }) => each.id === id);

  test('the server of this installation is there from the start', async () => {
    expect(await list()).toMatchObject([{ name: 'This Administration Server', isLocal: true, problem: null }]);
  });

  test('one is added by host and port and read at once, and no secret ever comes back', async () => {
    const added = await add();
    expect(added).toMatchObject({ url: other.access.url, isLocal: false, tenants: 1, proxy: null, problem: null });
    await msp.poll();
    expect((await one(added.id))?.lastReadAt).not.toBeNull();
    expect(JSON.stringify([added, await list(), msp.audited()])).not.toContain('other-secret');
  });

  test('several are read side by side, one that fails holds up no other', async () => {
    const added = await add();
    msp.server.switches.isDown = true;
    await msp.poll();
    expect(await list()).toMatchObject([
      { isLocal: true, problem: { code: 'source.unavailable' }, failingSince: expect.any(String) },
      { id: added.id, problem: null, failingSince: null },
    ]);
  });

  test('one that does not answer keeps none of the others waiting, and loses nothing itself', async () => {
    const quiet = msp.server; // the first one in the list
    const added = await add();
    await msp.poll();
    const firstReadAt = (await one(added.id))?.lastReadAt;
    const before = (await list())[0];
    quiet.switches.isSilent = true;
    const polling = msp.poll();
    await expect.poll(async () => (await one(added.id))?.lastReadAt, { timeout: 8_000 }).not.toBe(firstReadAt);
    // It is still being waited for.
    expect((await list())[0]).toEqual(before);
    quiet.switches.isSilent = false;
    quiet.hangUp();
    await polling;
    expect(await list()).toMatchObject([
      { lastReadAt: before.lastReadAt, problem: { code: 'source.unavailable' } },
      { problem: null },
    ]);
    await msp.poll();
    expect((await list())[0]).toMatchObject({ problem: null });
  });

  test.each([
    [{ password: 'wrong' }, 'source.login-refused', 'body.password'],
    [{ url: '127.0.0.1:1' }, 'source.connection-refused', 'body.url'],
    [{ url: 'no-such-server.invalid' }, 'source.name-not-found', 'body.url'],
    [{ url: 'http://127.0.0.1' }, 'input.invalid', 'body.url'],
    [{ certificateFingerprint: null }, 'source.certificate-not-trusted', 'body.certificateFingerprint'],
    [{ certificateFingerprint: 'AB'.repeat(32) }, 'source.certificate-mismatch', 'body.certificateFingerprint'],
    [{ certificateFingerprint: null, certificate: 'QUJD' }, 'source.certificate-unreadable', 'body.certificate'],
    [{ user: '' }, 'input.invalid', 'body.user'],
    [{ name: ' ' }, 'input.invalid', 'body.name'],
  ])('what does not work is not saved, and the field is named: %o', async (more, code, where) => {
    const answer = await msp.call('POST', '/api/sources', wish(more));
    expect(answer).toMatchObject({ status: 400, body: { code, issues: [{ where }] } });
    expect(await list()).toHaveLength(1);
  });

  test('the certificate file pins the server, in PEM and in DER form', async () => {
    const { id } = await add({ certificateFingerprint: undefined, certificate: other.certificatePem });
    expect((await one(id))?.certificateFingerprint).toBe(other.access.certificateFingerprint);
    const der = Buffer.from(new X509Certificate(other.certificatePem).raw).toString('base64');
    expect(await change(id, { certificate: der })).toMatchObject({ status: 200 });
    const both = { certificate: der, certificateFingerprint: 'AB'.repeat(32) };
    expect(await change(id, both)).toMatchObject({ status: 400, body: { issues: [{ where: 'body.certificate' }] } });
  });

  test('a test shows each step and the certificate, and saves nothing', async () => {
    const { name: _, ...access } = wish({ certificateFingerprint: null });
    const tried = await msp.must('POST', '/api/sources/test', access);
    expect(tried).toMatchObject({
      ok: false,
      steps: [
        { step: 'address', ok: true },
        { step: 'certificate', ok: false, code: 'source.certificate-not-trusted' },
      ],
      certificate: { fingerprint: other.access.certificateFingerprint, subject: 'CN=localhost' },
    });
    const pinned = { ...access, certificateFingerprint: tried.certificate.fingerprint };
    expect(await msp.must('POST', '/api/sources/test', pinned)).toMatchObject({
      ok: true,
      tenants: ['Birchwood Dental'],
    });
    expect(await list()).toHaveLength(1);
  });

  test('the server is reached through a proxy that asks for user and password', async () => {
    const own = { url: proxy.url.replace('http://', ''), user: 'way', password: 'out-secret' };
    const refused = await msp.call('POST', '/api/sources', wish({ proxy: { ...own, password: 'wrong' } }));
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'source.proxy-refused', issues: [{ where: 'body.proxy.user' }] },
    });
    const added = await add({ proxy: own });
    expect(added.proxy).toEqual({ url: proxy.url, user: 'way', hasPassword: true });
    proxy.asked.length = 0;
    await msp.poll();
    expect(proxy.asked).toContainEqual({ target: hostAndPort(), status: 200 });
    expect((await one(added.id))?.problem).toBeNull();
    expect(JSON.stringify([await list(), msp.audited()])).not.toContain('out-secret');

    expect(await change(added.id, { proxy: { url: proxy.url, user: 'way' } })).toMatchObject({ status: 200 });
    expect(await change(added.id, { proxy: null })).toMatchObject({ status: 200, body: { proxy: null } });
  });

  test('a saved password goes to no other server', async () => {
    const { id } = await add();
    const elsewhere = new URL(msp.server.access.url).host;
    const moved = await change(id, { url: elsewhere });
    expect(moved).toMatchObject({ status: 400, body: { code: 'source.password-needed' } });
    const tried = await msp.call('POST', '/api/sources/test', { sourceId: id, url: elsewhere });
    expect(tried).toMatchObject({ status: 400, body: { code: 'source.password-needed' } });
    expect(await msp.must('POST', '/api/sources/test', { sourceId: id })).toMatchObject({ ok: true });
  });

  test('a changed password is tried before it is saved, and the old one stays until then', async () => {
    const { id } = await add();
    expect(await change(id, { password: 'wrong' })).toMatchObject({ body: { code: 'source.login-refused' } });
    await msp.poll();
    expect(await one(id)).toMatchObject({ problem: null });
    other.switches.right = 'new-secret';
    expect(await change(id, { password: 'new-secret' })).toMatchObject({ status: 200 });
    expect(msp.audited().at(-1)).toMatchObject({ action: 'source.changed', outcome: 'done' });
  });

  test('switched off it is not read, and switching it on tries it first', async () => {
    const { id } = await add();
    await msp.poll();
    expect(await change(id, { enabled: false, name: 'Closed branch' })).toMatchObject({
      body: { enabled: false, name: 'Closed branch' },
    });
    other.calls.length = 0;
    await msp.poll();
    expect(other.calls).toEqual([]);
    other.switches.right = 'changed meanwhile';
    expect(await change(id, { enabled: true })).toMatchObject({ status: 400, body: { code: 'source.login-refused' } });
    expect(await one(id)).toMatchObject({ enabled: false });
    other.switches.right = 'other-secret';
    expect(await change(id, { enabled: true })).toMatchObject({ status: 200, body: { enabled: true } });
  });

  test('a refused login is not tried again with each reading, which would lock the account', async () => {
    const { id } = await add();
    other.switches.right = 'changed there';
    await msp.poll();
    const shown = await one(id);
    expect(shown).toMatchObject({ problem: { code: 'source.login-refused' }, failingSince: expect.any(String) });
    // Fifteen minutes, shortened a thousand times by this test's service.
    expect(Date.parse(shown.nextTryAt) - Date.parse(shown.problem.at)).toBe(900);
    other.switches.right = 'other-secret';
    msp.later(-10_000); // still long before that
    await msp.poll();
    expect((await one(id))?.problem).not.toBeNull();
    // Whoever tests it does not want to wait.
    await msp.must('POST', '/api/sources/test', { sourceId: id });
    expect(await one(id)).toMatchObject({ problem: null, failingSince: null, nextTryAt: null });
  });

  test('the same server and user are not read twice', async () => {
    await add();
    const again = await msp.call('POST', '/api/sources', wish({ name: 'Again' }));
    expect(again).toMatchObject({ status: 409, body: { code: 'source.exists' } });
  });

  test('the server of this installation keeps its access and can be switched off', async () => {
    const { id } = (await list())[0];
    expect(await change(id, { password: 'x' })).toMatchObject({ status: 409, body: { code: 'source.local' } });
    expect(await msp.call('DELETE', `/api/sources/${id}`)).toMatchObject({ status: 409 });
    expect(await change(id, { enabled: false })).toMatchObject({ status: 200, body: { enabled: false } });
  });

  test('is for people who see all tenants', async () => {
    const { id } = await add();
    for (const [method, path, body] of [
      ['POST', '/api/sources', wish()],
      ['PATCH', `/api/sources/${id}`, { name: 'x' }],
      ['POST', '/api/sources/test', { sourceId: id }],
      ['DELETE', `/api/sources/${id}`, undefined],
    ] as const) {
      expect((await msp.call(method, path, body, 'limited')).status).toBe(403);
    }
  });
});
