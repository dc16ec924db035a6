import { NotFound } from '../../platform/errors/index.ts';
import type { Sources, SourceTenant } from '../sources/index.ts';
import { type ApplicationUse, countUses } from './count.ts';
import type { UsageStore } from './store-usage.ts';
import { dayOf } from './units.ts';

export interface Usage {
  uses: ApplicationUse[];
  readAt: Date;
}

/** Reads the licences of one tenant, counts, and remembers the count as that of the day. */
export const usageReader =
  ({ sources, store, clock }: { sources: Pick<Sources, 'readable'>; store: UsageStore; clock: () => Date }) =>
  /** @throws SourceUnavailable, SourceRefused, NotFound: then nothing is known, which is not the same as nothing */
  async (sourceId: string, tenant: SourceTenant, signal: AbortSignal): Promise<Usage> => {
    const found = (await sources.readable(signal)).find((each) => each.sourceId === sourceId);
    if (!found) throw new NotFound('source', sourceId);
    const keys = await found.source.inTenant(tenant, (reading) => reading.licenses());
    const readAt = clock();
    const uses = countUses(keys, readAt);
    await store.put({ sourceId, tenantId: tenant.tenantId }, dayOf(readAt), uses, readAt);
    return { uses, readAt };
  };
export type ReadUsage = ReturnType<typeof usageReader>;
