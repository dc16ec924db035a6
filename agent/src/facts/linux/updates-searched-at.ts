import { join } from 'node:path';
import { fact } from '../fact.ts';
import { below } from '../read.ts';

/**
 * Where each package manager leaves a trace of having asked its servers. Lists of apt carry the time of their server,
 * so the folders tell; those of the others are written anew.
 */
const TRACES = [
  'var/lib/apt/periodic/update-success-stamp',
  'var/lib/apt/lists/partial',
  'var/lib/apt/lists',
  'var/cache/dnf/last_makecache',
  'var/cache/libdnf5',
  'var/cache/zypp/solv',
];
/** The folders in which each source of packages has a folder or file of its own. */
const FOLDERS = ['var/cache/dnf', 'var/cache/libdnf5', 'var/cache/zypp/raw'];

export const updatesSearchedAt = fact({
  name: 'updatesSearchedAt',
  async collect({ root }) {
    const read = below(root);
    const times: number[] = [];
    // An empty folder of lists was made by the installation of apt and not by a search.
    const hasAptLists = (await read.names('var/lib/apt/lists')).some((name) => /_(In)?Release$/.test(name));
    for (const path of TRACES) {
      if (path.startsWith('var/lib/apt/lists') && !hasAptLists) continue;
      const at = await read.changedAt(path);
      if (at) times.push(at.getTime());
    }
    for (const folder of FOLDERS) {
      for (const name of await read.names(folder)) {
        const at = await read.changedAt(join(folder, name));
        if (at) times.push(at.getTime());
      }
    }
    return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
  },
});
