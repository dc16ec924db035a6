/**
 * Notifications to be killed: `node run-notifications.ts <data folder> <port> <minutes> <write|drain>`. Sends mails about
 * what it takes in to a mail server on this machine, with a clock that is so many minutes ahead. `write` takes in
 * numbered events and prints the number of each once it was acknowledged; `drain` takes in nothing and ends when
 * everything was sent.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createIngest, engineStore, eventStore } from '../administration/events/index.ts';
import { administrationMigrations } from '../administration/index.ts';
import {
  createDelivery,
  createNotificationSettings,
  createTaker,
  notificationStore,
} from '../administration/notifications/index.ts';
import { type AdministrationTables, administrationDb } from '../administration/tables.ts';
import { migrate, openDatabase } from '../platform/db/index.ts';
import { openEventEngine } from '../platform/event-engine/index.ts';
import { openSecrets } from '../platform/secrets/index.ts';

const TENANT = '019a0000-0000-7000-8000-00000000000a';

const [dataDir = '', port = '', minutesAhead = '', mode = ''] = process.argv.slice(2);
const clock = () => new Date(Date.now() + Number(minutesAhead) * 60_000);
const database = await openDatabase({ dataDir: join(dataDir, 'database') });
await migrate(database, [administrationMigrations]);
const engine = await openEventEngine({ dataDir: join(dataDir, 'events') });
const schema = database.forSchema<AdministrationTables>('administration');
const events = engineStore(engine, 'all');
await events.createTable();

const storesIn = (db: typeof schema) => {
  const own = administrationDb(db);
  return { store: notificationStore(own.notifications), cursors: eventStore(own.events) };
};
const { store, cursors } = storesIn(schema);
const settings = createNotificationSettings({
  store,
  secrets: openSecrets({ keyFile: join(dataDir, 'secret.key') }),
  clock,
  changed: () => {},
});
const { settings: before } = await settings.read();
await settings.save({
  ...before,
  mail: {
    ...before.mail,
    enabled: true,
    recipients: ['admin@example.com'],
    message: '%DESCR%',
    smtp: { ...before.mail.smtp, hosts: ['127.0.0.1'], port: Number(port), tls: 'none' },
  },
  limit: { mostPerPeriod: 10_000, periodMinutes: 60 },
});
const taker = createTaker({
  store,
  cursors,
  engine: events,
  inTransaction: (work) => schema.transaction().execute((tx) => work(storesIn(tx))),
  chosen: async () => (_event, channel) => channel === 'mail',
  clientNames: async () => new Map(),
  clock,
});
const delivery = createDelivery({
  store,
  settings,
  take: taker.run,
  clock,
  onTurn: () => {},
  onError: (error) => {
    throw error;
  },
});
const ingest = createIngest({ store: cursors, engine: events, clock, onStored: delivery.poke });
delivery.start();

const sender = { tenantId: TENANT, deviceId: null, deviceName: 'pc', groupId: null, groupName: '', ipAddress: '' };
if (mode === 'write') {
  for (let seq = ((await events.newest({}, 1))[0]?.seq ?? 0) + 1; ; seq += 1) {
    const event = {
      seq,
      type: 'GNRL_EV_OBJECT_DELETED',
      riseTime: clock().toISOString(),
      description: `number ${seq}.`,
      params: {},
    };
    await ingest.accept({ sender, epoch: 'epoch', events: [event] });
    writeSync(1, `${seq}\n`);
  }
}
const reach = await events.lastId();
while ((await cursors.cursor('notifications')) < reach || (await store.waiting('mail')) > 0) {
  await new Promise((done) => setTimeout(done, 50));
}
await delivery.stop();
await engine.close();
await database.close();
