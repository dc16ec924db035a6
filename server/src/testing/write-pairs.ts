/**
 * A writer to be killed: `node write-pairs.ts <DatabaseOptions as JSON> <first number>`. Writes pairs of rows, one
 * pair a transaction, several at once, and prints a pair's number once it was acknowledged.
 */
import { writeSync } from 'node:fs';
import { sql } from 'kysely';
import { openDatabase } from '../platform/db/index.ts';

const [place = '', first = '0'] = process.argv.slice(2);
const db = await openDatabase(JSON.parse(place));
let next = Number(first);

const writeOn = async (): Promise<never> => {
  for (;;) {
    const n = next;
    next += 1;
    await db.kysely.transaction().execute(async (transaction) => {
      await sql`insert into pair values (${n}, 1)`.execute(transaction);
      await sql`insert into pair values (${n}, 2)`.execute(transaction);
    });
    writeSync(1, `${n}\n`);
  }
};
await Promise.all([writeOn(), writeOn(), writeOn()]);
