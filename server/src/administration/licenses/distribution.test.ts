import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { migrate } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { deviceStatuses } from '../devices/index.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';
import { createDistribution, type LicenseTx } from './distribution.ts';
import { addKey, assignKey } from './saves.ts';
import { licenseStore } from './store.ts';
import { seatStore } from './store-seats.ts';

const TENANT = '0190a000-0000-7000-8000-0000000000aa';

describeOnBothEngines('the distribution of keys', (place) => {
  let database: Database;
  const schema = () => database.forSchema<AdministrationTables>('administration');
  const storesOf = (tx: Kysely<AdministrationTables>): LicenseTx => {
    const own = administrationDb(tx);
    return {
      keys: licenseStore(own.licenses),
      seats: seatStore(own.licenses, 'all'),
      saveEnds: deviceStatuses(own.devices).saveLicenseEnds,
    };
  };
  const inTransaction = <T>(work: (tx: LicenseTx) => Promise<T>) =>
    schema()
      .transaction()
      .execute((tx) => work(storesOf(tx)));
  const start = () =>
    createDistribution({
      reading: storesOf(schema()),
      inTransaction,
      mainTenantId: async () => TENANT,
      clock: () => new Date(),
      changed: () => {},
      onError: (error) => {
        throw error;
      },
    });
  const devicesAre = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => newId());
    await sql`insert into administration.device (id, tenant_id, group_id, name, created_at, status_since)
      select id, ${TENANT}::uuid, 0, 'pc', now(), now() from unnest(${ids}::uuid[]) as id`.execute(schema());
    return ids;
  };
  const aKey = (serialNumber: string, deviceLimit: number | null) => {
    const now = new Date();
    return inTransaction((tx) =>
      addKey(tx, {
        ...{ id: newId(now), serialNumber, sealedCode: null, now },
        settings: {
          ...{ productName: 'P', applicationId: null, kind: 'commercial', deviceLimit, createdAt: now.toISOString() },
          ...{ expiresAt: null, termDays: null, blocked: false, automatic: true, overLimitAllowed: false },
          ...{ tenantId: null, sharing: { with: 'all' }, information: '' },
        },
      }),
    );
  };
  const taken = async (serialNumber: string) =>
    (await seatStore(administrationDb(schema()).licenses, 'all').taken([serialNumber])).get(serialNumber) ?? 0;

  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
  });
  beforeEach(async () => {
    await sql`truncate administration.license_key, administration.license_device, administration.license_seat,
      administration.device cascade`.execute(schema());
  });
  afterAll(() => database.close());

  it('however many speak, give and take at once, no key goes over its limit and nobody waits for ever', async () => {
    const ids = await devicesAre(60);
    const key = await aKey('KEY-1', 25);
    // Two processes on one database.
    const [here, there] = [start(), start()];
    const device = (deviceId: string) => ({ deviceId, tenantId: TENANT });
    const standing = (id: string) => ({
      ...{ id, tenantId: TENANT, groupId: 0, name: 'pc', osFamily: '', isServer: false },
    });
    const byHand = ids.slice(0, 8).map((id) =>
      inTransaction((tx) =>
        assignKey(tx, key.id, [id], {
          ...{ devices: new Map([[id, standing(id)]]), mainTenantId: TENANT, by: 'ann', now: new Date() },
        }),
      ).catch((error: { code?: string }) => error.code),
    );
    await Promise.all([
      ...ids.map((id, index) => (index % 2 ? here : there).sync(device(id), [])),
      here.round(),
      there.round(),
      ...byHand,
    ]);
    await Promise.all([here.round(), there.round()]);
    expect(await taken('KEY-1')).toBe(25);
    const told = await Promise.all(ids.map((id) => here.sync(device(id), [])));
    expect(told.filter((licenses) => licenses?.length === 1)).toHaveLength(25);
    // All of them say that they hold it, while rounds go on.
    const held = { serialNumber: 'KEY-1', isActive: true, installedAt: new Date().toISOString() };
    await Promise.all([
      ...ids.flatMap((id, index) => (told[index]?.length === 1 ? [there.sync(device(id), [held])] : [])),
      here.round(),
      there.round(),
    ]);
    expect(await taken('KEY-1')).toBe(25);
    await Promise.all([here.stop(), there.stop()]);
  });

  it('a device that was deleted in between is answered so, and those that spoke with it are served', async () => {
    const [first = '', second = ''] = await devicesAre(2);
    await aKey('KEY-2', null);
    const distribution = start();
    const gone = newId();
    const speak = (deviceId: string) => distribution.sync({ deviceId, tenantId: TENANT }, []);
    const answers = await Promise.allSettled([speak(first), speak(gone), speak(second)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: { code: 'device.not-found' } });
    await distribution.round();
    expect(await speak(second)).toMatchObject([{ serialNumber: 'KEY-2' }]);
    await distribution.stop();
  });
});
