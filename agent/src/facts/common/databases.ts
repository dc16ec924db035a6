import { fact } from '../fact.ts';

export const databases = fact({
  name: 'databases',
  async collect({ scanner }) {
    const found = await scanner?.databases();
    return found ? { releasedAt: found.releasedAt.toISOString(), records: found.records } : null;
  },
});
