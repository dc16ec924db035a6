/**
 * The list of devices, counts of groups and moving rules at 100,000 devices in 10,000 groups.
 *
 *   npm run bench:devices -- [--devices 100000] [--groups 10000] [--rounds 15] [--postgres URL]
 *
 * Prints, for each question, the time that 95 of 100 answers took at most. Without an address of a PostgreSQL server the
 * embedded engine answers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeviceFilter, type DeviceFilterInput, type DeviceSort } from '../../contract/src/index.ts';
import {
  type DeviceTables,
  deviceLists,
  devicePlaces,
  resolveDeviceFilter,
  searchPlaces,
} from '../../server/src/administration/devices/index.ts';
import { countsOfGroups } from '../../server/src/administration/groups/counts.ts';
import { type GroupTables, groupPlaces, groupStore } from '../../server/src/administration/groups/index.ts';
import { administrationMigrations } from '../../server/src/administration/index.ts';
import { migrate, openDatabase } from '../../server/src/platform/db/index.ts';
import { newId } from '../../server/src/platform/ids/index.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '100000' },
    groups: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '15' },
    postgres: { type: 'string' },
  },
});
const whole = (name: 'devices' | 'groups' | 'rounds', least: number, most: number): number => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  console.error(`--${name} must be a whole number from ${least} to ${most}`);
  process.exit(1);
};
const deviceCount = whole('devices', 1000, 1_000_000);
const groupCount = whole('groups', 10, 100_000);
const rounds = whole('rounds', 3, 1000);
const TENANTS = 100;
const PAGE = 50;

const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const database = await openDatabase(
  values.postgres ? { url: values.postgres } : { dataDir: join(dataDir, 'database') },
);
try {
  await migrate(database, [administrationMigrations]);
  const schema = database.forSchema<DeviceTables & GroupTables>('administration');
  const now = new Date();
  const tenants = Array.from({ length: TENANTS }, (_, number) => newId(new Date(now.getTime() + number)));

  console.log(`filling: ${deviceCount} devices in ${groupCount} groups of ${TENANTS} tenants …`);
  await database.executeSql('truncate administration.device, administration.admin_group cascade');
  // A tree of four levels in each tenant.
  await database.executeSql(
    `insert into administration.admin_group (id, tenant_id, parent_id, name, kind, path, created_at)
     select n, ($1::uuid[])[1 + n % ${TENANTS}], null, 'Managed devices', 'managed', '/' || n || '/', now()
     from generate_series(100, ${99 + TENANTS}) as n`,
    [tenants],
  );
  let level = Array.from({ length: TENANTS }, (_, n) => 100 + n);
  let next = 100 + TENANTS;
  const levels = [10, 10, 10];
  for (const fan of levels) {
    const made = Math.min(level.length * fan, groupCount - (next - 100));
    if (made <= 0) break;
    await database.executeSql(
      `insert into administration.admin_group (id, tenant_id, parent_id, name, kind, path, created_at)
       select $1::int + n, parent.tenant_id, parent.id, 'group ' || n, 'group', parent.path || ($1::int + n) || '/', now()
       from generate_series(0, $2::int - 1) as n
       join administration.admin_group as parent on parent.id = ($3::int[])[1 + n % cardinality($3::int[])]`,
      [next, made, level],
    );
    level = Array.from({ length: made }, (_, n) => next + n);
    next += made;
  }
  const facts = JSON.stringify({
    hostname: 'x'.repeat(30),
    disks: [],
    users: Array.from({ length: 20 }, (_, n) => `user${n}`),
  });
  for (let from = 0; from < deviceCount; from += 20_000) {
    await database.executeSql(
      `insert into administration.device
         (id, tenant_id, group_id, name, hostname, machine_id, agent_version, created_at, enrolled_at, last_connected_at,
          last_seen_at, facts, facts_at, os_name, os_family, os_is_server, ip_address, addresses, security_product,
          security_name, security_known, rtp_state, databases_released_at, status, status_since, status_reasons, tags, status_due)
       select gen_random_uuid(), g.tenant_id, g.id, 'pc-' || (n * 7919 % 1000003), 'pc-' || n, 'machine-' || n, '1.' || n % 9 || '.0',
         now() - n % 400 * interval '1 day', now(), now(), now() - n % 3000 * interval '1 minute', $1::jsonb, now(),
         (array['Debian GNU/Linux 12', 'Windows 11 Pro', 'Ubuntu 24.04 LTS'])[1 + n % 3],
         (array['linux', 'windows', 'linux'])[1 + n % 3], n % 7 = 0,
         '10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256,
         array['10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256],
         'clamav', 'ClamAV', true, 4, now() - n % 12 * interval '1 day',
         case when n % 20 = 0 then 'critical' when n % 7 = 0 then 'warning' else 'ok' end, now(),
         case when n % 20 = 0 then '[{"condition":"activeThreats","level":"critical"}]'::jsonb else '[]'::jsonb end,
         case when n % 50 = 0 then array['vip'] else array[]::text[] end, false
       from generate_series($2::int, $3::int - 1) as n
       join administration.admin_group as g on g.id = 100 + n % $4::int`,
      [facts, from, Math.min(from + 20_000, deviceCount), next - 100],
    );
  }
  await database.executeSql('analyze administration.device');
  await database.executeSql('analyze administration.admin_group');

  const lists = deviceLists(schema, 'all');
  const context = {
    now,
    visibleSince: new Date(now.getTime() - 7_200_000),
    groups: { ...groupPlaces(schema, 'all'), searchPlaces: async () => searchPlaces([], []) },
  };
  const measure = async (title: string, work: (round: number) => Promise<unknown>): Promise<void> => {
    await work(0);
    const times: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const before = performance.now();
      await work(round);
      times.push(performance.now() - before);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? Number.NaN;
    console.log(
      `${title.padEnd(62)} median ${at(0.5).toFixed(0).padStart(5)} ms   p95 ${at(0.95).toFixed(0).padStart(5)} ms`,
    );
  };
  /** As the console asks: one page and the number of all. */
  const list = async (given: DeviceFilterInput, sort: DeviceSort, pages = 1): Promise<void> => {
    const filter = await resolveDeviceFilter(DeviceFilter.parse(given), context);
    const order = { ...sort, tenantOrder: tenants };
    let after: string | undefined;
    for (let page = 0; page < pages; page += 1) {
      const found = await lists.page(filter, order, PAGE, after);
      if (found.next === null) break;
      after = found.next;
    }
    await lists.count(filter);
  };
  const by = (name: DeviceSort['by'], descending = false): DeviceSort => ({ by: name, descending });

  await measure('page: everything, worst status first', () => list({}, by('status', true)));
  await measure('page: everything, by name', () => list({}, by('name')));
  await measure('page: everything, last seen first', () => list({}, by('lastSeenAt', true)));
  await measure('page: everything, by client', () => list({}, by('tenantName')));
  await measure('page: Critical and visible, by name', () =>
    list({ statuses: ['critical'], visible: true }, by('name')),
  );
  await measure('page: one client, by status', (n) =>
    list({ tenantIds: [tenants[n % TENANTS] ?? ''] }, by('status', true)),
  );
  await measure('page: one group with all below it, by name', (n) =>
    list({ groups: [{ id: 100 + (n % TENANTS) }] }, by('name')),
  );
  await measure('page: a tag, by name', () => list({ tags: ['vip'] }, by('name')));
  await measure('page: an address range, by name', () => list({ addresses: ['10.0.16.0/20'] }, by('name')));
  await measure('page: a mask for the name and a system, by status', () =>
    list({ names: ['*77*'], osFamilies: ['linux'] }, by('status', true)),
  );
  await measure('page: a part of any text, by name', (n) => list({ text: `pc-${n}1` }, by('name')));
  await measure('page 20 in a row: by name', () => list({}, by('name'), 20));
  await measure('counts of all groups of one client, with those below', async (n) => {
    const tenant = tenants[n % TENANTS] ?? '';
    const [groups, counts] = await Promise.all([
      groupStore(schema, tenant).list(),
      deviceLists(schema, [tenant]).countsByGroup(context.visibleSince),
    ]);
    countsOfGroups(groups, counts);
  });
  await measure('counts of all groups of all clients', () => lists.countsByGroup(context.visibleSince));
  await measure('walk through all devices that a filter finds (targets of a task)', async () => {
    for await (const page of lists.walk(
      await resolveDeviceFilter(DeviceFilter.parse({ osFamilies: ['linux'] }), context),
    ))
      void page;
  });
  await measure('a page of devices as moving rules see them (2,000)', () =>
    devicePlaces(schema, [tenants[0] ?? '']).movingAfter(null, 2000),
  );
} finally {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
}
