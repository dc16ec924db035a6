import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isDisk, type Mount, readMounts } from '../../scanning/mounts.ts';
import { fact } from '../fact.ts';

const MOST = 64;

/** The same file system may be mounted in many places: its shortest mount point stands for it. */
export const oneMountPerDisk = (mounts: Mount[]): string[] => {
  const shortest = new Map<string, string>();
  for (const { device, point } of mounts.filter(isDisk)) {
    const known = shortest.get(device);
    if (known === undefined || point.length < known.length) shortest.set(device, point);
  }
  return [...shortest.values()].sort();
};

export const disks = fact({
  name: 'disks',
  async collect({ root }) {
    const found = [];
    for (const mount of oneMountPerDisk(await readMounts(root))) {
      const { bsize, blocks, bavail } = await statfs(join(root, mount));
      // What is full of a single file mounted into a container has blocks too; what has none is no disk.
      if (blocks === 0) continue;
      found.push({
        mount: mount.slice(0, 256),
        sizeBytes: bsize * blocks,
        freeBytes: bsize * bavail,
        isSystem: mount === '/',
      });
    }
    return found.slice(0, MOST);
  },
});
