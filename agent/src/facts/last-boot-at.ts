import { readFile } from 'node:fs/promises';
import { fact } from './fact.ts';

/** From the kernel's own `btime`, which does not wander as "now minus uptime" does. */
export const lastBootAt = fact({
  name: 'lastBootAt',
  async collect() {
    const seconds = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1];
    return seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toISOString();
  },
});
