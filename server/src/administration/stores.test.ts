import type { DeviceFacts } from '@gatehouse/contract';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, migrate } from '../platform/db/index.ts';
import { newId } from '../platform/ids/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import {
  contactStore,
  type DecidedStatus,
  type DeviceOrder,
  deviceLists,
  deviceStatuses,
  deviceStore,
  type ThreatReport,
  threatStore,
} from './devices/index.ts';
import { type EnrolmentTokenRow, enrolmentStore, useEnrolmentToken } from './enrolment/index.ts';
import { fullNames, groupStore } from './groups/index.ts';
import { administrationMigrations } from './store-migrations.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { tenantStore } from './tenants/index.ts';

const now = new Date('2026-05-01T12:00:00Z');
const DAY_MS = 86_400_000;
const after = (ms: number) => new Date(now.getTime() + ms);
const DECIDED: DecidedStatus = {
  level: 'ok',
  mask: 0,
  reasons: [],
  unseen: [],
  since: now,
  visible: true,
  nextAt: null,
};

describeOnBothEngines('the stores of the Administration Server', (place) => {
  let database: Database;
  let schema: ReturnType<typeof database.forSchema<AdministrationTables>>;
  let db: ReturnType<typeof administrationDb>;
  let machines = 0;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
    schema = database.forSchema<AdministrationTables>('administration');
    db = administrationDb(schema);
  });
  beforeEach(async () => {
    await database.executeSql(
      'truncate administration.device, administration.active_threat, administration.admin_group, administration.tenant, administration.enrolment_token cascade',
    );
  });

  const addTenant = (name: string, main = false) =>
    tenantStore(db.tenants, 'all').add({ id: newId(now), name, createdAt: now, main });
  const addDevice = async (
    tenantId: string,
    name: string,
    more: { machineId?: string; groupId?: number; at?: Date } = {},
  ) => {
    machines += 1;
    const { machineId = `machine-${machines}`, groupId = 10, at = now } = more;
    const id = newId(at);
    const keyHash = `key-${machines}`;
    const device = { id, tenantId, groupId, name, machineId, keyHash, agentVersion: '1', now: at };
    return { ...(await deviceStore(db.devices, 'all').enrol(device)), keyHash };
  };

  describe('tenants', () => {
    it('are numbered as virtual servers, the main server 0, and listed with it first', async () => {
      const names = ['beta', 'Main', 'Alpha'];
      for (const name of names) await addTenant(name, name === 'Main');
      const all = await tenantStore(db.tenants, 'all').list();
      expect(all.map(({ name }) => name)).toEqual(['Main', 'Alpha', 'beta']);
      expect(all[0]?.virtualServerId).toBe(0);
      expect(new Set(all.map(({ virtualServerId }) => virtualServerId)).size).toBe(3);
    });

    it('have names that differ in more than case, in every script, and are found by them in any case', async () => {
      await addTenant('Ärzte');
      await expect(addTenant('äRZTE')).rejects.toMatchObject({ code: 'tenant.name-taken' });
      const other = await addTenant('Müller');
      const store = tenantStore(db.tenants, 'all');
      await expect(store.rename(other.id, 'ärzte')).rejects.toMatchObject({ code: 'tenant.name-taken' });
      await store.rename(other.id, 'MÜLLER');
      expect((await store.byName('müller'))?.id).toBe(other.id);
      expect(await store.byName('%')).toBeNull();
      await expect(store.rename(newId(now), 'x')).rejects.toMatchObject({ code: 'tenant.not-found' });
    });

    it('of another scope are not there', async () => {
      const [a, b] = [await addTenant('a'), await addTenant('b')];
      for (const scope of [[a.id], []] as const) {
        const store = tenantStore(db.tenants, scope);
        expect((await store.list()).map(({ id }) => id)).toEqual(scope);
        await expect(store.get(b.id)).rejects.toMatchObject({ code: 'tenant.not-found' });
        expect(await store.byName('b')).toBeNull();
        expect(await store.byVirtualServerId(b.virtualServerId)).toBeNull();
      }
    });
  });

  describe('groups', () => {
    const tree = async () => {
      const tenant = await addTenant('t');
      const groups = groupStore(db.groups, tenant.id);
      await groups.addFixed(now, false);
      const root = await groups.fixed('managed');
      const add = (name: string, parentId: number) => groups.add({ name, parentId, createdAt: now });
      const a = await add('A', root.id);
      const b = await add('B', a.id);
      const c = await add('C', b.id);
      const d = await add('D', root.id);
      const names = async () =>
        [...fullNames(await groups.list()).values()].filter((name) => name.startsWith('Managed'));
      return { tenant, groups, root, add, a, b, c, d, names };
    };

    it('move with all that lies below them', async () => {
      const { groups, a, b, c, d, names } = await tree();
      await groups.change(b.id, { parentId: d.id });
      expect(await names()).toEqual([
        'Managed devices/',
        'Managed devices/A/',
        'Managed devices/D/',
        'Managed devices/D/B/',
        'Managed devices/D/B/C/',
      ]);
      expect((await groups.get(c.id)).path.startsWith((await groups.get(d.id)).path)).toBe(true);
      await groups.change(d.id, { parentId: a.id, name: 'E' });
      expect((await names()).at(-1)).toBe('Managed devices/A/E/B/C/');
    });

    it('never move below themselves, and the fixed ones stay', async () => {
      const { groups, root, a, c } = await tree();
      for (const parentId of [a.id, c.id]) {
        await expect(groups.change(a.id, { parentId })).rejects.toMatchObject({ code: 'group.inside-itself' });
      }
      await expect(groups.change(root.id, { name: 'x' })).rejects.toMatchObject({ code: 'group.fixed' });
      await expect(groups.remove(root.id)).rejects.toMatchObject({ code: 'group.fixed' });
      await expect(groups.remove(a.id)).rejects.toMatchObject({ code: 'group.not-empty' });
      await groups.remove(c.id);
      await expect(groups.get(c.id)).rejects.toMatchObject({ code: 'group.not-found' });
    });

    it('have a name of their own in their place, in any case; elsewhere it may stand again', async () => {
      const { groups, root, add, a, b } = await tree();
      await expect(add('a', root.id)).rejects.toMatchObject({ code: 'group.name-taken' });
      await add('A', a.id);
      await expect(groups.change(b.id, { name: 'a' })).rejects.toMatchObject({ code: 'group.name-taken' });
      await add('%_\\', root.id);
      await add('b', root.id);
      await expect(groups.change(b.id, { parentId: root.id })).rejects.toMatchObject({ code: 'group.name-taken' });
      await expect(add('x', 99_999)).rejects.toMatchObject({ code: 'group.not-found' });
    });

    it('of another tenant are not there, and the main server’s fixed ones are 0, 1 and 2', async () => {
      const { a } = await tree();
      const main = await addTenant('main', true);
      const groups = groupStore(db.groups, main.id);
      await groups.addFixed(now, true);
      expect((await groups.list()).map(({ id, kind }) => [id, kind])).toEqual([
        [0, 'managed'],
        [1, 'unassigned'],
        [2, 'super'],
      ]);
      for (const act of [() => groups.get(a.id), () => groups.change(a.id, { name: 'x' }), () => groups.remove(a.id)]) {
        await expect(act()).rejects.toMatchObject({ code: 'group.not-found' });
      }
      await expect(groups.add({ name: 'x', parentId: a.id, createdAt: now })).rejects.toMatchObject({
        code: 'group.not-found',
      });
    });
  });

  describe('devices', () => {
    it('the same machine of a tenant enrols as the same device; its old key dies, its group stays', async () => {
      const tenant = await addTenant('t');
      const store = deviceStore(db.devices, 'all');
      const contacts = contactStore(db.devices);
      const first = await addDevice(tenant.id, 'pc', { machineId: 'machine-x', groupId: 11 });
      await store.revokeKey(first.id, now);
      expect((await contacts.byKeyHashes([first.keyHash])).size).toBe(0);
      const again = await addDevice(tenant.id, 'pc', { machineId: 'machine-x', groupId: 12, at: after(1000) });
      expect([again.id, again.isNew]).toEqual([first.id, false]);
      expect((await contacts.byKeyHashes([again.keyHash, first.keyHash])).get(again.keyHash)).toMatchObject({
        id: first.id,
      });
      expect((await store.get(first.id)).group_id).toBe(11);
      expect((await contacts.byKeyHashes([first.keyHash])).size).toBe(0);
      const elsewhere = await addDevice((await addTenant('u')).id, 'pc', { machineId: 'machine-x' });
      expect(elsewhere.isNew).toBe(true);
    });

    it('of another scope are not there', async () => {
      const [a, b] = [await addTenant('a'), await addTenant('b')];
      const { id } = await addDevice(b.id, 'pc');
      for (const scope of [[a.id], []]) {
        const store = deviceStore(db.devices, scope);
        await expect(store.get(id)).rejects.toMatchObject({ code: 'device.not-found' });
        expect([await store.find(id), await store.count()]).toEqual([null, 0]);
        const lists = deviceLists(db.devices, scope);
        expect(await lists.count({})).toBe(0);
        expect(await lists.countsByGroup(now)).toEqual([]);
        expect(await lists.countsByCondition()).toEqual([]);
      }
      expect(await deviceStore(db.devices, [b.id]).count()).toBe(1);
    });

    it('are due once, until something happens to them again; a transaction that fails gives them back', async () => {
      const tenant = await addTenant('t');
      const ids = [];
      for (let n = 0; n < 5; n += 1) ids.push((await addDevice(tenant.id, `pc-${n}`, { at: after(n) })).id);
      /** Locks, and saves that nothing is due any more. */
      const take = async (limit: number, at = now) =>
        schema.transaction().execute(async (tx) => {
          const statuses = deviceStatuses(administrationDb(tx).devices);
          const due = await statuses.lockDue(limit, at);
          await statuses.saveDecided(due.map(({ state }) => ({ id: state.id, status: null, nextAt: null })));
          return due.map(({ state }) => state.id).sort();
        });
      await expect(
        schema.transaction().execute(async (tx) => {
          const statuses = deviceStatuses(administrationDb(tx).devices);
          const due = await statuses.lockDue(10, now);
          expect(due).toHaveLength(5);
          await statuses.saveDecided(due.map(({ state }) => ({ id: state.id, status: null, nextAt: null })));
          throw new Error('crash');
        }),
      ).rejects.toThrow('crash');
      expect(await take(3)).toEqual(ids.slice(0, 3));
      expect(await take(10)).toEqual(ids.slice(3));
      expect(await take(10)).toEqual([]);
      const store = deviceStore(db.devices, 'all');
      const statuses = deviceStatuses(db.devices);
      const save = (id: string | undefined, status: DecidedStatus | null, nextAt: Date | null = null) =>
        statuses.saveDecided([{ id: id ?? '', status, nextAt }]);
      await contactStore(db.devices).touch([ids[0] as string], now);
      expect(await take(10)).toEqual([]);
      await save(ids[0], { ...DECIDED, visible: false });
      await contactStore(db.devices).touch([ids[0] as string], now); // back in sight
      await store.saveFacts(ids[1] as string, { mobileCompliant: false }, '1', now);
      await store.change(ids[2] as string, { name: 'x' });
      await store.resetVirusCount(ids[3] as string);
      await store.revokeKey(ids[4] as string, now);
      expect(await take(10)).toEqual(ids);
      await save(ids[2], null, after(5));
      expect(await take(10, after(4))).toEqual([]);
      expect(await take(10, after(5))).toEqual(ids.slice(2, 3));
      expect(await take(10, after(5))).toEqual([]);
      await statuses.saveLicenseEnds([{ deviceId: ids[1] ?? '', expiresAt: null }]);
      await statuses.saveIncidentCounts(ids.slice(3).map((deviceId) => ({ deviceId, unprocessed: 2 })));
      expect(await take(10)).toEqual([ids[1], ids[3], ids[4]]);
    });

    it('are not due for a report that says what the last one said', async () => {
      const tenant = await addTenant('t');
      const { id } = await addDevice(tenant.id, 'pc');
      const store = deviceStore(db.devices, 'all');
      const facts: DeviceFacts = {
        securityApplication: { product: 'clamav', name: 'ClamAV', version: '1', running: true, rtpState: 4 },
        databases: { releasedAt: now.toISOString(), records: 1 },
        lastScanAt: now.toISOString(),
        restart: { required: true, since: null, reasons: ['libc6'] },
        vulnerabilities: { checkedAt: now.toISOString(), counts: { critical: 1, high: 0, medium: 0 }, items: [] },
        disks: [{ mount: '/', sizeBytes: 9e9, freeBytes: 5e9 }],
      };
      const isDue = async () => {
        const statuses = deviceStatuses(db.devices);
        const due = await statuses.lockDue(10, now);
        await statuses.saveDecided(due.map(({ state }) => ({ id: state.id, status: null, nextAt: null })));
        return due.length === 1;
      };
      await store.saveFacts(id, facts, '1', now);
      expect(await isDue()).toBe(true);
      await store.saveFacts(id, facts, '2', after(1));
      expect(await isDue()).toBe(false);
      expect((await store.get(id)).restart_since).toEqual(now);
      for (const news of [
        { ...facts, lastScanAt: after(1).toISOString() },
        { securityApplication: null },
        { databases: null },
        { disks: [{ mount: '/', sizeBytes: 9e9, freeBytes: 1e9 }] },
        { restart: { required: false, since: null, reasons: [] } },
        { vulnerabilities: null },
      ] satisfies DeviceFacts[]) {
        await store.saveFacts(id, news, '2', after(2));
        expect([news, await isDue()]).toEqual([news, true]);
      }
    });

    it('read as lines are what they are read one by one, whatever their texts hold', async () => {
      const tenant = await addTenant('t');
      const { id } = await addDevice(tenant.id, 'a\tb', { groupId: 12 });
      const store = deviceStore(db.devices, 'all');
      const securityApplication = { product: 'x', name: 'x\ny', version: '1', running: true, rtpState: 1 };
      await store.saveFacts(
        id,
        { securityApplication, incompatibleApplications: [{ name: '\t"\\\n', version: '' }] },
        '1',
        now,
      );
      await store.saveFacts(
        id,
        { lastScanAt: null, restart: { required: true, since: now.toISOString(), reasons: ['a'] } },
        '1',
        after(3),
      );
      const statuses = deviceStatuses(db.devices);
      await statuses.saveLicenseEnds([{ deviceId: id, expiresAt: after(60) }]);
      const reason = {
        condition: 'c',
        title: 't\tt',
        level: 'critical' as const,
        since: now.toISOString(),
        detail: '\n',
      };
      const status = { ...DECIDED, level: 'critical' as const, mask: 1 << 19, reasons: [reason], unseen: [reason] };
      await statuses.saveDecided([{ id, status, nextAt: after(9) }]);
      const [one] = await statuses.lockThese([id]);
      const [line] = await statuses.ofGroups([12], null, 5);
      expect(line?.decided).toEqual(one?.decided);
      expect(line?.state).toEqual({ ...one?.state, name: 'a b', securityName: 'x y' });
      expect(await statuses.ofGroups([12], id, 5)).toEqual([]);
      expect(await statuses.ofGroups([13], null, 5)).toEqual([]);
    });

    it('count each threat once while it is active, and each detection', async () => {
      const tenant = await addTenant('t');
      const { id } = await addDevice(tenant.id, 'pc');
      const store = deviceStore(db.devices, 'all');
      const threats = threatStore(db.devices);
      const found = (uid: string, object: string, deviceId = id): ThreatReport => ({
        deviceId,
        found: { uid, object, threatName: 'Eicar', foundAt: now },
      });
      const resolved = (by: { uid: string } | { object: string }): ThreatReport => ({ deviceId: id, resolved: by });
      const counts = async () => {
        const { active_threats: active, virus_count: total } = await store.get(id);
        return [active, total, (await store.threatsOf(id)).length];
      };
      await threats.apply([found('u1', 'a'), found('u1', 'a')]);
      await threats.apply([found('u2', 'b'), found('object:b', 'b')]);
      expect(await counts()).toEqual([3, 4, 3]);
      await threats.apply([resolved({ uid: 'u1' }), resolved({ uid: 'u1' }), resolved({ uid: 'nobody' })]);
      expect(await counts()).toEqual([2, 4, 2]);
      await threats.apply([resolved({ object: 'b' })]);
      expect(await counts()).toEqual([0, 4, 0]);
      await store.resetVirusCount(id);
      // In the order in which it was told: what was found after it was dealt with is there.
      await threats.apply([found('u1', 'a'), resolved({ uid: 'u1' }), found('u1', 'a'), found('u3', 'c')]);
      await threats.apply([resolved({ object: 'c' }), found('u4', 'c'), resolved({ object: 'c' })]);
      expect(await counts()).toEqual([1, 4, 1]);
      await threats.apply([found('x', 'x', newId(now))]); // deleted meanwhile
      await store.remove(id);
      expect(await store.threatsOf(id)).toEqual([]);
    });

    it('keep a fact that a report leaves out, and know since when protection stands still', async () => {
      const tenant = await addTenant('t');
      const { id } = await addDevice(tenant.id, 'pc');
      const store = deviceStore(db.devices, 'all');
      const application = (rtpState: number) => ({
        securityApplication: { product: 'clamav', name: 'ClamAV', version: '1', running: true, rtpState },
      });
      await store.saveFacts(id, { ...application(1), ipAddresses: ['fe80::1', '10.0.0.7'] }, '1', now);
      await store.saveFacts(id, application(2), '1', after(1000));
      expect(await store.get(id)).toMatchObject({
        rtp_stopped_since: now,
        ip_address: '10.0.0.7',
        security_known: true,
      });
      await store.saveFacts(id, { hostname: 'pc-2' }, '2', after(2000));
      expect(await store.get(id)).toMatchObject({ rtp_stopped_since: now, hostname: 'pc-2', agent_version: '2' });
      await store.saveFacts(id, application(4), '2', after(3000));
      expect((await store.get(id)).rtp_stopped_since).toBeNull();
      await store.saveFacts(id, application(1), '2', after(4000));
      await store.saveFacts(id, { securityApplication: null }, '2', after(5000));
      const gone = await store.get(id);
      expect(gone).toMatchObject({ rtp_stopped_since: null, security_product: '', security_known: true });
      expect(gone.facts).toMatchObject({
        securityApplication: null,
        hostname: 'pc-2',
        ipAddresses: ['fe80::1', '10.0.0.7'],
      });
    });
  });

  describe('lists of devices', () => {
    const sorts = ['name', 'status', 'lastSeenAt', 'tenantName', 'activeThreats'] as const;
    const order = (by: DeviceOrder['by'], descending = false, tenantOrder: string[] = []): DeviceOrder => ({
      by,
      descending,
      tenantOrder,
    });
    const hostile = [
      `a'b`,
      'a"b',
      '100%',
      '1000',
      'a_b',
      'aXb',
      'back\\slash',
      '👍',
      'ß',
      ' ',
      "'; drop table device; --",
    ];

    it.each(sorts)(
      'sorted by %s, every page together shows each device once, in both directions, under ties',
      async (by) => {
        const tenants = [await addTenant('a'), await addTenant('b')];
        const wanted = [];
        for (let n = 0; n < 23; n += 1) {
          const { id } = await addDevice(tenants[n % 2]?.id ?? '', hostile[n % 6] ?? '', { at: after((n % 3) * 0.5) });
          wanted.push(id);
          if (n % 4 === 0) {
            const status = { ...DECIDED, level: n % 8 === 0 ? ('critical' as const) : ('warning' as const) };
            await deviceStatuses(db.devices).saveDecided([{ id, status, nextAt: null }]);
          }
          if (n % 5 === 0) {
            await threatStore(db.devices).apply([
              { deviceId: id, found: { uid: 'u', object: 'o', threatName: 't', foundAt: now } },
            ]);
          }
        }
        await database.executeSql('update administration.device set last_seen_at = null where number % 7 = 0');
        const lists = deviceLists(db.devices, 'all');
        const read = async (descending: boolean) => {
          const seen: string[] = [];
          let place: string | undefined;
          do {
            const page = await lists.page(
              {},
              order(
                by,
                descending,
                tenants.map(({ id }) => id),
              ),
              4,
              place,
            );
            seen.push(...page.rows.map(({ id }) => id));
            place = page.next ?? undefined;
          } while (place);
          return seen;
        };
        const [up, down] = [await read(false), await read(true)];
        expect([...up].sort()).toEqual([...wanted].sort());
        expect(down).toEqual([...up].reverse());
      },
    );

    it('text is found as it stands, whatever signs are in it', async () => {
      const tenant = await addTenant('t');
      for (const name of hostile) await addDevice(tenant.id, name);
      const lists = deviceLists(db.devices, 'all');
      for (const name of hostile) {
        const found = (await lists.page({ text: name }, order('name'), 50)).rows.map((row) => row.name);
        expect(found).toContain(name);
        expect([name, found.filter((one) => !one.toLowerCase().includes(name.toLowerCase()))]).toEqual([name, []]);
        expect(await lists.count({ text: name })).toBe(found.length);
      }
    });

    it('filters hold together, and what a device has not is not found', async () => {
      const tenant = await addTenant('t');
      const { id } = await addDevice(tenant.id, 'pc', { groupId: 12 });
      await addDevice(tenant.id, 'other');
      const reason = {
        condition: 'activeThreats',
        title: 't',
        level: 'critical' as const,
        since: now.toISOString(),
        detail: 'd',
      };
      const status = { ...DECIDED, level: 'critical' as const, reasons: [reason] };
      await deviceStatuses(db.devices).saveDecided([{ id, status, nextAt: null }]);
      const lists = deviceLists(db.devices, 'all');
      const count = lists.count;
      expect(await count({ conditions: ['activeThreats', 'x'] })).toBe(1);
      expect(await count({ conditions: [`"}]'`] })).toBe(0);
      expect(await count({ conditions: [] })).toBe(0);
      expect(await count({ status: ['critical', 'ok'] })).toBe(2);
      expect(await count({ status: ['critical'], groupIds: [12], tenantIds: [tenant.id], text: 'PC' })).toBe(1);
      expect(await count({ status: ['critical'], groupIds: [10] })).toBe(0);
      expect(await count({ visible: { yes: true, since: now } })).toBe(2);
      expect(await count({ visible: { yes: false, since: after(1) } })).toBe(2);
      expect(await lists.countsByGroup(after(1))).toEqual(
        expect.arrayContaining([
          { tenant_id: tenant.id, group_id: 12, ok: 0, warning: 0, critical: 1, not_visible: 1, total: 1 },
        ]),
      );
      expect(await lists.countsByCondition()).toEqual([{ condition: 'activeThreats', level: 'critical', devices: 1 }]);
    });

    it('a place of another order, or one that nobody gave out, is refused as such', async () => {
      const tenant = await addTenant('t');
      for (const name of ['alpha', 'beta']) await addDevice(tenant.id, name);
      const lists = deviceLists(db.devices, 'all');
      const { next } = await lists.page({}, order('name'), 1);
      const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const id = '-'.repeat(36);
      for (const [by, place] of [
        ['status', next],
        ['lastSeenAt', next],
        ['activeThreats', next],
        ['name', 'x'],
        ['name', ''],
        ['name', made({})],
        ['name', made([1, 2])],
        ['name', made(['a', id])],
        ['status', made(['99999999999', newId(now)])],
        ['name', made(['\u0000', newId(now)])],
      ] as const) {
        await expect(lists.page({}, order(by), 1, place ?? '')).rejects.toMatchObject({ code: 'devices.bad-place' });
      }
    });
  });

  describe('enrolment tokens', () => {
    const addToken = async (tenant: string, more: Partial<EnrolmentTokenRow>) => {
      const token = {
        id: newId(now),
        group_id: 10,
        name: 'token',
        secret_hash: newId(now),
        created_at: now,
        created_by: 'ann',
        expires_at: null,
        uses_left: null,
        ...more,
      };
      await enrolmentStore(db.enrolment, tenant).add(token);
      return token;
    };

    it('end after their uses, also when devices enrol at the same time', async () => {
      const tenant = await addTenant('t');
      const { secret_hash: hash } = await addToken(tenant.id, { uses_left: 3 });
      const used = await Promise.all(Array.from({ length: 8 }, () => useEnrolmentToken(db.enrolment, hash, now)));
      expect(used.filter(Boolean)).toHaveLength(3);
      expect((await enrolmentStore(db.enrolment, tenant.id).list())[0]).toMatchObject({
        uses_left: 0,
        last_used_at: now,
      });
      const open = await addToken(tenant.id, {});
      for (let n = 0; n < 5; n += 1)
        expect(await useEnrolmentToken(db.enrolment, open.secret_hash, now)).not.toBeNull();
    });

    it('end with their time, and when they are revoked', async () => {
      const tenant = await addTenant('t');
      const store = enrolmentStore(db.enrolment, tenant.id);
      const { id, secret_hash: hash } = await addToken(tenant.id, { expires_at: after(DAY_MS) });
      expect(await useEnrolmentToken(db.enrolment, hash, after(DAY_MS - 1))).toMatchObject({ tenant_id: tenant.id });
      expect(await useEnrolmentToken(db.enrolment, hash, after(DAY_MS))).toBeNull();
      const foreign = enrolmentStore(db.enrolment, (await addTenant('u')).id);
      await expect(foreign.revoke(id)).rejects.toMatchObject({ httpStatus: 404 });
      expect(await foreign.list()).toEqual([]);
      await store.revoke(id);
      expect(await useEnrolmentToken(db.enrolment, hash, now)).toBeNull();
      expect(await useEnrolmentToken(db.enrolment, 'unknown', now)).toBeNull();
    });

    it('for a group that goes enrol into the group above', async () => {
      const tenant = await addTenant('t');
      const store = enrolmentStore(db.enrolment, tenant.id);
      const { secret_hash: hash } = await addToken(tenant.id, { group_id: 12 });
      await store.moveTo(12, 11);
      expect(await useEnrolmentToken(db.enrolment, hash, now)).toMatchObject({ group_id: 11 });
    });
  });
});
