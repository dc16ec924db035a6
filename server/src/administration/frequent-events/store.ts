import type { FrequentEventSettings, FrequentEventState, SeverityCode, SuppressedEvent } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import type { Kind } from './kind.ts';
import { multirangeText, type NumberRange } from './ranges.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface FrequentEventTables {
  frequent_event: {
    id: string;
    tenant_id: string;
    state: FrequentEventState;
    type: string;
    severity: SeverityCode;
    product: string;
    product_version: string;
    /** '' for none. */
    task_id: string;
    display_name: string;
    task_name: string;
    display_version_min: string;
    display_version_max: string;
    blocked_at: Date;
    changed_at: Date;
    /** Null: the server by itself. */
    changed_by: string | null;
    /** When the kind was last seen frequent. */
    last_frequent_at: Date;
    /** Null: announced by no event, since one of the same kind was not long ago. */
    noticed_at: Date | null;
    events_in_window: number;
    share_percent: number;
    suppressed: Generated<number>;
    first_suppressed: SuppressedEvent | null;
    last_suppressed: SuppressedEvent | null;
  };
  /** How much each device sent of a kind; the device '' stands for all that came after the first thousand. */
  frequent_event_device: { frequent_event_id: string; device_id: string; device_name: string; suppressed: number };
  /** Numbers of a sender that were acknowledged but not stored, so that a batch that is sent again is not counted again. */
  frequent_event_taken: { sender: string; epoch: string; numbers: string; changed_at: Date };
  frequent_event_setting: { one: Generated<boolean>; settings: FrequentEventSettings };
}
export type FrequentEventRow = Selectable<FrequentEventTables['frequent_event']>;

/** What one flush adds to a row. */
export interface Suppression {
  id: string;
  count: number;
  first: SuppressedEvent;
  last: SuppressedEvent;
  displayVersionMin: string;
  displayVersionMax: string;
  /** A device '' gathers those that have no row of their own. */
  devices: { deviceId: string; deviceName: string; count: number }[];
}

/** Numbers of one sender that are taken and not stored. */
export interface TakenNumbers {
  sender: string;
  epoch: string;
  ranges: NumberRange[];
}

/**
 * Beyond this size, only a sender's latest numbers are remembered: an agent has one batch of at most 1,000 events on
 * its way, and nothing older comes again.
 */
const MOST_BYTES_OF_NUMBERS = 24_576;
const LATEST_NUMBERS = 2000;

const listed = ['blocked', 'excluded'] as const;

/** Frequent events of a scope of tenants. */
export const frequentEventStore = (db: Kysely<FrequentEventTables>, scope: TenantScope) => {
  const rows = () =>
    db.selectFrom('frequent_event').$if(scope !== 'all', (query) =>
      // An empty list of tenants sees nothing.
      query.where(sql<boolean>`tenant_id = any(${[...(scope as string[])]}::uuid[])`),
    );
  const narrowed = (tenantIds: readonly string[] | undefined) =>
    rows().$if(tenantIds !== undefined, (query) => query.where(sql<boolean>`tenant_id = any(${tenantIds}::uuid[])`));

  return {
    /** Newest first. */
    page: (
      filter: { tenantIds?: readonly string[]; states?: readonly FrequentEventState[]; beforeId?: string },
      limit: number,
    ): Promise<FrequentEventRow[]> =>
      narrowed(filter.tenantIds)
        .selectAll()
        .where('state', 'in', filter.states ? [...filter.states] : [...listed])
        .$if(filter.beforeId !== undefined, (query) => query.where('id', '<', filter.beforeId as string))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),

    byId: async (id: string): Promise<FrequentEventRow | null> =>
      (await rows().selectAll().where('id', '=', id).executeTakeFirst()) ?? null,

    /** Blocked and excluded ones of the whole scope. */
    listed: (): Promise<FrequentEventRow[]> => rows().selectAll().where('state', 'in', listed).execute(),

    summary: async (tenantIds?: readonly string[]) => {
      const row = await narrowed(tenantIds)
        .where('state', '=', 'blocked')
        .select([
          sql<number>`count(*)::int`.as('blocked'),
          sql<number>`coalesce(sum(suppressed), 0)::bigint`.as('suppressed'),
          sql<Date | null>`min(blocked_at)`.as('since'),
        ])
        .executeTakeFirstOrThrow();
      return { blocked: row.blocked, suppressed: Number(row.suppressed), since: row.since };
    },

    /** Devices that sent most of what was not stored, most first, without the gathered rest. */
    devices: (id: string, limit: number) =>
      db
        .selectFrom('frequent_event_device')
        .select(['device_id', 'device_name', 'suppressed'])
        .where('frequent_event_id', '=', id)
        .where('device_id', '<>', '')
        .orderBy('suppressed', 'desc')
        .orderBy('device_id')
        .limit(limit)
        .execute(),

    /** Which devices have a row of their own, by frequent event. */
    countedDevices: async (ids: readonly string[]): Promise<Map<string, Set<string>>> => {
      const found = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
      if (ids.length === 0) return found;
      const all = await db
        .selectFrom('frequent_event_device')
        .select(['frequent_event_id', 'device_id'])
        .where('frequent_event_id', 'in', [...ids])
        .where('device_id', '<>', '')
        .execute();
      for (const row of all) found.get(row.frequent_event_id)?.add(row.device_id);
      return found;
    },

    /** Whether this kind of this tenant was announced since then. */
    wasNoticed: async (tenantId: string, kind: Kind, since: Date): Promise<boolean> =>
      (await rows()
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('type', '=', kind.type)
        .where('severity', '=', kind.severity)
        .where('product', '=', kind.product)
        .where('product_version', '=', kind.productVersion)
        .where('task_id', '=', kind.taskId)
        .where('noticed_at', '>', since)
        .executeTakeFirst()) !== undefined,

    /** @returns false when the kind is in the list already */
    add: async (
      row: Omit<FrequentEventRow, 'suppressed' | 'first_suppressed' | 'last_suppressed'>,
    ): Promise<boolean> => {
      const added = await db
        .insertInto('frequent_event')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },

    /** These rows, held until the transaction ends; those that are not there are left out. */
    lock: (ids: readonly string[]): Promise<FrequentEventRow[]> =>
      rows()
        .selectAll()
        .where('id', 'in', [...ids])
        .orderBy('id')
        .forUpdate()
        .execute(),

    setState: async (
      ids: readonly string[],
      state: FrequentEventState,
      change: { at: Date; by: string | null },
    ): Promise<void> => {
      if (ids.length === 0) return;
      await db
        .updateTable('frequent_event')
        .set({
          state,
          changed_at: change.at,
          changed_by: change.by,
          // Blocking again lasts at least as long as blocking.
          ...(state === 'blocked' ? { last_frequent_at: change.at } : {}),
        })
        .where('id', 'in', [...ids])
        .execute();
    },

    /** Ends the blocks of these that were not frequent since then. @returns how many */
    endCalm: async (ids: readonly string[], notFrequentSince: Date, now: Date): Promise<number> => {
      if (ids.length === 0) return 0;
      const done = await db
        .updateTable('frequent_event')
        .set({ state: 'ended', changed_at: now, changed_by: null })
        .where('id', 'in', [...ids])
        .where('state', '=', 'blocked')
        .where('last_frequent_at', '<=', notFrequentSince)
        .executeTakeFirst();
      return Number(done.numUpdatedRows);
    },

    stillFrequent: async (ids: readonly string[], now: Date): Promise<void> => {
      if (ids.length === 0) return;
      await db
        .updateTable('frequent_event')
        .set({ last_frequent_at: sql<Date>`greatest(last_frequent_at, ${now})` })
        .where('id', 'in', [...ids])
        .execute();
    },

    /** Counts what was not stored. To be called in one transaction with `take`. */
    suppress: async (suppressions: readonly Suppression[]): Promise<void> => {
      // In one order everywhere, so that two processes never wait for each other.
      for (const each of [...suppressions].sort((a, b) => (a.id < b.id ? -1 : 1))) {
        await db
          .updateTable('frequent_event')
          .set({
            suppressed: sql<number>`suppressed + ${each.count}::bigint`,
            first_suppressed: sql`coalesce(first_suppressed, ${json(each.first)})`,
            last_suppressed: json(each.last),
            display_version_min: each.displayVersionMin,
            display_version_max: each.displayVersionMax,
          })
          .where('id', '=', each.id)
          .execute();
        const devices = [...each.devices].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
        await db
          .insertInto('frequent_event_device')
          .values(
            devices.map(({ deviceId, deviceName, count }) => ({
              frequent_event_id: each.id,
              device_id: deviceId,
              device_name: deviceName,
              suppressed: count,
            })),
          )
          .onConflict((conflict) =>
            conflict.columns(['frequent_event_id', 'device_id']).doUpdateSet({
              suppressed: sql<number>`frequent_event_device.suppressed + excluded.suppressed`,
              device_name: sql<string>`excluded.device_name`,
            }),
          )
          .execute();
      }
    },

    /** Remembers numbers that are taken and not stored. */
    take: async (taken: readonly TakenNumbers[], now: Date): Promise<void> => {
      if (taken.length === 0) return;
      const ordered = [...taken].sort((a, b) => (`${a.sender} ${a.epoch}` < `${b.sender} ${b.epoch}` ? -1 : 1));
      await db
        .insertInto('frequent_event_taken')
        .values(
          ordered.map(({ sender, epoch, ranges }) => ({
            sender,
            epoch,
            numbers: sql<string>`${multirangeText(ranges)}::int8multirange`,
            changed_at: now,
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(['sender', 'epoch']).doUpdateSet({
            changed_at: now,
            numbers: sql<string>`(
              select case when pg_column_size(joined) <= ${MOST_BYTES_OF_NUMBERS}::int then joined
                else joined * int8multirange(int8range(upper(joined) - ${LATEST_NUMBERS}::bigint, null)) end
              from (select frequent_event_taken.numbers + excluded.numbers as joined offset 0) as both_sets)`,
          }),
        )
        .execute();
    },

    /** Which of these numbers of a sender are taken and not stored. */
    taken: async (sender: string, epoch: string, numbers: readonly number[]): Promise<Set<number>> => {
      if (numbers.length === 0) return new Set();
      const found = await db
        .selectFrom('frequent_event_taken')
        .innerJoin(sql<{ number: number }>`(select unnest(${[...numbers]}::bigint[]) as number)`.as('asked'), (join) =>
          join.on(sql<boolean>`frequent_event_taken.numbers @> asked.number`),
        )
        .select('asked.number')
        .where('sender', '=', sender)
        .where('epoch', '=', epoch)
        .execute();
      return new Set(found.map(({ number }) => Number(number)));
    },

    /** Null: never changed. */
    settings: async (): Promise<FrequentEventSettings | null> =>
      (await db.selectFrom('frequent_event_setting').select('settings').executeTakeFirst())?.settings ?? null,

    saveSettings: async (settings: FrequentEventSettings): Promise<void> => {
      await db
        .insertInto('frequent_event_setting')
        .values({ settings: json(settings) })
        .onConflict((conflict) => conflict.column('one').doUpdateSet({ settings: json(settings) }))
        .execute();
    },

    /** Forgets history that ended before `historyBefore`, and numbers of senders that were silent since `numbersBefore`. */
    prune: async (historyBefore: Date, numbersBefore: Date): Promise<void> => {
      await db
        .deleteFrom('frequent_event')
        .where('state', 'not in', listed)
        .where('changed_at', '<', historyBefore)
        .execute();
      await db.deleteFrom('frequent_event_taken').where('changed_at', '<', numbersBefore).execute();
    },

    /** With the tenant itself. */
    removeAll: async (tenantId: string): Promise<void> => {
      if (!inScope(scope, tenantId)) return;
      await db.deleteFrom('frequent_event').where('tenant_id', '=', tenantId).execute();
    },
  };
};
export type FrequentEventStore = ReturnType<typeof frequentEventStore>;
