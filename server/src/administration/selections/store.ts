import { EventSelectionSettings, SelectionAccess } from '@gatehouse/contract';
import type { Json } from '@gatehouse/protocols/ksc-open-api';
import type { Generated, Kysely, Selectable } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { isPredefined, predefinedSelections, withPredefinedFilter } from './predefined.ts';
import type { Selection, SelectionOwner } from './selection.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface SelectionTables {
  event_selection: {
    id: string;
    /** Null for predefined ones. */
    owner_id: string | null;
    owner_name: string | null;
    owner_tenant_ids: string[] | null;
    name: string;
    settings: unknown;
    access: unknown;
    changed_at: Date;
    changed_by: string;
    /** By which programs know it. */
    number: Generated<number>;
    /** As a program stored it; null once a person has changed it. */
    query: Record<string, Json> | null;
  };
}

/** A person who keeps more than this keeps a list of filters that nobody reads. */
const MOST_PER_OWNER = 500;

const UNIQUE_VIOLATION = '23505';
const refusingNames = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    throw new Conflict(
      'event-selection.name-taken',
      `There is an event selection named “${name}” of this owner already; choose another name`,
    );
  }
};

/** What was stored by an earlier version may lack what is new: the schemas fill it in. */
const toSelection = (row: Selectable<SelectionTables['event_selection']>): Selection => ({
  id: row.id,
  name: row.name,
  owner:
    row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '', tenantIds: row.owner_tenant_ids },
  settings: withPredefinedFilter(row.id, EventSelectionSettings.parse(row.settings)),
  access: SelectionAccess.parse(row.access),
  changedAt: row.changed_at,
  changedBy: row.changed_by,
  number: row.number,
  query: row.query,
});

type Saved = Pick<Selection, 'name' | 'settings' | 'access' | 'changedAt' | 'changedBy'> & {
  /** As a program stores it. A save without it is a person's. */
  query?: Selection['query'];
};

/** Event selections of everybody; who may use which is decided outside. */
export const selectionStore = (db: Kysely<SelectionTables>) => {
  const get = async (id: string): Promise<Selection> => {
    const row = await db.selectFrom('event_selection').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('event selection', id);
    return toSelection(row);
  };
  return {
    get,

    /** Predefined ones first, in their own order, then by name. */
    list: async (): Promise<Selection[]> => {
      const all = (await db.selectFrom('event_selection').selectAll().execute()).map(toSelection);
      const rank = (selection: Selection) =>
        selection.owner === null ? predefinedSelections.findIndex(({ id }) => id === selection.id) : 1000;
      return all.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
    },

    /** Makes the predefined ones that are not there yet. */
    ensurePredefined: async (now: Date): Promise<void> => {
      await db
        .insertInto('event_selection')
        .values(
          predefinedSelections.map(({ id, name, settings }) => ({
            id,
            owner_id: null,
            owner_name: null,
            owner_tenant_ids: null,
            name,
            settings: json(settings),
            access: json(SelectionAccess.parse({})),
            changed_at: now,
            changed_by: 'gatehouse',
            query: null,
          })),
        )
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },

    /** @throws Conflict `event-selection.name-taken`, `event-selection.too-many` */
    add: async (id: string, owner: SelectionOwner, saved: Saved): Promise<Selection> => {
      const { n } = await db
        .selectFrom('event_selection')
        .select((count) => count.fn.countAll().as('n'))
        .where('owner_id', '=', owner.id)
        .executeTakeFirstOrThrow();
      if (Number(n) >= MOST_PER_OWNER) {
        throw new Conflict(
          'event-selection.too-many',
          `You have ${MOST_PER_OWNER} event selections, and more cannot be kept; delete some first`,
        );
      }
      await refusingNames(saved.name, () =>
        db
          .insertInto('event_selection')
          .values({
            id,
            owner_id: owner.id,
            owner_name: owner.name,
            owner_tenant_ids: owner.tenantIds === null ? null : json([...owner.tenantIds]),
            name: saved.name,
            settings: json(saved.settings),
            access: json(saved.access),
            changed_at: saved.changedAt,
            changed_by: saved.changedBy,
            query: saved.query ? json(saved.query) : null,
          })
          .execute(),
      );
      return get(id);
    },

    /** @throws NotFound, Conflict `event-selection.name-taken` */
    change: async (id: string, saved: Saved): Promise<Selection> => {
      await refusingNames(saved.name, () =>
        db
          .updateTable('event_selection')
          .set({
            name: saved.name,
            settings: json(saved.settings),
            access: json(saved.access),
            changed_at: saved.changedAt,
            changed_by: saved.changedBy,
            query: saved.query ? json(saved.query) : null,
          })
          .where('id', '=', id)
          .execute(),
      );
      return get(id);
    },

    /** @throws Conflict `event-selection.predefined` */
    remove: async (ids: readonly string[]): Promise<void> => {
      if (ids.some(isPredefined)) {
        throw new Conflict('event-selection.predefined', 'Predefined event selections cannot be deleted');
      }
      await db
        .deleteFrom('event_selection')
        .where('id', 'in', [...ids])
        .execute();
    },

    /** A name that this owner does not use yet: `Scans`, `Scans (2)` … */
    freeName: async (ownerId: string, wanted: string): Promise<string> => {
      const rows = await db.selectFrom('event_selection').select('name').where('owner_id', '=', ownerId).execute();
      const taken = new Set(rows.map(({ name }) => name.toLowerCase()));
      const base = wanted.slice(0, 90);
      let name = base;
      for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base} (${number})`;
      return name;
    },
  };
};
export type SelectionStore = ReturnType<typeof selectionStore>;
