import type { DeviceSort } from '@gatehouse/contract';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { InvalidInput } from '../../platform/errors/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceRecord, DeviceTables } from './store.ts';
import { type DeviceFilter, filterConditions } from './store-filter.ts';

export interface DeviceOrder {
  by: DeviceSort['by'];
  descending: boolean;
  /** Tenants in the order of their names, for `tenantName`. */
  tenantOrder: readonly string[];
}

interface Place {
  value: string;
  id: string;
}

const placeCode = 'devices.bad-place';

const readPlace = (after: string): Place => {
  try {
    const [value, id] = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[];
    if (typeof value === 'string' && typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id)) return { value, id };
  } catch {
    // Said below, as for any other text that is no place.
  }
  throw new InvalidInput(
    'The place in the list is not one that this server gave out; read the list from the start',
    [{ where: 'query.after', what: 'is not the `next` of a page' }],
    placeCode,
  );
};

const writePlace = (place: Place): string => Buffer.from(JSON.stringify([place.value, place.id])).toString('base64url');

/** The lists of devices: filtered, sorted, page by page at a cost that does not grow with the page's number. */
export const deviceLists = (db: Kysely<DeviceTables>, scope: TenantScope) => {
  const conditionsOf = (filter: DeviceFilter): RawBuilder<boolean>[] => [
    ...(scope === 'all' ? [] : [sql<boolean>`tenant_id = any(${[...scope]}::uuid[])`]),
    ...filterConditions(filter),
  ];

  const filtered = (filter: DeviceFilter) =>
    conditionsOf(filter).reduce((query, condition) => query.where(condition), db.selectFrom('device'));

  const rowsOf = async (filter: DeviceFilter, order: DeviceOrder, limit: number, place: Place | null) => {
    const [key, cast] = sortKeys(order);
    const direction = order.descending ? sql`desc` : sql`asc`;
    return filtered(filter)
      .selectAll()
      .select(sql<string>`(${key})::text`.as('place'))
      .$if(place !== null, (q) =>
        q.where(
          sql<boolean>`(${key}, id) ${order.descending ? sql`<` : sql`>`} (${place?.value}::text::${cast}, ${place?.id}::uuid)`,
        ),
      )
      .orderBy(sql`${key} ${direction}, id ${direction}`)
      .limit(limit)
      .execute()
      .catch((error: { code?: string }) => {
        // A place whose value is of another sort order than this one.
        if (error.code?.startsWith('22')) readPlace('');
        throw error;
      });
  };

  return {
    count: async (filter: DeviceFilter): Promise<number> =>
      (
        await filtered(filter)
          .select((e) => e.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,

    /** @throws InvalidInput for a place that this server did not give out */
    page: async (filter: DeviceFilter, order: DeviceOrder, limit: number, after?: string) => {
      const place = after === undefined ? null : readPlace(after);
      const rows: (DeviceRecord & { place: string })[] = [];
      // By tenants the first few have the page most of the time: the devices of all others need not be sorted.
      for (const tenants of tenantsInTurn(order, place)) {
        const only = tenants ? { and: [filter], tenantIds: tenants } : filter;
        rows.push(...(await rowsOf(only, order, limit + 1 - rows.length, place)));
        if (rows.length > limit) break;
      }
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        rows: shown as DeviceRecord[],
        next: rows.length > limit && last ? writePlace({ value: last.place, id: last.id }) : null,
      };
    },

    /**
     * Who the devices are, a page at a time in the order of their ids: for work on all of them, however many. A device
     * that comes or goes meanwhile may be there or not; none comes twice.
     */
    walk: async function* (filter: DeviceFilter, pageSize = 1000) {
      let after: string | null = null;
      for (;;) {
        const rows: { id: string; tenantId: string; groupId: number; name: string }[] = await filtered(filter)
          .select(['id', 'tenant_id as tenantId', 'group_id as groupId', 'name'])
          .$if(after !== null, (q) => q.where('id', '>', after as string))
          .orderBy('id')
          .limit(pageSize)
          .execute();
        if (rows.length > 0) yield rows;
        after = rows.at(-1)?.id ?? null;
        if (rows.length < pageSize) return;
      }
    },

    /** Devices per group and status; `notVisible` counts over all three. */
    countsByGroup: async (visibleSince: Date) =>
      db
        .selectFrom('device')
        .select(['tenant_id', 'group_id'])
        .select((e) => e.fn.countAll<number>().as('total'))
        .select(sql<number>`count(*) filter (where status = 'ok')`.as('ok'))
        .select(sql<number>`count(*) filter (where status = 'warning')`.as('warning'))
        .select(sql<number>`count(*) filter (where status = 'critical')`.as('critical'))
        .select(sql<number>`count(*) filter (where coalesce(last_seen_at < ${visibleSince}, true))`.as('not_visible'))
        .$if(scope !== 'all', (q) => q.where(sql<boolean>`tenant_id = any(${[...(scope as string[])]}::uuid[])`))
        .groupBy(['tenant_id', 'group_id'])
        .execute(),

    /** How many devices each condition holds for, by level, within some tenants. */
    countsByCondition: async (tenantIds?: readonly string[]) => {
      const where = conditionsOf({ tenantIds });
      return (
        await sql<{ condition: string; level: 'warning' | 'critical'; devices: number }>`
          select reason ->> 'condition' as condition, reason ->> 'level' as level, count(*)::int as devices
          from administration.device, jsonb_array_elements(status_reasons) as reason
          ${where.length ? sql`where ${sql.join(where, sql` and `)}` : sql``}
          group by 1, 2 order by 3 desc, 1`.execute(db)
      ).rows;
    },
  };
};
export type DeviceLists = ReturnType<typeof deviceLists>;

/**
 * In which portions tenants are looked through for a page: by tenants, in their order from the place on, in portions that
 * grow, so that an empty result is told after a few. Null: no matter which tenant. A tenant that came since the order was
 * made is on the list with the next reading.
 */
const tenantsInTurn = function* (
  { by, descending, tenantOrder }: DeviceOrder,
  place: Place | null,
): Generator<readonly string[] | null> {
  if (by !== 'tenantName' || tenantOrder.length < 2) return yield null;
  const rank = place === null ? null : Number(place.value);
  const inOrder = descending ? tenantOrder.toReversed() : tenantOrder;
  const rankOf = (at: number) => (descending ? tenantOrder.length - at : at + 1);
  const left = inOrder.filter((_, at) => rank === null || (descending ? rankOf(at) <= rank : rankOf(at) >= rank));
  for (let from = 0, size = 2; from < left.length; from += size, size *= 2) yield left.slice(from, from + size);
};

const sortKeys = (order: DeviceOrder): [key: RawBuilder<unknown>, cast: RawBuilder<unknown>] => {
  switch (order.by) {
    case 'name':
      return [sql`lower(name)`, sql`text`];
    case 'status':
      return [sql`case status when 'critical' then 2 when 'warning' then 1 else 0 end`, sql`int`];
    case 'lastSeenAt':
      return [sql`coalesce(last_seen_at, 'epoch'::timestamptz)`, sql`timestamptz`];
    case 'tenantName':
      return [sql`coalesce(array_position(${[...order.tenantOrder]}::uuid[], tenant_id), 0)`, sql`int`];
    case 'activeThreats':
      return [sql`active_threats`, sql`int`];
    case 'virusCount':
      return [sql`virus_count`, sql`int`];
    case 'osName':
      return [sql`lower(os_name)`, sql`text`];
    case 'ipAddress':
      return [sql`ip_address`, sql`text`];
    case 'agentVersion':
      return [sql`coalesce(agent_version, '')`, sql`text`];
    case 'databasesReleasedAt':
      return [sql`coalesce(databases_released_at, 'epoch'::timestamptz)`, sql`timestamptz`];
    case 'createdAt':
      return [sql`created_at`, sql`timestamptz`];
  }
};
