/**
 * A server to be killed while it deletes events: `node trim-child.ts <DatabaseOptions as JSON> <folder>`. Prints
 * `deleting` before each statement that deletes, and `done` when the number of events is at its limit.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../platform/db/index.ts';
import { openEventEngine } from '../../platform/event-engine/index.ts';
import { createEventLimit } from '../event-limit.ts';
import { createIngest, createOutbox, engineStore, eventStore } from '../events/index.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';

const [place = '', folder = ''] = process.argv.slice(2);
const clock = () => new Date();
const schema = (await openDatabase(JSON.parse(place))).forSchema<AdministrationTables>('administration');
const engine = await openEventEngine({ dataDir: folder });
const limit = createEventLimit({
  schema,
  engine: {
    ...engine,
    command: (sql, params) => {
      if (/drop part|^delete/.test(sql)) writeSync(1, 'deleting\n');
      return engine.command(sql, params);
    },
  },
  clock,
  audit: async ({ action }) => void writeSync(1, `audit ${action}\n`),
  onPublished: () => {},
  onError: (error) => {
    throw error;
  },
});
await limit.check();
const store = eventStore(administrationDb(schema).events);
const ingest = createIngest({ store, engine: engineStore(engine, 'all', clock), clock, onStored: () => {} });
await createOutbox({ store, ingest }).carry();
writeSync(1, 'done\n');
