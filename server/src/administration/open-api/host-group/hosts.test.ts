import { dateTime } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { hostGroupCalls, NOBODY, type TwoCustomers, twoCustomers } from './kit.testing.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('hosts of HostGroup', (place) => {
  let msp: TestAdministration;
  let acme: TwoCustomers['acme'];
  let acmeRoot: TwoCustomers['acmeRoot'];
  let acmeUnassigned: TwoCustomers['acmeUnassigned'];
  let otherRoot: TwoCustomers['otherRoot'];
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    ({ acme, acmeRoot, acmeUnassigned, otherRoot } = await twoCustomers(msp));
  });
  afterAll(() => msp.stop());
  const { ask, retVal, codeOf, outcome, placeOf, addHost } = hostGroupCalls(() => msp);

  it('a host is added, told as it was given, changed and removed', async () => {
    const id = await addHost('server-1', acmeRoot);
    const fields = [
      'KLHST_WKS_DN',
      'KLHST_WKS_FQDN',
      'KLHST_WKS_DNSNAME',
      'KLHST_WKS_DNSDOMAIN',
      'KLHST_WKS_WINHOSTNAME',
      'KLHST_WKS_WINDOMAIN',
      'KLHST_WKS_GROUPID',
      'KLHST_WKS_COMMENT',
      'KLHST_INSTANCEID',
      'KLVSRV_DN',
    ];
    const info = () => retVal('GetHostInfo', { strHostName: id, pFields2Return: fields });
    expect(await info()).toEqual({
      KLHST_WKS_DN: 'server-1',
      KLHST_WKS_FQDN: 'server-1.example.test',
      KLHST_WKS_DNSNAME: 'server-1',
      KLHST_WKS_DNSDOMAIN: 'example.test',
      KLHST_WKS_WINHOSTNAME: 'SERVER-1',
      KLHST_WKS_WINDOMAIN: 'ACME',
      KLHST_WKS_GROUPID: acmeRoot,
      KLHST_WKS_COMMENT: '',
      KLHST_INSTANCEID: '',
      KLVSRV_DN: 'Acme',
    });
    const change = { KLHST_WKS_DN: 'Server one', KLHST_WKS_COMMENT: 'in the cellar' };
    expect(await ask('UpdateHost', { strHostName: id, pInfo: change })).toEqual({});
    expect(await info()).toMatchObject(change);
    expect((await msp.call('GET', `/api/devices/${id}`)).body.name).toBe('Server one');
    expect(await retVal('FindHosts', { wstrFilter: '(KLHST_WKS_COMMENT = "*cellar")' })).toBe(1);
    expect(await ask('RemoveHost', { strHostName: id })).toEqual({});
    expect(await codeOf(info())).toBe(1186);
    const before = { id, name: 'server-1', comment: '', groupId: acmeRoot };
    const gone = { count: 1, devices: [{ id, name: 'Server one', groupId: acmeRoot }] };
    for (const line of [
      {
        action: 'device.added',
        call: 'HostGroup.AddHost',
        details: { tenantId: acme.id, after: { id, name: 'server-1', groupId: acmeRoot } },
      },
      {
        action: 'device.changed',
        call: 'HostGroup.UpdateHost',
        details: { tenantId: acme.id, before, after: { name: 'Server one', comment: 'in the cellar' } },
      },
      {
        action: 'device.deleted',
        call: 'HostGroup.RemoveHost',
        details: { tenantId: acme.id, before: gone },
      },
    ]) {
      expect(msp.openApiWrites).toContainEqual(line);
    }
  });

  it('what a program read is taken back as it is; what cannot be set is refused and changes nothing', async () => {
    const id = await addHost('roundtrip', acmeRoot);
    const all = await retVal('GetHostInfo', { strHostName: id, pFields2Return: [] });
    expect(await ask('UpdateHost', { strHostName: id, pInfo: { ...all, KLHST_WKS_DN: 'renamed' } })).toEqual({});
    for (const pInfo of [
      { KLHST_WKS_DN: 'no', KLHST_WKS_OS_NAME: 'Another' },
      { KLHST_WKS_DN: 'no', NOTHING_KNOWN: 'x' },
      { KLHST_WKS_DN: 'no', KLHST_WKS_CREATED: dateTime(new Date(0)) },
    ]) {
      expect(await codeOf(ask('UpdateHost', { strHostName: id, pInfo }))).toBe(1193);
    }
    for (const pInfo of [{ KLHST_WKS_DN: '' }, { KLHST_WKS_DN: 5 }, { KLHST_WKS_COMMENT: 'x'.repeat(3000) }]) {
      expect(await codeOf(ask('UpdateHost', { strHostName: id, pInfo }))).toBe(1192);
    }
    const { KLHST_WKS_DN: name } = await retVal('GetHostInfo', { strHostName: id, pFields2Return: [] });
    expect(name).toBe('renamed');
    await ask('RemoveHost', { strHostName: id });
  });

  it.each<[string, object, number]>([
    ['no arguments', {}, 1192],
    ['no name', { KLHST_WKS_DN: '' }, 1192],
    ['no group', { KLHST_WKS_GROUPID: null }, 1192],
    ['a group that is not there', { KLHST_WKS_GROUPID: 99_999 }, 1186],
    ['something that is not kept', { KLHST_WKS_OS_NAME: 'Plan 9' }, 1193],
  ])('a host with %s is not added', async (what, more, code) => {
    const args = what === 'no arguments' ? {} : undefined;
    const work = args ? ask('AddHost', args) : addHost('bad', acmeRoot, more);
    expect(await codeOf(work)).toBe(code);
    expect(await retVal('FindHosts', { wstrFilter: '(KLHST_WKS_DN = "bad")' })).toBe(0);
  });

  it('hosts are moved all or none, within their own virtual server only', async () => {
    const [a, b] = [await addHost('move-a', acmeRoot), await addHost('move-b', acmeRoot)];
    const group = await retVal('AddGroup', { pInfo: { name: 'Move here', parentId: acmeRoot } });
    for (const [pHostNames, nGroup] of [
      [[a, NOBODY], group],
      [[a, 'no-id'], group],
      [[a], 99_999],
      [[a], otherRoot],
    ]) {
      expect(await codeOf(ask('MoveHostsToGroup', { nGroup, pHostNames }))).toBe(1186);
    }
    expect([await placeOf(a), await placeOf(b)]).toEqual([acmeRoot, acmeRoot]);
    expect(await ask('MoveHostsToGroup', { nGroup: group, pHostNames: [a, b.toUpperCase(), a] })).toEqual({});
    expect([await placeOf(a), await placeOf(b)]).toEqual([group, group]);
    expect(await ask('MoveHostsToGroup', { nGroup: group, pHostNames: [] })).toEqual({});
    expect(await outcome('MoveHostsFromGroupToGroup', { nSrcGroupId: group, nDstGroupId: acmeRoot })).toMatchObject({
      bSuccededFinalized: true,
      lStateCode: 1,
    });
    expect([await placeOf(a), await placeOf(b)]).toEqual([acmeRoot, acmeRoot]);
    expect(await codeOf(ask('MoveHostsFromGroupToGroup', { nSrcGroupId: acmeRoot, nDstGroupId: otherRoot }))).toBe(
      1193,
    );
    const superGroup = await retVal('GroupIdSuper', {}, msp.client('admin', { virtualServer: 'Acme' }));
    expect(await codeOf(ask('MoveHostsToGroup', { nGroup: superGroup, pHostNames: [a] }))).toBe(1193);
    await ask('RemoveHosts', { pHostNames: [a, b], bForceDestroy: true });
  });

  it('without force hosts go to Unassigned, and from there for good', async () => {
    const [a, b] = [await addHost('gone-a', acmeRoot), await addHost('gone-b', acmeUnassigned)];
    expect(await codeOf(ask('RemoveHosts', { pHostNames: [a, NOBODY] }))).toBe(1186);
    expect(await ask('RemoveHosts', { pHostNames: [a, b], bForceDestroy: false })).toEqual({});
    expect(await placeOf(a)).toBe(acmeUnassigned);
    expect(await codeOf(retVal('GetHostInfo', { strHostName: b }))).toBe(1186);
    expect(await ask('RemoveHosts', { pHostNames: [a] })).toEqual({});
    expect(await codeOf(retVal('GetHostInfo', { strHostName: a }))).toBe(1186);
  });

  it('names are resolved by address, id, display name, Windows name and DNS name; two of one name by none', async () => {
    const group = await retVal('AddGroup', { pInfo: { name: 'Resolved', parentId: acmeRoot } });
    const device = await msp.enrol('agent-host', { tenantId: acme.id });
    await device.reports({ hostname: 'agent-host', fqdn: 'agent-host.example.test', ipAddresses: ['192.0.2.77'] });
    const ids: string[] = [device.id];
    for (const name of ['by-id', 'by-name', 'twin']) ids.push(await addHost(name, acmeRoot));
    ids.push(await addHost('twin', acmeRoot));
    const foreign = await addHost('foreign', otherRoot);
    const words = ['192.0.2.77', ids[1], 'BY-NAME', 'twin', 'nobody', '', 'foreign', 'by-name.example.test'];
    const { pResults } = await ask('ResolveAndMoveToGroup', {
      pInfo: { KLHST_WKS_ANYNAME: words, KLHST_WKS_GROUPID: group },
    });
    expect(pResults).toEqual({ KLHST_WKS_RESULTS: [true, true, true, false, false, false, false, true] });
    expect(await Promise.all(ids.map(placeOf))).toEqual([group, group, group, acmeRoot, acmeRoot]);
    expect(await placeOf(foreign)).toBe(otherRoot);
    await ask('RemoveHosts', { pHostNames: [...ids, foreign], bForceDestroy: true });
  });

  it('counters of viruses begin anew, for hosts that are named and for a group with all below it', async () => {
    const group = await retVal('AddGroup', { pInfo: { name: 'Counted', parentId: acmeRoot } });
    const [one, two] = [
      await msp.enrol('infected-1', { tenantId: acme.id }),
      await msp.enrol('infected-2', { tenantId: acme.id, groupId: group }),
    ];
    const found = { type: 'GNRL_EV_VIRUS_FOUND', params: { '2': '/x', '5': 'Eicar' } };
    const counts = () =>
      Promise.all(
        [one, two].map(
          async ({ id }) =>
            (await retVal('GetHostInfo', { strHostName: id, pFields2Return: ['KLHST_WKS_VIRUS_COUNT'] }))
              .KLHST_WKS_VIRUS_COUNT,
        ),
      );
    for (const device of [one, two]) await device.sends(found);
    await msp.settle();
    expect(await counts()).toEqual([1, 1]);
    expect((await outcome('ZeroVirusCountForHosts', { pHostNames: [one.id] })).bSuccededFinalized).toBe(true);
    expect(await counts()).toEqual([0, 1]);
    expect((await outcome('ZeroVirusCountForGroup', { nParent: acmeRoot })).bSuccededFinalized).toBe(true);
    expect(await counts()).toEqual([0, 0]);
    await ask('RemoveHosts', { pHostNames: [one.id, two.id], bForceDestroy: true });
  });

  it('products of a host are what its agent told, by product and version', async () => {
    const device = await msp.enrol('product-host', { tenantId: acme.id });
    await device.reports({
      hostname: 'product-host',
      securityApplication: { product: 'clamav', name: 'ClamAV', version: '1.4.3', running: true, rtpState: 4 },
      databases: { releasedAt: '2026-05-01T04:00:00Z', records: 8_000_000 },
    });
    const products = await retVal('GetHostProducts', { strHostName: device.id });
    expect(Object.keys(products).sort()).toEqual(['1103', 'clamav']);
    expect(products.clamav['1.4.3']).toMatchObject({
      DisplayName: 'ClamAV',
      ProdVersion: '1.4.3',
      BaseRecords: 8_000_000,
      BaseDate: dateTime('2026-05-01T04:00:00Z'),
    });
    expect(products['1103']['1.0.0.0']).toMatchObject({ ProdVersion: '1.0.0' });
    const product = { strHostName: device.id, strProductName: 'clamav', strProductVersion: '1.4.3' };
    for (const method of ['GetComponentsForProductOnHost', 'GetHostfixesForProductOnHost']) {
      expect(await retVal(method, product)).toEqual([]);
      expect(await codeOf(ask(method, { ...product, strProductVersion: '9' }))).toBe(1186);
    }
    for (const filter of [
      '(KLHST_WKS_PRODUCT_NAME = "clamav")',
      '(KLHST_WKS_PRODUCT_ID = "clamav/1.4.3")',
      '(&(KLHST_WKS_PRODUCT_NAME = "1103")(KLHST_WKS_DN = "product-host"))',
      '(KLHST_WKS_AV_BASES_RECORDS > 7999999)',
    ]) {
      expect([filter, await retVal('FindHosts', { wstrFilter: filter })]).toEqual([filter, 1]);
    }
    await ask('RemoveHost', { strHostName: device.id });
  });

  it('domains are those that hosts were noted with', async () => {
    const id = await addHost('domain-host', acmeRoot, { KLHST_WKS_WINDOMAIN: 'WORKGROUP' });
    expect(await retVal('GetDomains')).toContainEqual({
      KLHST_WKS_WINDOMAIN: 'WORKGROUP',
      KLHST_WKS_WINDOMAIN_TYPE: 0,
    });
    const rows = await retVal('GetDomainHosts', { domain: 'workgroup' });
    expect(rows).toEqual([{ KLHST_WKS_HOSTNAME: id, KLHST_WKS_WINHOSTNAME: 'DOMAIN-HOST', KLHST_WKS_STATUS: 2 }]);
    expect(await retVal('GetDomainHosts', { domain: '*' })).toEqual([]);
    expect(await retVal('GetDomains', {}, msp.client('admin', { virtualServer: 'Other' }))).not.toContainEqual(
      expect.objectContaining({ KLHST_WKS_WINDOMAIN: 'WORKGROUP' }),
    );
    await ask('RemoveHost', { strHostName: id });
  });

  it('a search that goes on after the reply is asked for once, can be cancelled, and fails at its call or its end', async () => {
    const client = msp.client();
    const id = await addHost('async-host', acmeRoot);
    const search = { wstrFilter: '(KLHST_WKS_DN = "async-host")', vecFieldsToReturn: ['KLHST_WKS_DN'] };
    const { strRequestId } = await ask('FindHostsAsync', search, client);
    const state = await client.call('AsyncActionStateChecker.CheckActionState', { wstrActionGuid: strRequestId });
    expect(state).toMatchObject({ bFinalized: true, bSuccededFinalized: true, lStateCode: 1 });
    const found = await ask('FindHostsAsyncGetAccessor', { strRequestId }, client);
    expect(found).toMatchObject({ PxgRetVal: 1, pFailedSlavesInfo: { KLGRP_FAILED_SLAVES_PARAMS: [] } });
    const chunk = await client.call('ChunkAccessor.GetItemsChunk', { strAccessor: found.strAccessor, nCount: 5 });
    expect(chunk).toMatchObject({ pChunk: { KLCSP_ITERATOR_ARRAY: [{ KLHST_WKS_DN: 'async-host' }] } });
    expect(await codeOf(ask('FindHostsAsyncGetAccessor', { strRequestId }, client))).toBe(1186);

    const again = await ask('FindHostsAsync', search, client);
    expect(await ask('FindHostsAsyncCancel', again, client)).toEqual({});
    expect(await codeOf(ask('FindHostsAsyncGetAccessor', again, client))).toBe(1186);
    expect(await codeOf(ask('FindHostsAsync', { wstrFilter: '((' }, client))).toBe(1192);
    const wrong = await ask('FindHostsAsync', { wstrFilter: '(nothing = 1)' }, client);
    expect(await codeOf(ask('FindHostsAsyncGetAccessor', wrong, client))).toBe(1192);
    await ask('RemoveHost', { strHostName: id });
  });
});
