import { mkdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from './disk.ts';
import { ServiceFailed, systemCodeOf } from './errors.ts';
import { runProgram } from './scanners/run-program.ts';
import { renderUnit, type UnitOptions, unitName } from './service-unit.ts';

const TIMEOUT_MS = 60_000;

const systemctl = async (...args: string[]): Promise<void> => {
  const result = await runProgram('systemctl', args, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (result?.exitCode !== 0) {
    throw new ServiceFailed(
      `systemctl ${args.join(' ')} failed: ${result ? result.stderr.trim() : 'there is no systemctl'}`,
    );
  }
};

/** Writes the unit and, unless only the file is wanted, starts the service now and at every boot. */
export const installService = async (unitDir: string, options: UnitOptions, isFileOnly: boolean): Promise<string> => {
  const path = join(unitDir, unitName);
  await mkdir(dirname(path), { recursive: true });
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  await replaceFile(path, renderUnit(options));
  if (!isFileOnly) {
    await systemctl('daemon-reload');
    await systemctl('enable', '--now', unitName);
  }
  return path;
};

/** Stops and forgets the service. State and key stay: the same machine may come back. */
export const uninstallService = async (unitDir: string, isFileOnly: boolean): Promise<string> => {
  const path = join(unitDir, unitName);
  if (!isFileOnly) await systemctl('disable', '--now', unitName);
  await unlink(path).catch((cause: unknown) => {
    if (systemCodeOf(cause) !== 'ENOENT') throw cause;
  });
  if (!isFileOnly) await systemctl('daemon-reload');
  return path;
};
