import { type DeviceFilterInput, DeviceFilter as Filter, MovingRuleBody } from '@gatehouse/contract';
import fc from 'fast-check';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { decideMove, readyRule } from '../moving-rules/rule.ts';
import { administrationMigrations } from '../store-migrations.ts';
import {
  contactStore,
  type DeviceTables,
  deviceLists,
  devicePlaces,
  deviceStore,
  resolveDeviceFilter,
  searchPlaces,
} from './index.ts';

const now = new Date('2026-05-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ago = (ms: number) => new Date(now.getTime() - ms);

describeOnBothEngines('finding devices', (place) => {
  let database: Database;
  let schema: ReturnType<typeof database.forSchema<DeviceTables>>;
  const tenantId = newId(now);
  let machines = 0;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
    schema = database.forSchema<DeviceTables>('administration');
  });
  beforeEach(() => database.executeSql('truncate administration.device, administration.active_threat cascade'));

  const add = async (
    name: string,
    columns: Record<string, unknown> = {},
    { tenant = tenantId, groupId = 10 }: { tenant?: string; groupId?: number } = {},
  ) => {
    machines += 1;
    const id = newId(new Date(now.getTime() + machines));
    const keyHash = `key-${machines}`;
    await deviceStore(schema, 'all').enrol({
      id,
      tenantId: tenant,
      groupId,
      name,
      machineId: `machine-${machines}`,
      keyHash,
      agentVersion: '1.2.3',
      now,
    });
    for (const [column, value] of Object.entries(columns)) {
      await database.executeSql(`update administration.device set ${column} = $1 where id = $2`, [value, id]);
    }
    return id;
  };
  const names = async (given: DeviceFilterInput, unassigned: number[] = []) => {
    const filter = await resolveDeviceFilter(Filter.parse(given), {
      now,
      visibleSince: ago(2 * HOUR_MS),
      groups: {
        idsOf: async (wanted) => wanted.map(({ id }) => id),
        unassignedIds: async () => unassigned,
        searchPlaces: async () => searchPlaces([], []),
      },
    });
    const lists = deviceLists(schema, 'all');
    const { rows } = await lists.page(filter, { by: 'name', descending: false, tenantOrder: [] }, 100);
    expect(await lists.count(filter)).toBe(rows.length);
    return rows.map(({ name }) => name);
  };

  it('asks every part of a filter, and what is unknown is neither yes nor no', async () => {
    const columns = {
      agent_version: '1.2.3',
      os_family: 'linux',
      os_name: 'Debian GNU/Linux 12',
      os_is_server: true,
      security_known: true,
      security_product: 'clamav',
      security_name: 'ClamAV',
      rtp_state: 4,
      restart_required: true,
      active_threats: 2,
      virus_count: 3,
      last_scan_at: ago(2 * DAY_MS),
      databases_released_at: ago(DAY_MS),
      created_at: ago(3 * DAY_MS),
      addresses: '{10.1.2.3,2001:db8:0:0:0:0:0:7}',
      tags: '{vip,front}',
      status: 'critical',
    };
    await add('known', columns, { groupId: 11 });
    await add('known', { tags: '{back}' }, { tenant: newId(now) });
    await add('unprotected', { security_known: true, created_at: ago(30 * DAY_MS), last_seen_at: ago(3 * HOUR_MS) });
    await add('stopped', { security_product: 'x', security_known: true, rtp_state: 1, created_at: ago(30 * DAY_MS) });
    await add('bare', {
      last_seen_at: null,
      created_at: ago(30 * DAY_MS),
      key_revoked_at: now,
      last_connected_at: null,
    });
    const days = (kind: 'within' | 'before', amount: number) => ({ kind, amount, unit: 'days' as const });
    const expected: [DeviceFilterInput, string[]][] = [
      [{ names: ['KN*'] }, ['known', 'known']],
      [{ notNames: ['kn*', '?are'] }, ['stopped', 'unprotected']],
      [{ tenantIds: [tenantId], names: ['k*'] }, ['known']],
      [{ groups: [{ id: 11 }] }, ['known']],
      [{ addresses: ['10.1.0.0/16'] }, ['known']],
      [{ addresses: ['2001:db8::-2001:db8::f'] }, ['known']],
      [{ addresses: ['10.1.2.4', '0.0.0.0-10.1.2.2'] }, []],
      [{ osFamilies: ['linux'] }, ['known']],
      [{ osNames: ['debian*12'] }, ['known']],
      [{ isServer: true }, ['known']],
      [{ isServer: false }, []],
      [{ statuses: ['critical'] }, ['known']],
      [{ visible: false }, ['bare', 'unprotected']],
      [{ lastSeen: { kind: 'never' } }, ['bare']],
      [{ lastSeen: { kind: 'within', amount: 1, unit: 'hours' } }, ['known', 'known', 'stopped']],
      [{ lastSeen: { kind: 'before', amount: 1, unit: 'hours' } }, ['bare', 'unprotected']],
      [{ lastConnected: { kind: 'never' } }, ['bare']],
      [{ added: days('within', 7) }, ['known', 'known']],
      [
        { added: { kind: 'between', from: ago(40 * DAY_MS).toISOString(), to: ago(DAY_MS).toISOString() } },
        ['bare', 'known', 'stopped', 'unprotected'],
      ],
      [{ lastScan: days('within', 3) }, ['known']],
      [{ lastScan: days('before', 1), securityInstalled: true }, ['known', 'stopped']],
      [{ databases: days('before', 2), securityInstalled: true }, ['stopped']],
      [{ agentVersions: ['1.2.*'] }, ['bare', 'known', 'known', 'stopped', 'unprotected']],
      [{ agentInstalled: false }, ['bare']],
      [{ securityApplications: ['clam*'] }, ['known']],
      [{ securityInstalled: false }, ['unprotected']],
      [{ protectionRunning: true }, ['known']],
      [{ protectionRunning: false }, ['stopped']],
      [{ restartRequired: true }, ['known']],
      [{ activeThreats: true }, ['known']],
      [{ detections: false, names: ['known'] }, ['known']],
      [{ tags: ['vip', 'nothing'] }, ['known']],
      [{ notTags: ['vip', 'back'] }, ['bare', 'stopped', 'unprotected']],
      [{ text: 'debian' }, ['known']],
      // Of another tenant a device may have the same name.
      [{ sameName: true }, []],
    ];
    for (const [filter, found] of expected) expect([filter, await names(filter)]).toEqual([filter, found]);
    expect(await names({ unassigned: true }, [11])).toEqual(['known']);
    expect(await names({ unassigned: false, names: ['known'] }, [11])).toEqual(['known']);
    await add('KNOWN');
    expect((await names({ sameName: true })).length).toBe(2);
  });

  it('finds by name, address and system what moving rules find', { timeout: 120_000 }, async () => {
    const letter = fc.constantFrom(...'aAäÄß%_\\*?.-x');
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 5 }).filter((text) => text.trim() !== '');
    const mask = fc.string({ unit: fc.constantFrom(...'aAäÄ*?%_\\x'), minLength: 1, maxLength: 4 });
    const address = fc.constantFrom('10.0.0.1', '10.0.0.200', '10.0.1.1', '2001:db8:0:0:0:0:0:1', '0:0:0:0:0:0:0:1');
    const range = fc.constantFrom('10.0.0.0/24', '10.0.0.100-10.0.1.0', '0.0.0.0/0', '2001:db8::/32', '::/0', '::1');
    const store = deviceStore(schema, 'all');
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            name: word,
            os: word,
            server: fc.boolean(),
            addresses: fc.uniqueArray(address, { maxLength: 2 }),
          }),
          { minLength: 4, maxLength: 4 },
        ),
        fc.array(
          fc.record(
            {
              names: fc.array(mask, { minLength: 1, maxLength: 2 }),
              osNames: fc.array(mask, { minLength: 1, maxLength: 1 }),
              addresses: fc.array(range, { minLength: 1, maxLength: 2 }),
              isServer: fc.boolean(),
            },
            { requiredKeys: [] },
          ),
          { minLength: 6, maxLength: 6 },
        ),
        async (devices, conditions) => {
          await database.executeSql('truncate administration.device cascade');
          for (const { name, os, server, addresses } of devices) {
            const id = await add(name);
            await store.saveFacts(
              id,
              {
                hostname: name,
                os: { family: 'linux', name: os, version: os, arch: 'x64', isServer: server },
                ipAddresses: addresses,
              },
              '1',
              now,
            );
          }
          const states = await devicePlaces(schema, 'all').movingAfter(null, 100);
          for (const asked of conditions) {
            const body = MovingRuleBody.parse({
              name: 'r',
              mode: 'always',
              reach: 'all',
              groupId: 99,
              conditions: asked,
            });
            const rule = readyRule({ ...body, id: 'r', tenantId, changedAt: now, changedBy: '' });
            const context = { isUnassigned: () => false, hasActed: () => false };
            const byRule = states.filter((state) => decideMove(state, [rule], context).move !== null);
            const byFilter = await names(asked);
            expect({ asked, found: byFilter.toSorted() }).toEqual({
              asked,
              found: byRule.map(({ name }) => name).toSorted(),
            });
          }
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('walks through all devices that a filter finds, each once, however small the pages', async () => {
    const ids = [];
    for (let n = 0; n < 7; n += 1) ids.push(await add(`pc-${n}`));
    for (const pageSize of [1, 3, 7, 100]) {
      const pages = [];
      for await (const page of deviceLists(schema, 'all').walk({ names: ['pc-*'] }, pageSize)) pages.push(page);
      expect(pages.flat().map(({ id }) => id)).toEqual(ids.toSorted());
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(pageSize);
    }
    for await (const page of deviceLists(schema, []).walk({})) expect(page).toEqual([]);
  });

  it('tags devices without losing what they have, and refuses too many', async () => {
    const [a, b] = [await add('a'), await add('b')];
    const places = devicePlaces(schema, 'all');
    const tagsOf = async (id: string) => (await deviceStore(schema, 'all').get(id)).tags;
    await places.changeTags([a, b], { add: ['x', 'y'], remove: [] }, { byRule: false });
    await places.changeTags([a], { add: ['x', 'z'], remove: ['y', 'no'] }, { byRule: false });
    expect([await tagsOf(a), await tagsOf(b)]).toEqual([
      ['x', 'z'],
      ['x', 'y'],
    ]);
    expect(await places.tagCounts()).toEqual([
      { tag: 'x', devices: 2 },
      { tag: 'y', devices: 1 },
      { tag: 'z', devices: 1 },
    ]);
    expect(await devicePlaces(schema, [newId(now)]).tagCounts()).toEqual([]);
    const many = Array.from({ length: 51 }, (_, n) => `t${n}`);
    await expect(places.changeTags([a], { add: many, remove: [] }, { byRule: false })).rejects.toMatchObject({
      code: 'device.too-many-tags',
    });
  });

  it('are asked about by moving rules once something of theirs changed that rules ask for, and not before', async () => {
    const id = await add('pc');
    const take = () =>
      schema
        .transaction()
        .execute(async (tx) => (await devicePlaces(tx, 'all').takeMoving(10)).map((each) => each.isEnrolling));
    expect(await take()).toEqual([true]);
    expect(await take()).toEqual([]);
    const store = deviceStore(schema, 'all');
    const facts = { hostname: 'pc', ipAddresses: ['10.0.0.1'] };
    await store.saveFacts(id, facts, '1', now);
    expect(await take()).toEqual([true]); // the first report after it enrolled
    await store.saveFacts(id, facts, '2', now);
    await contactStore(schema).touch([id], now);
    expect(await take()).toEqual([]);
    await store.saveFacts(id, { ipAddresses: ['10.0.0.2'] }, '2', now);
    expect(await take()).toEqual([false]);
    await store.change(id, { name: 'other' });
    expect(await take()).toEqual([false]);
    await devicePlaces(schema, 'all').changeTags([id], { add: ['x'], remove: [] }, { byRule: false });
    expect(await take()).toEqual([false]);
    await devicePlaces(schema, 'all').changeTags([id], { add: ['y'], remove: [] }, { byRule: true });
    await devicePlaces(schema, 'all').moveTo([id], 12, { byRule: true });
    expect(await take()).toEqual([]);
  });
});
