import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../testing/administration.ts';
import { type ConnectProxy, startConnectProxy } from '../testing/connect-proxy.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import { type Msp, startMsp } from './msp.testing.ts';

let events: EventEngine;
beforeAll(async () => {
  events = await openTestEventEngine();
});

describeOnBothEngines('our own Administration Server as a source, over the Open API', (engine) => {
  let msp: Msp;
  let server: TestAdministration;
  let proxy: ConnectProxy;
  beforeAll(async () => {
    server = await startAdministration({ database: await engine.open(), engine: events });
    proxy = await startConnectProxy({ credentials: 'way:out' });
    msp = await startMsp(await engine.open());
    await msp.reset({ mapped: false });
  });
  afterAll(async () => {
    await msp.stop();
    await proxy.stop();
    await server.stop();
  });

  const access = (more: Record<string, unknown> = {}) => ({
    url: server.openApiUrl,
    user: 'reader',
    password: PASSWORD,
    certificateFingerprint: new X509Certificate(server.cert).fingerprint256,
    ...more,
  });
  const tried = async (more: Record<string, unknown> = {}) => {
    const { ok, steps, tenants } = await msp.must('POST', '/api/sources/test', access(more));
    return { ok, tenants, last: steps.at(-1) };
  };

  test('nothing to see is said as such, then its virtual servers are named', async () => {
    expect(await tried()).toMatchObject({ ok: false, last: { code: 'source.no-virtual-servers' } });
    await server.addTenant('Birchwood Dental');
    await server.addTenant('Cedar Legal');
    expect(await tried()).toMatchObject({ ok: true, tenants: ['Birchwood Dental', 'Cedar Legal'] });
  });

  test.each([
    [{ password: 'wrong' }, 'login', 'source.login-refused'],
    [{ user: 'nobody' }, 'rights', 'source.right-missing'],
    [{ certificateFingerprint: 'AB'.repeat(32) }, 'certificate', 'source.certificate-mismatch'],
    [{ certificateFingerprint: null }, 'certificate', 'source.certificate-not-trusted'],
  ])('what is wrong has its own word: %o', async (more, step, code) => {
    expect(await tried(more)).toMatchObject({ ok: false, last: { step, code } });
  });

  test('through a proxy it is added, read, and its virtual servers are chosen', async () => {
    const body = { ...access({ proxy: { url: proxy.url, user: 'way', password: 'out' } }), name: 'Second server' };
    const { id } = await msp.must('POST', '/api/sources', body);
    await msp.poll();
    const { items } = await msp.must('GET', '/api/sources');
    expect(items.find((each: { id: string }) => each.id === id)).toMatchObject({ problem: null, tenants: 2 });
    expect(proxy.asked.length).toBeGreaterThan(0);
    const path = `/api/integrations/${msp.integrationId}/tenants`;
    const found = (await msp.must('GET', `${path}?text=cedar`)).items;
    expect(found).toMatchObject([{ sourceName: 'Second server', sourceTenantName: 'Cedar Legal', isMember: false }]);
    const [{ sourceId, sourceTenantId }] = found;
    expect(await msp.must('PUT', path, { add: [{ sourceId, sourceTenantId }] })).toMatchObject({ added: 1 });
  });
});
