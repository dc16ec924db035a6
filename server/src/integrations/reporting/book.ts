import { type LicenseReport, reportPeriods, type ServiceReport } from '@gatehouse/contract';
import type { Actor } from '../../platform/http/index.ts';
import type { MappingRow, Mappings } from '../mappings/index.ts';
import { maySee, type Sources } from '../sources/index.ts';
import { keyFigures, keyTotals, serviceFigures } from './figures.ts';
import { type ReadingRow, type ReportingStore, readingOf } from './store.ts';

export interface Reports {
  /** One of each period for every client. */
  services: ServiceReport[];
  licenses: LicenseReport[];
  /** Mapped clients that were never read for their account. */
  missing: number;
}

/** The reports of all mapped clients, put together from what was last read of them. */
export const reportBook =
  ({
    store,
    sources,
    mappings,
    clock,
  }: {
    store: Pick<ReportingStore, 'readings'>;
    sources: Pick<Sources, 'rows' | 'tenants'>;
    mappings: Pick<Mappings, 'all'>;
    clock: () => Date;
  }) =>
  /** @param actor only what this person may see; null: everything */
  async (actor: Pick<Actor, 'tenantIds'> | null): Promise<Reports> => {
    const [rows, sourceRows, tenants, mapped] = [
      await store.readings(),
      await sources.rows(),
      await sources.tenants(),
      await mappings.all(),
    ];
    const readings = Map.groupBy(rows, (row) => row.source_id);
    const tenantsOf = Map.groupBy(tenants, (tenant) => tenant.source_id);
    const mappingsOf = Map.groupBy(mapped, (row) => row.source_id);
    const result: Reports = { services: [], licenses: [], missing: 0 };
    const now = clock();

    for (const source of sourceRows) {
      const own = tenantsOf.get(source.id) ?? [];
      const read = new Map((readings.get(source.id) ?? []).map((row) => [row.tenant_id, row]));
      const totals = keyTotals(
        own.filter(({ present }) => present).map((tenant) => tenant.tenant_id),
        [...read.values()].map(readingOf),
        now,
      );
      const names = new Map(own.map((tenant) => [tenant.tenant_id, tenant]));
      for (const mapping of mappingsOf.get(source.id) ?? []) {
        const tenant = names.get(mapping.tenant_id);
        const row = read.get(mapping.tenant_id);
        if (!tenant) continue;
        if (actor && !maySee(actor, { isLocal: source.is_local, uid: tenant.uid })) continue;
        // Figures that were read for another account belong to nobody now.
        if (!row || row.account_id !== mapping.account_id) {
          result.missing += 1;
          continue;
        }
        const client = clientOf(mapping, row, source.name, tenant.name);
        const reading = readingOf(row);
        for (const days of reportPeriods) {
          const figures = serviceFigures(reading, days);
          if (figures) result.services.push({ ...client, ...figures });
        }
        result.licenses.push(...keyFigures(reading, totals).map((figures) => ({ ...client, ...figures })));
      }
    }
    return result;
  };

const clientOf = (mapping: MappingRow, row: ReadingRow, sourceName: string, sourceTenantName: string) => ({
  integrationId: mapping.integration_id,
  sourceId: mapping.source_id,
  sourceName,
  sourceTenantId: mapping.tenant_id,
  sourceTenantName,
  accountId: mapping.account_id,
  accountName: mapping.account_name,
  madeAt: row.read_at.toISOString(),
  problem: row.problem,
});
