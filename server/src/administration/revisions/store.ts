import type { ObjectKind } from '@gatehouse/contract';
import { type Generated, type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import { MASK, maskSecrets } from '../../platform/secrets/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { difference } from './difference.ts';
import type { ObjectState, Revision, Save } from './revision.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface RevisionTables {
  revised_object: {
    kind: ObjectKind;
    object_id: string;
    /** Null: of the whole server. */
    tenant_id: string | null;
    /** The user whose private thing it is. */
    owner_id: string | null;
    name: string;
    last_number: number;
    deleted_at: Date | null;
  };
  revision: {
    id: Generated<number>;
    kind: ObjectKind;
    object_id: string;
    number: number;
    tenant_id: string | null;
    name: string;
    at: Date;
    actor: string;
    actor_kind: Revision['actorKind'];
    address: string | null;
    action: Revision['action'];
    description: Generated<string>;
    rolled_back_to: number | null;
    state: ObjectState | null;
  };
  /** Calls outside of this system whose events were published; so that each is published once. */
  audited_call: { key: string; at: Date };
}

export interface RevisionFilter {
  kinds: readonly ObjectKind[];
  objectId?: string;
  tenantId?: string;
  actor?: string;
}

const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** Who looks: people's private things are seen by themselves and by those who keep house. */
export interface Viewer {
  id: string;
  isHousekeeper: boolean;
}

/**
 * Revisions of the objects of these tenants; what belongs to the whole server is for `all` only.
 *
 * @param viewer left out: the server itself, which sees everything
 */
export const revisionStore = (db: Kysely<RevisionTables>, scope: TenantScope, viewer?: Viewer) => {
  const visible = () =>
    db
      .selectFrom('revision')
      .innerJoin('revised_object', (join) =>
        join
          .onRef('revised_object.kind', '=', 'revision.kind')
          .onRef('revised_object.object_id', '=', 'revision.object_id'),
      )
      .selectAll('revision')
      .select(['revised_object.last_number', 'revised_object.owner_id'])
      .$if(scope !== 'all', (query) =>
        query.where((is) =>
          is.or([
            is('revision.tenant_id', 'in', [...(scope as string[]), NO_TENANT]),
            is('revised_object.owner_id', '=', viewer?.id ?? ''),
          ]),
        ),
      )
      .$if(viewer?.isHousekeeper === false, (query) =>
        query.where((is) =>
          is.or([is('revised_object.owner_id', 'is', null), is('revised_object.owner_id', '=', viewer?.id ?? '')]),
        ),
      );

  const toRevision = (row: Awaited<ReturnType<ReturnType<typeof visible>['execute']>>[number]): Revision => ({
    id: Number(row.id),
    object: { kind: row.kind, id: row.object_id, name: row.name, tenantId: row.tenant_id, ownerId: row.owner_id },
    number: row.number,
    at: row.at,
    actor: row.actor,
    actorKind: row.actor_kind,
    address: row.address,
    action: row.action,
    description: row.description,
    rolledBackTo: row.rolled_back_to,
    state: row.state,
    isLast: row.number === row.last_number,
  });

  /** @throws NotFound */
  const get = async (id: number): Promise<Revision> => {
    const row = await visible().where('revision.id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('revision', id);
    return toRevision(row);
  };

  return {
    get,

    /** The state that a revision found; null: the object was not there. */
    stateBefore: async ({ object, number }: Revision): Promise<ObjectState | null> => {
      const row = await db
        .selectFrom('revision')
        .select('state')
        .where('kind', '=', object.kind)
        .where('object_id', '=', object.id)
        .where('number', '=', number - 1)
        .executeTakeFirst();
      return row?.state ?? null;
    },

    /** Newest first; `beforeId` is where the page before ended. */
    list: async (
      { kinds, objectId, tenantId, actor }: RevisionFilter,
      { beforeId, limit }: { beforeId: number | null; limit: number },
    ): Promise<Revision[]> => {
      if (kinds.length === 0) return [];
      const rows = await visible()
        .where('revision.kind', 'in', [...kinds])
        .$if(objectId !== undefined, (query) => query.where('revision.object_id', '=', objectId ?? ''))
        .$if(tenantId !== undefined, (query) => query.where('revision.tenant_id', '=', tenantId ?? ''))
        .$if(actor !== undefined, (query) => query.where('revision.actor', '=', actor ?? ''))
        .$if(beforeId !== null, (query) => query.where('revision.id', '<', beforeId ?? 0))
        .orderBy('revision.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRevision);
    },

    /** Saves of one object go one after the other. First in the transaction, before the object's state is read. */
    lock: async (kind: ObjectKind, objectId: string): Promise<void> => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`${kind} ${objectId}`}::text, 0))`.execute(db);
    },

    /** The number of an object's newest revision; 0: it has no history. */
    lastNumber: async (kind: ObjectKind, objectId: string): Promise<number> => {
      const row = await db
        .selectFrom('revised_object')
        .select('last_number')
        .where('kind', '=', kind)
        .where('object_id', '=', objectId)
        .executeTakeFirst();
      return row?.last_number ?? 0;
    },

    /**
     * Makes a revision of a save, in the transaction of the save. An object that was there before its history began gets
     * one that says how it was.
     *
     * @returns null when the save changed nothing
     */
    record: async ({ object, at, doer, rolledBackTo, ...save }: Save): Promise<Revision | null> => {
      const before = maskSecrets(save.before) as ObjectState | null;
      const after = maskSecrets(save.after) as ObjectState | null;
      if (before && after && difference(before, after).length === 0) return null;
      const { kind, id: object_id, name, tenantId: tenant_id, ownerId: owner_id = null } = object;
      // Its row is held until the transaction ends, so that numbers are given one after the other.
      const { last_number: last } = await db
        .insertInto('revised_object')
        .values({ kind, object_id, tenant_id, owner_id, name, last_number: 0, deleted_at: null })
        .onConflict((conflict) => conflict.columns(['kind', 'object_id']).doUpdateSet({ name, tenant_id, owner_id }))
        .returning('last_number')
        .executeTakeFirstOrThrow();

      const common = { kind, object_id, tenant_id, name, at };
      const isNew = last === 0 && before !== null;
      if (isNew) {
        await db
          .insertInto('revision')
          .values({
            ...common,
            number: 1,
            actor: 'gatehouse',
            actor_kind: 'server',
            address: null,
            action: 'initial',
            rolled_back_to: null,
            state: json(before),
          })
          .execute();
      }
      const number = isNew ? 2 : last + 1;
      const { id } = await db
        .insertInto('revision')
        .values({
          ...common,
          number,
          actor: doer.actor,
          actor_kind: doer.actorKind,
          address: doer.address,
          action: before === null ? 'added' : after === null ? 'deleted' : 'changed',
          rolled_back_to: rolledBackTo ?? null,
          state: after === null ? null : json(after),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .updateTable('revised_object')
        .set({ last_number: number, deleted_at: after === null ? at : null })
        .where('kind', '=', kind)
        .where('object_id', '=', object_id)
        .execute();
      return get(Number(id));
    },

    describe: async (id: number, description: string): Promise<void> => {
      await db.updateTable('revision').set({ description }).where('id', '=', id).execute();
    },

    /** All objects of a tenant that is gone count as deleted. */
    closeTenant: async (tenantId: string, at: Date): Promise<void> => {
      await db
        .updateTable('revised_object')
        .set({ deleted_at: at })
        .where('tenant_id', '=', tenantId)
        .where('deleted_at', 'is', null)
        .execute();
    },

    /** Takes a call's key. False: its events were published already. In the transaction of the events. */
    takeCall: async (key: string, at: Date): Promise<boolean> => {
      const taken = await db
        .insertInto('audited_call')
        .values({ key, at })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key')
        .executeTakeFirst();
      return taken !== undefined;
    },

    /** Forgets the history of what was deleted before that moment. @returns how many objects */
    forgetDeleted: async (before: Date): Promise<number> => {
      const gone = await db
        .deleteFrom('revised_object')
        .where('deleted_at', '<', before)
        .returning(['kind', 'object_id'])
        .execute();
      for (const { kind, object_id } of gone) {
        await db.deleteFrom('revision').where('kind', '=', kind).where('object_id', '=', object_id).execute();
      }
      return gone.length;
    },

    forgetCalls: async (before: Date): Promise<void> => {
      await db.deleteFrom('audited_call').where('at', '<', before).execute();
    },
  };
};
export type RevisionStore = ReturnType<typeof revisionStore>;

/** Whether a state can be brought back: what was masked is not known any more. */
export const isWhole = (state: ObjectState): boolean => !JSON.stringify(state).includes(JSON.stringify(MASK));
