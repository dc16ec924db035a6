import type { PolicyContent, PolicyState } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import type { PolicyPlace, SavedPolicy } from './policy.ts';

type StoredContent = Pick<PolicyContent, 'outOfOfficeAfterSyncs' | 'settings' | 'locked' | 'profiles'>;

/** The tables that this module owns: no other module reads or writes them. */
export interface PolicyTables {
  policy: {
    id: Generated<number>;
    tenant_id: string;
    group_id: number;
    application: string;
    name: string;
    state: PolicyState;
    content: StoredContent;
    version: number;
    changed_at: Date;
    changed_by: string;
  };
  /** Grows with every change of what is in force anywhere, so that other processes notice. */
  policy_version: { is_only: Generated<boolean>; version: number };
  /** Groups whose devices may have another policy now. */
  policy_due_group: { group_id: number; after_id: string | null };
}

const UNIQUE_VIOLATION = '23505';
const isNameTaken = (error: unknown) => (error as { code?: string }).code === UNIQUE_VIOLATION;
const nameTaken = (name: string) =>
  new Conflict('policy.name-taken', `This group has a policy named “${name}” of this application; choose another name`);

const toPolicy = (row: Selectable<PolicyTables['policy']>): SavedPolicy => ({
  id: row.id,
  tenantId: row.tenant_id,
  groupId: row.group_id,
  application: row.application,
  name: row.name,
  state: row.state,
  outOfOfficeAfterSyncs: row.content.outOfOfficeAfterSyncs,
  settings: row.content.settings,
  locked: row.content.locked,
  profiles: row.content.profiles,
  version: row.version,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
});

/** Policies of a scope of tenants. */
export const policyStore = (db: Kysely<PolicyTables>, scope: TenantScope) => {
  const own = () =>
    db
      .selectFrom('policy')
      .selectAll()
      .$if(scope !== 'all', (query) => query.where('tenant_id', '=', sql<string>`any(${[...scope]}::uuid[])`));

  const get = async (id: number): Promise<SavedPolicy> => {
    const row = await own().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('policy', id);
    return toPolicy(row);
  };

  const contentOf = ({ outOfOfficeAfterSyncs, settings, locked, profiles }: PolicyContent) =>
    json({ outOfOfficeAfterSyncs, settings, locked, profiles });

  return {
    /** @throws NotFound, also for a policy of another tenant */
    get,

    list: async (): Promise<SavedPolicy[]> =>
      (await own().orderBy(sql`lower(name)`).orderBy('id').execute()).map(toPolicy),

    /** All policies of one place. */
    listIn: async ({ groupId, application }: Pick<PolicyPlace, 'groupId' | 'application'>): Promise<SavedPolicy[]> =>
      (await own().where('group_id', '=', groupId).where('application', '=', application).orderBy('id').execute()).map(
        toPolicy,
      ),

    listOfGroup: async (groupId: number): Promise<SavedPolicy[]> =>
      (await own().where('group_id', '=', groupId).orderBy('id').execute()).map(toPolicy),

    /** @throws Conflict `policy.name-taken` */
    add: async (place: PolicyPlace, content: PolicyContent, by: { at: Date; actor: string }): Promise<SavedPolicy> => {
      if (!inScope(scope, place.tenantId)) throw new NotFound('tenant', place.tenantId);
      try {
        const row = await db
          .insertInto('policy')
          .values({
            tenant_id: place.tenantId,
            group_id: place.groupId,
            application: place.application,
            name: content.name,
            state: content.state,
            content: contentOf(content),
            version: 1,
            changed_at: by.at,
            changed_by: by.actor,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return toPolicy(row);
      } catch (error) {
        if (isNameTaken(error)) throw nameTaken(content.name);
        throw error;
      }
    },

    /** @throws NotFound, Conflict `policy.name-taken` */
    change: async (id: number, content: PolicyContent, by: { at: Date; actor: string }): Promise<SavedPolicy> => {
      await get(id);
      try {
        const row = await db
          .updateTable('policy')
          .set({
            name: content.name,
            state: content.state,
            content: contentOf(content),
            version: sql<number>`version + 1`,
            changed_at: by.at,
            changed_by: by.actor,
          })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
        return toPolicy(row);
      } catch (error) {
        if (isNameTaken(error)) throw nameTaken(content.name);
        throw error;
      }
    },

    remove: async (id: number): Promise<void> => {
      await get(id);
      await db.deleteFrom('policy').where('id', '=', id).execute();
    },

    removeAll: async (tenantId: string): Promise<void> => {
      await db.deleteFrom('policy').where('tenant_id', '=', tenantId).execute();
    },

    /** Another number means that policies, or the tree that they are inherited in, are others. */
    version: async (): Promise<number> =>
      Number((await db.selectFrom('policy_version').select('version').executeTakeFirstOrThrow()).version),

    /** What is in force in these groups may be something else now. In the transaction of the change. */
    touch: async (groupIds: readonly number[]): Promise<void> => {
      await db.updateTable('policy_version').set({ version: sql<number>`version + 1` }).execute();
      if (groupIds.length === 0) return;
      await sql`
        insert into administration.policy_due_group (group_id, after_id)
        select id, null from unnest(${[...groupIds].sort((a, b) => a - b)}::int[]) as due (id)
        on conflict (group_id) do update set after_id = null`.execute(db);
    },

    /** A group whose devices are to be looked at, kept from others until the transaction ends; null: none. */
    takeDueGroup: async (): Promise<{ groupId: number; afterId: string | null } | null> => {
      const row = await db
        .selectFrom('policy_due_group')
        .selectAll()
        .orderBy('group_id')
        .limit(1)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      return row ? { groupId: row.group_id, afterId: row.after_id } : null;
    },

    /** @param afterId null: all of the group's devices are done */
    moveDueGroup: async (groupId: number, afterId: string | null): Promise<void> => {
      if (afterId === null) await db.deleteFrom('policy_due_group').where('group_id', '=', groupId).execute();
      else
        await db.updateTable('policy_due_group').set({ after_id: afterId }).where('group_id', '=', groupId).execute();
    },
  };
};
export type PolicyStore = ReturnType<typeof policyStore>;
