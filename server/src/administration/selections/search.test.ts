import { EventFilter, type EventFilterInput, type EventSort, eventSorts, type SeverityName } from '@gatehouse/contract';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { NotFound } from '../../platform/errors/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { anActor } from '../../testing/http.ts';
import {
  type EventCondition,
  type EventRow,
  engineStore,
  eventPages,
  eventTypes,
  severityNames,
  wordsOf,
} from '../events/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { resolveFilter } from './resolve.ts';
import { createSearches } from './search.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of today: the store itself lets go of what expired long ago. */
const now = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
const tenants = ['019a0000-0000-7000-8000-00000000000a', '019a0000-0000-7000-8000-00000000000b'];
const groups = [
  { id: 0, path: '/0/' },
  { id: 5, path: '/0/5/' },
  { id: 6, path: '/0/5/6/' },
  { id: 7, path: '/7/' },
];
const types = ['GNRL_EV_VIRUS_FOUND', 'KLPRCI_TaskState', 'KLAUD_EV_OBJECTMODIFY', 'KLNAG_EV_DEVICE_ARRIVAL', 'ACME_X'];

/** Few values of each, so that filters, rows and places often meet. */
const rowOf = (eventId: number, pick: (most: number) => number): EventRow => {
  const type = types[pick(types.length)] ?? '';
  const isTask = type === 'KLPRCI_TaskState';
  return {
    eventId,
    tenantId: tenants[pick(2)] ?? '',
    deviceId: `device-${pick(4)}`,
    epoch: 'e',
    seq: eventId,
    type,
    typeId: 0,
    known: type !== 'ACME_X',
    severity: (1 + pick(4)) as 1,
    displayName: ['Malicious object', 'Task state', 'Ärger im Büro'][pick(3)] ?? '',
    description: ['alpha', 'beta', 'alpha beta', 'Gamma-ray 100%'][pick(4)] ?? '',
    params: Array.from({ length: 9 }, (_, at) => (at === 1 ? `/srv/file_${pick(3)}.exe` : '')),
    riseTime: new Date(now.getTime() - pick(40) * 6 * HOUR_MS - pick(2) * 350),
    registrationTime: new Date(now.getTime() - 10 * DAY_MS + eventId * 60_000),
    deviceName: ['pc-1', 'PC-2', 'srv_%1', 'srvX1'][pick(4)] ?? '',
    groupId: [0, 5, 6, 7][pick(4)] ?? 0,
    groupName: ['Managed devices/', 'Managed devices/Branch/'][pick(2)] ?? '',
    ipAddress: ['10.0.0.1', '10.0.1.9', '2001:db8::5', ''][pick(4)] ?? '',
    product: ['KES', '1093', ''][pick(3)] ?? '',
    productVersion: ['11.0.0.0', '12.1'][pick(2)] ?? '',
    productDisplayVersion: '',
    taskId: '',
    taskName: isTask ? (['Quick scan', 'Update'][pick(2)] ?? '') : '',
    taskOldState: isTask ? 0 : -1,
    taskNewState: isTask ? pick(8) : -1,
    completedPercent: -1,
    expiresAt: new Date(now.getTime() + 30 * DAY_MS),
    listed: true,
  };
};
/** Always the same rows. */
const rows = (() => {
  let state = 12_345;
  const pick = (most: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * most);
  };
  return Array.from({ length: 700 }, (_, at) => rowOf(at + 1, pick));
})();

const matches = (mask: string, text: string): boolean =>
  new RegExp(
    `^${mask
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
    'iu',
  ).test(text);
const ipNumber = (text: string): bigint | null => {
  if (/^\d+\./.test(text)) {
    return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) + (0xffffn << 32n);
  }
  return text === '2001:db8::5' ? 0x20010db8n * 2n ** 96n + 5n : text === '2001:db8::' ? 0x20010db8n * 2n ** 96n : null;
};

const allWords = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** What a filter means, said once more without any store. */
const holds = (filter: EventFilter, row: EventRow): boolean => {
  const any = (masks: string[], text: string) => masks.length === 0 || masks.some((mask) => matches(mask, text));
  const none = (masks: string[], text: string) => !masks.some((mask) => matches(mask, text));
  const isTask = row.type === 'KLPRCI_TaskState';
  const anyType = (masks: string[]) =>
    masks.some((mask) => (/[*?]/.test(mask) ? matches(mask, row.type) : mask === row.type));
  const typesFit =
    (filter.types.length === 0 || anyType(filter.types)) &&
    !anyType(filter.notTypes) &&
    (!filter.unknownTypes || !row.known) &&
    (filter.components.length === 0 ||
      eventTypes.some(({ code, component }) => code === row.type && filter.components.includes(component)));
  const stateFits = filter.taskStates.length === 0 || filter.taskStates.includes(row.taskNewState);
  const byTask = {
    'as-others': typesFit && (!isTask || stateFits),
    also: (typesFit && !isTask) || (isTask && stateFits),
    only: isTask && stateFits,
    none: typesFit && !isTask,
  }[filter.taskResults];
  const address = ipNumber(row.ipAddress);
  const { time } = filter;
  const at = filter.clock === 'registered' ? row.registrationTime : row.riseTime;
  const unitMs = { minutes: 60_000, hours: HOUR_MS, days: DAY_MS };
  const inTime =
    time.kind === 'all' ||
    (time.kind === 'last'
      ? at.getTime() >= now.getTime() - time.amount * unitMs[time.unit]
      : (time.from === null || at >= new Date(time.from)) && (time.to === null || at < new Date(time.to)));
  const has = allWords(
    [
      row.type,
      row.displayName,
      row.description,
      ...row.params,
      row.deviceName,
      row.groupName,
      row.ipAddress,
      row.taskName,
      row.product,
    ].join(' '),
  );
  const words = filter.text === null ? [] : wordsOf(filter.text.words);
  const hasText =
    filter.text === null ||
    filter.text.words === '' ||
    (words.length > 0 &&
      (filter.text.match === 'all'
        ? words.every((word) => has.includes(word))
        : words.some((word) => has.includes(word))));
  const inGroups =
    filter.groups.length === 0 ||
    filter.groups.some(({ id, withSubgroups }) => {
      const path = groups.find((group) => group.id === id)?.path;
      const own = groups.find((group) => group.id === row.groupId)?.path ?? '';
      return id === row.groupId || (withSubgroups && path !== undefined && own.startsWith(path));
    });
  return (
    byTask &&
    (filter.severities.length === 0 || filter.severities.includes(severityNames[row.severity - 1] as SeverityName)) &&
    any(filter.applications, row.product) &&
    none(filter.notApplications, row.product) &&
    any(filter.applicationVersions, row.productVersion) &&
    any(filter.taskNames, row.taskName) &&
    (filter.tenantIds.length === 0 || filter.tenantIds.includes(row.tenantId)) &&
    (filter.deviceIds.length === 0 || (filter.deviceIds as string[]).includes(row.deviceId)) &&
    any(filter.deviceNames, row.deviceName) &&
    none(filter.notDeviceNames, row.deviceName) &&
    (filter.addresses.length === 0 ||
      (address !== null &&
        filter.addresses.some(({ from, to }) => {
          const [first, last] = [ipNumber(from), ipNumber(to)];
          return first !== null && last !== null && address >= first && address <= last;
        }))) &&
    inGroups &&
    any(filter.groupNames, row.groupName.replace(/\/$/, '')) &&
    inTime &&
    hasText
  );
};

let engine: EventEngine;
let hidden: EventCondition[] = [];
const pagesOf = (scope: TenantScope) => eventPages(engine, scope, () => hidden);
const searches = createSearches({
  store: {
    get: async (id) => {
      throw new NotFound('event selection', id);
    },
  },
  pagesOf: ({ tenantIds }) => pagesOf(tenantIds ?? 'all'),
  groups: async () => groups,
  clock: () => now,
});
const everybody = anActor();
const limited = anActor({ tenantIds: [tenants[0] ?? ''] });

beforeAll(async () => {
  engine = await openTestEventEngine();
  await engineStore(engine, 'all').createTable();
  await engineStore(engine, 'all').insert(rows);
});

const few = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant([] as T[]) },
    { weight: 1, arbitrary: fc.array(item, { minLength: 1, maxLength: 2 }) },
  );
const mask = (...masks: string[]) => few(fc.constantFrom(...masks));
const someFilter: fc.Arbitrary<EventFilterInput> = fc.record(
  {
    severities: few(fc.constantFrom(...severityNames)),
    types: mask(...types, 'KL*', '*_EV_*', '?CME_X', 'klaud_*', 'nothing'),
    notTypes: mask(...types, 'GNRL*'),
    unknownTypes: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    components: mask('Administration Server', 'Network Agent', 'Nothing'),
    applications: mask('KES', 'kes', '10*', '*'),
    notApplications: mask('KES', '?093'),
    applicationVersions: mask('11*', '12.1'),
    taskResults: fc.constantFrom('as-others', 'as-others', 'also', 'only', 'none') as fc.Arbitrary<'also'>,
    taskStates: few(fc.integer({ min: 0, max: 7 })),
    taskNames: mask('quick*', 'Update'),
    tenantIds: few(fc.constantFrom(...tenants)),
    deviceNames: mask('pc-*', 'srv_%1', 'SRV??', '*1', '%'),
    notDeviceNames: mask('pc-1', 'srv_*'),
    addresses: few(
      fc.constantFrom(
        { from: '10.0.0.0', to: '10.0.0.255' },
        { from: '10.0.1.9', to: '10.0.1.9' },
        { from: '2001:db8::', to: '2001:db8::5' },
      ),
    ),
    groups: few(fc.record({ id: fc.constantFrom(0, 5, 6, 7, 99), withSubgroups: fc.boolean() })),
    groupNames: mask('Managed devices', '*branch', 'Managed*'),
    time: fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: 'all' as const }) },
      fc.record({
        kind: fc.constant('last' as const),
        amount: fc.integer({ min: 1, max: 200 }),
        unit: fc.constantFrom('minutes', 'hours', 'days') as fc.Arbitrary<'days'>,
      }),
      fc.constant({ kind: 'between' as const, from: daysAgo(5), to: daysAgo(2.75) }),
      fc.constant({ kind: 'between' as const, from: null, to: daysAgo(3).replace('Z', '+00:00') }),
    ),
    clock: fc.constantFrom('happened', 'registered') as fc.Arbitrary<'happened'>,
    text: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: fc.record({
          words: fc.constantFrom(
            'alpha beta',
            'alpha',
            'GAMMA',
            'büro ärger',
            'file_1',
            '100%',
            '***',
            '',
            "x' or 1=1",
          ),
          match: fc.constantFrom('any', 'all') as fc.Arbitrary<'any'>,
        }),
      },
    ),
  },
  { requiredKeys: [] },
);

describe('a filter', () => {
  it('finds what it means, neither more nor less', { timeout: 60_000 }, async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(someFilter, async (input) => {
        const filter = EventFilter.parse(input);
        const wanted = rows.filter((row) => holds(filter, row)).length;
        found += wanted;
        expect((await searches.count(everybody, { filter })).count).toBe(wanted);
      }),
      { numRuns: 400 },
    );
    // A test of filters that find nothing would prove nothing.
    expect(found).toBeGreaterThan(2000);
  });

  it('for words finds events with any of them, with the first only, the second only, and both', async () => {
    const withWords = async (match: 'any' | 'all') =>
      (
        await searches.page(everybody, {
          filter: EventFilter.parse({ text: { words: 'alpha beta', match } }),
          limit: 500,
        })
      ).rows;
    expect(new Set((await withWords('any')).map(({ description }) => description))).toEqual(
      new Set(['alpha', 'beta', 'alpha beta']),
    );
    expect(new Set((await withWords('all')).map(({ description }) => description))).toEqual(new Set(['alpha beta']));
  });

  it('never leaves the tenants of whoever asks', async () => {
    const other = EventFilter.parse({ tenantIds: [tenants[1]] });
    expect((await searches.count(limited, { filter: other })).count).toBe(0);
    expect((await searches.count(limited, {})).count).toBe(
      rows.filter(({ tenantId }) => tenantId === tenants[0]).length,
    );
    const foreign = rows.find(({ tenantId }) => tenantId === tenants[1]);
    await expect(searches.neighbours(limited, foreign?.eventId ?? 0, {})).rejects.toMatchObject({
      code: 'event.not-found',
    });
  });

  it('with groups that are gone finds their events still', () => {
    const filter = EventFilter.parse({ groups: [{ id: 41 }] });
    expect(resolveFilter(filter, { now, groups }).groupIds).toEqual([41]);
    expect(resolveFilter(EventFilter.parse({}), { now, groups }).groupIds).toBeNull();
  });
});

const keyOf: Record<EventSort['by'], (row: EventRow) => number | string> = {
  registered: ({ eventId }) => eventId,
  happened: ({ riseTime }) => riseTime.getTime(),
  severity: ({ severity }) => severity,
  event: ({ displayName }) => displayName,
  type: ({ type }) => type,
  device: ({ deviceName }) => deviceName,
  group: ({ groupName }) => groupName,
  application: ({ product }) => product,
};
/** By bytes of UTF-8, as the store compares. */
const compare = (a: number | string, b: number | string): number =>
  typeof a === 'number' || typeof b === 'number'
    ? Number(a) - Number(b)
    : Buffer.compare(Buffer.from(a), Buffer.from(b));
const inOrder = ({ by, descending }: EventSort) =>
  rows.toSorted((a, b) => {
    const order = compare(keyOf[by](a), keyOf[by](b)) || a.eventId - b.eventId;
    return descending ? -order : order;
  });

const orders = eventSorts.flatMap((by) => [true, false].map((descending) => ({ by, descending })));
describe.each(orders)('sorted by $by, descending: $descending', (sort) => {
  it('pages give every event once and in order, and what arrives meanwhile does not disturb them', async () => {
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await searches.page(everybody, { sort, limit: 97, ...(after ? { after } : {}) });
      expect(page.cutAt).toBeNull();
      seen.push(...page.rows.map(({ eventId }) => eventId));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(inOrder(sort).map(({ eventId }) => eventId));
  });

  it('an event has its neighbours of the result, and the ends have none', async () => {
    const ordered = inOrder(sort);
    for (const at of [0, 1, 350, 699]) {
      const { previousId, nextId, row } = await searches.neighbours(everybody, ordered[at]?.eventId ?? 0, { sort });
      expect(row.eventId).toBe(ordered[at]?.eventId);
      expect([previousId, nextId]).toEqual([ordered[at - 1]?.eventId ?? null, ordered[at + 1]?.eventId ?? null]);
    }
  });
});

describe('a result', () => {
  it('stands still between its pages: what comes later belongs to the next search', async () => {
    const first = await searches.page(everybody, { sort: { by: 'severity', descending: true }, limit: 10 });
    const late = { ...(rows[0] as EventRow), eventId: 5000, severity: 4 as const, seq: 5000 };
    await engineStore(engine, 'all').insert([late]);
    const seen = first.rows.map(({ eventId }) => eventId);
    for (let after = first.next; after; ) {
      const page = await searches.page(everybody, { sort: { by: 'severity', descending: true }, limit: 300, after });
      seen.push(...page.rows.map(({ eventId }) => eventId));
      after = page.next;
    }
    expect(seen).toHaveLength(700);
    expect(seen).not.toContain(5000);
    expect((await searches.count(everybody, {})).count).toBe(701);
  });

  it('is read to its end in pieces, for an export, as it stood', async () => {
    const { search, sort } = await searches.plan(everybody, { sort: { by: 'happened', descending: false } });
    const seen: number[] = [];
    for await (const page of searches.all(everybody, { search, sort }, { atOnce: 64 })) {
      seen.push(...page.map(({ eventId }) => eventId));
    }
    expect(new Set(seen).size).toBe(701);
    expect(seen).toHaveLength(701);
  });

  it('refuses places that it never gave out, or that belong to another order', async () => {
    const { next } = await searches.page(everybody, { sort: { by: 'device', descending: true }, limit: 5 });
    const places = ['', 'x', 'e30', Buffer.from('{"key":1}').toString('base64url')];
    for (const after of places) {
      await expect(searches.page(everybody, { limit: 5, after })).rejects.toMatchObject({ code: 'input.invalid' });
    }
    await expect(
      searches.page(everybody, { sort: { by: 'happened', descending: true }, limit: 5, after: next ?? '' }),
    ).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('leaves out what is being deleted', async () => {
    const before = (await searches.count(everybody, {})).count;
    hidden = [{ sql: 'event_id = {gone0_x: UInt64}', params: { gone0_x: 5000 } }];
    expect((await searches.count(everybody, {})).count).toBe(before - 1);
    expect((await searches.page(everybody, { limit: 1 })).rows[0]?.eventId).toBe(700);
    hidden = [];
  });

  it('clears the events of one part of the store for good', async () => {
    const pages = pagesOf('all');
    const conditions = [{ sql: 'event_id = {one: UInt64}', params: { one: 5000 } }];
    const parts = await pages.partsWith(conditions, now);
    expect(parts.map(({ events }) => events)).toEqual([1]);
    for (const { part } of parts) await pages.clearPart(part, conditions, now);
    expect(await pages.partsWith(conditions, now)).toEqual([]);
    expect((await searches.count(everybody, {})).count).toBe(700);
    await expect(pages.clearPart("x' or 1", conditions, now)).rejects.toThrow('no part');
  });
});
