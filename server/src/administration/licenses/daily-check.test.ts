import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '../../platform/clock/index.ts';
import { type Database, migrate } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { deviceStandings } from '../devices/index.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';
import { createDailyCheck } from './daily-check.ts';
import { licenseStore } from './store.ts';
import { seatStore } from './store-seats.ts';
import { usageStore } from './store-usage.ts';

const TENANT = '0190a000-0000-7000-8000-0000000000aa';

describeOnBothEngines('the daily check', (place) => {
  let database: Database;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
  });
  afterAll(() => database.close());

  it('cut off in its middle and run again, leaves the same history as if nothing had been', async () => {
    const schema = () => database.forSchema<AdministrationTables>('administration');
    const db = administrationDb(schema());
    const usage = usageStore(db.licenses, 'all');
    const start = new Date('2026-03-01T06:00:00.000Z');
    let now = start;
    let cutsOff = false;
    const check = createDailyCheck({
      keys: licenseStore(db.licenses),
      seats: seatStore(db.licenses, 'all'),
      usage,
      standings: deviceStandings(db.devices, 'all'),
      inTransaction: (work) =>
        schema()
          .transaction()
          .execute((tx) => {
            const own = administrationDb(tx);
            const store = usageStore(own.licenses, 'all');
            return work({
              keys: licenseStore(own.licenses),
              usage: {
                ...store,
                finishDay: (...given) => (cutsOff ? Promise.reject(new Error('cut off')) : store.finishDay(...given)),
              },
              publish: async () => {},
            });
          }),
      names: async () => ({ tenants: new Map([[TENANT, 'Contoso']]), groups: new Map([[0, 'Managed devices/']]) }),
      distribute: async () => {},
      clock: () => now,
      onPublished: () => {},
    });
    const cutOff = async () => {
      cutsOff = true;
      await expect(check.run()).rejects.toThrow('cut off');
      cutsOff = false;
    };
    const day = (number: number) => {
      now = new Date(start.getTime() + number * DAY_MS);
      return now.toISOString().slice(0, 10);
    };
    const devicesOn = async (on: string) =>
      (await usage.usesOn(on, {}, 0, 100)).map(({ device_name, category }) => `${device_name} ${category}`).sort();
    const uses = async (names: string[]) => {
      await sql`update administration.license_seat as s set held = case when d.name = any(${names}::text[])
        then 'active' else null end from administration.device as d where d.id = s.device_id`.execute(schema());
    };
    const rename = (from: string, to: string) =>
      sql`update administration.device set name = ${to} where name = ${from}`.execute(schema());

    await sql`insert into administration.license_key (id, serial_number, product_name, kind, sharing, created_at,
        automatic, over_limit_allowed, information, added_at)
      values (${newId()}, 'KEY', 'P', 'commercial', '{"with":"all"}', now(), false, false, '', now())`.execute(
      schema(),
    );
    for (const name of ['a', 'b', 'c']) {
      const id = newId();
      await sql`insert into administration.device (id, tenant_id, group_id, name, created_at, status_since, os_family)
        values (${id}, ${TENANT}, 0, ${name}, now(), now(), 'windows')`.execute(schema());
      await sql`insert into administration.license_seat (serial_number, device_id, tenant_id, assigned)
        values ('KEY', ${id}, ${TENANT}, 'manual')`.execute(schema());
    }

    const first = day(0);
    await uses(['a', 'b']);
    await check.run();
    // A day that never ended, on which things were so and then otherwise.
    day(1);
    await uses(['a', 'c']);
    await cutOff();
    await uses(['b', 'c']);
    const second = day(2);
    await rename('b', 'b2');
    await cutOff();
    await check.run();
    await check.run();
    // Later on the same day one more begins and one ends: the day has the later state.
    await uses(['a', 'c']);
    await check.run();
    const third = day(3);
    await uses(['c']);
    await sql`delete from administration.device where name = 'a'`.execute(schema());
    await check.run();

    const windows = (...names: string[]) => names.map((name) => `${name} windows-workstation`);
    expect(await devicesOn(first)).toEqual(windows('a', 'b'));
    expect(await devicesOn(second)).toEqual(windows('a', 'c'));
    expect(await devicesOn(third)).toEqual(windows('c'));
    expect(await usage.checkedDays('2026-01-01', '2026-12-31')).toEqual([first, second, third]);
    const counts = await usage.days(first, third, {});
    expect(counts.map(({ windows_workstations }) => windows_workstations)).toEqual([2, 2, 1]);
  });
});
