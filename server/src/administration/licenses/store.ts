import type { LicenseKeySettings, LicenseKind, LicenseSharing } from '@gatehouse/contract';
import type { Generated, Kysely, Selectable } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { LicenseKey } from './key.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface LicenseTables {
  license_key: {
    id: string;
    serial_number: string;
    product_name: string;
    application_id: number | null;
    kind: LicenseKind;
    /** Null: the main server. */
    tenant_id: string | null;
    sharing: LicenseSharing;
    device_limit: number | null;
    created_at: Date;
    expires_at: Date | null;
    term_days: number | null;
    blocked_at: Date | null;
    automatic: boolean;
    over_limit_allowed: boolean;
    information: string;
    activation_code_sealed: string | null;
    added_at: Date;
    /** The last level of use that an event was published for, or that use fell back to. */
    usage_level: Generated<number>;
    /** The end that `noticed_days` are about: another end has notices of its own. */
    noticed_for: Date | null;
    noticed_days: Generated<number[]>;
  };
  /** Devices that speak of licence keys; `is_due`: what they shall hold is to be decided. */
  license_device: { device_id: string; tenant_id: string; told_at: Date; is_due: Generated<boolean> };
  license_seat: {
    serial_number: string;
    device_id: string;
    tenant_id: string;
    assigned: 'manual' | 'automatic' | null;
    assigned_at: Date | null;
    assigned_by: string | null;
    withheld: Generated<boolean>;
    held: 'active' | 'reserve' | null;
    installed_at: Date | null;
  };
  /** Days, in UTC, that the daily check was finished for. */
  license_day: { day: string; checked_at: Date };
  license_usage_day: {
    day: string;
    serial_number: string;
    tenant_id: string;
    tenant_name: string;
    product_name: string;
    kind: LicenseKind;
    billable: boolean;
    device_limit: number | null;
    windows_workstations: number;
    windows_servers: number;
    other_workstations: number;
    other_servers: number;
    unknown: number;
  };
  /** Who used which key from when to when, as daily checks found it. An open row was true at the last check. */
  license_use: {
    id: Generated<number>;
    serial_number: string;
    device_id: string;
    tenant_id: string;
    device_name: string;
    group_name: string;
    category: DeviceCategory;
    first_day: string;
    last_day: string | null;
  };
}

export type DeviceCategory =
  | 'windows-workstation'
  | 'windows-server'
  | 'other-workstation'
  | 'other-server'
  | 'unknown';

const toKey = (row: Selectable<LicenseTables['license_key']>): LicenseKey => ({
  id: row.id,
  serialNumber: row.serial_number,
  productName: row.product_name,
  applicationId: row.application_id,
  kind: row.kind,
  tenantId: row.tenant_id,
  sharing: row.sharing,
  deviceLimit: row.device_limit,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  termDays: row.term_days,
  blockedAt: row.blocked_at,
  automatic: row.automatic,
  overLimitAllowed: row.over_limit_allowed,
  information: row.information,
  hasActivationCode: row.activation_code_sealed !== null,
  addedAt: row.added_at,
});

const columnsOf = (settings: LicenseKeySettings) => ({
  product_name: settings.productName,
  application_id: settings.applicationId,
  kind: settings.kind,
  tenant_id: settings.tenantId,
  sharing: json(settings.sharing),
  device_limit: settings.deviceLimit,
  created_at: new Date(settings.createdAt),
  expires_at: settings.expiresAt === null ? null : new Date(settings.expiresAt),
  term_days: settings.termDays,
  automatic: settings.automatic,
  over_limit_allowed: settings.overLimitAllowed,
  information: settings.information,
});

/** What was told of a key already, so that nothing is told twice. */
export interface Told {
  usageLevel: number;
  noticedFor: Date | null;
  noticedDays: number[];
}

const UNIQUE_VIOLATION = '23505';

/** The licence keys of the whole server; who may see which is decided by `mayUse` and `mayChange` of the routes. */
export const licenseStore = (db: Kysely<LicenseTables>) => ({
  all: async (): Promise<LicenseKey[]> =>
    (await db.selectFrom('license_key').selectAll().orderBy('serial_number').execute()).map(toKey),

  /** @throws NotFound */
  get: async (id: string): Promise<LicenseKey> => {
    const row = await db.selectFrom('license_key').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('license', id);
    return toKey(row);
  },

  /** Keys of these serial numbers, as far as they are here. */
  bySerials: async (serialNumbers: readonly string[]): Promise<Map<string, LicenseKey>> => {
    if (serialNumbers.length === 0) return new Map();
    const rows = await db
      .selectFrom('license_key')
      .selectAll()
      .where('serial_number', 'in', [...new Set(serialNumbers)])
      .execute();
    return new Map(rows.map((row) => [row.serial_number, toKey(row)]));
  },

  /** All keys, locked until the end of the transaction: nobody else gives any of them out meanwhile. */
  lockAll: async (): Promise<LicenseKey[]> =>
    (await db.selectFrom('license_key').selectAll().orderBy('id').forUpdate().execute()).map(toKey),

  /** @throws Conflict `license.serial-taken` */
  add: async (
    id: string,
    serialNumber: string,
    settings: LicenseKeySettings,
    { now, sealedCode }: { now: Date; sealedCode: string | null },
  ): Promise<LicenseKey> => {
    try {
      const row = await db
        .insertInto('license_key')
        .values({
          id,
          serial_number: serialNumber,
          ...columnsOf(settings),
          blocked_at: settings.blocked ? now : null,
          activation_code_sealed: sealedCode,
          added_at: now,
          noticed_for: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toKey(row);
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      throw new Conflict('license.serial-taken', `The key ${serialNumber} is here already; change that one`);
    }
  },

  /** @param sealedCode undefined: the one that is kept stays */
  change: async (
    before: LicenseKey,
    settings: LicenseKeySettings,
    { now, sealedCode }: { now: Date; sealedCode: string | null | undefined },
  ): Promise<void> => {
    await db
      .updateTable('license_key')
      .set({
        ...columnsOf(settings),
        blocked_at: settings.blocked ? (before.blockedAt ?? now) : null,
        ...(sealedCode !== undefined && { activation_code_sealed: sealedCode }),
      })
      .where('id', '=', before.id)
      .execute();
  },

  remove: async (id: string): Promise<void> => {
    await db.deleteFrom('license_key').where('id', '=', id).execute();
  },

  countOfTenant: async (tenantId: string): Promise<number> =>
    (
      await db
        .selectFrom('license_key')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('tenant_id', '=', tenantId)
        .executeTakeFirstOrThrow()
    ).n,

  /** The key with what was told of it, locked until the end of the transaction; null when it is gone. */
  lockTold: async (id: string): Promise<{ key: LicenseKey; told: Told } | null> => {
    const row = await db.selectFrom('license_key').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    return row
      ? {
          key: toKey(row),
          told: { usageLevel: row.usage_level, noticedFor: row.noticed_for, noticedDays: row.noticed_days },
        }
      : null;
  },

  saveTold: async (id: string, told: Told): Promise<void> => {
    await db
      .updateTable('license_key')
      .set({ usage_level: told.usageLevel, noticed_for: told.noticedFor, noticed_days: json(told.noticedDays) })
      .where('id', '=', id)
      .execute();
  },
});
export type LicenseStore = ReturnType<typeof licenseStore>;
