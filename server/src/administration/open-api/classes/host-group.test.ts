import { dateTime, PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const NOBODY = '00000000-0000-4000-8000-000000000000';

describeOnBothEngines('HostGroup over the Open API', (place) => {
  let msp: TestAdministration;
  let acme: { id: string; name: string; virtualServerId: number };
  let other: typeof acme;
  let acmeRoot: number;
  let acmeUnassigned: number;
  let otherRoot: number;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    acme = await msp.addTenant('Acme');
    other = await msp.addTenant('Other');
    const fixed = async (tenantId: string, kind: 'managed' | 'unassigned') =>
      (await msp.administration.groupsOf(tenantId).fixed(kind)).id;
    [acmeRoot, acmeUnassigned] = [await fixed(acme.id, 'managed'), await fixed(acme.id, 'unassigned')];
    otherRoot = await fixed(other.id, 'managed');
    const allOfAcme = ['devices:read', 'devices:write', 'groups:write', 'incidents:write', 'statuses:write'];
    msp.addUser('of-acme', allOfAcme, [acme.id]);
  });
  afterAll(() => msp.stop());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  const ask = async (method: string, args: object = {}, client = msp.client()): Promise<any> =>
    client.call(`HostGroup.${method}`, args as never);
  const codeOf = (work: Promise<unknown>): Promise<number | null> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
    );
  const retVal = async (method: string, args: object = {}, client = msp.client()) =>
    (await ask(method, args, client)).PxgRetVal;
  /** The end of an action, as CheckActionState tells it once. */
  const outcome = async (method: string, args: object, client = msp.client()) => {
    const { strActionGuid, wstrActionGuid } = await ask(method, args, client);
    expect(wstrActionGuid).toBe(strActionGuid);
    expect(strActionGuid).toMatch(/^[0-9A-F]{32}$/);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
    let state: any;
    do state = await client.call('AsyncActionStateChecker.CheckActionState', { wstrActionGuid: strActionGuid });
    while (state.bFinalized !== true);
    return state;
  };
  const placeOf = async (id: string) => (await msp.call('GET', `/api/devices/${id}`)).body.groupId;

  const addHost = (name: string, groupId: number, more: object = {}, client = msp.client()) =>
    retVal(
      'AddHost',
      {
        pInfo: {
          KLHST_WKS_DN: name,
          KLHST_WKS_GROUPID: groupId,
          KLHST_WKS_WINDOMAIN: 'ACME',
          KLHST_WKS_WINHOSTNAME: name.toUpperCase(),
          KLHST_WKS_DNSDOMAIN: 'example.test',
          KLHST_WKS_DNSNAME: name,
          ...more,
        },
      },
      client,
    );

  describe('hosts', () => {
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

  describe('groups', () => {
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

  describe('incidents', () => {
    it('an incident is added, found, changed, handled and deleted, and counts for its host', async () => {
      const host = await addHost('incident-host', acmeRoot);
      const nId = await retVal('AddIncident', {
        pData: {
          KLHST_WKS_HOSTNAME: host,
          KLINCDT_SEVERITY: 3,
          KLINCDT_BODY: 'Mail with a strange link\nReported by the user',
          GNRL_EXTRA_PARAMS: {},
        },
      });
      expect(nId).toEqual(expect.any(Number));
      const client = msp.client();
      const find = async (filter: string, order: object[] = []) => {
        const args = { strFilter: filter, pFieldsToReturn: [], pFieldsToOrder: order, lMaxLifeTime: 60 };
        const { strAccessor, PxgRetVal } = await ask('FindIncidents', args, client);
        const chunk = await client.call('ChunkAccessor.GetItemsChunk', { strAccessor, nStart: 0, nCount: 100 });
        // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
        const rows = (chunk as any).pChunk.KLCSP_ITERATOR_ARRAY;
        expect(rows).toHaveLength(PxgRetVal);
        return rows;
      };
      const [row] = await find(`(KLINCDT_ID = ${nId})`);
      expect(row).toMatchObject({
        KLINCDT_ID: nId,
        KLINCDT_SEVERITY: 3,
        KLINCDT_BODY: 'Mail with a strange link\nReported by the user',
        KLINCDT_IS_HANDLED: false,
        KLHST_WKS_HOSTNAME: host,
        KLINCDT_TYPE: '',
        GNRL_EXTRA_PARAMS: {},
      });
      const second = await retVal('AddIncident', {
        pData: { KLHST_WKS_HOSTNAME: host, KLINCDT_SEVERITY: 1, KLINCDT_BODY: 'Another', KLINCDT_IS_HANDLED: true },
      });
      const ofHost = `(KLHST_WKS_HOSTNAME = "${host}")`;
      const ids = async (filter: string, order?: object[]) =>
        (await find(filter, order)).map((found: { KLINCDT_ID: number }) => found.KLINCDT_ID);
      expect(await ids(ofHost)).toEqual([nId, second]);
      expect(await ids(ofHost, [{ Name: 'KLINCDT_SEVERITY', Asc: true }])).toEqual([second, nId]);
      expect(await ids('KLINCDT_IS_HANDLED=1')).toEqual([second]);
      expect(await ids('(KLINCDT_BODY = "*strange*")')).toEqual([nId]);
      expect(await ids('(&(KLINCDT_ADDED > CURTIME(-60))(!(KLINCDT_ID = 0)))')).toEqual([nId, second]);
      expect(await codeOf(find('(nothing = 1)'))).toBe(1192);
      expect(await codeOf(find('', [{ Name: 'KLINCDT_TYPE' }]))).toBe(1192);

      const unprocessed = async () => {
        await msp.settle();
        return (await msp.call('GET', `/api/incidents?deviceId=${host}&processed=false`)).body.total;
      };
      expect(await unprocessed()).toBe(1);
      expect(await ask('UpdateIncident', { nId, pData: { ...row, KLINCDT_IS_HANDLED: true } })).toEqual({});
      expect(await unprocessed()).toBe(0);
      expect(await ask('UpdateIncident', { nId, pData: { KLINCDT_BODY: 'Harmless', KLINCDT_SEVERITY: 2 } })).toEqual(
        {},
      );
      expect((await find(`(KLINCDT_ID = ${nId})`))[0]).toMatchObject({
        KLINCDT_BODY: 'Harmless',
        KLINCDT_SEVERITY: 2,
        KLINCDT_IS_HANDLED: true,
      });
      for (const pData of [{ KLINCDT_SEVERITY: 7 }, { KLINCDT_BODY: ' ' }]) {
        expect(await codeOf(ask('UpdateIncident', { nId, pData }))).toBe(1192);
      }
      expect(await codeOf(ask('UpdateIncident', { nId, pData: { KLHST_WKS_HOSTNAME: NOBODY } }))).toBe(1193);
      expect(await ask('DeleteIncident', { nId })).toEqual({});
      for (const method of ['DeleteIncident', 'UpdateIncident']) {
        expect(await codeOf(ask(method, { nId, pData: { KLINCDT_SEVERITY: 1 } }))).toBe(1186);
      }
      await ask('RemoveHost', { strHostName: host });
      expect(await ids(ofHost)).toEqual([]);
    });

    it.each<[object, number]>([
      [{}, 1192],
      [{ KLINCDT_BODY: 'x' }, 1192],
      [{ KLINCDT_BODY: 'x', KLHST_WKS_HOSTNAME: 'no-id' }, 1186],
      [{ KLINCDT_BODY: 'x', KLHST_WKS_HOSTNAME: NOBODY }, 1186],
    ])('an incident of %j is not added', async (pData, code) => {
      expect(await codeOf(ask('AddIncident', { pData }))).toBe(code);
    });
  });

  describe('settings of the server', () => {
    const section = async () => ({
      strHostName: (await retVal('GetStaticInfo')).KLADMSRV_SERVER_HOSTNAME,
      strType: 'SS_SETTINGS',
      strProduct: '1093',
      strVersion: '1.0.0.0',
      strSection: 'KLSRV_HOST_STATUS',
    });

    it('are found by name, read and written; others are not there', async () => {
      const at = await section();
      const { strSection: _, ...noSection } = at;
      expect(await retVal('SS_GetNames', { ...noSection, strProduct: '', strVersion: '' })).toEqual(['1093']);
      expect(await retVal('SS_GetNames', { ...noSection, strVersion: '' })).toEqual(['1.0.0.0']);
      expect(await retVal('SS_GetNames', noSection)).toEqual(['KLSRV_HOST_STATUS']);
      const before = await retVal('SS_Read', at);
      expect(before).toMatchObject({
        KLSRV_VISIBILITY_TIMEOUT: 120,
        KLSRV_HSTSTAT_CRITICAL: { KLSRV_HSTSTAT_OLD_AV_BASES: 7 },
      });
      const pSettings = {
        KLSRV_VISIBILITY_TIMEOUT: 240,
        KLSRV_HSTSTAT_WARNING: { ...before.KLSRV_HSTSTAT_WARNING, KLSRV_HSTSTAT_OLD_AV_BASES: 2 },
      };
      expect(await ask('SS_Write', { ...at, nOption: 3, pSettings })).toEqual({});
      expect(await retVal('SS_Read', at)).toMatchObject({
        KLSRV_VISIBILITY_TIMEOUT: 240,
        KLSRV_HSTSTAT_WARNING: { KLSRV_HSTSTAT_OLD_AV_BASES: 2, KLSRV_HSTSTAT_INHERITED: false },
      });
      expect(msp.administration.visibleForMinutes()).toBe(240);
      expect(await ask('SS_Write', { ...at, nOption: 7, pSettings: {} })).toEqual({});
      expect(await retVal('SS_Read', at)).toEqual(before);
      for (const wrong of [{ strSection: 'OTHER' }, { strProduct: 'KES' }, { strType: 'SS_PRODINFO' }]) {
        expect(await codeOf(ask('SS_Read', { ...at, ...wrong }))).toBe(1125);
      }
      expect(await codeOf(ask('SS_Read', { ...at, strHostName: NOBODY }))).toBe(1186);
      expect(await codeOf(ask('SS_Write', { ...at, nOption: 2, pSettings }))).toBe(1193);
      expect(await codeOf(ask('SS_Write', { ...at, nOption: 5, pSettings }))).toBe(1192);
      const short = { KLSRV_VISIBILITY_TIMEOUT: 1 };
      expect(await codeOf(ask('SS_Write', { ...at, nOption: 3, pSettings: short }))).toBe(1192);
      for (const method of ['SS_CreateSection', 'SS_DeleteSection']) expect(await codeOf(ask(method, at))).toBe(1193);
    });

    it('one client’s own are its Managed devices’; the time of visibility is for the whole server', async () => {
      const at = await section();
      const client = msp.client('of-acme', { virtualServer: 'Acme' });
      const pSettings = { KLSRV_HSTSTAT_CRITICAL: { KLSRV_HSTSTAT_OLD_FSCAN: 5 } };
      await ask('SS_Write', { ...at, nOption: 1, pSettings }, client);
      const read = (of: typeof client) => retVal('SS_Read', at, of);
      expect((await read(client)).KLSRV_HSTSTAT_CRITICAL.KLSRV_HSTSTAT_OLD_FSCAN).toBe(5);
      expect((await read(msp.client())).KLSRV_HSTSTAT_CRITICAL.KLSRV_HSTSTAT_OLD_FSCAN).not.toBe(5);
      const timeout = { KLSRV_VISIBILITY_TIMEOUT: 300 };
      expect(await codeOf(ask('SS_Write', { ...at, nOption: 3, pSettings: timeout }, client))).toBe(1184);
      await ask(
        'SS_Write',
        { ...at, nOption: 4, pSettings: { KLSRV_HSTSTAT_CRITICAL: {}, KLSRV_HSTSTAT_WARNING: {} } },
        client,
      );
      expect((await read(client)).KLSRV_HSTSTAT_CRITICAL.KLSRV_HSTSTAT_INHERITED).toBe(true);
    });
  });

  describe('rights and virtual servers', () => {
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
      msp.addUser(
        'all-of-acme',
        ['devices:read', 'devices:write', 'groups:write', 'incidents:write', 'tasks:read'],
        [acme.id],
      );
      for (const client of [
        msp.client('admin', { virtualServer: 'Acme' }),
        msp.client('all-of-acme'),
        msp.client('all-of-acme', { virtualServer: 'Acme' }),
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
});
