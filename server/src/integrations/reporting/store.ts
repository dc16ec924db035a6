import type { ReportPeriod } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { ReportCounts } from '../ticketing/index.ts';
import type { DeviceFigures, LicenseFigures, Reading } from './figures.ts';
import { type ItemTables, itemStore } from './store-items.ts';

/** The tables that this module owns; that of the outbox stands in `store-items.ts`. */
export interface ReportingTables extends ItemTables {
  report_setting: {
    integration_id: string;
    /** Reports are written into the PSA. */
    enabled: boolean;
    product_id: string | null;
    changed_at: Date;
  };
  report_reading: {
    source_id: string;
    tenant_id: string;
    read_at: Date;
    licenses: LicenseFigures[];
    devices: DeviceFigures | null;
    tickets: Record<ReportPeriod, ReportCounts> | null;
    /** The account that it was read for; null: for none. */
    account_id: string | null;
    /** Why the last try failed, in words; the figures are those of the one before. */
    problem: string | null;
  };
}
export type ReadingRow = ReportingTables['report_reading'];

export const readingOf = (row: ReadingRow): Reading => ({
  sourceId: row.source_id,
  tenantId: row.tenant_id,
  readAt: row.read_at,
  licenses: row.licenses,
  devices: row.devices,
  tickets: row.tickets,
});

/** Readings, settings and the outbox of reports. */
export const reportingStore = (db: Kysely<ReportingTables>) => ({
  ...itemStore(db as unknown as Kysely<ItemTables>),

  readings: (sourceId?: string): Promise<ReadingRow[]> =>
    db
      .selectFrom('report_reading')
      .selectAll()
      .$if(sourceId !== undefined, (query) => query.where('source_id', '=', sourceId as string))
      .execute(),

  async saveReading(reading: Reading & { accountId: string | null }): Promise<void> {
    const row = {
      read_at: reading.readAt,
      licenses: json(reading.licenses),
      devices: json(reading.devices),
      tickets: json(reading.tickets),
      account_id: reading.accountId,
      problem: null,
    };
    await db
      .insertInto('report_reading')
      .values({ source_id: reading.sourceId, tenant_id: reading.tenantId, ...row })
      .onConflict((conflict) => conflict.columns(['source_id', 'tenant_id']).doUpdateSet(row))
      .execute();
  },

  /** A try failed; figures of an earlier one stay. */
  async saveProblem(sourceId: string, tenantId: string, problem: string): Promise<void> {
    await db
      .updateTable('report_reading')
      .set({ problem })
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .execute();
  },

  async settings(integrationId: string): Promise<{ enabled: boolean; productId: string | null }> {
    const row = await db
      .selectFrom('report_setting')
      .select(['enabled', 'product_id'])
      .where('integration_id', '=', integrationId)
      .executeTakeFirst();
    return { enabled: row?.enabled ?? true, productId: row?.product_id ?? null };
  },

  async saveSettings(
    integrationId: string,
    settings: { enabled: boolean; productId: string | null },
    now: Date,
  ): Promise<void> {
    const row = { enabled: settings.enabled, product_id: settings.productId, changed_at: now };
    await db
      .insertInto('report_setting')
      .values({ integration_id: integrationId, ...row })
      .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(row))
      .execute();
  },
});
export type ReportingStore = ReturnType<typeof reportingStore>;
