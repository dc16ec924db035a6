import type { IntegrationTenant } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../platform/db/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { membershipStore } from './memberships/index.ts';
import { ACTIVE_THREATS, type Msp, startMsp } from './msp.testing.ts';

const NAMES = ['Alder Joinery', 'Birchwood Dental', 'Cedar Legal', 'Dogwood Bakery'];

describeOnBothEngines('virtual servers of an integration', (engine) => {
  let msp: Msp;
  let db: Database;
  let secondId: string;
  beforeAll(async () => {
    db = await engine.open();
    msp = await startMsp(db);
  });
  beforeEach(async () => {
    await msp.reset({ mapped: false });
    for (const name of NAMES.slice(1)) msp.server.addTenant(name);
    await msp.poll();
    const settings = { kind: 'autotask', name: 'The other desk', settings: msp.psa.settings };
    secondId = (await msp.must('POST', '/api/integrations', settings)).id;
  });
  afterAll(() => msp.stop());

  const ref = (sourceTenantId: string) => ({ sourceId: msp.sourceId, sourceTenantId });
  const put = (integrationId: string, body: { add?: unknown[]; remove?: unknown[] }) =>
    msp.call('PUT', `/api/integrations/${integrationId}/tenants`, body);
  const list = (integrationId: string, query = '') =>
    msp.must('GET', `/api/integrations/${integrationId}/tenants${query}`);
  const names = (items: IntegrationTenant[]) => items.map((each) => each.sourceTenantName);
  const members = async (integrationId: string) =>
    names((await list(integrationId)).items.filter((each: IntegrationTenant) => each.isMember));

  test('all are offered at first, and those that are chosen belong to it', async () => {
    expect(await list(msp.integrationId)).toMatchObject({ total: 4, members: 0, elsewhere: 0 });
    const added = await put(msp.integrationId, { add: [ref('1'), ref('3')] });
    expect(added).toMatchObject({ status: 200, body: { added: 2, removed: 0, mappingsEnded: 0 } });
    expect(await members(msp.integrationId)).toEqual(['Alder Joinery', 'Cedar Legal']);
    expect(await put(msp.integrationId, { add: [ref('1')] })).toMatchObject({ body: { added: 0 } });
    expect(msp.audited().at(-1)).toMatchObject({ action: 'integration.tenants-changed', outcome: 'done' });
  });

  test('one that belongs to an integration is not offered to another, and cannot be taken', async () => {
    await put(msp.integrationId, { add: [ref('1')] });
    const offered = await list(secondId);
    expect(names(offered.items)).toEqual(NAMES.slice(1));
    expect(offered).toMatchObject({ total: 3, members: 0, elsewhere: 1 });
    const taken = await put(secondId, { add: [ref('2'), ref('1')] });
    expect(taken).toMatchObject({ status: 409, body: { code: 'membership.elsewhere' } });
    expect(taken.body.message).toContain('Alder Joinery in "Our Autotask"');
    expect(await members(secondId)).toEqual([]); // all of it or nothing
    expect((await put(msp.integrationId, { remove: [ref('1')] })).status).toBe(200);
    expect(await put(secondId, { add: [ref('1')] })).toMatchObject({ body: { added: 1 } });
  });

  test('two who take the same one at the same moment: one of them has it', async () => {
    const both = await Promise.all([
      put(msp.integrationId, { add: [ref('1'), ref('2'), ref('3')] }),
      put(secondId, { add: [ref('3'), ref('2'), ref('1')] }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const counts = [(await members(msp.integrationId)).length, (await members(secondId)).length];
    expect(counts.sort()).toEqual([0, 3]);
  });

  test('a change that meets one taken in the meantime leaves nothing of itself', async () => {
    const store = membershipStore(db.forSchema('integrations'));
    const key = (tenant_id: string) => ({ source_id: msp.sourceId, tenant_id });
    const at = new Date();
    await store.change(msp.integrationId, { add: [key('1')], remove: [], at });
    await store.change(secondId, { add: [key('2')], remove: [], at });
    const late = await store.change(secondId, { add: [key('3'), key('1')], remove: [key('2')], at });
    expect(late).toMatchObject({
      added: 0,
      removed: 0,
      taken: [{ tenant_id: '1', integration_id: msp.integrationId }],
    });
    expect((await store.listOf(secondId)).map(({ tenant_id }) => tenant_id)).toEqual(['2']);
  });

  test('mapping one adds it, and ending the mapping keeps it', async () => {
    await msp.map('1', '175');
    expect((await list(msp.integrationId)).items[0]).toMatchObject({ isMember: true, accountName: 'Alder Joinery' });
    const elsewhere = await msp.call('PUT', `/api/integrations/${secondId}/mappings/${msp.sourceId}/1`, {
      accountId: '175',
    });
    expect(elsewhere).toMatchObject({ status: 409 });
    await msp.map('1', null);
    expect((await list(msp.integrationId)).items[0]).toMatchObject({ isMember: true, accountName: null });
  });

  test('removing one ends its mapping only: its ticket stays in the PSA, and it can be added again', async () => {
    await msp.map('1', '175');
    await msp.rules('status:critical:activeThreats');
    const tenant = msp.server.tenant('1');
    tenant.devices = [{ id: 'h1', name: 'laptop', statusId: 1, mask: ACTIVE_THREATS, visible: true }];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
    const removed = await put(msp.integrationId, { remove: [ref('1')] });
    expect(removed).toMatchObject({ body: { removed: 1, mappingsEnded: 1 } });
    tenant.devices = [];
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(1);
    expect(names((await list(secondId)).items)).toContain('Alder Joinery');
    await msp.map('1', '175');
    expect(await members(msp.integrationId)).toEqual(['Alder Joinery']);
  });

  test('removing several at once ends their mappings to this integration, and none to another', async () => {
    await msp.map('1', '175');
    await msp.map('2', '176');
    await msp.must('PUT', `/api/integrations/${secondId}/mappings/${msp.sourceId}/3`, { accountId: '177' });
    const removed = await put(msp.integrationId, { remove: ['1', '2', '3', '4'].map(ref) });
    expect(removed).toMatchObject({ body: { removed: 2, mappingsEnded: 2 } });
    expect(await members(msp.integrationId)).toEqual([]);
    const { items } = await list(secondId);
    expect(items.filter(({ accountName }: { accountName: string | null }) => accountName !== null)).toHaveLength(1);
  });

  test('one that is to be added and removed at once stays', async () => {
    await msp.map('1', '175');
    const done = await put(msp.integrationId, { add: [ref('1')], remove: [ref('1')] });
    expect(done).toMatchObject({ body: { added: 0, removed: 0, mappingsEnded: 0 } });
    expect((await list(msp.integrationId)).items[0]).toMatchObject({ accountName: 'Alder Joinery' });
  });

  test('are found by a part of the name, whatever its case, and the counts stay true', async () => {
    await put(msp.integrationId, { add: [ref('1')] });
    const found = await list(msp.integrationId, '?text=deR ');
    expect(names(found.items)).toEqual(['Alder Joinery']);
    expect(found).toMatchObject({ total: 1, members: 1 });
    const first = await list(msp.integrationId, '?limit=1');
    expect(first).toMatchObject({ items: [{ sourceTenantName: 'Alder Joinery' }], total: 4 });
  });

  test('one that the server no longer lists can be removed and is offered to nobody', async () => {
    await put(msp.integrationId, { add: [ref('1')] });
    msp.server.removeTenants();
    for (const name of ['', ...NAMES.slice(1)]) msp.server.addTenant(name || 'Elm Motors').id += 10;
    await msp.poll();
    expect((await list(msp.integrationId)).items).toContainEqual(
      expect.objectContaining({ sourceTenantName: 'Alder Joinery', isMember: true, isListed: false }),
    );
    expect(names((await list(secondId)).items)).not.toContain('Alder Joinery');
    expect(await put(msp.integrationId, { remove: [ref('1')] })).toMatchObject({ body: { removed: 1 } });
    expect(names((await list(msp.integrationId)).items)).not.toContain('Alder Joinery');
  });

  test('one that nobody knows is refused', async () => {
    expect(await put(msp.integrationId, { add: [ref('77')] })).toMatchObject({ status: 404 });
    expect((await put('019a0000-0000-7000-8000-00000000ffff', { add: [] })).status).toBe(404);
  });

  test('are hidden from a user who is limited to other tenants, who changes nothing either', async () => {
    const path = `/api/integrations/${msp.integrationId}/tenants`;
    expect((await msp.call('GET', path, undefined, 'limited')).body).toMatchObject({ items: [], total: 0, members: 0 });
    expect((await msp.call('PUT', path, { add: [ref('1')] }, 'limited')).status).toBe(403);
  });

  test('2,000 of them are listed and added in one go', async () => {
    for (let at = 0; at < 2_000; at++) msp.server.addTenant(`Client ${String(at).padStart(4, '0')}`);
    await msp.poll();
    const { items, total } = await list(msp.integrationId, '?text=client&limit=5000');
    expect(total).toBe(2_000);
    const add = items.map(({ sourceId, sourceTenantId }: IntegrationTenant) => ({ sourceId, sourceTenantId }));
    expect(await put(msp.integrationId, { add })).toMatchObject({ status: 200, body: { added: 2_000 } });
    expect(await list(msp.integrationId, '?limit=1')).toMatchObject({ total: 2_004, members: 2_000 });
  });
});
