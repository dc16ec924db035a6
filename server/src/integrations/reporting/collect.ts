import { type ReportPeriod, reportPeriods } from '@gatehouse/contract';
import { AppError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/log/index.ts';
import { sideBySide } from '../../platform/side-by-side/index.ts';
import type { MappingRow, Mappings } from '../mappings/index.ts';
import type { Integrations } from '../psa/index.ts';
import type { ReadableSource, Sources, SourceTenant } from '../sources/index.ts';
import type { ReportCountStore, ReportCounts } from '../ticketing/index.ts';
import { dayOf, deviceFigures, licenseFigures, periodUntil } from './figures.ts';
import type { ReadingRow, ReportingStore } from './store.ts';

export interface CollectParts {
  store: ReportingStore;
  sources: Pick<Sources, 'readable'>;
  mappings: Pick<Mappings, 'all'>;
  integrations: Pick<Integrations, 'enabledIds'>;
  ticketCounts: ReportCountStore;
  clock: () => Date;
  log: Log;
}

const SOURCES_AT_ONCE = 4;

/** A tenant is read once a day, and anew when it belongs to another account or its last reading failed. */
const isDue = (row: ReadingRow | undefined, accountId: string | null, today: string): boolean =>
  !row || row.problem !== null || row.account_id !== accountId || dayOf(row.read_at) !== today;

/**
 * Reads what reports are made of: licences of every tenant, since a key's total is over all of them; devices and tickets
 * of those with an account. What cannot be read keeps its last figures, with the reason beside them.
 */
export const collector = ({ store, sources, mappings, integrations, ticketCounts, clock, log }: CollectParts) => {
  const countTickets = async (mapping: MappingRow, now: Date): Promise<Record<ReportPeriod, ReportCounts>> => {
    const place = {
      integrationId: mapping.integration_id,
      sourceId: mapping.source_id,
      tenantId: mapping.tenant_id,
    };
    const of = (days: ReportPeriod) => {
      const { from, until } = periodUntil(now, days);
      return ticketCounts.count(place, from, until);
    };
    const [short, long] = reportPeriods;
    return { 7: await of(short), 30: await of(long) };
  };

  const readTenant = async ({ sourceId, source }: ReadableSource, tenant: SourceTenant, mapping: MappingRow | null) => {
    const read = await source.inTenant(tenant, async (reading) => ({
      licenses: licenseFigures(await reading.licenses()),
      devices: mapping ? deviceFigures(await reading.devices()) : null,
    }));
    const now = clock();
    await store.saveReading({
      sourceId,
      tenantId: tenant.tenantId,
      readAt: now,
      ...read,
      tickets: mapping ? await countTickets(mapping, now) : null,
      accountId: mapping?.account_id ?? null,
    });
  };

  const readSource = async (readable: ReadableSource, all: boolean, signal: AbortSignal): Promise<boolean> => {
    const { sourceId, source, name } = readable;
    const enabled = await integrations.enabledIds();
    const own = (await mappings.all()).filter((row) => row.source_id === sourceId && enabled.has(row.integration_id));
    // Without a client of ours nobody asks for the totals of its keys.
    if (own.length === 0) return false;
    const mapped = new Map(own.map((row) => [row.tenant_id, row]));
    const before = new Map((await store.readings(sourceId)).map((row) => [row.tenant_id, row]));
    const today = dayOf(clock());
    let changed = false;
    for (const tenant of await source.tenants()) {
      if (signal.aborted) return changed;
      const mapping = mapped.get(tenant.tenantId) ?? null;
      if (!all && !isDue(before.get(tenant.tenantId), mapping?.account_id ?? null, today)) continue;
      try {
        await readTenant(readable, tenant, mapping);
        changed = true;
      } catch (error) {
        // One tenant that cannot be read must not keep the others from being reported.
        if (!(error instanceof AppError)) throw error;
        await store.saveProblem(sourceId, tenant.tenantId, error.message);
        log.warn({ source: name, tenant: tenant.name, code: error.code }, error.message);
      }
    }
    return changed;
  };

  /**
   * @param all also tenants that were read today
   * @returns whether there is anything new
   */
  return async ({ all, signal }: { all: boolean; signal: AbortSignal }): Promise<boolean> => {
    let changed = false;
    await sideBySide(await sources.readable(signal), SOURCES_AT_ONCE, async (readable) => {
      if (signal.aborted) return;
      try {
        if (await readSource(readable, all, signal)) changed = true;
      } catch (error) {
        // The regular reading of this source tells people; the next hour tries again here.
        if (!(error instanceof AppError)) throw error;
        log.warn({ source: readable.name, code: error.code }, error.message);
      }
    });
    return changed;
  };
};
