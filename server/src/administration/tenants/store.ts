import { type Kysely, sql } from 'kysely';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { MAIN_SERVER_NUMBER, type Tenant, type TenantId, type TenantScope } from './tenant.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface TenantTables {
  tenant: { id: string; virtual_server_id: number; uid: string; name: string; created_at: Date };
}

const toTenant = (row: TenantTables['tenant']): Tenant => ({
  id: row.id,
  virtualServerId: row.virtual_server_id,
  uid: row.uid,
  name: row.name,
  createdAt: row.created_at,
});

const UNIQUE_VIOLATION = '23505';
const isNameTaken = (error: unknown) => (error as { code?: string }).code === UNIQUE_VIOLATION;
const nameTaken = (name: string) =>
  new Conflict('tenant.name-taken', `There is a tenant named “${name}” already; choose another name`);

/** The tenants of one scope. */
export const tenantStore = (db: Kysely<TenantTables>, scope: TenantScope) => {
  const visible = () =>
    db
      .selectFrom('tenant')
      .selectAll()
      .$if(scope !== 'all', (q) =>
        q.where('id', 'in', [...(scope as string[]), '00000000-0000-0000-0000-000000000000']),
      );
  return {
    /** Main server first, then by name. */
    list: async (): Promise<Tenant[]> =>
      (await visible().orderBy(sql`virtual_server_id <> 0`).orderBy(sql`lower(name)`).execute()).map(toTenant),

    /** @throws NotFound */
    get: async (id: TenantId): Promise<Tenant> => {
      const row = await visible().where('id', '=', id).executeTakeFirst();
      if (!row) throw new NotFound('tenant', id);
      return toTenant(row);
    },

    byVirtualServerId: async (number: number): Promise<Tenant | null> => {
      const row = await visible().where('virtual_server_id', '=', number).executeTakeFirst();
      return row ? toTenant(row) : null;
    },

    /** By display name, in any case: the way an Open API client names a virtual server. */
    byName: async (name: string): Promise<Tenant | null> => {
      const row = await visible()
        .where(sql<boolean>`lower(name collate "und-x-icu") = lower(${name}::text collate "und-x-icu")`)
        .executeTakeFirst();
      return row ? toTenant(row) : null;
    },

    /** @throws Conflict `tenant.name-taken` */
    add: async (tenant: { id: TenantId; name: string; createdAt: Date; main?: boolean }): Promise<Tenant> => {
      const number = tenant.main
        ? sql<number>`${MAIN_SERVER_NUMBER}::int`
        : sql<number>`nextval('administration.virtual_server_number')::int`;
      try {
        const row = await db
          .insertInto('tenant')
          .values({
            id: tenant.id,
            virtual_server_id: number,
            uid: `VSRV${tenant.id}`,
            name: tenant.name,
            created_at: tenant.createdAt,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return toTenant(row);
      } catch (error) {
        if (isNameTaken(error)) throw nameTaken(tenant.name);
        throw error;
      }
    },

    /** @throws NotFound, Conflict `tenant.name-taken` */
    rename: async (id: TenantId, name: string): Promise<void> => {
      try {
        const done = await db.updateTable('tenant').set({ name }).where('id', '=', id).executeTakeFirst();
        if (!Number(done.numUpdatedRows)) throw new NotFound('tenant', id);
      } catch (error) {
        if (isNameTaken(error)) throw nameTaken(name);
        throw error;
      }
    },

    remove: async (id: TenantId): Promise<void> => {
      await db.deleteFrom('tenant').where('id', '=', id).execute();
    },
  };
};
export type TenantStore = ReturnType<typeof tenantStore>;
