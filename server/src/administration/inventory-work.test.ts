import type { SoftwareItem } from '@gatehouse/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import { type InventoryTables, inventoryStore } from './inventory/index.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const program = (name: string, version: string, more: Partial<SoftwareItem> = {}): SoftwareItem => ({
  name,
  version,
  source: 'dpkg',
  arch: 'amd64',
  publisher: 'Debian',
  sizeBytes: 1024,
  ...more,
});

describeOnBothEngines('software of devices', (place) => {
  let msp: TestAdministration;
  let database: Database;
  let numbers = 0;
  const next = (name: string) => {
    numbers += 1;
    return `${name}-${numbers}`;
  };
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(async () => {
    const { logged } = msp;
    await msp.stop();
    expect(logged).toEqual([]);
  });

  type Enrolled = Awaited<ReturnType<TestAdministration['enrol']>>;
  const tells = async (device: Enrolled, hash: string, software: SoftwareItem[]) => {
    const { status, body } = await device.agent('POST', '/agent/v1/inventory', {
      hash,
      collectedAt: msp.clock().toISOString(),
      software,
    });
    expect([status, body]).toEqual([200, {}]);
  };
  const told = async (device: Enrolled) => (await device.reports({})).body.inventoryHash as string | null;
  const read = async (path: string, bearer = 'admin') => (await msp.call('GET', path, { bearer })).body;
  const allOf = async (path: string, bearer = 'admin') => {
    const items: Record<string, unknown>[] = [];
    let after: string | null = '';
    do {
      const page = await read(`${path}${after ? `&after=${after}` : ''}`, bearer);
      items.push(...page.items);
      after = page.next;
    } while (after !== null);
    return items;
  };

  it('are asked for until the server has the list that the device has', async () => {
    const device = await msp.enrol(next('laptop'));
    expect(await told(device)).toBeNull();
    await tells(device, 'hash-of-one', [program('bash', '5.2')]);
    expect(await told(device)).toBe('hash-of-one');
    await tells(device, 'hash-of-two', [program('bash', '5.3')]);
    expect(await told(device)).toBe('hash-of-two');
    const { items, total } = await read(`/api/devices/${device.id}/software`);
    expect([items, total]).toMatchObject([[{ name: 'bash', version: '5.3', source: 'dpkg', sizeBytes: 1024 }], 1]);
  });

  it('are read page by page in the order of names, and searched by name and publisher', async () => {
    const device = await msp.enrol(next('laptop'));
    const names = ['zlib', 'Apache', 'apt', 'bash', 'Zip', '100%_sure'];
    await tells(device, 'hash-of-many', [
      ...names.map((name) => program(name, '1')),
      program('bash', '1', { arch: 'i386', publisher: null, sizeBytes: null }),
      program('odd', '1', { publisher: 'Łódź "Soft", Ltd' }),
    ]);
    const base = `/api/devices/${device.id}/software`;
    const all = await allOf(`${base}?limit=2`);
    expect(all.map(({ name }) => name)).toEqual(['100%_sure', 'Apache', 'apt', 'bash', 'bash', 'odd', 'Zip', 'zlib']);
    const found = async (text: string) =>
      (await read(`${base}?text=${encodeURIComponent(text)}`)).items.map(({ name }: SoftwareItem) => name);
    expect(await found('ZI')).toEqual(['Zip']);
    expect(await found('%_')).toEqual(['100%_sure']);
    expect(await found('łódź')).toEqual(['odd']);
    const bad = await msp.call('GET', `${base}?after=nonsense`);
    expect([bad.status, bad.body.code]).toEqual([400, 'software.bad-place']);
  });

  it('answer which devices have it, by tenant, with names, and as a file', async () => {
    const mark = next('mark');
    const [one, other] = [await msp.addTenant(next('Tenant')), await msp.addTenant(next('Tenant'))];
    const first = await msp.enrol(next('first'), { tenantId: one.id });
    const second = await msp.enrol(next('second'), { tenantId: one.id });
    const foreign = await msp.enrol(next('foreign'), { tenantId: other.id });
    await tells(first, 'hash-first', [program(mark, '1.0'), program('bash', '5.2')]);
    await tells(second, 'hash-second', [program(mark, '1.0'), program(`=${mark}`, '2.0')]);
    await tells(foreign, 'hash-foreign', [program(mark, '1.0')]);

    const catalogue = await read(`/api/software?text=${mark}`);
    expect(catalogue.items).toMatchObject([
      { name: `=${mark}`, version: '2.0', devices: 1 },
      { name: mark, version: '1.0', devices: 3 },
    ]);
    const ofOne = await read(`/api/software?text=${mark}`, `tenant:${one.id}`);
    expect(ofOne.items.map(({ devices }: { devices: number }) => devices)).toEqual([1, 2]);
    expect((await read(`/api/software?text=${mark}&tenantId=${other.id}`, `tenant:${one.id}`)).items).toEqual([]);

    const holders = await allOf(`/api/software/devices?text=${mark}&limit=1`);
    expect(holders.map(({ deviceId, name }) => [deviceId, name])).toEqual(
      [first, second, foreign]
        .flatMap(({ id }) =>
          id === second.id
            ? [
                [id, mark],
                [id, `=${mark}`],
              ]
            : [[id, mark]],
        )
        .sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0)),
    );
    const softwareId = catalogue.items[1].id;
    expect(await allOf(`/api/software/devices?softwareId=${softwareId}&limit=2`, `tenant:${one.id}`)).toHaveLength(2);

    const file = await msp.call('GET', `/api/software/devices.csv?text=${mark}`, { bearer: `tenant:${one.id}` });
    expect(file.headers.get('content-type')).toContain('text/csv');
    const lines = (file.body as string)
      .replace(/^\ufeff/, '')
      .trim()
      .split('\r\n');
    expect(lines[0]).toBe('Device,Client,Software,Version,Publisher,Source,Device id');
    expect(lines).toHaveLength(4);
    expect(lines.some((line) => line.includes(`,'=${mark},2.0,`))).toBe(true);
  });

  it('of a device of another tenant are not there, and agents alone may tell them', async () => {
    const tenant = await msp.addTenant(next('Tenant'));
    const device = await msp.enrol(next('laptop'));
    const path = `/api/devices/${device.id}/software`;
    expect((await msp.call('GET', path, { bearer: `tenant:${tenant.id}` })).status).toBe(404);
    const body = { hash: 'some-hash', collectedAt: msp.clock().toISOString(), software: [] };
    expect((await msp.call('POST', '/agent/v1/inventory', { body })).status).toBe(403);
  });

  it('go with their device, and are forgotten when nobody has them any more', async () => {
    const mark = next('lonely');
    const device = await msp.enrol(next('laptop'));
    await tells(device, 'hash-lonely', [program(mark, '1\u00000'), program('bash', '5.2')]);
    expect((await read(`/api/software?text=${mark}`)).items).toMatchObject([{ version: '1\ufffd0' }]);
    expect((await msp.call('DELETE', `/api/devices/${device.id}`)).status).toBe(200);
    expect((await read(`/api/software?text=${mark}`)).items).toEqual([]);
    const store = inventoryStore(database.forSchema<InventoryTables>('administration'), 'all');
    expect(await store.forgetUnused()).toBeGreaterThan(0);
    expect(await store.forgetUnused()).toBe(0);
  });

  it('of many devices at once keep each other from nothing', async () => {
    const mark = next('crowd');
    const devices = [];
    for (let index = 0; index < 6; index += 1) devices.push(await msp.enrol(next('crowd')));
    const software = Array.from({ length: 300 }, (_, index) => program(`${mark}-${index}`, '1'));
    await Promise.all(
      devices.map((device, index) =>
        tells(device, `hash-${index}-of-crowd`, index % 2 ? software : [...software].reverse()),
      ),
    );
    const { items } = await read(`/api/software?text=${mark}-&limit=200`);
    expect(items).toHaveLength(200);
    expect(items.every(({ devices: holders }: { devices: number }) => holders === 6)).toBe(true);
  });
});
