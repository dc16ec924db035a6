import { join } from 'node:path';
import { type AssignedLicense, GATEHOUSE_ENDPOINT, type HeldLicense } from '@gatehouse/contract';
import { z } from 'zod';
import { stateFile } from './disk.ts';
import type { Logger } from './log.ts';

const Held = z.object({
  /** In the order of their use. */
  keys: z.array(
    z.object({
      serialNumber: z.string(),
      expiresAt: z.iso.datetime({ offset: true }).nullable(),
      installedAt: z.iso.datetime(),
    }),
  ),
});
type Key = z.output<typeof Held>['keys'][number];

export interface LicenseStatus {
  /** Without a valid key the agent protects all the same: it is for the MSP to see, not for the device to suffer. */
  state: 'valid' | 'expired' | 'none';
  serialNumber: string | null;
  expiresAt: string | null;
  /** Keys that wait for the end of the active one. */
  reserve: number;
}

/**
 * Licence keys that the server gave to this device. Only those of our own product are taken. Owns `licenses.json` in
 * the state folder.
 */
export const openLicenses = async ({
  stateDir,
  now,
  logger,
  onChange,
}: {
  stateDir: string;
  /** By the server's clock: the device's own may be hours off. */
  now: () => Date;
  logger: Logger;
  /** What is held is another now: the server should hear of it. */
  onChange: () => void;
}) => {
  const file = stateFile(join(stateDir, 'licenses.json'), Held, () => ({ keys: [] }));
  let { keys } = await file.read();
  let lastState: LicenseStatus['state'] | null = null;

  const isGood = ({ expiresAt }: Key) => expiresAt === null || Date.parse(expiresAt) > now().getTime();
  /** The first that is good; when none is, the first still says what ended. */
  const active = (): Key | null => keys.find(isGood) ?? keys[0] ?? null;
  const stateOf = (key: Key | null): LicenseStatus['state'] =>
    key === null ? 'none' : isGood(key) ? 'valid' : 'expired';

  const tellState = () => {
    const key = active();
    const state = stateOf(key);
    if (state === lastState) return;
    // A device that never had a key has nothing to be warned of.
    if (state === 'valid') logger.info('A licence key is in use', { serialNumber: key?.serialNumber });
    else if (lastState !== null || state === 'expired') {
      logger.warn('There is no valid licence key; the protection goes on, and the server is told', { state });
    }
    lastState = state;
  };

  return {
    /** @param assigned all that this device is to hold; undefined: the server has nothing to say of keys */
    take: async (assigned: readonly AssignedLicense[] | undefined): Promise<void> => {
      if (assigned !== undefined) {
        const before = JSON.stringify(keys);
        const next = assigned
          .filter(({ productName }) => productName === GATEHOUSE_ENDPOINT)
          .map(({ serialNumber, expiresAt }) => ({
            serialNumber,
            expiresAt,
            installedAt: keys.find((key) => key.serialNumber === serialNumber)?.installedAt ?? now().toISOString(),
          }));
        if (JSON.stringify(next) !== before) {
          await file.write({ keys: next });
          keys = next;
          onChange();
        }
      }
      tellState();
    },

    held: (): HeldLicense[] => {
      const first = active();
      return keys.map((key) => ({
        serialNumber: key.serialNumber,
        isActive: key === first,
        installedAt: key.installedAt,
      }));
    },

    status: (): LicenseStatus => {
      const key = active();
      return {
        state: stateOf(key),
        serialNumber: key?.serialNumber ?? null,
        expiresAt: key?.expiresAt ?? null,
        reserve: keys.filter((other) => other !== key && isGood(other)).length,
      };
    },
  };
};
