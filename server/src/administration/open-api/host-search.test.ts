import {
  type AttributeValue,
  type Condition,
  compileFilter,
  type Filter,
  type FilterValue,
  type ParamValue,
  Typed,
} from '@gatehouse/protocols/ksc-open-api';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { type Database, json, migrate } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { type DeviceRecord, type DeviceTables, deviceSearch } from '../devices/index.ts';
import { administrationMigrations } from '../store-migrations.ts';
import type { ServerContext } from './context.ts';
import { hostAttributes, hostColumns, hostRow } from './host-attributes.ts';

const now = new Date('2026-05-01T12:00:00.700Z');
const [tenantA, tenantB] = [newId(now), newId(now)];
/** 10 and 11 below it; 20 is for devices that lie nowhere. */
const under: Record<number, number[]> = { 10: [10, 11], 11: [11], 20: [20] };
const context: ServerContext = {
  now,
  visibleSince: new Date(now.getTime() - 7_200_000),
  groups: new Map(),
  fullNames: new Map(),
  tenantList: [],
  groupNames: new Map([
    [10, 'Büro’s "Desk"'],
    [11, "it's"],
    [20, 'Unassigned devices'],
  ]),
  tenants: new Map([
    [tenantA, { number: 0, name: '' }],
    [tenantB, { number: 7, name: 'Ärzte & Söhne' }],
  ]),
  unassignedGroupIds: [20],
  withSubgroups: (id) => under[id] ?? [],
};

const word = fc.string({ unit: fc.constantFrom(...'aAbÄä1.%_*?[]\\"\' é中-'), maxLength: 5 });
const someText = fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 4, arbitrary: word });
const hostName = fc.constantFrom('', 'pc', 'PC-1', 'pc-1.example.test', 'Zentrale', 'a.b.c');
const ip = fc.constantFrom('', '192.0.2.1', '198.51.100.255', 'fe80::1', '999.1.2.3', 'no address');
const version = fc.constantFrom('', '1', '1.2', '13.1.0.4', '10.0.19045', 'x.y', '40000.70000', '12 (bookworm)');
const time = fc.option(
  fc
    .oneof(fc.integer({ min: -8000, max: 100 }), fc.integer({ min: -50_000_000, max: 5_000_000 }))
    .map((seconds) => new Date(now.getTime() + seconds * 1000 - 333)),
  { freq: 4 },
);
const count = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }));

const device = fc.record({
  tenant: fc.constantFrom(tenantA, tenantB),
  group: fc.constantFrom(10, 11, 20),
  name: word.filter((text) => text !== ''),
  hostname: hostName,
  fqdn: hostName,
  domain: someText,
  comment: someText,
  tags: fc.uniqueArray(fc.constantFrom('vip', 'Ägypten', '5', ' x ', '*'), { maxLength: 3 }),
  osName: someText,
  osFamily: fc.constantFrom('', 'linux', 'windows', 'macos', 'other'),
  isServer: fc.boolean(),
  osVersion: fc.option(version),
  arch: fc.constantFrom('x64', 'arm64'),
  ip,
  macs: fc.option(fc.array(fc.constantFrom('aa:bb', 'cc:dd'), { maxLength: 2 })),
  agentVersion: fc.option(version),
  enrolled: time,
  revoked: time,
  connected: time,
  seen: time,
  factsAt: time,
  databases: time,
  records: fc.option(fc.nat(9_000_000)),
  scanned: time,
  booted: time,
  product: fc.constantFrom('', 'clamav', 'KES'),
  productVersion: version,
  rtp: fc.integer({ min: 0, max: 9 }),
  restart: fc.boolean(),
  viruses: count,
  threats: count,
  status: fc.constantFrom('ok' as const, 'warning' as const, 'critical' as const),
  mask: fc.integer({ min: 0, max: 2 ** 20 - 1 }),
  hsdp: fc.option(fc.record({ level: fc.constantFrom('ok' as const, 'critical' as const), text: someText })),
});
type Device = typeof device extends fc.Arbitrary<infer T> ? T : never;

const textsOf: Record<string, (host: DeviceRecord) => string[]> = {
  KLHST_WKS_TAG_NAME: (host) => host.tags,
  KLHST_WKS_PRODUCT_NAME: (host) => products(host).map(([product]) => product),
  KLHST_WKS_PRODUCT_VERSION: (host) => products(host).map(([, found]) => found),
  KLHST_WKS_PRODUCT_ID: (host) => products(host).map((both) => both.join('/')),
  KLHST_HF_DN: () => [],
  KLHST_HF_ID: () => [],
};
const products = (host: DeviceRecord): [string, string][] => [
  ...(host.security_product ? [[host.security_product, host.security_version] as [string, string]] : []),
  ...(host.enrolled_at && !host.key_revoked_at ? [['1103', '1.0.0.0'] as [string, string]] : []),
];
const searchOnly: Record<string, (host: DeviceRecord) => AttributeValue> = {
  ...Object.fromEntries(
    Array.from({ length: 20 }, (_, bit) => [
      `KLHST_WKS_STATUS_MASK_${bit}`,
      (host: DeviceRecord) => (host.status_mask >> bit) & 1,
    ]),
  ),
  KLHST_WKS_AV_BASES_DATE: (host) => host.databases_released_at,
  KLHST_WKS_AV_BASES_RECORDS: (host) => host.facts.databases?.records ?? null,
  KLHST_WKS_AV_BASES_SEC: ({ databases_released_at: at }) => at && Math.floor((now.getTime() - at.getTime()) / 1000),
};
const GROUP = 'KLHST_WKS_GROUPID_GP';
const names = [...Object.keys(hostAttributes), ...Object.keys(searchOnly), ...Object.keys(textsOf), GROUP];

const plain = (value: ParamValue | null | undefined): AttributeValue => {
  if (value instanceof Typed) {
    if (value.type === 'datetime') return value.value === '' ? null : new Date(String(value.value));
    return value.value as AttributeValue;
  }
  return typeof value === 'object' ? null : value;
};

/** A question about a set of texts, or about groups, as questions about one value each. */
const spelledOut = (node: Filter, host: DeviceRecord): Filter => {
  if (node.kind === 'and' || node.kind === 'or') {
    return { ...node, parts: node.parts.map((part) => spelledOut(part, host) as Condition) };
  }
  if (node.kind === 'not') return { ...node, part: spelledOut(node.part, host) as Condition };
  if (node.kind === 'all') return node;
  const texts = Object.hasOwn(textsOf, node.attribute) ? textsOf[node.attribute]?.(host) : undefined;
  if (texts) {
    const isNegative =
      node.kind === 'compare' && node.operator === '<>' && !(node.value.kind === 'string' && node.value.value === '');
    const parts = texts.map((_, index) => ({
      ...node,
      attribute: `${node.attribute} ${index}`,
      ...(isNegative && { operator: '=' as const }),
    })) as Condition[];
    const any: Condition = { kind: 'or', parts };
    return isNegative ? { kind: 'not', part: any } : any;
  }
  return node;
};

const memoryAnswer = (filter: Filter, host: DeviceRecord): boolean => {
  const row = hostRow(host, [], context);
  const spelled = spelledOut(filter, host);
  return compileFilter(spelled, { now })((name) => {
    const [base = '', index] = name.split(' ');
    if (index !== undefined) return textsOf[base]?.(host)[Number(index)];
    return Object.hasOwn(searchOnly, name) ? searchOnly[name]?.(host) : plain(row[name]);
  });
};

const stamp = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;
const quoted = (value: string): FilterValue => ({ kind: 'string', value });
/** What is asked for: mostly what some device has, or something like it. */
const valueLike = (known: readonly AttributeValue[]) =>
  fc.oneof(
    fc.constantFrom(...(known.length > 0 ? known : [''])).chain((value): fc.Arbitrary<FilterValue> => {
      if (typeof value === 'number')
        return fc.constantFrom<FilterValue>({ kind: 'int', value }, quoted(String(value)), {
          kind: 'int',
          value: value + 1,
        });
      if (typeof value === 'boolean')
        return fc.constantFrom<FilterValue>({ kind: 'int', value: Number(value) }, quoted(value ? 'True' : 'False'));
      if (value instanceof Date)
        return fc.constantFrom<FilterValue>({ kind: 'utc', value: stamp(value) }, quoted(stamp(value)));
      const text = typeof value === 'string' ? value : '';
      return fc.constantFrom(
        quoted(text),
        quoted(text.toUpperCase()),
        quoted(`${text.slice(0, 1)}*`),
        quoted(`?${text.slice(1)}`),
        quoted(`*${text.slice(-2)}`),
      );
    }),
    fc.constantFrom(quoted('*'), quoted(''), quoted('[a-f]*'), quoted('true'), quoted('5')),
    fc.integer({ min: -2, max: 5 }).map((value): FilterValue => ({ kind: 'int', value })),
    fc.integer({ min: -9000, max: 100 }).map((offsetSeconds): FilterValue => ({ kind: 'curtime', offsetSeconds })),
  );

describeOnBothEngines('hosts found by filters', (place) => {
  let database: Database;
  let db: ReturnType<typeof database.forSchema<DeviceTables>>;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
    db = database.forSchema<DeviceTables>('administration');
  });

  const store = async (devices: readonly Device[]) => {
    await database.executeSql('truncate administration.device cascade');
    for (const one of devices) {
      await db
        .insertInto('device')
        .values({
          id: newId(now),
          tenant_id: one.tenant,
          group_id: one.group,
          name: one.name,
          hostname: one.hostname,
          fqdn: one.fqdn,
          windows_domain: one.domain,
          comment: one.comment,
          tags: sql<string[]>`${one.tags}::text[]`,
          os_name: one.osName,
          os_family: one.osFamily,
          os_is_server: one.isServer,
          ip_address: one.ip,
          agent_version: one.agentVersion,
          created_at: one.booted ?? now,
          enrolled_at: one.enrolled,
          key_revoked_at: one.revoked,
          last_connected_at: one.connected,
          last_seen_at: one.seen,
          facts_at: one.factsAt,
          databases_released_at: one.databases,
          last_scan_at: one.scanned,
          last_boot_at: one.booted,
          security_product: one.product,
          security_version: one.productVersion,
          rtp_state: one.rtp,
          restart_required: one.restart,
          virus_count: one.viruses,
          active_threats: one.threats,
          status: one.status,
          status_mask: one.mask,
          status_since: now,
          facts: json({
            ...(one.osVersion !== null && {
              os: { family: 'linux', name: '', version: one.osVersion, arch: one.arch, isServer: one.isServer },
            }),
            ...(one.macs && { macAddresses: one.macs }),
            ...(one.databases && { databases: { releasedAt: one.databases.toISOString(), records: one.records } }),
          }) as never,
          condition_facts: json(one.hsdp ? { applicationStatus: one.hsdp } : {}) as never,
        })
        .execute();
    }
    const search = deviceSearch(db, 'all');
    return { search, hosts: await search.byIds(await search.find({ kind: 'all' }, [], context)) };
  };

  /** Filters over every attribute, of values that the hosts have. */
  const filtersFor = (hosts: readonly DeviceRecord[]) => {
    const known = (name: string): AttributeValue[] => {
      if (name === GROUP) return [10, 11, 20];
      if (Object.hasOwn(textsOf, name)) return hosts.flatMap((host) => textsOf[name]?.(host) ?? []);
      const found = hosts.map((host) =>
        Object.hasOwn(searchOnly, name) ? searchOnly[name]?.(host) : plain(hostRow(host, [name], context)[name]),
      );
      return found.filter((value) => value !== null && value !== undefined);
    };
    const operators = fc.constantFrom('=', '<>', '<', '<=', '>', '>=') as fc.Arbitrary<'='>;
    const comparison = (name: string): fc.Arbitrary<Condition> =>
      fc.record({
        kind: fc.constant('compare' as const),
        attribute: fc.constant(name),
        operator: name === GROUP ? (fc.constantFrom('=', '<>') as fc.Arbitrary<'='>) : operators,
        value: valueLike(known(name)),
      });
    const bitTest = (name: string): fc.Arbitrary<Condition> =>
      fc.record({
        kind: fc.constant('bitTest' as const),
        attribute: fc.constant(name),
        mask: fc.constantFrom(0, 1, 2, 4, 0x10, 0x80, 0xffff_ffff),
        operator: fc.constantFrom('=', '<>') as fc.Arbitrary<'='>,
        expected: fc.constantFrom(0, 1, 2, 4),
      });
    const item = fc
      .constantFrom(...names)
      .chain((name) =>
        name === GROUP ? comparison(name) : fc.oneof({ weight: 4, arbitrary: comparison(name) }, bitTest(name)),
      );
    const joined = fc.oneof(
      item,
      fc.array(item, { minLength: 2, maxLength: 3 }).map((parts): Condition => ({ kind: 'and', parts })),
      fc.array(item, { minLength: 2, maxLength: 3 }).map((parts): Condition => ({ kind: 'or', parts })),
      item.map((part): Condition => ({ kind: 'not', part })),
    );
    return { joined, each: names.map((name) => comparison(name)) };
  };

  /** Of the group of a host and of those above it. */
  const withGroups = (node: Filter): Filter => {
    if (node.kind === 'and' || node.kind === 'or') {
      return { ...node, parts: node.parts.map((part) => withGroups(part) as Condition) };
    }
    if (node.kind === 'not') return { ...node, part: withGroups(node.part) as Condition };
    if (node.kind !== 'compare' || node.attribute !== GROUP) return node;
    const { value } = node;
    const number =
      value.kind === 'int' ? value.value : value.kind === 'string' ? Number(value.value.trim() || 'no') : Number.NaN;
    const parts = (Number.isNaN(number) ? [] : context.withSubgroups(number)).map(
      (id): Condition => ({
        kind: 'compare',
        attribute: 'KLHST_WKS_GROUPID',
        operator: '=',
        value: { kind: 'int', value: id },
      }),
    );
    const any: Condition = { kind: 'or', parts };
    return node.operator === '<>' ? { kind: 'not', part: any } : any;
  };

  it('are those for which the same filter holds in memory, for every attribute', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(device, { minLength: 12, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        async (devices, seeds) => {
          const { search, hosts } = await store(devices);
          const { joined, each } = filtersFor(hosts);
          const seed = () => seeds.next().value ?? 0;
          const filters = [
            ...each.flatMap((one) => fc.sample(one, { numRuns: 1, seed: seed() })),
            ...fc.sample(joined, { numRuns: 60, seed: seed() }),
          ];
          for (const filter of filters) {
            const wanted = hosts.filter((host) => memoryAnswer(withGroups(filter), host)).map(({ number }) => number);
            const found = [...(await search.findNumbers(filter, [], context))];
            expect({ filter, found }).toEqual({ filter, found: wanted });
          }
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it('are sorted by any attribute, within the scope alone', async () => {
    const [devices] = fc.sample(fc.array(device, { minLength: 15, maxLength: 15 }), { numRuns: 1, seed: 7 });
    const { hosts } = await store(devices ?? []);
    const search = deviceSearch(db, [tenantB]);
    const own = hosts.filter((host) => host.tenant_id === tenantB).map(({ number }) => number);
    for (const name of names) {
      for (const ascending of [true, false]) {
        const found = [...(await search.findNumbers({ kind: 'all' }, [{ name, ascending }], context))];
        expect([name, found.toSorted()]).toEqual([name, own.toSorted()]);
      }
    }
    const byStatus = await search.findNumbers(
      { kind: 'all' },
      [{ name: 'KLHST_WKS_VIRUS_COUNT', ascending: false }],
      context,
    );
    const counts = (await search.byNumbers(byStatus, ['virus_count'])).map((host) => host.virus_count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(await search.byNumbers(Int32Array.from(hosts.map(({ number }) => number)), ['id'])).toHaveLength(own.length);
  });

  it('are told the same from what is read for an attribute as from all that is known', async () => {
    const [devices] = fc.sample(fc.array(device, { minLength: 15, maxLength: 15 }), { numRuns: 1, seed: 11 });
    const { search, hosts } = await store(devices ?? []);
    const numbers = Int32Array.from(hosts.map(({ number }) => number));
    for (const name of Object.keys(hostAttributes)) {
      const read = await search.byNumbers(numbers, hostColumns([name]));
      expect(read.map((host) => hostRow(host, [name], context))).toEqual(
        hosts.map((host) => hostRow(host, [name], context)),
      );
    }
  });
});
