/**
 * An export to be killed: `node run-export.ts <data folder> <port> <write|drain>`. Exports to a receiver on this machine
 * what it takes in. `write` takes in batches of numbered events and prints the last number of each once it was
 * acknowledged; `drain` takes in nothing and ends when everything was sent.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createIngest, engineStore, eventStore } from '../administration/events/index.ts';
import { administrationMigrations } from '../administration/index.ts';
import { createExporter, siemTargetStore } from '../administration/siem-exports/index.ts';
import { type AdministrationTables, administrationDb } from '../administration/tables.ts';
import { migrate, openDatabase } from '../platform/db/index.ts';
import { openEventEngine } from '../platform/event-engine/index.ts';

const TARGET = '019a0000-0000-7000-8000-00000000000a';
const BATCH = 40;

const [dataDir = '', port = '', mode = ''] = process.argv.slice(2);
const clock = () => new Date();
const database = await openDatabase({ dataDir: join(dataDir, 'database') });
await migrate(database, [administrationMigrations]);
const engine = await openEventEngine({ dataDir: join(dataDir, 'events') });
const db = administrationDb(database.forSchema<AdministrationTables>('administration'));
const events = engineStore(engine, 'all');
await events.createTable();

const targets = siemTargetStore(db.siemExports);
if ((await targets.list()).length === 0) {
  await targets.add(
    TARGET,
    {
      name: 'to be killed',
      enabled: true,
      format: 'syslog',
      transport: 'tcp',
      host: '127.0.0.1',
      port: Number(port),
      trust: { kind: 'system' },
      framing: 'newline',
      syslogHeader: true,
      tenantIds: null,
      types: null,
      severities: null,
    },
    clock(),
  );
}
const exporter = createExporter({
  folder: join(dataDir, 'siem-exports'),
  queueMostBytes: 50_000_000,
  targets,
  cursors: eventStore(db.events),
  engine: events,
  chosen: async () => () => true,
  names: { serverName: 'gatehouse', serverVersion: '1' },
  clock,
  onError: (error) => {
    throw error;
  },
  provenAfterMs: 100,
  firstPauseMs: 20,
});
const ingest = createIngest({ store: eventStore(db.events), engine: events, clock, onStored: exporter.poke });
await exporter.start();

const sender = { tenantId: TARGET, deviceId: null, deviceName: 'pc', groupId: null, groupName: '', ipAddress: '' };
if (mode === 'write') {
  for (let next = (await events.newest({}, 1))[0]?.seq ?? 0; ; next += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => ({
      seq: next + index + 1,
      type: 'GNRL_EV_OBJECT_DELETED',
      riseTime: clock().toISOString(),
      params: { '1': String(next + index + 1) },
    }));
    await ingest.accept({ sender, epoch: 'epoch', events: batch });
    writeSync(1, `${next + BATCH}\n`);
  }
}
const reach = await events.lastId();
for (;;) {
  const [target] = await targets.list();
  const isGathered = (await eventStore(db.events).cursor(`siem:${TARGET}`)) >= reach;
  if (target && isGathered && exporter.stateOf(target).waiting === 0) break;
  await new Promise((done) => setTimeout(done, 50));
}
await exporter.stop();
await engine.close();
await database.close();
