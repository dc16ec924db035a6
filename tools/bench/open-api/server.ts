/** The server of the bench, in a process of its own, so that its memory is its own: real stores, filled by plain SQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../../server/src/platform/db/index.ts';
import { type EventEngine, openEventEngine } from '../../../server/src/platform/event-engine/index.ts';
import { startAdministration } from '../../../server/src/testing/administration.ts';

export interface Sizes {
  devices: number;
  events: number;
}
export type FromServer =
  | { kind: 'ready'; url: string; certificate: string }
  | { kind: 'memory'; rssBytes: number; processorMs: number };

const FILL_DEVICES = `
  insert into administration.device (id, tenant_id, group_id, name, machine_id, key_hash, agent_version, created_at,
    enrolled_at, last_connected_at, last_seen_at, facts, facts_at, hostname, os_name, os_family, ip_address,
    security_known, security_product, security_name, security_version, security_running, rtp_state, status, status_mask,
    databases_released_at, last_scan_at, status_since)
  select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, $1::uuid, $2::int,
    'pc-' || lpad(n::text, 6, '0'), 'm' || n, 'k' || n, '0.1.0', now(), now(), now(), now(),
    jsonb_build_object('hostname', 'pc-' || n, 'filler', repeat('x', 700)), now(), 'pc-' || n, 'Debian GNU/Linux 12',
    'linux', '10.' || n / 65536 || '.' || (n / 256) % 256 || '.' || n % 256, true, 'clamav', 'ClamAV', '1.4.6', true, 4,
    (array['ok', 'warning', 'critical'])[1 + n % 3], (array[0, 128, 1024])[1 + n % 3], now(), now(), now()
  from generate_series(1, $3::int) as n`;

const EVENTS_AT_ONCE = 100_000;
const eventsFrom = (first: number, count: number, tenantId: string) => `
  insert into administration_event (event_id, tenant_id, device_id, epoch, seq, type, severity, display_name, description,
    params, rise_time, registration_time, device_name, group_name, ip_address, product, expires_at, listed)
  select number + 1 as id, '${tenantId}', concat(leftPad(lower(hex(number % 5000 + 1)), 8, '0'), '-0000-7000-8000-000000000000'),
    'epoch', id, ['GNRL_EV_VIRUS_FOUND', 'KLPRCI_TaskState', 'GNRL_EV_OBJECT_DELETED'][number % 3 + 1], number % 4 + 1,
    'Malicious object detected', concat('Object C:\\\\Users\\\\user\\\\', toString(number), '.exe'),
    ['', concat('file', toString(number)), '', '', 'EICAR-Test-File'], now64(3), now64(3),
    concat('pc-', toString(number % 5000)), 'Managed devices/', '192.0.2.1', 'KES', now() + interval 90 day, true
  from numbers(${first}, ${count})`;

/** Serves until the parent is gone or says that it is done. */
export const serve = async ({ devices, events }: Sizes): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const send = (message: FromServer) => process.send?.(message);
  let database: Database | undefined;
  let engine: EventEngine | undefined;
  try {
    database = await openDatabase({ dataDir: join(folder, 'db') });
    engine = await openEventEngine({ dataDir: join(folder, 'events') });
    const msp = await startAdministration({ database, engine });
    const tenant = await msp.mainTenant();
    const { id: groupId } = await msp.administration.groupsOf(tenant.id).fixed('managed');
    await database.executeSql(FILL_DEVICES, [tenant.id, groupId, devices]);
    await database.executeSql('analyze administration.device');
    for (let from = 0; from < events; from += EVENTS_AT_ONCE) {
      await engine.command(eventsFrom(from, Math.min(EVENTS_AT_ONCE, events - from), tenant.id));
    }
    const done = new Promise<void>((resolve) => {
      process.once('disconnect', resolve);
      process.on('message', (message) => {
        if (message === 'done') return resolve();
        const { user, system } = process.cpuUsage();
        send({ kind: 'memory', rssBytes: process.memoryUsage.rss(), processorMs: (user + system) / 1000 });
      });
    });
    send({ kind: 'ready', url: msp.openApiUrl, certificate: msp.cert });
    await done;
    await msp.stop();
  } finally {
    await engine?.close();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
