import type { HeldLicense, SeatDifference } from '@gatehouse/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import { HOUR_MS } from '../../platform/clock/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { ServedDevice } from './distribute.ts';
import type { Seat } from './seat.ts';
import type { LicenseTables } from './store.ts';

const toSeat = (row: Selectable<LicenseTables['license_seat']>): Seat => ({
  serialNumber: row.serial_number,
  deviceId: row.device_id,
  tenantId: row.tenant_id,
  assigned: row.assigned,
  assignedAt: row.assigned_at,
  assignedBy: row.assigned_by,
  withheld: row.withheld,
  held: row.held,
  installedAt: row.installed_at,
});

/** Devices of a key, by what they are to it. */
export interface SeatCounts {
  used: number;
  reserved: number;
  assigned: number;
  notHeld: number;
  notAssigned: number;
}
export const noSeats: SeatCounts = { used: 0, reserved: 0, assigned: 0, notHeld: 0, notAssigned: 0 };

const differences = {
  agrees: sql<boolean>`(assigned is null) = (held is null)`,
  'not-held': sql<boolean>`assigned is not null and held is null`,
  'not-assigned': sql<boolean>`assigned is null and held is not null`,
} satisfies Record<SeatDifference, unknown>;

/** A reserve key that the active one became is the same key, installed once: the newest word counts. */
const heldOf = ({ isActive }: HeldLicense): 'active' | 'reserve' => (isActive ? 'active' : 'reserve');

/** Which devices shall hold which keys, and which they say they hold; of a scope of tenants. */
export const seatStore = (db: Kysely<LicenseTables>, scope: TenantScope) => {
  const own = () =>
    db
      .selectFrom('license_seat')
      .$if(scope !== 'all', (q) => q.where('tenant_id', 'in', [...(scope as readonly string[]), NOBODY]));

  return {
    ofDevice: async (deviceId: string): Promise<Seat[]> =>
      (await own().selectAll().where('device_id', '=', deviceId).orderBy('serial_number').execute()).map(toSeat),

    /** Null: the device never told of keys. */
    deviceToldAt: async (deviceId: string): Promise<Date | null> =>
      (await db.selectFrom('license_device').select('told_at').where('device_id', '=', deviceId).executeTakeFirst())
        ?.told_at ?? null,

    /**
     * Takes what a device said it holds, each key once.
     * @param before its seats as they are
     * @returns its seats as they are now; null when nothing changed
     */
    tell: async (
      device: { deviceId: string; tenantId: string },
      told: readonly HeldLicense[],
      before: readonly Seat[],
      known: ReadonlySet<string>,
      now: Date,
    ): Promise<Seat[] | null> => {
      const held = new Map(told.map((license) => [license.serialNumber, license]));
      const seats = new Map(before.map((seat) => [seat.serialNumber, seat]));
      let changed = false;
      for (const [serialNumber, license] of held) {
        const seat = seats.get(serialNumber);
        if (seat?.held === heldOf(license)) continue;
        changed = true;
        const installedAt = storableMoment(license.installedAt, now);
        const word = { held: heldOf(license), installed_at: installedAt };
        await db
          .insertInto('license_seat')
          .values({
            ...{ serial_number: serialNumber, device_id: device.deviceId, tenant_id: device.tenantId },
            ...{ assigned: null, assigned_at: null, assigned_by: null },
            ...word,
          })
          .onConflict((conflict) => conflict.columns(['serial_number', 'device_id']).doUpdateSet(word))
          .execute();
        const { held: is, installed_at } = word;
        seats.set(serialNumber, { ...(seat ?? emptySeat(serialNumber, device)), held: is, installedAt: installed_at });
      }
      for (const seat of before) {
        if (seat.held === null || held.has(seat.serialNumber)) continue;
        changed = true;
        // A key taken away by hand stays withheld while it exists; of a deleted one nothing is left to say.
        const isOver = seat.assigned === null && !(seat.withheld && known.has(seat.serialNumber));
        const one = { device_id: device.deviceId, serial_number: seat.serialNumber };
        if (isOver) {
          await db
            .deleteFrom('license_seat')
            .where((e) => e.and(one))
            .execute();
          seats.delete(seat.serialNumber);
        } else {
          await db
            .updateTable('license_seat')
            .set({ held: null, installed_at: null })
            .where((e) => e.and(one))
            .execute();
          seats.set(seat.serialNumber, { ...seat, held: null, installedAt: null });
        }
      }
      return changed ? [...seats.values()] : null;
    },

    /** Devices spoke of keys; when, is kept to the hour. @returns those that never had before */
    greet: async (devices: readonly { deviceId: string; tenantId: string }[], now: Date): Promise<Set<string>> => {
      const hourAgo = new Date(now.getTime() - HOUR_MS);
      const list = JSON.stringify(devices.map(({ deviceId, tenantId }) => ({ d: deviceId, t: tenantId })));
      const { rows } = await sql<{ id: string; isNew: boolean }>`
        insert into administration.license_device as known (device_id, tenant_id, told_at)
        select v.d, v.t, ${now}::timestamptz from json_to_recordset(${list}::json) as v(d uuid, t uuid)
        on conflict (device_id) do update set told_at = excluded.told_at where known.told_at < ${hourAgo}
        returning device_id as id, (xmax = 0) as "isNew"`.execute(db);
      return new Set(rows.flatMap(({ id, isNew }) => (isNew ? [id] : [])));
    },

    ofDevices: async (deviceIds: readonly string[]): Promise<Map<string, Seat[]>> =>
      Map.groupBy(
        (
          await own()
            .selectAll()
            .where(sql<boolean>`device_id = any(${[...deviceIds]}::uuid[])`)
            .orderBy('serial_number')
            .execute()
        ).map(toSeat),
        ({ deviceId }) => deviceId,
      ),

    /**
     * Locks what is known of a device until the transaction ends. Whoever writes its seats does this first, as a round
     * does, so that the two never wait for each other.
     */
    lockDevice: async (deviceId: string): Promise<void> => {
      await db.selectFrom('license_device').select('device_id').where('device_id', '=', deviceId).forUpdate().execute();
    },

    /** What these devices shall hold is to be decided anew; left out: all devices. */
    markDue: async (deviceIds?: readonly string[]): Promise<void> => {
      await db
        .updateTable('license_device')
        .set({ is_due: true })
        .where('is_due', '=', false)
        .$if(deviceIds !== undefined, (q) => q.where(sql<boolean>`device_id = any(${[...(deviceIds ?? [])]}::uuid[])`))
        .execute();
    },

    /** The same for devices of some tenants (null: of all) that have none of these keys. */
    markDueWithout: async (serialNumbers: readonly string[], tenantIds: readonly string[] | null): Promise<void> => {
      await sql`
        update administration.license_device as d set is_due = true
        where not d.is_due ${tenantIds === null ? sql`` : sql`and d.tenant_id = any(${[...tenantIds]}::uuid[])`}
          and not exists (
            select from administration.license_seat as s
            where s.device_id = d.device_id and s.serial_number = any(${[...serialNumbers]}::text[])
              and not s.withheld and (s.assigned is not null or s.held is not null))`.execute(db);
    },
    /** Takes devices to decide, in their order; in the transaction that saves what was decided. */
    takeDue: async (limit: number): Promise<ServedDevice[]> => {
      const devices = await db
        .updateTable('license_device')
        .set({ is_due: false })
        .where('device_id', 'in', (e) =>
          e
            .selectFrom('license_device')
            .select('device_id')
            .where('is_due', '=', true)
            .orderBy('device_id')
            .limit(limit)
            .forUpdate()
            .skipLocked(),
        )
        .returning(['device_id', 'tenant_id'])
        .execute();
      if (devices.length === 0) return [];
      const seats = await db
        .selectFrom('license_seat')
        .selectAll()
        .where(sql<boolean>`device_id = any(${devices.map(({ device_id }) => device_id)}::uuid[])`)
        .execute();
      const of = Map.groupBy(seats, ({ device_id }) => device_id);
      return devices.map(({ device_id, tenant_id }) => ({
        deviceId: device_id,
        tenantId: tenant_id,
        seats: (of.get(device_id) ?? []).map(toSeat),
      }));
    },

    /** Devices that shall hold one of these keys or hold it, each once, by serial number. */
    taken: async (serialNumbers: readonly string[]): Promise<Map<string, number>> => {
      if (serialNumbers.length === 0) return new Map();
      const rows = await own()
        .select(['serial_number', (e) => e.fn.countAll<number>().as('n')])
        .where('serial_number', 'in', [...serialNumbers])
        .where((e) => e.or([e('assigned', 'is not', null), e('held', 'is not', null)]))
        .groupBy('serial_number')
        .execute();
      return new Map(rows.map((row) => [row.serial_number, Number(row.n)]));
    },

    assign: async (
      grants: readonly { deviceId: string; tenantId: string; serialNumber: string }[],
      { how, by, now }: { how: 'manual' | 'automatic'; by: string; now: Date },
    ): Promise<void> => {
      if (grants.length === 0) return;
      // One text for any number of rows: a thousand rows of values each take a driver ten times as long.
      const rows = JSON.stringify(
        grants.map(({ deviceId, tenantId, serialNumber }) => ({ d: deviceId, t: tenantId, s: serialNumber })),
      );
      await sql`
        insert into administration.license_seat
          (serial_number, device_id, tenant_id, assigned, assigned_at, assigned_by)
        select v.s, v.d, v.t, ${how}, ${now}::timestamptz, ${by}
        from json_to_recordset(${rows}::json) as v(s text, d uuid, t uuid)
        on conflict (serial_number, device_id) do update set
          assigned = excluded.assigned, assigned_at = excluded.assigned_at, assigned_by = excluded.assigned_by,
          withheld = false`.execute(db);
    },

    /** Takes a key from devices. @param withhold it is not given again by itself */
    withdraw: async (
      serialNumber: string,
      deviceIds: readonly string[],
      { withhold }: { withhold: boolean },
    ): Promise<void> => {
      if (deviceIds.length === 0) return;
      const ids = [...deviceIds];
      await db
        .updateTable('license_seat')
        .set({ assigned: null, assigned_at: null, assigned_by: null, withheld: withhold })
        .where('serial_number', '=', serialNumber)
        .where('device_id', 'in', ids)
        .execute();
      if (withhold) return;
      await db
        .deleteFrom('license_seat')
        .where('serial_number', '=', serialNumber)
        .where('device_id', 'in', ids)
        .where('held', 'is', null)
        .execute();
    },

    /** The key is gone: nobody shall hold it, and devices that do are told to give it up. */
    forgetKey: async (serialNumber: string): Promise<void> => {
      await db.deleteFrom('license_seat').where('serial_number', '=', serialNumber).where('held', 'is', null).execute();
      await db
        .updateTable('license_seat')
        .set({ assigned: null, assigned_at: null, assigned_by: null, withheld: true })
        .where('serial_number', '=', serialNumber)
        .execute();
    },

    /**
     * A key of this number is there again: what was said of the one before does not bind it.
     * @returns whether some device holds it already
     */
    welcomeKey: async (serialNumber: string): Promise<boolean> => {
      const done = await db
        .updateTable('license_seat')
        .set({ withheld: false })
        .where('serial_number', '=', serialNumber)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },

    /** By serial number. */
    counts: async (): Promise<Map<string, SeatCounts>> => {
      const rows = await own()
        .select([
          'serial_number',
          sql<number>`count(*) filter (where held = 'active')`.as('used'),
          sql<number>`count(*) filter (where held = 'reserve')`.as('reserved'),
          sql<number>`count(assigned)`.as('assigned'),
          sql<number>`count(*) filter (where assigned is not null and held is null)`.as('notHeld'),
          sql<number>`count(*) filter (where assigned is null and held is not null)`.as('notAssigned'),
        ])
        .groupBy('serial_number')
        .execute();
      return new Map(
        rows.map(({ serial_number, ...counts }) => [
          serial_number,
          Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, Number(n)])) as unknown as SeatCounts,
        ]),
      );
    },

    countsByTenant: async (serialNumber: string) =>
      (
        await own()
          .select([
            'tenant_id',
            sql<number>`count(*) filter (where held = 'active')`.as('used'),
            sql<number>`count(assigned)`.as('assigned'),
          ])
          .where('serial_number', '=', serialNumber)
          .groupBy('tenant_id')
          .execute()
      ).map((row) => ({ tenantId: row.tenant_id, used: Number(row.used), assigned: Number(row.assigned) })),

    /** Devices of a key in the order of their ids. */
    page: async (
      serialNumber: string,
      filter: { tenantId?: string; differences?: readonly SeatDifference[]; afterId?: string },
      limit: number,
    ): Promise<Seat[]> => {
      const wanted = filter.differences ?? [];
      return (
        await own()
          .selectAll()
          .where('serial_number', '=', serialNumber)
          .$if(filter.tenantId !== undefined, (q) => q.where('tenant_id', '=', filter.tenantId ?? ''))
          .$if(filter.afterId !== undefined, (q) => q.where('device_id', '>', filter.afterId ?? ''))
          .$if(wanted.length > 0, (q) => q.where((e) => e.or(wanted.map((one) => differences[one]))))
          .orderBy('device_id')
          .limit(limit)
          .execute()
      ).map(toSeat);
    },

    /** Who uses which keys now, of devices behind the first and up to the last of these ids; null: to the end. */
    activeBetween: async (after: string | null, upTo: string | null) =>
      own()
        .select(['device_id', 'serial_number', 'tenant_id'])
        .where('held', '=', 'active')
        .$if(after !== null, (q) => q.where('device_id', '>', after ?? ''))
        .$if(upTo !== null, (q) => q.where('device_id', '<=', upTo ?? ''))
        .orderBy('device_id')
        .orderBy('serial_number')
        .execute(),

    /** All seats of devices that use a key, device by device in the order of their ids. */
    usersOf: async (serialNumber: string, afterId: string | null, limit: number): Promise<Map<string, Seat[]>> => {
      const users = await own()
        .select('device_id')
        .where('serial_number', '=', serialNumber)
        .where('held', '=', 'active')
        .$if(afterId !== null, (q) => q.where('device_id', '>', afterId ?? ''))
        .orderBy('device_id')
        .limit(limit)
        .execute();
      if (users.length === 0) return new Map();
      const seats = await own()
        .selectAll()
        .where(sql<boolean>`device_id = any(${users.map(({ device_id }) => device_id)}::uuid[])`)
        .orderBy('device_id')
        .execute();
      return Map.groupBy(seats.map(toSeat), ({ deviceId }) => deviceId);
    },
  };
};
export type SeatStore = ReturnType<typeof seatStore>;

/** An id that no tenant has: a scope of no tenants sees nothing. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const emptySeat = (serialNumber: string, { deviceId, tenantId }: { deviceId: string; tenantId: string }): Seat => ({
  ...{ serialNumber, deviceId, tenantId },
  ...{ assigned: null, assignedAt: null, assignedBy: null, withheld: false, held: null, installedAt: null },
});

/** A device's clock may be far off; a year that no calendar of ours has is not kept. */
const storableMoment = (text: string, now: Date): Date => {
  const moment = new Date(text);
  const year = moment.getUTCFullYear();
  return year >= 1970 && year < 2300 ? moment : now;
};
