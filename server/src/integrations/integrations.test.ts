import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../platform/db/index.ts';
import { type ConnectProxy, startConnectProxy } from '../testing/connect-proxy.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { type Msp, startMsp } from './msp.testing.ts';

describeOnBothEngines('integrations with a PSA', (engine) => {
  let msp: Msp;
  let db: Database;
  beforeAll(async () => {
    db = await engine.open();
    msp = await startMsp(db);
  });
  beforeEach(async () => {
    await msp.reset({ mapped: false });
  });
  afterAll(() => msp.stop());

  const add = (more: Record<string, unknown> = {}) =>
    msp.call('POST', '/api/integrations', { kind: 'autotask', settings: msp.psa.settings, ...more });
  const change = (body: unknown) => msp.call('PATCH', `/api/integrations/${msp.integrationId}`, body);
  const list = async () => (await msp.must('GET', '/api/integrations')).items;

  test('has a name from the start, which can be changed and never be empty', async () => {
    expect(await add()).toMatchObject({ status: 200, body: { name: 'Integration with Autotask', state: 'working' } });
    expect(await add({ name: '  ' })).toMatchObject({ status: 400, body: { issues: [{ where: 'body.name' }] } });
    expect(await change({ name: '' })).toMatchObject({ status: 400, body: { issues: [{ where: 'body.name' }] } });
    expect(await change({ name: ' Our desk ' })).toMatchObject({ status: 200, body: { name: 'Our desk' } });
  });

  test('is not made for a user who lacks a right, and every right that is missing is named', async () => {
    msp.psa.sandbox.controls.setRights('Tickets', { update: 0 });
    msp.psa.sandbox.controls.setRights('ContractServiceAdjustments', { create: 0 });
    const refused = await add();
    expect(refused).toMatchObject({ status: 400, body: { code: 'integration.not-working' } });
    expect(refused.body.message).toContain('Tickets (edit)');
    expect(refused.body.message).toContain('ContractServiceAdjustments (create)');
    expect(refused.body.issues).toHaveLength(2);
    expect(await list()).toHaveLength(1);
  });

  test('several stand side by side', async () => {
    await add({ name: 'Second' });
    await add({ name: 'Third' });
    expect((await list()).map(({ name }: { name: string }) => name)).toEqual(['Our Autotask', 'Second', 'Third']);
  });

  test('its secrets are sent to no other address than the one that they were typed for', async () => {
    const moved = await change({ settings: { baseUrl: msp.psa.sandbox.baseUrl } });
    expect(moved).toMatchObject({
      status: 400,
      body: {
        code: 'integration.secret-needed',
        issues: [{ where: 'body.settings.secret' }, { where: 'body.settings.trackingId' }],
      },
    });
    const { secret, trackingId } = msp.psa.settings;
    const again = await change({ settings: { baseUrl: msp.psa.sandbox.baseUrl, secret, trackingId } });
    expect(again.status).toBe(200);
    expect((await change({ settings: { hourlySharePercent: 30 } })).status).toBe(200);
  });

  describe('removed', () => {
    const notices = async (who = 'all') =>
      (await msp.call('GET', '/api/integrations/notices', undefined, who)).body.items;

    test('frees its virtual servers and deletes nothing in the PSA or on the server', async () => {
      await msp.map('1', '175');
      const before = msp.psa.sandbox.controls.state().rows;
      await msp.must('DELETE', `/api/integrations/${msp.integrationId}`);
      expect(msp.psa.sandbox.controls.state().rows).toEqual(before);
      const { id } = (await add()).body;
      expect(await msp.must('GET', `/api/integrations/${id}/tenants`)).toMatchObject({ total: 1, elsewhere: 0 });
    });

    test('is told to each administrator until they have read it', async () => {
      await msp.map('1', '175');
      await msp.must('DELETE', `/api/integrations/${msp.integrationId}`);
      const [notice] = await notices();
      expect(notice).toMatchObject({
        kind: 'integration-deleted',
        name: 'Our Autotask',
        by: 'ann',
        integrationId: msp.integrationId,
        tenants: 1,
        mappings: 1,
      });
      await msp.must('POST', `/api/integrations/notices/${notice.id}/read`);
      expect(await notices()).toEqual([]);
      expect(await notices('second')).toHaveLength(1);
      await msp.must('POST', `/api/integrations/notices/${notice.id}/read`); // twice is once
      msp.later(91 * 86_400_000);
      expect(await notices('second')).toEqual([]); // old news is none
    });

    test('is not told to who is limited to some tenants, and unknown news cannot be read', async () => {
      await msp.must('DELETE', `/api/integrations/${msp.integrationId}`);
      expect(await notices('limited')).toEqual([]);
      const [{ id }] = await notices();
      expect((await msp.call('POST', `/api/integrations/notices/${id}/read`, undefined, 'limited')).status).toBe(404);
      const unknown = '/api/integrations/notices/019a0000-0000-7000-8000-00000000ffff/read';
      expect((await msp.call('POST', unknown)).status).toBe(404);
    });
  });

  describe('behind a proxy', () => {
    let proxy: ConnectProxy;
    beforeAll(async () => {
      proxy = await startConnectProxy({ credentials: 'out:way-secret' });
    });
    afterAll(() => proxy.stop());
    const through = (more = {}) => ({ proxyUrl: proxy.url, proxyUser: 'out', proxyPassword: 'way-secret', ...more });

    test('is tried through it before it is saved, and its password never comes back', async () => {
      const refused = await add({ settings: { ...msp.psa.settings, ...through({ proxyPassword: 'wrong' }) } });
      expect(refused).toMatchObject({ status: 400, body: { code: 'integration.not-working' } });
      expect(refused.body.message).toContain('HTTP 407');
      proxy.asked.length = 0;
      const added = await add({ settings: { ...msp.psa.settings, ...through() } });
      expect(added).toMatchObject({ status: 200, body: { settings: { proxyUrl: proxy.url, proxyUser: 'out' } } });
      expect(added.body.secretsSet).toContain('proxyPassword');
      expect(proxy.asked.length).toBeGreaterThan(0);
      expect(JSON.stringify([added.body, await list(), msp.audited()])).not.toContain('way-secret');
    });

    test('is left again when its address is taken back', async () => {
      const { id } = (await add({ settings: { ...msp.psa.settings, ...through() } })).body;
      proxy.asked.length = 0;
      const direct = await msp.call('PATCH', `/api/integrations/${id}`, { settings: { proxyUrl: null } });
      expect(direct).toMatchObject({ status: 200, body: { settings: { proxyUrl: null } } });
      expect(direct.body.secretsSet).not.toContain('proxyPassword');
      expect(proxy.asked).toEqual([]);
    });

    test('stops when the proxy no longer accepts the password, instead of locking it', async () => {
      const { id } = (await add({ settings: { ...msp.psa.settings, ...through() } })).body;
      await msp.must('PUT', `/api/integrations/${id}/mappings/${msp.sourceId}/1`, { accountId: '175' });
      proxy.refuseWith(407);
      await msp.follow();
      await msp.readAccounts();
      const shown = (await list()).find((each: { id: string }) => each.id === id);
      expect(shown).toMatchObject({ state: 'stopped', problem: { code: 'psa.proxy-refused' } });
      const before = proxy.asked.length;
      await msp.follow();
      await msp.readAccounts();
      expect(proxy.asked).toHaveLength(before);
      proxy.refuseWith(null);
      expect(await msp.must('POST', `/api/integrations/${id}/test`)).toMatchObject({ ok: true });
      expect((await list()).find((each: { id: string }) => each.id === id)).toMatchObject({ state: 'working' });
    });

    test('the saved password of a proxy goes to no other proxy', async () => {
      const { id } = (await add({ settings: { ...msp.psa.settings, ...through() } })).body;
      const other = await startConnectProxy({ credentials: 'out:way-secret' });
      const moved = await msp.call('PATCH', `/api/integrations/${id}`, { settings: { proxyUrl: other.url } });
      expect(moved).toMatchObject({ status: 400, body: { code: 'integration.not-working' } });
      expect(other.asked.map(({ status }) => status)).toEqual([407]);
      await other.stop();
    });
  });

  test('what another process saved is heeded at the next reload, and nothing happens when nothing was saved', async () => {
    await msp.map('1', '175');
    await msp.reload();
    const published = msp.published();
    await msp.reload();
    expect(msp.published()).toBe(published);
    await db.executeSql(
      `update integrations.integration set name = 'Renamed elsewhere', changed_at = now() where id = '${msp.integrationId}'`,
    );
    await msp.reload();
    expect(msp.published()).toBeGreaterThan(published);
    expect(await list()).toMatchObject([{ name: 'Renamed elsewhere' }]);
  });
});
