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

describeOnBothEngines('groups of HostGroup', (place) => {
  let msp: TestAdministration;
  let acme: TwoCustomers['acme'];
  let acmeRoot: TwoCustomers['acmeRoot'];
  let acmeUnassigned: TwoCustomers['acmeUnassigned'];
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    ({ acme, acmeRoot, acmeUnassigned } = await twoCustomers(msp));
  });
  afterAll(() => msp.stop());
  const { ask, retVal, codeOf, outcome, placeOf, addHost } = hostGroupCalls(() => msp);

  it('a group is added once, however often and by whom it is asked for', async () => {
    const add = (name: string, parentId?: number) => retVal('AddGroup', { pInfo: { name, parentId } });
    const first = await add('Branch', acmeRoot);
    expect(await add(' bRANCH ', acmeRoot)).toBe(first);
    const below = await Promise.all(Array.from({ length: 4 }, () => add('Desk', first)));
    expect(new Set(below).size).toBe(1);
    const own = await add('At the top');
    expect((await retVal('GetGroupInfo', { nGroupId: own })).parentId).toBe(0);
    expect(await retVal('GetGroupId', { nParent: acmeRoot, strName: 'Branch' })).toBe(first);
    expect(await codeOf(add('', acmeRoot))).toBe(1192);
    expect(await codeOf(add('x', 99_999))).toBe(1186);
    expect(await codeOf(add('x', acmeUnassigned))).toBe(1193);
    const history = await msp.call('GET', `/api/revisions?kind=group&objectId=${first}`);
    expect(history.status).toBe(200);
    expect(history.body.items[0]).toMatchObject({ action: 'added', actor: 'admin', actorKind: 'user' });
  });

  it('a group is told with every attribute, and what was read can be written back', async () => {
    const id = await retVal('AddGroup', { pInfo: { name: 'Round trip', parentId: acmeRoot } });
    const info = await retVal('GetGroupInfo', { nGroupId: id });
    expect(info).toMatchObject({
      id,
      name: 'Round trip',
      parentId: acmeRoot,
      grp_full_name: 'Managed devices/Round trip/',
      level: 1,
      notifyPeriod: 7,
      autoRemovePeriod: 0,
      KLGRP_HlfInherited: true,
      KLGRP_HlfForced: false,
      KLGRP_HlfForceChildren: false,
      hostsNum: 0,
      KLVSRV_DN: 'Acme',
      KLSRV_HSTSTAT_CRITICAL: { KLSRV_HSTSTAT_INHERITED: true, KLSRV_HSTSTAT_OLD_AV_BASES: 7 },
    });
    expect(await ask('UpdateGroup', { nGroup: id, pInfo: info })).toEqual({});
    expect(await retVal('GetGroupInfo', { nGroupId: id })).toEqual(info);
    const fields = ['name', 'KLGRP_HlfInherited ', 'UNKNOWN'];
    expect(await retVal('GetGroupInfoEx', { nGroupId: id, pArrAttributes: fields })).toEqual({
      name: 'Round trip',
      KLGRP_HlfInherited: true,
    });
  });

  it('a group gets another name, place and settings, with a revision as from the console', async () => {
    const parent = await retVal('AddGroup', { pInfo: { name: 'Parent', parentId: acmeRoot } });
    const id = await retVal('AddGroup', { pInfo: { name: 'Child', parentId: acmeRoot } });
    const change = { name: 'Renamed', parentId: parent, notifyPeriod: 3, autoRemovePeriod: 30 };
    expect(await ask('UpdateGroup', { nGroup: id, pInfo: change })).toEqual({});
    expect(await retVal('GetGroupInfo', { nGroupId: id })).toMatchObject({
      ...change,
      KLGRP_HlfInherited: false,
      grp_full_name: 'Managed devices/Parent/Renamed/',
    });
    const console = await msp.call('GET', `/api/tenants/${acme.id}/groups/${id}`);
    expect(console.body.inactivity.own).toEqual({ notifyAfterDays: 3, removeAfterDays: 30, forced: false });
    expect(await ask('UpdateGroup', { nGroup: id, pInfo: { 'KLGRP_HlfInherited ': true } })).toEqual({});
    expect((await retVal('GetGroupInfo', { nGroupId: id })).notifyPeriod).toBe(7);
    expect(await codeOf(ask('UpdateGroup', { nGroup: parent, pInfo: { parentId: id } }))).toBe(1193);
    expect(await codeOf(ask('UpdateGroup', { nGroup: acmeRoot, pInfo: { name: 'No' } }))).toBe(1193);
    expect(await codeOf(ask('UpdateGroup', { nGroup: id, pInfo: { notifyPeriod: -5 } }))).toBe(1192);
    expect(await codeOf(ask('UpdateGroup', { nGroup: id, pInfo: { hostsNum: 5 } }))).toBe(1193);
    expect(await codeOf(ask('UpdateGroup', { nGroup: 99_999, pInfo: { name: 'x' } }))).toBe(1186);
    await ask('UpdateGroup', { nGroup: parent, pInfo: { notifyPeriod: 5, KLGRP_HlfForceChildren: true } });
    expect((await retVal('GetGroupInfo', { nGroupId: id })).KLGRP_HlfForced).toBe(true);
    expect(await codeOf(ask('UpdateGroup', { nGroup: id, pInfo: { notifyPeriod: 1 } }))).toBe(1193);
  });

  it('what makes hosts critical is set by the containers of the protocol, and decides their status', async () => {
    const id = await retVal('AddGroup', { pInfo: { name: 'Strict', parentId: acmeRoot } });
    const device = await msp.enrol('strict-host', { tenantId: acme.id, groupId: id });
    const { KLSRV_HSTSTAT_CRITICAL: before, KLSRV_HSTSTAT_WARNING: warning } = await retVal('GetGroupInfo', {
      nGroupId: id,
    });
    const critical = { KLSRV_HSTSTAT_MASK: before.KLSRV_HSTSTAT_MASK | 8, KLSRV_HSTSTAT_SP_VIRUSES: 1 };
    expect(await ask('UpdateGroup', { nGroup: id, pInfo: { KLSRV_HSTSTAT_CRITICAL: critical } })).toEqual({});
    const after = await retVal('GetGroupInfo', { nGroupId: id });
    expect(after.KLSRV_HSTSTAT_CRITICAL).toEqual({
      ...before,
      ...critical,
      KLSRV_HSTSTAT_INHERITED: false,
    });
    expect(after.KLSRV_HSTSTAT_WARNING).toEqual({ ...warning, KLSRV_HSTSTAT_INHERITED: false });
    const detection = (n: number) => ({ type: 'GNRL_EV_VIRUS_FOUND', params: { '2': `/x${n}`, '5': 'Eicar' } });
    await device.sends(detection(1), detection(2), { type: 'GNRL_EV_OBJECT_DELETED', params: { '2': '/x1' } });
    await device.sends({ type: 'GNRL_EV_OBJECT_DELETED', params: { '2': '/x2' } });
    await msp.settle();
    const status = await retVal('GetHostInfo', {
      strHostName: device.id,
      pFields2Return: ['KLHST_WKS_STATUS_ID', 'KLHST_WKS_STATUS_MASK'],
    });
    expect(status.KLHST_WKS_STATUS_ID).toBe(1);
    expect(status.KLHST_WKS_STATUS_MASK & 8).toBe(8);
    for (const container of [{ KLSRV_HSTSTAT_SP_VULNERABILITY: 3 }, { KLSRV_HSTSTAT_LOCKED: true }]) {
      const pInfo = { KLSRV_HSTSTAT_CRITICAL: container };
      expect(await codeOf(ask('UpdateGroup', { nGroup: id, pInfo }))).toBe(1193);
    }
    const inherits = { KLSRV_HSTSTAT_CRITICAL: { KLSRV_HSTSTAT_INHERITED: true } };
    await ask('UpdateGroup', { nGroup: id, pInfo: inherits });
    expect((await retVal('GetGroupInfo', { nGroupId: id })).KLSRV_HSTSTAT_CRITICAL).toEqual(before);
    await ask('RemoveHost', { strHostName: device.id });
  });

  it('a group goes when it is empty, with its subgroups, or with its hosts going to Unassigned, as the flags say', async () => {
    const tree = async (name: string) => {
      const top = await retVal('AddGroup', { pInfo: { name, parentId: acmeRoot } });
      return { top, below: await retVal('AddGroup', { pInfo: { name: 'below', parentId: top } }) };
    };
    const { top, below } = await tree('Going');
    const host = await addHost('going-host', below);
    const failed = await outcome('RemoveGroup', { nGroup: top, nFlags: 1 });
    expect(failed).toMatchObject({
      bSuccededFinalized: false,
      lStateCode: 0,
      pStateData: { KLBLAG_ERROR_INFO: { KLBLAG_ERROR_CODE: 1193 } },
    });
    expect((await outcome('RemoveGroup', { nGroup: top, nFlags: 2 })).bSuccededFinalized).toBe(false);
    expect(await placeOf(host)).toBe(below);
    expect((await outcome('RemoveGroup', { nGroup: top, nFlags: 3 })).bSuccededFinalized).toBe(true);
    expect(await placeOf(host)).toBe(acmeUnassigned);
    expect(await codeOf(ask('GetGroupInfo', { nGroupId: below }))).toBe(1186);
    const other = await tree('Going too');
    expect((await outcome('RemoveGroup', { nGroup: other.below })).bSuccededFinalized).toBe(true);
    expect((await outcome('RemoveGroup', { nGroup: other.top, nFlags: 2 })).bSuccededFinalized).toBe(true);
    for (const nGroup of [0, 1, 2, acmeRoot]) expect(await codeOf(ask('RemoveGroup', { nGroup }))).toBe(1193);
    expect(await codeOf(ask('RemoveGroup', { nGroup: 99_999 }))).toBe(1186);
    expect(await codeOf(ask('RemoveGroup', { nGroup: acmeRoot, nFlags: 9 }))).toBe(1192);
    await ask('RemoveHost', { strHostName: host });
  });
});
