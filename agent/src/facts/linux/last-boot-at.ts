import { fact } from '../fact.ts';
import { below } from '../read.ts';

/** From the kernel's own `btime`, which does not wander as "now minus uptime" does. */
export const lastBootAt = fact({
  name: 'lastBootAt',
  async collect({ root }) {
    const seconds = /^btime (\d+)$/m.exec((await below(root).text('proc/stat')) ?? '')?.[1];
    return seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toISOString();
  },
});
