/**
 * What device statuses cost: a full recompute after a change of rules, one report, the clock, lists of devices. On an
 * Administration Server of its own with real stores in temporary folders; PostgreSQL is started where it is installed.
 *
 *     node tools/bench/statuses.ts [--devices 100000] [--engine pglite|postgresql|both]
 *
 * Beside each figure that depends on the machine stands a yardstick: the plainest statement over the same rows. All
 * devices belong to one client, so that one change of its rules is a change for all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceStatuses } from '../../server/src/administration/devices/index.ts';
import { type AdministrationTables, administrationDb } from '../../server/src/administration/tables.ts';
import { type Database, openDatabase } from '../../server/src/platform/db/index.ts';
import { openEventEngine } from '../../server/src/platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../server/src/testing/administration.ts';
import { newDatabase, type PostgresCluster, startPostgresCluster } from '../../server/src/testing/postgres-cluster.ts';

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '100000' }, engine: { type: 'string', default: 'both' } },
});
const devices = Number(values.devices);
if (!Number.isSafeInteger(devices) || devices < 1000) {
  console.error('Give the number of devices as a whole number of 1000 or more.');
  process.exit(1);
}
const GROUPS = 50;
const number = (value: number) => Math.round(value).toLocaleString('en');
const say = (what: string, ms: number, more = '') =>
  console.log(`${what.padEnd(62)} ${(ms < 20 ? ms.toFixed(1) : number(ms)).padStart(7)} ms  ${more}`);
/** Processor time of this process and what it embeds, since a machine that does other things too has slow clocks. */
let processorMs = 0;
const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  processorMs = (user + system) / 1000;
  return performance.now() - from;
};
const processor = () => `${number(processorMs)} ms of processor time`;
/** The middle and the worst of several. */
const several = async (
  times: number,
  act: (at: number) => Promise<unknown>,
): Promise<[middle: number, worst: number]> => {
  const all: number[] = [];
  for (let at = 0; at < times; at += 1) all.push(await timed(() => act(at)));
  all.sort((a, b) => a - b);
  return [all[Math.floor(times / 2)] ?? 0, all.at(-1) ?? 0];
};

/**
 * Devices that are in sight and healthy, but for some with vulnerabilities and a tenth whose disks are filling up. Nobody
 * reports for them, so they are said to have done so later than the bench takes.
 */
const FILL = `
  insert into administration.device (id, tenant_id, group_id, name, machine_id, key_hash, agent_version, created_at,
    enrolled_at, last_connected_at, last_seen_at, facts, facts_at, hostname, os_name, os_family, ip_address,
    security_known, security_product, security_name, security_version, security_running, rtp_state,
    databases_released_at, last_scan_at, license_known, license_expires_at, condition_facts, status_since)
  select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, $1::uuid,
    ($2::int[])[1 + n % cardinality($2::int[])], 'pc-' || lpad(n::text, 6, '0'), 'm' || n, 'k' || n, '0.1.0',
    now() - interval '100 days', now() - interval '100 days', now() + interval '1 hour', now() + interval '1 hour',
    jsonb_build_object('hostname', 'pc-' || n, 'users', jsonb_build_array('ann', 'bob'), 'filler', repeat('x', 700)),
    now() + interval '1 hour', 'pc-' || n, 'Debian GNU/Linux 12', 'linux', '10.' || n / 65536 || '.' || (n / 256) % 256 || '.' || n % 256,
    true, 'clamav', 'ClamAV', '1.4.6', true, 4, now() - interval '1 hour' * (n % 60), now() - interval '2 days',
    true, now() + interval '300 days',
    jsonb_build_object('lastScanAt', now() - interval '2 days', 'updatesSearchedAt', now() - interval '1 day',
      'incompatible', '[]'::jsonb, 'encryption', null, 'restartReasons', '[]'::jsonb,
      'vulnerabilities', case when n % 20 = 0
        then '{"critical": {"all": 2, "unfixable": 0, "assigned": 0}}' else '{}' end::jsonb,
      'disk', jsonb_build_object('mount', '/', 'freeMegabytes', case when n % 10 = 1 then 3000 else 60000 + n end)),
    now()
  from generate_series(1, $3::int) as n`;
const READ =
  'select id, group_id, last_seen_at, databases_released_at, condition_facts, status from administration.device';
const UPDATE = `update administration.device set rtp_state = rtp_state
  where id in (select id from administration.device order by id limit $1::int)`;
const BRING_FORWARD = `update administration.device set status_next_at = now() - interval '1 minute'
  where id in (select id from administration.device order by id limit $1::int)`;

const level = (enabled: boolean, value: number | null) => ({ enabled, value, choices: [] });

const measure = async (name: string, database: Database, msp: TestAdministration): Promise<void> => {
  const db = database.forSchema<AdministrationTables>('administration');
  const statuses = () => deviceStatuses(administrationDb(db).devices);
  const tenant = await msp.addTenant('Bench');
  const managed = (await msp.administration.groupsOf(tenant.id).fixed('managed')).id;
  const groupIds: number[] = [];
  for (let at = 0; at < GROUPS; at += 1) {
    const body = { name: `Branch ${at}`, parentId: managed };
    groupIds.push((await msp.call('POST', `/api/tenants/${tenant.id}/groups`, { body })).body.id);
  }
  const path = `/api/tenants/${tenant.id}/groups/${managed}/status-settings`;
  const disk = (value: number) => ({
    condition: 'outOfDiskSpace',
    setting: { critical: level(false, 0), warning: level(true, value), locked: false },
  });
  const change = async (value: number) => {
    const { status } = await msp.call('PUT', path, { body: { changes: [disk(value)] } });
    if (status !== 200) throw new Error(`the settings were answered with ${status}`);
  };
  const count = async (where: string) =>
    Number((await database.executeSql(`select count(*) as n from administration.device where ${where}`)).rows[0]?.n);

  console.log(`\n${number(devices)} devices in ${GROUPS} groups on ${name}`);
  await database.executeSql(FILL, [tenant.id, groupIds, devices]);
  await database.executeSql('analyze administration.device');
  const first = await timed(() => msp.settle());
  say('the first decision of all of them, some with events', first, processor());
  await database.executeSql('vacuum analyze administration.device');

  const readRows = await timed(() => database.executeSql(READ));
  const readLines = await timed(async () => {
    for (let after: string | null = null; ; ) {
      const page: { state: { id: string } }[] = await statuses().ofGroups(groupIds, after, 10_000);
      after = page.at(-1)?.state.id ?? null;
      if (page.length < 10_000) return;
    }
  });
  say('yardstick: six columns of all devices as rows', readRows);
  say(
    'reading all that conditions read of them, as lines',
    readLines,
    `${(readLines / readRows).toFixed(2)} of the yardstick; ${processor()}`,
  );

  await change(1024);
  const nothing = await timed(() => msp.settle());
  say('full recompute, rules changed and no status did', nothing, processor());

  const before = await count(`status = 'warning'`);
  await change(4096);
  const some = await timed(() => msp.settle());
  const ofSome = processor();
  const moved = (await count(`status = 'warning'`)) - before;
  const touched = await timed(() => database.executeSql(UPDATE, [moved]));
  say(`full recompute, ${number(moved)} statuses changed, with their events`, some, ofSome);
  say(
    `yardstick: one plain update of ${number(moved)} devices`,
    touched,
    `the recompute took ${(some / touched).toFixed(1)} of it`,
  );

  const [preview] = await several(3, () =>
    msp.call('POST', `${path}/preview`, { body: { changes: [disk(1024)] } }).then(({ body }) => {
      if (body.better !== moved) throw new Error(`the preview says ${JSON.stringify(body)}`);
    }),
  );
  say('preview of a change for all of them', preview);

  await database.executeSql(BRING_FORWARD, [devices / 10]);
  const looked = await timed(() => msp.settle());
  say(`the clock: ${number(devices / 10)} devices looked at, nothing changed`, looked, processor());
  const [idle] = await several(20, () => msp.settle());
  say('a look at the clock when nothing is due', idle);

  const laptop = await msp.enrol('reporter', { tenantId: tenant.id, groupId: groupIds[0] ?? managed });
  const report = (freeBytes: number) =>
    laptop.reports({ hostname: 'reporter', disks: [{ mount: '/', sizeBytes: 9e11, freeBytes, isSystem: true }] });
  await report(1e9);
  await msp.settle();
  const [same, sameWorst] = await several(30, async () => {
    await report(1e9);
    await msp.settle();
  });
  say('one report that says nothing new, until all is up to date', same, `worst ${sameWorst.toFixed(0)} ms`);
  const [news, newsWorst] = await several(30, async (at) => {
    await report(at % 2 ? 1e9 : 9e10);
    await msp.settle();
  });
  say('one report that changes the status, with its event stored', news, `worst ${newsWorst.toFixed(0)} ms`);

  for (const [what, query] of [
    ['by status, gravest first', 'sort=status'],
    ['Warning only, by name', 'status=warning&sort=name&descending=false'],
    ['with a condition, by status', 'condition=outOfDiskSpace&sort=status'],
    ['a part of the name, by name', 'text=pc-0077&sort=name&descending=false'],
    ['of one group, by last seen', `groupId=${groupIds[3]}&sort=lastSeenAt`],
  ] as const) {
    const [middle, worst] = await several(10, async () => {
      const { status, body } = await msp.call('GET', `/api/devices?limit=50&${query}`);
      if (status !== 200 || body.items.length === 0) throw new Error(`the list was answered with ${status}`);
    });
    say(`list of devices: ${what}`, middle, `worst ${worst.toFixed(0)} ms`);
  }
};

const onEngine = async (name: string, database: Database): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const engine = await openEventEngine({ dataDir });
  const msp = await startAdministration({ database, engine });
  try {
    await measure(name, database, msp);
    if (msp.logged.length > 0) throw new Error(`the server logged: ${msp.logged.join('')}`);
  } finally {
    await msp.stop();
    await database.close();
    await engine.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

if (values.engine !== 'postgresql') {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    await onEngine('PGlite', await openDatabase({ dataDir }));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
if (values.engine !== 'pglite') {
  let cluster: PostgresCluster | null = null;
  try {
    cluster = await startPostgresCluster();
  } catch (error) {
    console.log(`\nPostgreSQL is left out: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (cluster) {
    try {
      await onEngine('PostgreSQL', await openDatabase({ url: await newDatabase(cluster.url), maxConnections: 5 }));
    } finally {
      await cluster.stop();
    }
  }
}
process.exit(0);
