/**
 * What policies cost with many devices: a save that concerns all of them, until it is kept for each what is in force;
 * the look at all devices; lists with how far policies have come; the answer to a sync. On an Administration Server of
 * its own with real stores in temporary folders.
 *
 *     node tools/bench/policies.ts [--devices 100000] [--engine pglite|postgresql]
 *
 * Beside the round stands a yardstick: the plainest update of as many rows of the same table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../server/src/platform/db/index.ts';
import { openEventEngine } from '../../server/src/platform/event-engine/index.ts';
import { startAdministration } from '../../server/src/testing/administration.ts';
import { newDatabase, startPostgresCluster } from '../../server/src/testing/postgres-cluster.ts';

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '100000' }, engine: { type: 'string', default: 'pglite' } },
});
const devices = Number(values.devices);
if (!Number.isSafeInteger(devices) || devices < 1000 || !['pglite', 'postgresql'].includes(values.engine)) {
  console.error('Give the number of devices as a whole number of 1000 or more, and pglite or postgresql as engine.');
  process.exit(1);
}
const GROUPS = 200;
const say = (what: string, ms: number) =>
  console.log(`${what.padEnd(66)} ${(ms < 20 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en')).padStart(7)} ms`);
const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await act();
  return performance.now() - from;
};

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-policies-'));
const cluster = values.engine === 'postgresql' ? await startPostgresCluster() : null;
const database = await openDatabase(
  cluster ? { url: await newDatabase(cluster.url), maxConnections: 5 } : { dataDir: join(folder, 'database') },
);
const engine = await openEventEngine({ dataDir: join(folder, 'events') });
const msp = await startAdministration({ database, engine });
try {
  const tenant = await msp.addTenant('Bench');
  const managed = (await msp.administration.groupsOf(tenant.id).fixed('managed')).id;
  const groupIds: number[] = [];
  for (let at = 0; at < GROUPS; at += 1) {
    const made = await msp.call('POST', `/api/tenants/${tenant.id}/groups`, {
      body: { name: `Group ${at}`, parentId: at < 20 ? managed : groupIds[at % 20] },
    });
    groupIds.push(Number(made.body.id));
  }
  await database.executeSql(
    `insert into administration.device (id, tenant_id, group_id, name, machine_id, created_at, enrolled_at,
       last_connected_at, last_seen_at, facts, os_family, os_is_server, tags, addresses, status_since)
     select gen_random_uuid(), $1::uuid, ($2::int[])[1 + n % $3::int], 'pc-' || n, 'm' || n, now(), now(), now(), now(),
       jsonb_build_object('filler', repeat('x', 700)), 'linux', n % 10 = 0,
       case when n % 7 = 0 then array['kiosk'] else '{}' end, array['10.' || n / 65536 || '.' || (n / 256) % 256 || '.1'],
       now()
     from generate_series(1, $4::int) as n`,
    [tenant.id, groupIds, GROUPS, devices],
  );
  const profiles = [
    { name: 'Kiosks', condition: { tags: ['kiosk'] }, settings: { quarantine: { keepDays: 1 } } },
    { name: 'Site', condition: { ipRanges: ['10.0.0.0/17'] }, settings: { scan: { mode: 'full' } } },
  ];
  const base = { tenantId: tenant.id, groupId: managed, name: 'Base', state: 'active', profiles };
  console.log(`${devices} devices in ${GROUPS} groups, a policy with two profiles above all (${values.engine})`);

  say('look at all devices, nothing known yet: writes a row for each', await timed(msp.administration.policies.sweep));
  let policy: { id: number; version: number } | undefined;
  say(
    'save a policy for all of them (the call itself)',
    await timed(async () => {
      policy = (await msp.call('POST', '/api/policies', { body: base })).body;
    }),
  );
  say('  keep for each device what is in force now', await timed(msp.administration.policies.settle));
  const before = await database.executeSql(
    'select count(distinct effective_id) as ids from administration.device_policy',
  );
  console.log(`  (${before.rows[0]?.ids} different policies)`);
  say(
    '  yardstick: update of one column of as many rows',
    await timed(() => database.executeSql(`update administration.device_policy set effective_id = effective_id || ''`)),
  );
  say('look at all devices, nothing changed', await timed(msp.administration.policies.sweep));
  say('list of policies with how far they have come', await timed(() => msp.call('GET', '/api/policies')));
  say(
    'page of devices where it is not applied',
    await timed(() => msp.call('GET', `/api/policies/${policy?.id}/devices?state=unknown`)),
  );
  const device = await msp.enrol('bench', { tenantId: tenant.id, groupId: groupIds[7] as number });
  const sync = () =>
    device.agent('POST', '/agent/v1/sync', {
      ...{ agentVersion: '1', sentAt: msp.clock().toISOString(), facts: {}, policyId: null },
    });
  await sync();
  const all: number[] = [];
  for (let at = 0; at < 50; at += 1) all.push(await timed(sync));
  say('one sync that is answered with a policy (middle of 50)', all.sort((a, b) => a - b)[25] ?? 0);
} finally {
  await msp.stop();
  await engine.close();
  await database.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
}
