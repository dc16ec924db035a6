/**
 * A writer to be killed: `node write-events.ts <data folder> <first batch>`. Stores batches of 500 rows in the table
 * `ev` and prints a batch's number once it was acknowledged.
 */
import { writeSync } from 'node:fs';
import { openEventEngine } from '../platform/event-engine/index.ts';

const [dataDir = '', first = '0'] = process.argv.slice(2);
const engine = await openEventEngine({ dataDir });
for (let batch = Number(first); ; batch += 1) {
  await engine.insert(
    'ev',
    Array.from({ length: 500 }, (_, n) => ({ batch, n })),
  );
  writeSync(1, `${batch}\n`);
}
