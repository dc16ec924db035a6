/**
 * An ingest to be killed: `node ingest-child.ts <DatabaseOptions as JSON> <folder of the event store> <epoch> <first>`.
 * Takes in batches of three devices at once, each batch twice and overlapping the one before, publishes an event of the
 * server with each, and prints `<device> <seq>` once all up to that number is acknowledged, `outbox <number>` once the
 * server's event is committed.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../platform/db/index.ts';
import { openEventEngine } from '../../platform/event-engine/index.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';
import { createIngest, createOutbox, engineStore, eventStore } from './index.ts';

const [place = '', dataDir = '', epoch = '', first = '1'] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(place));
const engine = engineStore(await openEventEngine({ dataDir }), 'all');
await engine.createTable();
const store = eventStore(administrationDb(database.forSchema<AdministrationTables>('administration')).events);
const ingest = createIngest({ store, engine, clock: () => new Date(), onStored: () => {} });
const outbox = createOutbox({ store, ingest });

const BATCH = 7;
const OVERLAP = 3;
const tenantId = '019a0000-0000-7000-8000-00000000000a';

const sendOn = async (device: number): Promise<never> => {
  const deviceId = `019a0000-0000-7000-8000-${String(device).padStart(12, '0')}`;
  const sender = { tenantId, deviceId, deviceName: 'pc', groupId: null, groupName: '', ipAddress: '' };
  const riseTime = new Date().toISOString();
  for (let from = Number(first); ; from += BATCH - OVERLAP) {
    const events = Array.from({ length: BATCH }, (_, index) => ({ seq: from + index, type: 'X_TEST', riseTime }));
    await Promise.all([ingest.accept({ sender, epoch, events }), ingest.accept({ sender, epoch, events })]);
    writeSync(1, `${device} ${from + BATCH - 1}\n`);
    await store.publish(sender, { type: 'X_SERVER', riseTime, description: `${process.pid} ${device} ${from}` });
    writeSync(1, `outbox ${process.pid} ${device} ${from}\n`);
    await outbox.carry();
  }
};
await Promise.all([sendOn(1), sendOn(2), sendOn(3)]);
