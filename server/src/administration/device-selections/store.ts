import { DeviceSelectionSettings, SelectionAccess } from '@gatehouse/contract';
import type { Json } from '@gatehouse/protocols/ksc-open-api';
import type { Generated, Kysely, Selectable } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { SelectionOwner } from '../selections/index.ts';
import { predefinedDeviceSelection, predefinedDeviceSelections } from './predefined.ts';
import type { DeviceSelection } from './selection.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface DeviceSelectionTables {
  device_selection: {
    id: string;
    owner_id: string;
    owner_name: string;
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
      'device-selection.name-taken',
      `There is a device selection named “${name}” of this owner already; choose another name`,
    );
  }
};

/** What was stored by an earlier version may lack what is new: the schemas fill it in. */
const toSelection = (row: Selectable<DeviceSelectionTables['device_selection']>): DeviceSelection => ({
  id: row.id,
  name: row.name,
  owner: { id: row.owner_id, name: row.owner_name, tenantIds: row.owner_tenant_ids },
  settings: DeviceSelectionSettings.parse(row.settings),
  access: SelectionAccess.parse(row.access),
  changedAt: row.changed_at,
  changedBy: row.changed_by,
  number: row.number,
  query: row.query,
});

type Saved = Pick<DeviceSelection, 'name' | 'settings' | 'access'> & {
  changedAt: Date;
  changedBy: string;
  /** As a program stores it. A save without it is a person's. */
  query?: DeviceSelection['query'];
};

const valuesOf = (saved: Saved) => ({
  name: saved.name,
  settings: json(saved.settings),
  access: json(saved.access),
  changed_at: saved.changedAt,
  changed_by: saved.changedBy,
  query: saved.query ? json(saved.query) : null,
});

/** Device selections of everybody; who may use which is decided outside. Predefined ones are there without being stored. */
export const deviceSelectionStore = (db: Kysely<DeviceSelectionTables>) => {
  const get = async (id: string): Promise<DeviceSelection> => {
    const predefined = predefinedDeviceSelection(id);
    if (predefined) return predefined;
    const row = await db.selectFrom('device_selection').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('device selection', id);
    return toSelection(row);
  };
  return {
    get,

    /** Predefined ones first, in their own order, then by name. */
    list: async (): Promise<DeviceSelection[]> => {
      const own = (await db.selectFrom('device_selection').selectAll().execute()).map(toSelection);
      own.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
      return [...predefinedDeviceSelections, ...own];
    },

    /** @throws Conflict `device-selection.name-taken`, `device-selection.too-many` */
    add: async (id: string, owner: SelectionOwner, saved: Saved): Promise<DeviceSelection> => {
      const { n } = await db
        .selectFrom('device_selection')
        .select((count) => count.fn.countAll().as('n'))
        .where('owner_id', '=', owner.id)
        .executeTakeFirstOrThrow();
      if (Number(n) >= MOST_PER_OWNER) {
        throw new Conflict(
          'device-selection.too-many',
          `You have ${MOST_PER_OWNER} device selections, and more cannot be kept; delete some first`,
        );
      }
      await refusingNames(saved.name, () =>
        db
          .insertInto('device_selection')
          .values({
            id,
            owner_id: owner.id,
            owner_name: owner.name,
            owner_tenant_ids: owner.tenantIds === null ? null : json([...owner.tenantIds]),
            ...valuesOf(saved),
          })
          .execute(),
      );
      return get(id);
    },

    /** @throws NotFound, Conflict `device-selection.name-taken` */
    change: async (id: string, saved: Saved): Promise<DeviceSelection> => {
      await refusingNames(saved.name, () =>
        db.updateTable('device_selection').set(valuesOf(saved)).where('id', '=', id).execute(),
      );
      return get(id);
    },

    remove: async (ids: readonly string[]): Promise<void> => {
      await db
        .deleteFrom('device_selection')
        .where('id', 'in', [...ids])
        .execute();
    },

    /** A name that this owner does not use yet: `Kiosks`, `Kiosks (2)` … */
    freeName: async (ownerId: string, wanted: string): Promise<string> => {
      const rows = await db.selectFrom('device_selection').select('name').where('owner_id', '=', ownerId).execute();
      const taken = new Set(rows.map(({ name }) => name.toLowerCase()));
      const base = wanted.slice(0, 90);
      let name = base;
      for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base} (${number})`;
      return name;
    },
  };
};
export type DeviceSelectionStore = ReturnType<typeof deviceSelectionStore>;
