import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { stateFile } from './disk.ts';
import { systemCodeOf } from './errors.ts';

const Identity = z.object({
  machineId: z.string().min(8).max(128),
  deviceId: z.uuid().nullable(),
  key: z.string().nullable(),
  /** The server that gave the key: another server must never see it. */
  serverUrl: z.string().nullable(),
  /** Who may sign versions of the agent: told at the first enrolment, and changed by hand only. */
  packageKey: z.string().nullable().default(null),
});
export type Identity = z.output<typeof Identity>;

/**
 * The same over re-installations, different from machine to machine. The system's own id is to be kept secret
 * (machine-id(5)), so only a keyed hash of it leaves the device.
 */
const machineIdOfSystem = async (): Promise<string | null> => {
  const text = await readFile('/etc/machine-id', 'utf8').catch((cause: unknown) => {
    if (systemCodeOf(cause) === 'ENOENT') return '';
    throw cause;
  });
  const id = text.trim();
  return /^[0-9a-f]{32}$/.test(id) ? createHmac('sha256', id).update('gatehouse-agent').digest('hex') : null;
};

const openFile = (stateDir: string) => stateFile(join(stateDir, 'identity.json'), Identity.nullable(), () => null);

/** Who this device is. Owns `identity.json` in the state folder, which holds the device's key (mode 0600). */
export const identityFile = async (stateDir: string, machineId?: string) => {
  const file = openFile(stateDir);
  const stored = await file.read();
  let identity: Identity = stored ?? { machineId: '', deviceId: null, key: null, serverUrl: null, packageKey: null };
  identity = {
    ...identity,
    machineId: machineId ?? (identity.machineId || ((await machineIdOfSystem()) ?? randomUUID())),
  };
  if (identity.machineId !== stored?.machineId) await file.write(identity);
  return {
    get: (): Identity => identity,
    async save(change: Partial<Identity>): Promise<void> {
      identity = { ...identity, ...change };
      await file.write(identity);
    },
  };
};
export type IdentityFile = Awaited<ReturnType<typeof identityFile>>;

/** The device's id as it was stored last, without becoming anyone. Null: never enrolled. */
export const storedDeviceId = async (stateDir: string): Promise<string | null> =>
  (await openFile(stateDir).read())?.deviceId ?? null;
