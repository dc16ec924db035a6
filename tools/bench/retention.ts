/**
 * How long it takes to delete the oldest third of the events, and what that costs those who write meanwhile.
 *
 *   UV_THREADPOOL_SIZE=16 node tools/bench/retention.ts [events] [deleted]     (default 3,000,000 and 1,000,000)
 *
 * Real chDB in a folder that is removed afterwards. The events are of 50 tenants, 5,000 devices and three storage terms,
 * as they lie after some weeks: old parts merged. Writing is one insert of 500 events after the other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineStore, trimStore } from '../../server/src/administration/events/index.ts';
import { type EventEngine, openEventEngine } from '../../server/src/platform/event-engine/index.ts';

const CHUNK = 100_000;
const BATCH = 500;
const SECONDS_BEFORE = 5;

const number = (value: number) => Math.round(value).toLocaleString('en');
const columns = `event_id, tenant_id, device_id, epoch, seq, type, severity, display_name, description, params, rise_time,
  registration_time, device_name, group_name, ip_address, product, expires_at`;
/** Rows whose ids begin after `from`; the older, the sooner they expire. */
const rows = (from: number, count: number, total: number) => `
  select number + 1 as id, toString(cityHash64(number) % 50), toString(cityHash64(number, 1) % 5000), 'epoch', id,
    ['GNRL_EV_OBJECT_DELETED', 'KLPRCI_TaskState', 'KLSRV_HOST_STATUS_WARNING'][cityHash64(number, 2) % 3 + 1] as code,
    cityHash64(number, 3) % 4 + 1, code, concat('Object C:\\\\Users\\\\user', toString(cityHash64(number, 4) % 9000), '\\\\',
    toString(number), '.exe'), [toString(cityHash64(number, 5)), toString(cityHash64(number, 6) % 1000)],
    now64(3), now64(3), concat('pc-', toString(cityHash64(number, 1) % 5000)), 'Managed devices/', '192.0.2.1', 'KES',
    now() + interval (30 + [0, 60, 0][cityHash64(number, 2) % 3 + 1] + intDiv(number * 28, ${total})) day
  from numbers(${from}, ${count})`;

const fill = async (engine: EventEngine, total: number): Promise<void> => {
  for (let from = 0; from < total; from += CHUNK) {
    const count = Math.min(CHUNK, total - from);
    await engine.command(`insert into administration_event (${columns}) ${rows(from, count, total)}`);
  }
  await engine.command('optimize table administration_event');
};

/** Writes until told to stop. @returns events a second */
const write = async (engine: EventEngine, firstId: number, isDone: () => boolean) => {
  const start = performance.now();
  let written = 0;
  let slowestMs = 0;
  while (!isDone()) {
    const at = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const batch = Array.from({ length: BATCH }, (_, index) => ({
      event_id: firstId + written + index,
      tenant_id: 'x',
      type: 'GNRL_EV_OBJECT_DELETED',
      rise_time: at,
      registration_time: at,
      expires_at: Math.floor(Date.now() / 1000) + 30 * 86_400,
    }));
    const began = performance.now();
    await engine.insert('administration_event', batch);
    slowestMs = Math.max(slowestMs, performance.now() - began);
    written += BATCH;
  }
  return { written, perSecond: (written / (performance.now() - start)) * 1000, slowestMs };
};

const [total = 3_000_000, deleted = 1_000_000] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(total) || !Number.isSafeInteger(deleted) || deleted < 1 || deleted >= total) {
  console.error('Give the number of events and how many of them are deleted, as whole numbers.');
  process.exit(1);
}
const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
try {
  const engine = await openEventEngine({ dataDir });
  await engineStore(engine, 'all').createTable();
  const trim = trimStore(engine, () => new Date());
  let start = performance.now();
  await fill(engine, total);
  const space = await trim.space();
  console.log(
    `${number(total)} events in ${number((performance.now() - start) / 1000)} s, ` +
      `${number(space.bytesOnDisk / space.rows)} bytes each on the disk`,
  );

  const until = performance.now() + SECONDS_BEFORE * 1000;
  const before = await write(engine, total + 1, () => performance.now() > until);
  start = performance.now();
  const stored = await trim.countListed();
  const countMs = performance.now() - start;
  let isDone = false;
  const writing = write(engine, total + before.written + 1, () => isDone);
  start = performance.now();
  const upTo = await trim.newestBeyond(stored - deleted);
  const foundMs = performance.now() - start;
  const byType = await trim.countsByTypeUpTo(upTo ?? 0);
  await trim.removeUpTo(upTo ?? 0);
  const trimMs = performance.now() - start;
  isDone = true;
  const during = await writing;
  const left = await trim.countListed();
  const gone = Object.values(byType).reduce((sum, count) => sum + count, 0);
  if (left !== stored - gone + during.written || gone < deleted) throw new Error(`${left} events are left`);

  console.log(`counting ${number(stored)} events          ${number(countMs)} ms`);
  console.log(`finding where to cut                ${number(foundMs)} ms`);
  console.log(`deleting ${number(gone)} events        ${number(trimMs)} ms (all of it)`);
  console.log(
    `writing before                      ${number(before.perSecond)} events/s, slowest insert ${number(before.slowestMs)} ms`,
  );
  console.log(
    `writing meanwhile                   ${number(during.perSecond)} events/s, slowest insert ${number(during.slowestMs)} ms ` +
      `(${number((during.perSecond / before.perSecond) * 100)}% of before)`,
  );
  const after = await trim.space();
  console.log(
    `on the disk                         ${number(space.bytesOnDisk / 1e6)} MB before, ${number(after.bytesOnDisk / 1e6)} MB after`,
  );
  await engine.close();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
