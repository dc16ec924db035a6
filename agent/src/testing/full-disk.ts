import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Disk, realDisk } from '../disk.ts';

const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** A disk of a given size: it writes what still fits, then fails as the kernel does, leaving the first part behind. */
export const smallDisk = (folder: string, size: { bytes: number }): Disk => {
  const usedBytes = async () => {
    let sum = 0;
    for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size;
    return sum;
  };
  return {
    ...realDisk,
    async write(file, data, position) {
      const room = Math.max(0, size.bytes - (await usedBytes()));
      await realDisk.write(file, data.subarray(0, room), position);
      if (room < data.length) throw noSpace();
    },
    async replace(path, data) {
      if (dirname(path) === folder && (await usedBytes()) + data.length > size.bytes) throw noSpace();
      await realDisk.replace(path, data);
    },
  };
};
