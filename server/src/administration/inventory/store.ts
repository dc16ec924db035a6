import { createHash } from 'node:crypto';
import type { SoftwareItem, SoftwareSource } from '@gatehouse/contract';
import { type Generated, type Kysely, type RawBuilder, sql } from 'kysely';
import type { TenantScope } from '../tenants/index.ts';
import { readPlace, writePlace } from './place.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface InventoryTables {
  software: {
    id: Generated<number>;
    /** Of all that tells one row from another. */
    digest: string;
    name: string;
    version: string;
    source: SoftwareSource;
    arch: string | null;
    publisher: string | null;
    size_bytes: number | null;
  };
  device_inventory: {
    device_id: string;
    tenant_id: string;
    /** As the agent gave it: the same list has the same. */
    hash: string;
    collected_at: Date;
    received_at: Date;
    software_ids: number[];
  };
}

export interface Inventory {
  deviceId: string;
  tenantId: string;
  hash: string;
  collectedAt: Date;
  receivedAt: Date;
  software: readonly SoftwareItem[];
}

export interface SoftwareFilter {
  /** Any part of name or publisher. */
  text?: string | undefined;
  tenantIds?: readonly string[] | undefined;
  softwareId?: number | undefined;
}

/** One device and one version of what was asked for. */
export interface Holding {
  deviceId: string;
  tenantId: string;
  softwareId: number;
  name: string;
  version: string;
  source: SoftwareSource;
  publisher: string | null;
}

const digestOf = ({ name, version, source, arch, publisher }: SoftwareItem): string =>
  createHash('sha256')
    .update(JSON.stringify([name, version, source, arch, publisher]))
    .digest('base64url');

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);

export const softwareColumns = sql`s.id, s.name, s.version, s.source, s.arch, s.publisher, s.size_bytes as "sizeBytes",
  lower(s.name) as place`;
export type SoftwareRecord = SoftwareItem & { id: number };

export const itemOf = ({ sizeBytes, place: _, ...row }: PlacedRecord): SoftwareRecord => ({
  ...row,
  // PGlite and PostgreSQL differ in how they hand over a bigint.
  sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
});

/** `place`: by what it is sorted, as the database makes small letters. */
export type PlacedRecord = SoftwareRecord & { place: string };

const conjunction = (conditions: RawBuilder<unknown>[]): RawBuilder<unknown> =>
  conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;

/** Lists of software of a scope of tenants. */
export const inventoryStore = (db: Kysely<InventoryTables>, scope: TenantScope) => {
  const matches = ({ text, softwareId }: SoftwareFilter): RawBuilder<unknown>[] => {
    const like = `%${escapeLike(text ?? '')}%`;
    return [
      ...(text ? [sql`(s.name ilike ${like} or s.publisher ilike ${like})`] : []),
      ...(softwareId === undefined ? [] : [sql`s.id = ${softwareId}::int`]),
    ];
  };
  const visible = ({ tenantIds }: SoftwareFilter): RawBuilder<unknown>[] => [
    ...(scope === 'all' ? [] : [sql`d.tenant_id = any(${[...scope]}::uuid[])`]),
    ...(tenantIds === undefined ? [] : [sql`d.tenant_id = any(${[...tenantIds]}::uuid[])`]),
  ];

  /** Rows of the catalogue for all of these items; those that are new are added. */
  const idsOf = async (software: readonly SoftwareItem[]): Promise<number[]> => {
    const byDigest = new Map(software.map((item) => [digestOf(item), item]));
    // In one order for all, so that two lists at once do not wait for each other's rows.
    const digests = [...byDigest.keys()].sort();
    const known = async () =>
      (
        await sql<{ id: number; digest: string }>`
          select id, digest from administration.software where digest = any(${digests}::text[])`.execute(db)
      ).rows;
    const before = await known();
    const seen = new Set(before.map(({ digest }) => digest));
    const fresh = digests.filter((digest) => !seen.has(digest));
    if (fresh.length === 0) return before.map(({ id }) => id);
    const rows = fresh.map((digest) => ({ digest, ...byDigest.get(digest) }));
    await sql`
      insert into administration.software (digest, name, version, source, arch, publisher, size_bytes)
      select digest, name, version, source, arch, publisher, "sizeBytes"
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as v(digest text, name text, version text, source text, arch text, publisher text, "sizeBytes" bigint)
      on conflict (digest) do nothing`.execute(db);
    return (await known()).map(({ id }) => id);
  };

  /** How many devices have each of these. A question for each number: the index answers each by itself. */
  const countsOf = async (ids: readonly number[], own: RawBuilder<unknown>[]): Promise<ReadonlyMap<number, number>> => {
    if (ids.length === 0) return new Map();
    const questions = ids.map(
      (id) => sql`select ${id}::int as id, count(*)::int as devices from administration.device_inventory as d
        where ${conjunction([sql`d.software_ids @> array[${id}::int]`, ...own])}`,
    );
    const { rows } = await db.transaction().execute(async (tx) => {
      // The planner takes the table for small, since it does not see the lists, which lie apart; reading all of them
      // takes a hundred times as long as the index.
      await sql`set local enable_seqscan = off`.execute(tx);
      return sql<{ id: number; devices: number }>`${sql.join(questions, sql` union all `)}`.execute(tx);
    });
    return new Map(rows.map(({ id, devices }) => [id, devices]));
  };

  return {
    /** `hash` of the list that is kept of a device; null: none. */
    hashOf: async (deviceId: string): Promise<string | null> =>
      (await db.selectFrom('device_inventory').select('hash').where('device_id', '=', deviceId).executeTakeFirst())
        ?.hash ?? null,

    /** Replaces what is known of a device. To be called in a transaction. */
    save: async ({ deviceId, tenantId, hash, collectedAt, receivedAt, software }: Inventory): Promise<void> => {
      const ids = (await idsOf(software)).sort((a, b) => a - b);
      const values = {
        tenant_id: tenantId,
        hash,
        collected_at: collectedAt,
        received_at: receivedAt,
        software_ids: sql<number[]>`${ids}::int[]`,
      };
      await db
        .insertInto('device_inventory')
        .values({ device_id: deviceId, ...values })
        .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
        .execute();
    },

    remove: async (deviceId: string): Promise<void> => {
      await db.deleteFrom('device_inventory').where('device_id', '=', deviceId).execute();
    },

    /** When the list of a device was made, by its clock; null: there is none. */
    collectedAt: async (deviceId: string): Promise<Date | null> =>
      (
        await db
          .selectFrom('device_inventory')
          .select('collected_at')
          .where('device_id', '=', deviceId)
          .executeTakeFirst()
      )?.collected_at ?? null,

    /** A page of what one device has, by name. @throws InvalidInput for a place that is none */
    ofDevice: async (deviceId: string, filter: SoftwareFilter, limit: number, after?: string) => {
      const held = sql`s.id = any((select software_ids from administration.device_inventory
        where device_id = ${deviceId}::uuid)::int[])`;
      const found = [held, ...matches(filter)];
      const [name, version, id] = after === undefined ? [] : readPlace(after, ['string', 'string', 'number']);
      const behind =
        id === undefined ? [] : [sql`(lower(s.name), s.version, s.id) > (${name}, ${version}, ${id}::int)`];
      const { rows } = await sql<PlacedRecord>`
        select ${softwareColumns} from administration.software as s
        where ${conjunction([...found, ...behind])}
        order by lower(s.name), s.version, s.id limit ${limit + 1}::int`.execute(db);
      const total = await sql<{ n: number }>`
        select count(*)::int as n from administration.software as s where ${conjunction(found)}`.execute(db);
      return { ...paged(rows, limit), total: total.rows[0]?.n ?? 0 };
    },

    /**
     * A page of the software that devices have, with how many of them do. Counted are only those of the page: a count is
     * a look into the index, but there may be tens of thousands to count. @throws InvalidInput as above
     */
    catalogue: async (filter: SoftwareFilter, limit: number, after?: string) => {
      const found: (PlacedRecord & { devices: number })[] = [];
      const own = visible(filter);
      // Of few tenants most of the catalogue may be foreign, and would be counted as nothing row by row.
      const known =
        own.length === 0 || filter.text
          ? []
          : [
              sql`s.id in (select unnest(d.software_ids) from administration.device_inventory as d
                where ${conjunction(own)})`,
            ];
      let from = after;
      for (;;) {
        const [name, version, id] = from === undefined ? [] : readPlace(from, ['string', 'string', 'number']);
        const behind =
          id === undefined ? [] : [sql`(lower(s.name), s.version, s.id) > (${name}, ${version}, ${id}::int)`];
        const { rows } = await sql<PlacedRecord>`
          select ${softwareColumns} from administration.software as s
          where ${conjunction([...matches(filter), ...known, ...behind])}
          order by lower(s.name), s.version, s.id limit ${limit + 1}::int`.execute(db);
        const counts = await countsOf(
          rows.map((row) => row.id),
          own,
        );
        // What nobody has any more stays in the catalogue until the daily clean-up.
        found.push(
          ...rows.map((row) => ({ ...row, devices: counts.get(row.id) ?? 0 })).filter(({ devices }) => devices > 0),
        );
        const last = rows.at(-1);
        if (found.length > limit || rows.length <= limit || !last) break;
        from = writePlace([last.place, last.version, last.id]);
      }
      const { items, next } = paged(found, limit);
      return { items: items.map((item, index) => ({ ...item, devices: found[index]?.devices ?? 0 })), next };
    },

    /** A page of who has what of it, by device. @throws InvalidInput as above */
    holdings: async (filter: SoftwareFilter, limit: number, after?: string) => {
      const [device, id] = after === undefined ? [] : readPlace(after, ['string', 'number']);
      const asked = Boolean(filter.text) || filter.softwareId !== undefined;
      const wanted = asked
        ? (
            await sql<{ id: number }>`
              select s.id from administration.software as s where ${conjunction(matches(filter))}`.execute(db)
          ).rows.map((row) => row.id)
        : [];
      if (asked && wanted.length === 0) return { rows: [], next: null };
      const devices = [
        ...visible(filter),
        ...(asked ? [sql`d.software_ids && ${wanted}::int[]`] : []),
        ...(device === undefined ? [] : [sql`d.device_id >= ${device}::uuid`]),
      ];
      const rowsWanted = [
        ...(asked ? [sql`s.id = any(${wanted}::int[])`] : []),
        ...(id === undefined ? [] : [sql`(d.device_id, s.id) > (${device}::uuid, ${id}::int)`]),
      ];
      // Each of these devices gives a row at least, but the first, whose rows may all be on the page before.
      const { rows } = await sql<Holding>`
        select d.device_id as "deviceId", d.tenant_id as "tenantId", s.id as "softwareId", s.name, s.version,
          s.source, s.publisher
        from (select d.device_id, d.tenant_id, d.software_ids from administration.device_inventory as d
          where ${conjunction(devices)} order by d.device_id limit ${limit + 2}::int) as d
        cross join lateral unnest(d.software_ids) as held(id)
        join administration.software as s on s.id = held.id
        where ${conjunction(rowsWanted)}
        order by d.device_id, s.id limit ${limit + 1}::int`.execute(db);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        rows: shown,
        next: rows.length > limit && last ? writePlace([last.deviceId, last.softwareId]) : null,
      };
    },

    /** Forgets what no device has any more. @returns how many rows */
    forgetUnused: async (): Promise<number> => {
      const done = await sql`
        delete from administration.software as s where not exists
          (select from administration.device_inventory as d where d.software_ids @> array[s.id])`.execute(db);
      return Number(done.numAffectedRows ?? 0);
    },
  };
};
export type InventoryStore = ReturnType<typeof inventoryStore>;

const paged = (rows: readonly PlacedRecord[], limit: number) => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? writePlace([last.place, last.version, last.id]) : null;
  return { items: shown.map(itemOf), next };
};
