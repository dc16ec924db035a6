import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('policies over the Open API', (place) => {
  let msp: TestAdministration;
  let branch: number;
  const ids: Record<string, number> = {};
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    const { id: tenantId } = await msp.mainTenant();
    const group = await msp.call('POST', `/api/tenants/${tenantId}/groups`, { body: { name: 'Branch', parentId: 0 } });
    branch = Number(group.body.id);
    for (const [name, groupId, state] of [
      ['Base', 0, 'active'],
      ['Branch', branch, 'active'],
      ['Draft', branch, 'inactive'],
    ] as const) {
      const { body } = await msp.call('POST', '/api/policies', { body: { tenantId, groupId, name, state } });
      ids[name] = body.id;
    }
  });
  afterAll(() => msp.stop());

  const ask = async (method: string, args: object, user = 'admin') =>
    (await msp.client(user).call(`Policy.${method}`, args as never)).PxgRetVal as never as Record<string, unknown>[];
  const namesOf = (rows: Record<string, unknown>[]) => rows.map(({ KLPOL_DN }) => KLPOL_DN).sort();

  it('are listed by group with the attributes of the field, and with those that are inherited where they count', async () => {
    expect(namesOf(await ask('GetPoliciesForGroup', { nGroupId: -1 }))).toEqual(['Base', 'Branch', 'Draft']);
    expect(namesOf(await ask('GetPoliciesForGroup', { nGroupId: branch }))).toEqual(['Branch', 'Draft']);
    const effective = await ask('GetEffectivePoliciesForGroup', { nGroupId: branch });
    expect(namesOf(effective)).toEqual(['Base', 'Branch']);
    expect(effective.find(({ KLPOL_DN }) => KLPOL_DN === 'Base')).toMatchObject({
      KLPOL_ID: ids.Base,
      KLPOL_PRODUCT: 'Gatehouse Endpoint Agent',
      KLPOL_GROUP_ID: 0,
      KLPOL_GROUP_NAME: 'Managed devices',
      KLPOL_ACTIVE: true,
      KLPOL_ROAMING: false,
      KLPOL_INHERITED: true,
      KLPOL_PROFILES_NUM: 0,
    });
    expect(await ask('GetPolicyData', { nPolicy: ids.Draft })).toMatchObject({ KLPOL_ACTIVE: false });
  });

  it('are made active and out of office, which ends the one that was and is in their history', async () => {
    expect(await ask('MakePolicyActive', { nPolicy: ids.Draft, bActive: true })).toBe(true);
    expect(namesOf(await ask('GetEffectivePoliciesForGroup', { nGroupId: branch }))).toEqual(['Base', 'Draft']);
    expect(await ask('MakePolicyRoaming', { nPolicy: ids.Branch })).toBe(true);
    expect(await ask('GetPolicyData', { nPolicy: ids.Branch })).toMatchObject({ KLPOL_ROAMING: true });
    const { body } = await msp.call('GET', `/api/revisions?kind=policy&objectId=${ids.Draft}`);
    expect(body.items[0]).toMatchObject({ action: 'changed', actor: 'admin' });
  });

  it('that are not there, and users without the right, are answered in the words of the field', async () => {
    await expect(ask('GetPolicyData', { nPolicy: 999_999 })).rejects.toMatchObject({ code: 1186 });
    await expect(ask('GetPoliciesForGroup', { nGroupId: 999_999 })).rejects.toMatchObject({ code: 1186 });
    await expect(ask('MakePolicyActive', { nPolicy: ids.Base, bActive: false }, 'reader')).rejects.toMatchObject({
      code: 1184,
    });
  });
});
