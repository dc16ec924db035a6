/**
 * What the daily check of licence keys costs: giving keys to many devices, counting a first day, a day on which nothing
 * changed and a day on which some did. On an embedded database in a temporary folder, or on PostgreSQL by address.
 *
 *     node tools/bench/licenses.ts [--devices 100000] [--postgres postgresql://…]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceStandings, deviceStatuses } from '../../server/src/administration/devices/index.ts';
import { administrationMigrations } from '../../server/src/administration/index.ts';
import {
  addKey,
  createDailyCheck,
  createDistribution,
  type LicenseTx,
  licenseStore,
  seatStore,
  usageStore,
} from '../../server/src/administration/licenses/index.ts';
import { type AdministrationTables, administrationDb } from '../../server/src/administration/tables.ts';
import { migrate, openDatabase } from '../../server/src/platform/db/index.ts';
import { newId } from '../../server/src/platform/ids/index.ts';

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '100000' }, postgres: { type: 'string' } },
});
const devices = Number(values.devices);
const DAY_MS = 86_400_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const database = await openDatabase(values.postgres ? { url: values.postgres } : { dataDir });
const schema = () => database.forSchema<AdministrationTables>('administration');
type Schema = ReturnType<typeof schema>;

const timed = async (what: string, act: () => Promise<unknown>): Promise<void> => {
  const from = performance.now();
  const result = await act();
  const seconds = (performance.now() - from) / 1000;
  say(`${what.padEnd(52)} ${seconds.toFixed(2).padStart(7)} s  ${JSON.stringify(result ?? '')}`);
};

try {
  await migrate(database, [administrationMigrations]);
  let now = new Date();
  const main = '00000000-0000-4000-8000-000000000001';
  await database.executeSql(`insert into administration.tenant (id, virtual_server_id, uid, name, created_at)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n - 1, 'V' || n, 'Tenant ' || n, now()
    from generate_series(1, 50) as n`);
  await database.executeSql(`insert into administration.device (id, tenant_id, group_id, name, created_at, status_since, os_family, os_is_server)
    select gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((1 + n % 50)::text, 12, '0'))::uuid, n % 50,
      'pc-' || n, now(), now(), case when n % 3 = 0 then 'linux' else 'windows' end, n % 10 = 0
    from generate_series(1, ${devices}) as n`);
  await database.executeSql(`insert into administration.license_device (device_id, tenant_id, told_at)
    select id, tenant_id, now() from administration.device`);

  const storesOf = (tx: Schema): LicenseTx => {
    const own = administrationDb(tx);
    return {
      keys: licenseStore(own.licenses),
      seats: seatStore(own.licenses, 'all'),
      saveEnds: deviceStatuses(own.devices).saveLicenseEnds,
    };
  };
  const inTransaction = <T>(work: (tx: Schema) => Promise<T>) => schema().transaction().execute(work);
  const db = administrationDb(schema());
  const distribution = createDistribution({
    reading: storesOf(schema()),
    inTransaction: (work) => inTransaction((tx) => work(storesOf(tx))),
    mainTenantId: async () => main,
    clock: () => now,
    changed: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const check = createDailyCheck({
    keys: licenseStore(db.licenses),
    seats: seatStore(db.licenses, 'all'),
    usage: usageStore(db.licenses, 'all'),
    standings: deviceStandings(db.devices, 'all'),
    inTransaction: (work) =>
      inTransaction((tx) => {
        const own = administrationDb(tx);
        return work({
          keys: licenseStore(own.licenses),
          usage: usageStore(own.licenses, 'all'),
          publish: async () => {},
        });
      }),
    names: async () => ({ tenants: new Map(), groups: new Map() }),
    distribute: distribution.roundByTime,
    clock: () => now,
    onPublished: () => {},
  });

  await inTransaction((tx) =>
    addKey(storesOf(tx), {
      ...{ id: newId(now), serialNumber: 'BENCH-1', sealedCode: null, now },
      settings: {
        ...{ productName: 'Gatehouse endpoint', applicationId: null, kind: 'subscription', deviceLimit: devices },
        ...{ createdAt: now.toISOString(), expiresAt: null, termDays: null, blocked: false, automatic: true },
        ...{ overLimitAllowed: false, tenantId: null, sharing: { with: 'all' }, information: '' },
      },
    }),
  );
  say(`${devices} devices, one shared key with room for all of them, ${database.kind}`);
  await timed('give the key to every device', distribution.round);
  await database.executeSql(`update administration.license_seat set held = 'active', installed_at = now()`);
  await database.executeSql(`analyze`);
  await timed('daily check, the first day', check.run);
  now = new Date(now.getTime() + DAY_MS);
  await timed('daily check, nothing changed', check.run);
  await database.executeSql(`update administration.device set group_id = group_id + 1, name = name || 'x'
    where id in (select id from administration.device limit ${Math.ceil(devices / 100)})`);
  now = new Date(now.getTime() + DAY_MS);
  await timed('daily check, 1 % of the devices are others', check.run);
  await timed('round of one device', async () => {
    await database.executeSql(`update administration.license_device set is_due = true
      where device_id = (select device_id from administration.license_device limit 1)`);
    await distribution.round();
  });
  const counts = await usageStore(db.licenses, 'all').days('2000-01-01', '2999-01-01', {});
  say(`${counts.length} rows of counts for 3 days`);
} finally {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
}
