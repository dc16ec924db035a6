import { type Kysely, type Selectable, sql } from 'kysely';
import { NotFound } from '../../platform/errors/index.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface EnrolmentTables {
  enrolment_token: {
    id: string;
    tenant_id: string;
    group_id: number;
    name: string;
    secret_hash: string;
    created_at: Date;
    created_by: string;
    expires_at: Date | null;
    uses_left: number | null;
    last_used_at: Date | null;
  };
}
export type EnrolmentTokenRow = Selectable<EnrolmentTables['enrolment_token']>;

/** Uses a token once. To be called in the transaction of the enrolment. @returns null for one that is not valid */
export const useEnrolmentToken = async (db: Kysely<EnrolmentTables>, secretHash: string, now: Date) =>
  (await db
    .updateTable('enrolment_token')
    .set({ uses_left: sql<number>`uses_left - 1`, last_used_at: now })
    .where('secret_hash', '=', secretHash)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
    .where((e) => e.or([e('uses_left', 'is', null), e('uses_left', '>', 0)]))
    .returning(['tenant_id', 'group_id', 'name'])
    .executeTakeFirst()) ?? null;

/** Enrolment tokens of one tenant. */
export const enrolmentStore = (db: Kysely<EnrolmentTables>, tenant: string) => ({
  list: () =>
    db
      .selectFrom('enrolment_token')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .orderBy('created_at', 'desc')
      .execute(),

  add: async (token: Omit<EnrolmentTokenRow, 'tenant_id' | 'last_used_at'>): Promise<void> => {
    await db
      .insertInto('enrolment_token')
      .values({ ...token, tenant_id: tenant })
      .execute();
  },

  /** @returns the token that was @throws NotFound */
  revoke: async (id: string): Promise<EnrolmentTokenRow> => {
    const token = await db
      .deleteFrom('enrolment_token')
      .where('id', '=', id)
      .where('tenant_id', '=', tenant)
      .returningAll()
      .executeTakeFirst();
    if (!token) throw new NotFound('enrolment token', id);
    return token;
  },

  /** Tokens for one group enrol into another from now on. */
  moveTo: async (groupId: number, otherGroupId: number): Promise<void> => {
    await db
      .updateTable('enrolment_token')
      .set({ group_id: otherGroupId })
      .where('tenant_id', '=', tenant)
      .where('group_id', '=', groupId)
      .execute();
  },

  removeAll: async (): Promise<void> => {
    await db.deleteFrom('enrolment_token').where('tenant_id', '=', tenant).execute();
  },
});
export type EnrolmentStore = ReturnType<typeof enrolmentStore>;
