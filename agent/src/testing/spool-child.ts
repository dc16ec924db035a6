/** A process of its own for the kill tests: appends until it is killed and says on standard output what is safe. */
import { parseArgs } from 'node:util';
import { loggerOf } from '../log.ts';
import { openSpool } from '../spool/index.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, from: { type: 'string' } } });
const spool = await openSpool({
  folder: values.folder ?? '',
  limitBytes: 4 * 1024 * 1024,
  now: () => new Date(),
  logger: loggerOf(() => undefined),
});
let next = Number(values.from ?? 0);
const writer = async () => {
  for (;;) {
    next += 1;
    const mark = String(next);
    const seq = await spool.append({
      type: 'TEST',
      riseTime: '2026-01-02T03:04:05Z',
      severity: 2,
      params: { 1: mark },
    });
    process.stdout.write(`stored ${seq} ${mark}\n`);
  }
};
const acknowledger = async () => {
  for (;;) {
    const events = await spool.peek(50, 100_000);
    const upTo = events.at(Math.floor(events.length / 2))?.seq;
    if (upTo !== undefined) {
      process.stdout.write(`acknowledging ${upTo}\n`);
      await spool.acknowledge(upTo);
    }
    await new Promise((done) => setTimeout(done, 3));
  }
};
await Promise.all([writer(), writer(), writer(), acknowledger()]);
