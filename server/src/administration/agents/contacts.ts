import { createGatherer } from '../../platform/gather/index.ts';
import type { ContactStore, KnownDevice } from '../devices/index.ts';

/** A contact is written down again after so long: nobody reads it to the second, and agents ask all the time. */
const REMEMBERED_MS = 90_000;
/** Contacts of so long are written down together: each write waits for the disk. */
const GATHER_MS = 100;

/**
 * Who speaks, and that they spoke. Thousands of agents ask in turn all the time, so keys are looked up, and contacts
 * written down, for many at once. Nothing is answered from memory: a key that was revoked is dead with the next call,
 * in whichever process.
 */
export const createContacts = ({
  store,
  clock,
}: {
  store: Pick<ContactStore, 'byKeyHashes' | 'touch'>;
  clock: () => Date;
}) => {
  const lastWritten = new Map<string, number>();
  const byKeyHash = createGatherer<string, KnownDevice>(store.byKeyHashes);
  const write = createGatherer<string, true>(
    async (ids) => {
      const now = clock();
      await store.touch(ids, now);
      for (const id of ids) lastWritten.set(id, now.getTime());
      return new Map(ids.map((id) => [id, true]));
    },
    { pauseMs: GATHER_MS },
  );

  return {
    /** The device whose agent holds the key with this hash, unless it was revoked. */
    byKeyHash: async (hash: string): Promise<KnownDevice | null> => (await byKeyHash(hash)) ?? null,

    /** The device's agent spoke: it is visible and connected. */
    spoke: async (deviceId: string): Promise<void> => {
      const sinceMs = clock().getTime() - (lastWritten.get(deviceId) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back is no reason to trust what was written before.
      if (sinceMs >= 0 && sinceMs < REMEMBERED_MS) return;
      await write(deviceId);
    },
  };
};
export type Contacts = ReturnType<typeof createContacts>;
