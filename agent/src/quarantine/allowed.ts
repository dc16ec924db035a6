import { join } from 'node:path';
import { z } from 'zod';
import { stateFile } from '../disk.ts';

const Allowed = z.array(z.object({ sha256: z.string(), since: z.iso.datetime() }));
const MOST = 1000;

/**
 * Contents that a person took back out of quarantine. Without this a restored file would be found and moved away
 * again with the next scan.
 */
export const openAllowed = async (folder: string, now: () => Date) => {
  const fileName = 'allowed.json';
  const file = stateFile(join(folder, fileName), Allowed, () => []);
  let allowed = await file.read();
  return {
    fileName,
    has: (sha256: string | null): boolean => allowed.some((each) => each.sha256 === sha256),
    async add(sha256: string): Promise<void> {
      const others = allowed.filter((each) => each.sha256 !== sha256);
      const next = [...others, { sha256, since: now().toISOString() }].slice(-MOST);
      await file.write(next);
      allowed = next;
    },
  };
};
