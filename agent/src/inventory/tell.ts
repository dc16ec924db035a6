import { createHash } from 'node:crypto';
import { type SoftwareItem, sendInventory } from '@gatehouse/contract';
import type { Connection } from '../connection.ts';
import { reasonOf } from '../errors.ts';
import type { Logger } from '../log.ts';

export interface InventoryParts {
  software: () => Promise<readonly SoftwareItem[]>;
  connection: Connection;
  now: () => Date;
  logger: Logger;
}

const hashOf = (items: readonly SoftwareItem[]): string =>
  createHash('sha256').update(JSON.stringify(items)).digest('hex');

/**
 * Tells the list of software when the server has another one. The server says in each sync what it has, so that one
 * restored from an older state, or one that never had a list, is told too.
 */
export const inventoryTeller = ({ software, connection, now, logger }: InventoryParts) => {
  let failing: string | null = null;
  let working = Promise.resolve();
  const tell = async (serverHash: string | null, signal: AbortSignal): Promise<void> => {
    try {
      const items = await software();
      const hash = hashOf(items);
      if (hash === serverHash) return;
      await connection.call(sendInventory, {
        body: { hash, collectedAt: now().toISOString(), software: [...items] },
        signal,
      });
      failing = null;
    } catch (cause) {
      if (signal.aborted) return;
      const reason = reasonOf(cause);
      // It comes again with the next sync.
      if (reason !== failing) logger.warn('The list of software could not be told', { reason });
      failing = reason;
    }
  };
  return {
    /** @param serverHash what the server has; undefined: it keeps no lists */
    onSync(serverHash: string | null | undefined, signal: AbortSignal): void {
      if (serverHash === undefined) return;
      working = working.then(() => tell(serverHash, signal));
    },
    idle: (): Promise<void> => working,
  };
};
