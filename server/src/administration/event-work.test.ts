import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const CRITICAL = '00000000-0000-4000-8000-00000000e001';
const RECENT = '00000000-0000-4000-8000-00000000e006';
const AUDIT = '00000000-0000-4000-8000-00000000e007';

describeOnBothEngines('work with events', (place) => {
  let msp: TestAdministration;
  let tenantId: string;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine, withJobs: true });
    tenantId = (await msp.addTenant('Contoso')).id;
    const laptop = await msp.enrol('laptop-1', { tenantId });
    const server = await msp.enrol('server-1');
    for (const device of [laptop, server]) {
      await device.sends(
        ...Array.from({ length: 12 }, (_, number) => ({
          type: number % 3 === 0 ? 'GNRL_EV_VIRUS_FOUND' : 'KLNAG_EV_DEVICE_ARRIVAL',
          description: `finding ${number} of ${device.id.slice(0, 4)}`,
          riseTime: new Date(msp.clock().getTime() - number * 3_600_000).toISOString(),
        })),
      );
    }
  });
  afterAll(() => msp.stop());

  const as = (bearer: string) => (method: string, path: string, body?: unknown) =>
    msp.web.call(method, path, { bearer, ...(body === undefined ? {} : { body }) });
  const ann = as('person:ann:technician');
  const bob = as('person:bob:technician');
  const clerk = as('person:carl:billing');
  const root = as('person:root:administrator');
  const contosoOnly = () => as(`person:dora:technician:${tenantId}`);
  const listed = async (call: ReturnType<typeof as>) =>
    (await call('GET', '/api/event-selections')).body.items as { id: string; name: string; mayChange: boolean }[];

  describe('predefined selections', () => {
    it('are there for everybody, in their order, over the last seven days', async () => {
      const items = (await clerk('GET', '/api/event-selections')).body.items;
      expect(items.map(({ name }: { name: string }) => name)).toEqual([
        'Critical events',
        'Functional failures',
        'Warnings',
        'Informational messages',
        'User requests',
        'Recent events',
        'Audit events',
      ]);
      for (const item of items) {
        expect(item).toMatchObject({ predefined: true, ownerName: null, mayChange: false });
        expect(item.settings.filter.time).toEqual({ kind: 'last', amount: 7, unit: 'days' });
      }
      const found = await clerk('POST', '/api/events/search', { selectionId: CRITICAL });
      expect(found.body.items).toHaveLength(8);
      expect(found.body.items.every(({ severity }: { severity: string }) => severity === 'critical')).toBe(true);
      expect((await clerk('POST', '/api/events/count', { selectionId: AUDIT })).body.count).toBe(0);
    });

    it('can be given another period, sorting, limits and access rights, and nothing else; by administrators', async () => {
      const before = (await root('GET', `/api/event-selections/${RECENT}`)).body;
      const { name, settings, access } = before;
      const put = (call: ReturnType<typeof as>, body: object) => call('PUT', `/api/event-selections/${RECENT}`, body);
      expect((await put(ann, { name, settings, access })).body.code).toBe('event-selection.not-yours');
      expect((await put(root, { name: 'Mine', settings, access })).body.code).toBe('event-selection.predefined');
      const other = { ...settings, filter: { ...settings.filter, severities: ['info'] } };
      expect((await put(root, { name, settings: other, access })).body.code).toBe('event-selection.predefined');
      const changed = await put(root, {
        name,
        access,
        settings: {
          ...settings,
          filter: { ...settings.filter, time: { kind: 'last', amount: 90, unit: 'minutes' } },
          mostShown: 3,
          sort: { by: 'happened', descending: false },
        },
      });
      expect(changed.status).toBe(200);
      // Of the last 90 minutes there are two of each device: four, of which three are shown, the oldest first.
      const page = (await ann('POST', '/api/events/search', { selectionId: RECENT })).body;
      expect(page).toMatchObject({ next: null, cutAt: 3 });
      expect(page.items.map(({ description }: { description: string }) => description.slice(0, 9))).toEqual([
        'finding 1',
        'finding 1',
        'finding 0',
      ]);
      expect((await root('POST', '/api/event-selections/delete', { ids: [RECENT] })).body.code).toBe(
        'event-selection.predefined',
      );
      await put(root, { name, settings, access });
    });
  });

  describe('a selection of one’s own', () => {
    it('is nobody else’s until it is shared, and then only to be used', async () => {
      const settings = { filter: { deviceNames: ['laptop-*'], time: { kind: 'all' } } };
      const made = (await ann('POST', '/api/event-selections', { name: 'Laptops', settings })).body;
      expect(made).toMatchObject({ isOwn: true, mayChange: true, ownerName: 'ann' });
      expect((await listed(bob)).map(({ name }) => name)).not.toContain('Laptops');
      expect((await bob('GET', `/api/event-selections/${made.id}`)).status).toBe(404);
      expect((await bob('POST', '/api/events/search', { selectionId: made.id })).status).toBe(404);
      expect((await bob('POST', '/api/event-exports', { selectionId: made.id, format: 'csv' })).status).toBe(404);

      const share = (access: object) =>
        ann('PUT', `/api/event-selections/${made.id}`, { name: 'Laptops', settings: made.settings, access });
      await share({ read: { roles: ['technician'] } });
      expect((await bob('POST', '/api/events/count', { selectionId: made.id })).body.count).toBe(12);
      expect((await clerk('GET', `/api/event-selections/${made.id}`)).status).toBe(404);
      const body = { name: 'Stolen', settings: made.settings };
      expect((await bob('PUT', `/api/event-selections/${made.id}`, body)).body.code).toBe('event-selection.not-yours');
      expect((await bob('POST', '/api/event-selections/delete', { ids: [made.id] })).status).toBe(403);
      await share({ change: { roles: ['technician'] } });
      expect((await bob('PUT', `/api/event-selections/${made.id}`, { ...body, name: 'Ours' })).status).toBe(200);
      expect((await root('POST', '/api/event-selections/delete', { ids: [made.id] })).status).toBe(200);
      expect((await ann('GET', `/api/event-selections/${made.id}`)).status).toBe(404);
    });

    it('of somebody who sees one client reaches nobody of another client through a role', async () => {
      const dora = contosoOnly();
      const elsewhere = as(`person:eve:technician:${(await msp.addTenant('Fabrikam')).id}`);
      const access = { read: { roles: ['technician'] } };
      const made = (await dora('POST', '/api/event-selections', { name: 'Contoso laptops', access })).body;
      expect((await elsewhere('GET', `/api/event-selections/${made.id}`)).status).toBe(404);
      expect((await ann('GET', `/api/event-selections/${made.id}`)).status).toBe(200);
    });

    it('is copied, taken to a file and brought back; names stay apart', async () => {
      const settings = { filter: { text: { words: 'finding', match: 'all' }, time: { kind: 'all' } }, mostShown: null };
      const made = (await ann('POST', '/api/event-selections', { name: 'Findings', settings })).body;
      const again = await ann('POST', '/api/event-selections', { name: 'FINDINGS', settings });
      expect(again.body.code).toBe('event-selection.name-taken');
      const copy = (await ann('POST', `/api/event-selections/${made.id}/duplicate`)).body;
      expect(copy).toMatchObject({ name: 'Findings (2)', settings: made.settings });
      const file = (await ann('GET', `/api/event-selections/${made.id}/file`)).body;
      expect(Object.keys(file)).toEqual(['kind', 'version', 'name', 'settings']);
      const brought = await bob('POST', '/api/event-selections/import', file);
      expect(brought.body).toMatchObject({ name: 'Findings', ownerName: 'bob', settings: made.settings });
      expect((await bob('POST', '/api/event-selections/import', { ...file, version: 9 })).status).toBe(400);
      const gone = { ids: [made.id, copy.id] };
      expect((await ann('POST', '/api/event-selections/delete', gone)).status).toBe(200);
      // All or none.
      expect((await bob('POST', '/api/event-selections/delete', { ids: [brought.body.id, made.id] })).status).toBe(404);
      expect((await bob('GET', `/api/event-selections/${brought.body.id}`)).status).toBe(200);
    });

    it('looks only at as many of the newest records as it is told', async () => {
      const settings = { filter: { time: { kind: 'all' } }, mostSearched: 5 };
      const made = (await ann('POST', '/api/event-selections', { name: 'Five', settings })).body;
      expect((await ann('POST', '/api/events/count', { selectionId: made.id })).body.count).toBe(5);
    });

    it('with settings that make no sense is refused, saying where', async () => {
      const filter = { time: { kind: 'between', from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' } };
      const refused = await ann('POST', '/api/event-selections', { name: 'X', settings: { filter } });
      expect(refused.body.issues[0]).toMatchObject({ where: 'body.settings.filter.time.to' });
      const address = { addresses: [{ from: '10.0.0.300', to: 'x' }] };
      expect((await ann('POST', '/api/events/search', { filter: address })).status).toBe(400);
    });
  });

  describe('an export', () => {
    const exported = async (call: ReturnType<typeof as>, body: object) => {
      const asked = await call('POST', '/api/event-exports', body);
      expect(asked.status).toBe(200);
      return { asked: asked.body, file: await call('GET', asked.body.path) };
    };

    it('holds the events of the result in its order, under a name, and leaves an audit line', async () => {
      const { asked, file } = await exported(ann, {
        filter: { deviceNames: ['laptop-1'] },
        sort: { by: 'happened', descending: false },
        format: 'json',
      });
      expect(file.headers.get('content-disposition')).toContain(`filename="${asked.fileName}"`);
      expect(asked.fileName).toMatch(/^events-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.json$/);
      const times = file.body.map(({ riseTime }: { riseTime: string }) => riseTime);
      expect(times).toHaveLength(12);
      expect(times).toEqual(times.toSorted());
      expect(file.body[0]).toMatchObject({ tenantName: 'Contoso', deviceName: 'laptop-1' });
      expect(msp.web.audited.findLast(({ action }) => action === 'events.exported')).toMatchObject({
        actor: 'ann',
        outcome: 'done',
        after: { format: 'json' },
      });
    });

    it('of chosen rows holds those; as a table, in UTC', async () => {
      const { items } = (await ann('POST', '/api/events/search', { limit: 3 })).body;
      const ids = items.slice(0, 2).map(({ id }: { id: string }) => id);
      const { file } = await exported(ann, { ids, format: 'csv' });
      expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const lines = file.body.trim().split('\r\n');
      expect(lines).toHaveLength(3);
      expect(lines[0]).toContain('Happened (UTC)');
    });

    it('is read by who asked for it alone, with the rights of then', async () => {
      const asked = (await ann('POST', '/api/event-exports', { format: 'xml' })).body;
      expect((await bob('GET', asked.path)).status).toBe(404);
      const annOfContoso = as(`person:ann:technician:${tenantId}`);
      const { body } = await annOfContoso('GET', asked.path);
      expect(body.match(/<event>/g)).toHaveLength(12);
      expect(body).not.toContain('server-1');
    });
  });

  describe('deletion of events', () => {
    const waitUntilDone = async (id: string) => {
      for (let tries = 0; tries < 200; tries += 1) {
        const { items } = (await root('GET', '/api/event-deletions')).body;
        const deletion = items.find((item: { id: string }) => item.id === id);
        if (deletion.state === 'done') return deletion;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('the deletion was not done in 10 s');
    };
    const count = async (query: object = {}) => (await root('POST', '/api/events/count', query)).body;

    it('takes exactly what was counted and confirmed: gone at once for readers, then from the store', async () => {
      const query = { filter: { deviceNames: ['laptop-*'], types: ['GNRL_EV_VIRUS_FOUND'] } };
      const counted = await count(query);
      expect(counted.count).toBe(4);
      // One more of the kind arrives after somebody looked at the number.
      const late = await msp.enrol('laptop-2', { tenantId });
      await late.sends({ type: 'GNRL_EV_VIRUS_FOUND', description: 'late' });
      const before = (await count()).count;

      const { count: confirmed, asOf } = counted;
      expect((await ann('POST', '/api/event-deletions', { ...query, confirmed, asOf })).status).toBe(403);
      const fewer = await root('POST', '/api/event-deletions', { ...query, confirmed: 3, asOf });
      expect(fewer.body.code).toBe('event-deletion.other-number');
      const deletion = await root('POST', '/api/event-deletions', { ...query, confirmed, asOf });
      expect(deletion.body).toMatchObject({ askedBy: 'root', events: 4 });
      expect((await count()).count).toBe(before - 4);
      expect((await root('GET', '/api/events?limit=200')).body.items).toHaveLength(before - 4);

      expect(await waitUntilDone(deletion.body.id)).toMatchObject({ deleted: 4, events: 4 });
      expect((await count()).count).toBe(before - 4);
      expect((await count(query)).count).toBe(1);
      const inStore = await engine.query<{ n: number }>(
        `select toUInt32(count()) as n from administration_event
         where type = 'GNRL_EV_VIRUS_FOUND' and device_name like 'laptop-%'`,
      );
      expect(inStore).toEqual([{ n: 1 }]);
      expect(
        msp.web.audited.findLast(({ action, outcome }) => action === 'events.deleted' && outcome === 'done'),
      ).toMatchObject({
        actor: 'root',
        after: { confirmed: 4, found: 4 },
      });
      const nothing = await root('POST', '/api/event-deletions', { ...query, confirmed, asOf });
      expect(nothing.body.code).toBe('event-to-delete.not-found');
    });

    it('of chosen events leaves all others; of another client’s events finds none', async () => {
      const { items } = (await root('POST', '/api/events/search', { filter: { deviceNames: ['server-1'] }, limit: 2 }))
        .body;
      const ids = items.map(({ id }: { id: string }) => id);
      const limited = as(`person:lea:administrator:${tenantId}`);
      const { asOf } = (await limited('POST', '/api/events/count', { ids })).body;
      expect((await limited('POST', '/api/event-deletions', { ids, confirmed: 2, asOf })).status).toBe(404);
      const before = (await count()).count;
      const own = await count({ ids });
      const deletion = (await root('POST', '/api/event-deletions', { ids, confirmed: 2, asOf: own.asOf })).body;
      await waitUntilDone(deletion.id);
      expect((await count()).count).toBe(before - 2);
      expect((await root('GET', `/api/events/${ids[0]}`)).status).toBe(404);
    });
  });
});
