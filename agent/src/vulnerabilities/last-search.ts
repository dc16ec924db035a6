import { join } from 'node:path';
import { DeviceFacts } from '@gatehouse/contract';
import { oneAtATime, stateFile } from '../disk.ts';
import type { FoundVulnerabilities } from './search.ts';

const Stored = DeviceFacts.shape.vulnerabilities.unwrap().nullable();

/** Remembers what the last search found. Owns `vulnerabilities.json` in the state folder. */
export const openLastSearch = async (
  stateDir: string,
  search: (signal: AbortSignal) => Promise<FoundVulnerabilities>,
) => {
  const file = stateFile(join(stateDir, 'vulnerabilities.json'), Stored, () => null);
  let last = await file.read();
  const exclusively = oneAtATime();
  return {
    /** Null: never searched. */
    last: () => last,
    /** @throws SearchFailed; the earlier result stays */
    search: (signal: AbortSignal): Promise<FoundVulnerabilities> =>
      exclusively(async () => {
        const found = await search(signal);
        await file.write(found);
        last = found;
        return found;
      }),
  };
};
