import type { Integration } from '@gatehouse/contract';
import { newId } from '../platform/ids/index.ts';
import type { Mappings } from './mappings/index.ts';
import type { Memberships } from './memberships/index.ts';
import { noticeStore } from './notices/index.ts';
import type { Integrations } from './psa/index.ts';
import { leaveToPeople, type inOneTransaction as unitOf } from './ticketing/index.ts';

/**
 * Removes an integration: its virtual servers are free for others, nothing is deleted in them or in the PSA, and every
 * administrator finds the news in the console. The news is written with the removal, or neither is.
 */
export const removeIntegration =
  ({
    integrations,
    memberships,
    mappings,
    inOneTransaction,
    clock,
  }: {
    integrations: Integrations;
    memberships: Pick<Memberships, 'of'>;
    mappings: Pick<Mappings, 'all'>;
    inOneTransaction: ReturnType<typeof unitOf>;
    clock: () => Date;
  }) =>
  /** @throws NotFound */
  async (id: string, by: string): Promise<Integration> => {
    const { name } = await integrations.get(id);
    const at = clock();
    const news = {
      id: newId(at),
      at,
      kind: 'integration-deleted' as const,
      by_name: by,
      integration_id: id,
      name,
      tenants: (await memberships.of(id)).length,
      mappings: (await mappings.all()).filter((row) => row.integration_id === id).length,
    };
    const removed = await integrations.remove(id, (transaction) =>
      noticeStore(transaction as unknown as Parameters<typeof noticeStore>[0]).add(news),
    );
    await inOneTransaction((unit) => leaveToPeople(unit, { integrationId: id }, 'The integration was removed', at));
    return removed;
  };
