import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../errors.ts';
import { fact } from './fact.ts';

const MOST_REASONS = 20;

const ifPresent = async <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((cause: unknown) => {
    if (systemCodeOf(cause) === 'ENOENT') return null;
    throw cause;
  });

/** Debian and its kin leave `reboot-required` when an update waits for a restart, and the packages beside it. */
export const restart = fact({
  name: 'restart',
  async collect({ root }) {
    const flag = await ifPresent(stat(join(root, 'run/reboot-required')));
    if (!flag) return { required: false, since: null, reasons: [] };
    const packages = (await ifPresent(readFile(join(root, 'run/reboot-required.pkgs'), 'utf8'))) ?? '';
    const names = packages.split('\n').map((line) => line.trim().slice(0, 200));
    return {
      required: true,
      since: flag.mtime.toISOString(),
      reasons: [...new Set(names.filter((name) => name !== ''))].slice(0, MOST_REASONS),
    };
  },
});
