import { readFile } from 'node:fs/promises';
import { runProgram } from '../scanners/run-program.ts';

const GETENT_TIMEOUT_MS = 5_000;

/** Name of a user number: from /etc/passwd, else from the directory that the system asks, else the number itself. */
export const userNameOf = async (uid: number): Promise<string> => {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const local = lines.map((line) => line.split(':')).find((parts) => parts[2] === String(uid));
  if (local?.[0]) return local[0];
  const asked = await runProgram('getent', ['passwd', String(uid)], { signal: AbortSignal.timeout(GETENT_TIMEOUT_MS) });
  return (asked?.exitCode === 0 && asked.stdout.split(':')[0]) || `uid ${uid}`;
};
