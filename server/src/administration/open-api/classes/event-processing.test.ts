import { long, PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const VIRUS = { type: 'GNRL_EV_VIRUS_FOUND', severity: 4 as const };
const NOISE = { type: 'GNRL_EV_OBJECT_DELETED', severity: 1 as const };

describeOnBothEngines('events over the Open API', (place) => {
  let msp: TestAdministration;
  let hosts: Awaited<ReturnType<TestAdministration['enrol']>>[];
  let total: number;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine, withJobs: true });
    const other = await msp.addTenant('Other');
    hosts = [await msp.enrol('pc-1'), await msp.enrol('pc-2'), await msp.enrol('pc-3', { tenantId: other.id })];
    for (const host of hosts) {
      await host.sends(
        { ...VIRUS, product: { name: 'KES', version: '11.0.0.0' }, params: { 2: `file of ${host.id}` } },
        ...Array.from({ length: 20 }, (_, n) => ({ ...NOISE, description: `number ${n}` })),
      );
    }
    await msp.settle();
    const client = msp.client();
    total = await countOf(await create({}, client), client);
  });
  afterAll(() => msp.stop());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  const ask = async (method: string, args: object, client = msp.client()): Promise<any> =>
    client.call(method, args as never);
  const codeOf = (work: Promise<unknown>): Promise<number | null> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
    );
  const create = async (pFilter: object, client: ReturnType<TestAdministration['client']>, more: object = {}) =>
    (await ask('EventProcessingFactory.CreateEventProcessing2', { pFilter, ...more }, client)).strIteratorId as string;
  const countOf = async (strIteratorId: string, client: ReturnType<TestAdministration['client']>): Promise<number> =>
    (await ask('EventProcessing.GetRecordCount', { strIteratorId }, client)).PxgRetVal;
  const rangeOf = async (
    strIteratorId: string,
    range: { nStart?: number | null; nEnd?: number | null },
    client: ReturnType<TestAdministration['client']>,
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  ): Promise<any[]> =>
    (await ask('EventProcessing.GetRecordRange', { strIteratorId, ...range }, client)).pParamsEvents
      .KLEVP_EVENT_RANGE_ARRAY;

  it('are read in ranges whose end is included, clamped, and 0 when it is missing', async () => {
    const client = msp.client();
    const order = [{ Name: 'event_db_id', Asc: true }];
    const id = await create({}, client, { vecFieldsToReturn: ['event_db_id'], vecFieldsToOrder: order });
    expect(total).toBeGreaterThan(42);
    const all = (await rangeOf(id, { nStart: 0, nEnd: total }, client)).map(({ event_db_id: { value } }) => value);
    expect(all).toHaveLength(total);
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(await rangeOf(id, { nStart: 3, nEnd: 5 }, client)).toHaveLength(3);
    expect(await rangeOf(id, {}, client)).toHaveLength(1);
    expect(await rangeOf(id, { nStart: null, nEnd: null }, client)).toHaveLength(1);
    expect(await rangeOf(id, { nStart: total, nEnd: total + 10 }, client)).toEqual([]);
    expect(await rangeOf(id, { nStart: 7, nEnd: 5 }, client)).toEqual([]);
    // From the end, as a client reads that looks for what is new.
    const [last] = await rangeOf(id, { nStart: total - 1, nEnd: total }, client);
    expect(last.event_db_id.value).toBe(all.at(-1));
  });

  it('that come later are not in a result that was made before', async () => {
    const client = msp.client();
    const id = await create({}, client);
    await hosts[0]?.sends(NOISE);
    await msp.settle();
    expect(await countOf(id, client)).toBe(total);
    total = await countOf(await create({}, client), client);
  });

  it.each([
    ['severity', () => ({ GNRL_EA_SEVERITY: 4, event_type: VIRUS.type }), 2],
    ['type', () => ({ KLEVP_EVENT_TYPE: VIRUS.type }), 2],
    ['types', () => ({ KLEVP_EVENT_GNRL_TYPES_ARRAY: [VIRUS.type, 'NONE'] }), 2],
    ['host', () => ({ KLEVP_EVENT_HOST: hosts[0]?.id, event_type: VIRUS.type }), 1],
    ['name of the host', () => ({ KLEVP_EVENT_HOST_DISPNAME: 'pc-2', KLEVP_EVENT_TYPE: VIRUS.type }), 1],
    ['product', () => ({ KLEVP_EVENT_PRODUCT: 'KES', KLEVP_EVENT_VERSION: '11.0.0.0' }), 2],
    ['filter', () => ({ KLEVP_RFC2254_FILTER: `(&(event_type = "GNRL_EV_VIRUS*")(hostdn = "pc-1"))` }), 1],
    ['days, of which 0 are all', () => ({ KLEVP_EVENT_RISE_TIME_LAST_DAYS: 0, event_type: VIRUS.type }), 2],
    ['last days', () => ({ KLEVP_EVENT_RISE_TIME_LAST_DAYS: 1, event_type: VIRUS.type }), 2],
    [
      'nothing, in every empty form',
      () => ({ KLEVP_RFC2254_FILTER: '', KLEVP_EVENT_TYPE: '', event_type: VIRUS.type }),
      2,
    ],
  ])('are searched by %s', async (_what, filter, found) => {
    const client = msp.client();
    expect(await countOf(await create(filter(), client), client)).toBe(found);
  });

  it('of one host are asked for with the domain or without it, and with product and version', async () => {
    const client = msp.client();
    const of = async (args: object) =>
      countOf((await ask('EventProcessingFactory.CreateEventProcessingForHost', args, client)).strIteratorId, client);
    const strHostName = hosts[1]?.id;
    const all = await of({ strDomainName: '', strHostName, strProduct: '', strVersion: '' });
    expect(all).toBeGreaterThanOrEqual(21);
    expect(await of({ strHostName })).toBe(all);
    expect(await of({ strHostName, strProduct: 'KES', strVersion: '11.0.0.0' })).toBe(1);
    const { strIteratorId } = await ask(
      'EventProcessingFactory.CreateEventProcessingForHost2',
      { strDomainName: '', strHostName, pFilter: { event_type: VIRUS.type } },
      client,
    );
    expect(await countOf(strIteratorId, client)).toBe(1);
  });

  it('of another virtual server are not seen, and neither are its hosts', async () => {
    const other = msp.client('admin', { virtualServer: 'Other' });
    const rows = await rangeOf(await create({}, other), { nStart: 0, nEnd: 1000 }, other);
    expect(new Set(rows.map(({ hostdn }) => hostdn).filter(Boolean))).toEqual(new Set(['pc-3']));
    for (const method of ['CreateEventProcessingForHost', 'CreateEventProcessingForHost2']) {
      const args = { strHostName: hosts[0]?.id };
      expect(await codeOf(ask(`EventProcessingFactory.${method}`, args, other))).toBe(1186);
    }
    const client = msp.client();
    expect(await codeOf(rangeOf(await create({}, client), {}, other))).toBe(1186);
  });

  it('are refused with the reason when the search cannot be understood', async () => {
    const client = msp.client();
    for (const wrong of [
      { KLEVP_RFC2254_FILTER: '(&' },
      { KLEVP_RFC2254_FILTER: '(no_such = 1)' },
      { KLEVP_EVENT_RISE_TIME_LAST_DAYS: -1 },
      { KLEVP_EVENT_GNRL_TYPES_ARRAY: [1] },
    ]) {
      expect([wrong, await codeOf(create(wrong, client))]).toEqual([wrong, 1192]);
    }
    expect(await codeOf(create({}, client, { vecFieldsToOrder: [{ Name: 'no_such', Asc: true }] }))).toBe(1192);
  });

  describe('that are deleted', () => {
    const block = (begin: number, end: number) => ({
      EVP_EVENT_BLOCKS: [{ EVP_EVENT_BLOCK_BEGIN_ID: long(begin), EVP_EVENT_BLOCK_END_ID: long(end) }],
    });

    it('are those of the iterator within the blocks, gone at once, and back when it is cancelled in time', async () => {
      const client = msp.client();
      const strIteratorId = await create({ event_type: NOISE.type, KLEVP_EVENT_HOST: hosts[0]?.id }, client);
      const rows = await rangeOf(strIteratorId, { nStart: 0, nEnd: 100 }, client);
      const ids: number[] = rows.map(({ event_db_id: { value } }) => value).sort((a, b) => a - b);
      const pSettings = block(ids[0] ?? 0, ids[4] ?? 0);
      expect(await ask('EventProcessing.InitiateDelete', { strIteratorId, pSettings }, client)).toEqual({});
      expect(await countOf(await create({}, client), client)).toBe(total - 5);
      expect(msp.openApiWrites).toContainEqual({ action: 'events.deleted', call: 'EventProcessing.InitiateDelete' });

      expect(await ask('EventProcessing.CancelDelete', { strIteratorId, pSettings }, client)).toEqual({});
      expect(await countOf(await create({}, client), client)).toBe(total);
      expect(await codeOf(ask('EventProcessing.CancelDelete', { strIteratorId, pSettings }, client))).toBe(1186);

      await ask('EventProcessing.InitiateDelete', { strIteratorId, pSettings }, client);
      total -= 5;
      expect(await countOf(await create({}, client), client)).toBe(total);
    });

    it('stay when nobody may delete them, or the blocks are no blocks', async () => {
      const reader = msp.client('reader');
      const strIteratorId = await create({}, reader);
      const pSettings = block(1, 9_999_999);
      expect(await codeOf(ask('EventProcessing.InitiateDelete', { strIteratorId, pSettings }, reader))).toBe(1184);
      const client = msp.client();
      const own = await create({}, client);
      for (const wrong of [
        undefined,
        {},
        { EVP_EVENT_BLOCKS: [] },
        { EVP_EVENT_BLOCKS: [{}] },
        block(5, 4),
        block(-1, 4),
      ]) {
        const args = { strIteratorId: own, pSettings: wrong };
        expect([wrong, await codeOf(ask('EventProcessing.InitiateDelete', args, client))]).toEqual([wrong, 1192]);
      }
      expect(await countOf(await create({}, client), client)).toBe(total);
    });

    it('are none of another virtual server', async () => {
      const other = msp.client('admin', { virtualServer: 'Other' });
      const strIteratorId = await create({}, other);
      const before = await countOf(strIteratorId, other);
      await ask('EventProcessing.InitiateDelete', { strIteratorId, pSettings: block(1, 9_999_999) }, other);
      expect(before).toBeGreaterThan(20);
      expect(await countOf(await create({}, other), other)).toBe(0);
      const client = msp.client();
      expect(await countOf(await create({}, client), client)).toBe(total);
    });
  });
});
