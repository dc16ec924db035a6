/**
 * A writer to be killed: `node write-queue.ts <folder>`. Adds records to the queue in a folder, a few at a time, each
 * numbered on from the last, and prints the last number of each addition once it was acknowledged.
 */
import { writeSync } from 'node:fs';
import { openDiskQueue } from '../platform/disk-queue/index.ts';

const [folder = ''] = process.argv.slice(2);
const queue = await openDiskQueue({ folder, mostBytes: 100_000_000, segmentBytes: 1000 });
for (let number = queue.facts().lastNumber + 1; ; number += 3) {
  await queue.add([0, 1, 2].map((more) => ({ number: number + more, payload: Buffer.from(`${number + more} `) })));
  writeSync(1, `${number + 2}\n`);
}
