/** What the demo remembers between two starts: keys of its devices, how far it came, which infections go on. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Infection = z.object({
  machineId: z.string(),
  uid: z.string(),
  path: z.string(),
  threat: z.string(),
  threatType: z.string(),
  sha256: z.string(),
  /** Milliseconds since 1970; null: until somebody has the device scanned. */
  healAt: z.number().nullable(),
});

const State = z.object({
  version: z.literal(1),
  /** The moment up to which the thirty days are told. */
  seededUntil: z.iso.datetime(),
  tenantsMade: z.boolean(),
  settingsMade: z.boolean(),
  /** Set when mapping and rules are done: from then on they belong to the people who use the demo. */
  integrationMade: z.boolean(),
  /** Keys, policies, tasks and rules are made. */
  estateMade: z.boolean().default(false),
  /** Contracts, services, the first run of billing, the maintenance window and reports are made. */
  billingMade: z.boolean().default(false),
  devices: z.record(
    z.string(),
    z.object({
      deviceId: z.string(),
      key: z.string(),
      factsTold: z.boolean(),
      historyTold: z.boolean(),
      /** The server no longer knows its key: somebody deleted the device or revoked the key, and it keeps silent. */
      isGone: z.boolean(),
      /** What the server gave it: the policy that it applies, and its licence keys with the moment each came. */
      policyId: z.string().nullable().default(null),
      licenses: z.array(z.object({ serialNumber: z.string(), installedAt: z.iso.datetime() })).default([]),
    }),
  ),
  infections: z.array(Infection),
});
type State = z.output<typeof State>;
export type DemoDevice = State['devices'][string];
export type GoingInfection = z.output<typeof Infection>;

const SAVE_AFTER_MS = 250;

export class DemoStateUnreadable extends Error {
  override name = 'DemoStateUnreadable';
}

/**
 * The demo's memory in `<folder>/devices.json`, readable for its owner alone, since keys are in it. Always a whole file.
 * @throws DemoStateUnreadable when the file is there and is not ours
 */
export const openState = (folder: string, now: Date) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'devices.json');
  const state = read(file) ?? {
    version: 1,
    seededUntil: now.toISOString(),
    tenantsMade: false,
    settingsMade: false,
    integrationMade: false,
    estateMade: false,
    billingMade: false,
    devices: {},
    infections: [],
  };
  let timer: NodeJS.Timeout | null = null;
  const save = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 1)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    state,
    /** Saves at once. */
    save,
    /** Saves shortly after; what a crash loses is done again, and doing it again changes nothing. */
    saveSoon: () => {
      timer ??= setTimeout(save, SAVE_AFTER_MS);
    },
  };
};
export type DemoState = ReturnType<typeof openState>;

const read = (file: string): State | null => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return State.parse(JSON.parse(text));
  } catch (cause) {
    throw new DemoStateUnreadable(`${file} is not a state of this demo; move it away and the demo begins anew`, {
      cause,
    });
  }
};
