import type { ItemKind, PsaConfigurationItems, WantedItem } from '../connector-configuration-items.ts';
import { PsaAnswerUnreadable, PsaReferenceInvalid, PsaRefused } from '../errors.ts';
import type { AutotaskClient, Row } from './client.ts';
import { fit } from './text.ts';
import { isSameValue, type OwnField, userDefinedFields, valuesOf, written } from './user-defined-fields.ts';

const TITLE_LENGTH = 200;
const VALUE_LENGTH = 8_000;
const sync = { priority: 'sync' } as const;

interface Prepared {
  typeId: number;
  categoryId: number;
  /** By the names that were wanted. */
  fields: Map<string, OwnField>;
}

const byId = (a: Row, b: Row): number => Number(a['id']) - Number(b['id']);
const same = (a: unknown, b: string): boolean => String(a).toLowerCase() === b.toLowerCase();

/** Configuration items with their types, categories and user-defined fields. */
export const autotaskConfigurationItems = (client: AutotaskClient): PsaConfigurationItems => {
  const definitions = userDefinedFields(client);
  let kinds: ItemKind[] = [];
  const prepared = new Map<string, Prepared>();

  /** The row of this name: found, switched on when it was off, or made. */
  const named = async (entity: string, name: string, make: () => Promise<Row>): Promise<number> => {
    const rows = await client.query(entity, { filter: [{ op: 'eq', field: 'name', value: name }] });
    const fitting = rows.filter((row) => same(row['name'], name)).sort(byId);
    const active = fitting.find((row) => row['isActive'] !== false);
    if (active) return Number(active['id']);
    const [off] = fitting;
    if (off) {
      await client.patch(entity, { id: Number(off['id']), isActive: true }, sync);
      return Number(off['id']);
    }
    return Number(await client.create(entity, entity, await make(), sync));
  };

  /** A copy of the customer's own default: its layout is what the MSP's people are used to. */
  const newCategory = async (name: string): Promise<Row> => {
    const all = await client.query('ConfigurationItemCategories', { filter: [{ op: 'gte', field: 'id', value: 0 }] });
    const standard = all.sort(byId).find((row) => row['isGlobalDefault'] === true) ?? all[0];
    if (!standard) throw new PsaAnswerUnreadable('Autotask lists no category of configuration items to begin with');
    return { id: standard['id'], name, isActive: true, displayColorRGB: standard['displayColorRGB'] };
  };

  const showInCategory = async (categoryId: number, fields: Iterable<OwnField>): Promise<void> => {
    const rows = await client.query('ConfigurationItemCategoryUdfAssociations', {
      filter: [{ op: 'eq', field: 'configurationItemCategoryID', value: categoryId }],
    });
    const shown = new Set(rows.map((row) => row['userDefinedFieldDefinitionID']));
    for (const { id } of fields) {
      if (shown.has(id)) continue;
      await client.create(
        'ConfigurationItemCategoryUdfAssociations',
        `ConfigurationItemCategories/${categoryId}/UdfAssociations`,
        { userDefinedFieldDefinitionID: id, isRequired: false },
        sync,
      );
    }
  };

  const prepare = async (wanted: ItemKind[]): Promise<void> => {
    kinds = wanted;
    // Together, so that the limit of fields is looked at once for all of them.
    const fields = await definitions.ensure(
      'item',
      wanted.flatMap((kind) => kind.fields),
    );
    for (const { name, fields: own } of wanted) {
      const typeId = await named('ConfigurationItemTypes', name, async () => ({ name, isActive: true }));
      const categoryId = await named('ConfigurationItemCategories', name, () => newCategory(name));
      const ownFields = new Map(
        own.flatMap((field): [string, OwnField][] => {
          const found = fields.get(field.name);
          return found ? [[field.name, found]] : [];
        }),
      );
      await showInCategory(categoryId, ownFields.values());
      prepared.set(name, { typeId, categoryId, fields: ownFields });
    }
  };

  const find = async (accountId: string, key: string): Promise<Row[]> => {
    const rows = await client.query('ConfigurationItems', {
      filter: [
        { op: 'eq', field: 'companyID', value: Number(accountId) },
        { op: 'eq', field: 'referenceNumber', value: key },
      ],
    });
    return rows.sort(byId);
  };

  const preparedFor = ({ kind }: WantedItem): Prepared => {
    const found = prepared.get(kind);
    if (!found) throw new Error(`Prepare the kind "${kind}" before its items are put`);
    return found;
  };

  /** The user-defined values of the item that differ from the wanted ones. */
  const differing = ({ values }: WantedItem, { fields }: Prepared, row: Row) => {
    const have = valuesOf(row);
    return Object.entries(values).flatMap(([wantedName, value]) => {
      const field = fields.get(wantedName);
      if (!field) throw new Error(`The kind of the item has no field "${wantedName}"`);
      const want = written(field.kind, typeof value === 'string' ? fit(value, VALUE_LENGTH) : value);
      return isSameValue(field.kind, have.get(field.name) ?? null, want) ? [] : [{ name: field.name, value: want }];
    });
  };

  const changesOf = (item: WantedItem, row: Row): Row => {
    const own = preparedFor(item);
    const userDefined = differing(item, own, row);
    const title = fit(item.title, TITLE_LENGTH);
    return {
      ...(row['isActive'] === true ? {} : { isActive: true }),
      ...(row['referenceTitle'] === title ? {} : { referenceTitle: title }),
      ...(row['configurationItemType'] === own.typeId ? {} : { configurationItemType: own.typeId }),
      ...(row['configurationItemCategoryID'] === own.categoryId ? {} : { configurationItemCategoryID: own.categoryId }),
      ...(userDefined.length === 0 ? {} : { userDefinedFields: userDefined }),
    };
  };

  const create = (item: WantedItem): Promise<string> => {
    const own = preparedFor(item);
    return client.create(
      'ConfigurationItems',
      'ConfigurationItems',
      {
        companyID: Number(item.accountId),
        productID: Number(item.productId),
        isActive: true,
        configurationItemType: own.typeId,
        configurationItemCategoryID: own.categoryId,
        referenceTitle: fit(item.title, TITLE_LENGTH),
        referenceNumber: item.key,
        userDefinedFields: differing(item, own, {}).filter(({ value }) => value !== null),
      },
      sync,
    );
  };

  /** Writes once; a field that somebody removed meanwhile is made anew by the second try. */
  const settled = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const isOwnField = error instanceof PsaReferenceInvalid && !/ID\b/.test(error.field ?? '');
      if (!isOwnField) throw error;
      await prepare(kinds);
      return work();
    }
  };

  const change = async (item: WantedItem, id: number, changes: Row): Promise<void> => {
    await client.patch('ConfigurationItems', { id, ...changes }, sync);
    const stored = await client.get('ConfigurationItems', String(id));
    const left = stored ? differing(item, preparedFor(item), stored) : [];
    if (left.length === 0) return;
    // A field that is gone may be ignored without a word.
    await prepare(kinds);
    await client.patch('ConfigurationItems', { id, userDefinedFields: left }, sync);
    const again = await client.get('ConfigurationItems', String(id));
    const lost = again ? differing(item, preparedFor(item), again) : [];
    if (lost.length > 0) {
      throw new PsaRefused(
        `Autotask does not keep the value of ${lost.map(({ name }) => `"${name}"`).join(', ')} of configuration item ${id}; see whether the field is protected`,
      );
    }
  };

  return {
    async products() {
      const rows = await client.query('Products', {
        filter: [{ op: 'gte', field: 'id', value: 0 }],
        IncludeFields: ['id', 'name', 'isActive'],
      });
      return rows
        .map((row) => ({
          id: String(row['id']),
          name: String(row['name'] ?? ''),
          isActive: row['isActive'] === true,
        }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },

    prepare,

    async put(item) {
      const [first, ...others] = await find(item.accountId, item.key);
      for (const double of others.filter((row) => row['isActive'] === true)) {
        await client.patch('ConfigurationItems', { id: Number(double['id']), isActive: false }, sync);
      }
      if (!first) {
        const itemId = await settled(() => create(item));
        const stored = await client.get('ConfigurationItems', itemId);
        if (stored && Object.keys(changesOf(item, stored)).length > 0) {
          await settled(() => change(item, Number(itemId), changesOf(item, stored)));
        }
        return { itemId, how: 'created' };
      }
      const id = Number(first['id']);
      // Every write makes a new version in Autotask, so none without a reason.
      if (Object.keys(changesOf(item, first)).length === 0) return { itemId: String(id), how: 'same' };
      await settled(() => change(item, id, changesOf(item, first)));
      return { itemId: String(id), how: 'changed' };
    },

    async retire({ key, accountId }) {
      const active = (await find(accountId, key)).filter((row) => row['isActive'] === true);
      for (const row of active) {
        await client.patch('ConfigurationItems', { id: Number(row['id']), isActive: false }, sync);
      }
      return active.length > 0 ? 'retired' : 'was-retired';
    },
  };
};
