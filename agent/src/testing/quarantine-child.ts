/** A process of its own for the kill tests: moves objects away and back until it is killed. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loggerOf } from '../log.ts';
import { openQuarantine } from '../quarantine/index.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, objects: { type: 'string' } } });
const objects = values.objects ?? '';
const quarantine = await openQuarantine({
  folder: values.folder ?? '',
  limitBytes: 1024 ** 3,
  now: () => new Date(),
  logger: loggerOf((line) => void process.stderr.write(`${JSON.stringify(line)}\n`)),
});
process.stdout.write('ready\n');
for (;;) {
  for (const name of await readdir(objects)) {
    const path = join(objects, name);
    await quarantine.take({ threatUid: name, path, raw: Buffer.from(path), threatName: 'Test', sha256: null });
  }
  for (const { id } of quarantine.list()) await quarantine.restore(id);
}
