import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { askingOf, pxgCodeOf } from '../../../testing/open-api.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const [HOSTS, EVENTS, DASHBOARDS] = [1, 2, 3];

describeOnBothEngines('queries over the Open API', (place) => {
  let msp: TestAdministration;
  const ask = askingOf(() => msp);
  const api = (method: string, args: object = {}, client = msp.client()) =>
    ask(`QueriesStorage.${method}`, args, client);
  const value = async (method: string, args: object = {}, client = msp.client()) =>
    (await api(method, args, client)).PxgRetVal;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    const well = {
      product: 'GATEHOUSE-ENDPOINT',
      name: 'Endpoint',
      version: '1.2.3',
      running: true,
      rtpState: 4 as const,
    };
    for (const [name, facts] of [
      ['pc-1', { securityApplication: well, restart: { required: true, since: null, reasons: [] } }],
      ['pc-2', { securityApplication: { ...well, rtpState: 1 as const } }],
      ['pc-3', { securityApplication: null }],
      ['pc-4', {}],
    ] as const) {
      const host = await msp.enrol(name);
      await host.reports({ hostname: name, ...facts } as never);
      await host.sends({ type: 'GNRL_EV_VIRUS_FOUND', severity: 4 }, { type: 'X', severity: 1 });
    }
    await msp.sweep();
  });
  afterAll(() => msp.stop());

  /** What the selection finds in the console. */
  const inConsole = async (kind: 'device' | 'event', selectionId: string): Promise<number> => {
    const path = kind === 'device' ? '/api/devices/search' : '/api/events/search';
    const { status, body } = await msp.call('POST', path, { body: { selectionId, limit: 100 } });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.items.length;
  };
  const found = async (wstrFilter: string): Promise<number> =>
    (await ask('HostGroup.FindHosts', { wstrFilter, vecFieldsToReturn: ['KLHST_WKS_HOSTNAME'] })).PxgRetVal;
  const foundEvents = async (data: Record<string, unknown>): Promise<number> => {
    const { Name: _, PredefinedID: __, ...pFilter } = data;
    const client = msp.client();
    const it = await ask('EventProcessingFactory.CreateEventProcessing2', { pFilter }, client);
    return (await ask('EventProcessing.GetRecordCount', it, client)).PxgRetVal;
  };

  it('that are predefined say in their language what the selections of the console find', async () => {
    const hosts = await value('GetQueries', { eType: HOSTS });
    expect(hosts.length).toBeGreaterThan(15);
    for (const { KLQRS_QUERY_DATA: data, KLQRS_QUERY_GUID: guid } of hosts) {
      expect([data.Name, data.PredefinedID, await found(data.Query)]).toEqual([
        data.Name,
        expect.stringMatching(/^PREDEFINED_QUERY_ID_[A-Z_]+$/),
        await inConsole('device', guid),
      ]);
    }
    const events = await value('GetQueries', { eType: EVENTS });
    expect(events).toHaveLength(7);
    for (const { KLQRS_QUERY_DATA: data, KLQRS_QUERY_GUID: guid } of events) {
      expect([data.Name, await foundEvents(data)]).toEqual([data.Name, await inConsole('event', guid)]);
    }
    expect(await value('GetQueries', { eType: DASHBOARDS })).toEqual([]);
  });

  it('of hosts are kept as they came, and find the same in the console', async () => {
    const parData = {
      Name: 'Restart',
      PredefinedID: '',
      Query: '(&(KLHST_WKS_RBT_REQUIRED = 1)(KLHST_WKS_DN="pc*"))',
      More: { a: 1 },
    };
    const nId = await value('AddQuery', { eType: HOSTS, parData });
    expect(await value('GetQueryIds', { eType: HOSTS })).toContain(nId);
    expect(await value('GetQueryIds', { eType: EVENTS })).not.toContain(nId);
    const query = await value('GetQuery', { nId });
    expect(query).toMatchObject({ KLQRS_QUERY_DATA: parData, KLQRS_QUERY_TYPE: HOSTS });
    expect(await found(parData.Query)).toBe(1);
    const { body } = await msp.call('GET', '/api/device-selections');
    // Selections are of their owner: that of the console's administrator is another user.
    expect(body.items.some(({ id }: { id: string }) => id === query.KLQRS_QUERY_GUID)).toBe(false);
    expect(msp.openApiWrites).toContainEqual({ action: 'query.added', call: 'QueriesStorage.AddQuery' });
  });

  it('of hosts may have pages, of which any fits', async () => {
    const page = (settings: object) => ({ PageSettings: settings });
    const parData = {
      Name: 'Pages',
      ORedArray: [page({ Query: '(KLHST_WKS_DN="pc-1")' }), page({ Query: '(KLHST_WKS_DN="pc-3")' })],
    };
    const nId = await value('AddQuery', { eType: HOSTS, parData });
    const { KLQRS_QUERY_GUID: guid, KLQRS_QUERY_DATA: data } = await value('GetQuery', { nId });
    expect(data.ORedArray).toHaveLength(2);
    const selection = await msp.administration.deviceSelections.store.get(guid);
    expect(await found(selection.settings.filter.expression ?? '')).toBe(2);
    const { filter } = await msp.administration.deviceSearches.filterOf(guid, 'all');
    expect(await msp.administration.listsOf('all').count(filter)).toBe(2);
  });

  it('of events are kept, changed as a whole and deleted, with a history', async () => {
    const parData = { Name: 'Viruses', GNRL_EA_SEVERITY: 4, KLEVP_EVENT_TYPE: 'GNRL_EV_VIRUS_FOUND' };
    const client = msp.client();
    const nId = await value('AddQuery', { eType: EVENTS, parData }, client);
    const { KLQRS_QUERY_GUID: guid } = await value('GetQuery', { nId }, client);
    const selection = async () => (await msp.administration.eventSelections.store.get(guid)).settings.filter.expression;
    expect(await foundEvents({ KLEVP_RFC2254_FILTER: await selection() })).toBe(4);
    await api('UpdateQuery', { nId, parData: { Name: 'All', KLEVP_RFC2254_FILTER: '' } }, client);
    expect((await value('GetQuery', { nId }, client)).KLQRS_QUERY_DATA).toEqual({
      Name: 'All',
      KLEVP_RFC2254_FILTER: '',
    });
    expect(await selection()).toBeUndefined();
    await api('DeleteQuery', { nId }, client);
    expect(await pxgCodeOf(value('GetQuery', { nId }, client))).toBe(1186);
  });

  it('are of their user, and the predefined ones stay as they are', async () => {
    const reader = msp.client('reader');
    const parData = { Name: 'Mine', Query: '' };
    const nId = await value('AddQuery', { eType: HOSTS, parData }, reader);
    expect(await value('GetQueryIds', { eType: HOSTS })).not.toContain(nId);
    for (const [method, args] of [
      ['GetQuery', { nId }],
      ['UpdateQuery', { nId, parData }],
      ['DeleteQuery', { nId }],
    ] as const) {
      expect(await pxgCodeOf(api(method, args))).toBe(1186);
    }
    const [predefined] = await value('GetQueryIds', { eType: EVENTS });
    expect(await pxgCodeOf(api('UpdateQuery', { nId: predefined, parData }))).toBe(1193);
    expect(await pxgCodeOf(api('DeleteQuery', { nId: predefined }))).toBe(1193);
    expect(await pxgCodeOf(api('GetQueryIds', { eType: HOSTS }, msp.client('nobody')))).toBe(1184);
    expect(await pxgCodeOf(api('AddQuery', { eType: HOSTS, parData }, reader))).toBe(1193); // the name is taken
  });

  it.each([
    ['no type', { parData: { Name: 'x' } }, 1192],
    ['an unknown type', { eType: 9, parData: { Name: 'x' } }, 1192],
    ['dashboards', { eType: 3, parData: { Name: 'x' } }, 1193],
    ['no data', { eType: 1 }, 1192],
    ['no name', { eType: 1, parData: { Query: '' } }, 1192],
    ['a long name', { eType: 1, parData: { Name: 'x'.repeat(101) } }, 1192],
    ['no filter', { eType: 1, parData: { Name: 'x', Query: '(&' } }, 1192],
    ['an unknown attribute', { eType: 1, parData: { Name: 'x', Query: '(no_such = 1)' } }, 1192],
    [
      'an unknown attribute of events',
      { eType: 2, parData: { Name: 'x', KLEVP_RFC2254_FILTER: '(no_such = 1)' } },
      1192,
    ],
  ])('are not added with %s', async (_what, args, code) => {
    expect(await pxgCodeOf(api('AddQuery', args))).toBe(code);
  });
});
