import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { hostGroupCalls, type TwoCustomers, twoCustomers } from './kit.testing.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('rights and virtual servers in HostGroup', (place) => {
  let msp: TestAdministration;
  let acmeRoot: TwoCustomers['acmeRoot'];
  let otherRoot: TwoCustomers['otherRoot'];
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    ({ acmeRoot, otherRoot } = await twoCustomers(msp));
  });
  afterAll(() => msp.stop());
  const { ask, retVal, codeOf, addHost } = hostGroupCalls(() => msp);

  it('who may only read is answered 1184 by every method that writes', async () => {
    const client = msp.client('reader');
    for (const method of [
      'AddHost',
      'UpdateHost',
      'RemoveHost',
      'RemoveHosts',
      'MoveHostsToGroup',
      'MoveHostsFromGroupToGroup',
      'ResolveAndMoveToGroup',
      'ZeroVirusCountForHosts',
      'ZeroVirusCountForGroup',
      'AddGroup',
      'UpdateGroup',
      'RemoveGroup',
      'AddIncident',
      'UpdateIncident',
      'DeleteIncident',
      'SS_Write',
      'SS_CreateSection',
      'SS_DeleteSection',
    ]) {
      expect([method, await codeOf(ask(method, {}, client))]).toEqual([method, 1184]);
    }
  });

  it('objects of other virtual servers are 1186, whatever is done to them, and stay as they were', async () => {
    const host = await addHost('foreign-host', otherRoot);
    const group = await retVal('AddGroup', { pInfo: { name: 'Foreign', parentId: otherRoot } });
    const nId = await retVal('AddIncident', { pData: { KLHST_WKS_HOSTNAME: host, KLINCDT_BODY: 'foreign' } });
    const one = { strHostName: host };
    const calls: [string, object][] = [
      ['GetHostInfo', one],
      ['GetHostProducts', one],
      ['GetHostTasks', one],
      ['UpdateHost', { ...one, pInfo: { KLHST_WKS_DN: 'mine' } }],
      ['RemoveHost', one],
      ['RemoveHosts', { pHostNames: [host], bForceDestroy: true }],
      ['MoveHostsToGroup', { nGroup: acmeRoot, pHostNames: [host] }],
      ['MoveHostsFromGroupToGroup', { nSrcGroupId: otherRoot, nDstGroupId: acmeRoot }],
      ['ZeroVirusCountForGroup', { nParent: otherRoot }],
      ['GetGroupInfo', { nGroupId: group }],
      ['GetGroupInfoEx', { nGroupId: group }],
      ['GetSubgroups', { nGroupId: otherRoot }],
      ['GetGroupId', { nParent: otherRoot, strName: 'Foreign' }],
      ['AddGroup', { pInfo: { name: 'x', parentId: otherRoot } }],
      ['UpdateGroup', { nGroup: group, pInfo: { name: 'mine' } }],
      ['RemoveGroup', { nGroup: group }],
      ['AddIncident', { pData: { KLHST_WKS_HOSTNAME: host, KLINCDT_BODY: 'x' } }],
      ['UpdateIncident', { nId, pData: { KLINCDT_SEVERITY: 1 } }],
      ['DeleteIncident', { nId }],
    ];
    for (const client of [
      msp.client('admin', { virtualServer: 'Acme' }),
      msp.client('of-acme'),
      msp.client('of-acme', { virtualServer: 'Acme' }),
    ]) {
      for (const [method, args] of calls) {
        expect([method, await codeOf(ask(method, args, client))]).toEqual([method, 1186]);
      }
      expect(await codeOf(addHost('x', otherRoot, {}, client))).toBe(1186);
      expect(await retVal('FindIncidents', {}, client)).toBe(0);
    }
    const { KLHST_WKS_DN: name, KLHST_WKS_GROUPID: place } = await retVal('GetHostInfo', one);
    expect([name, place]).toEqual(['foreign-host', otherRoot]);
  });
});
