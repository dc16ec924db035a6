import { boolean, type EntitySpec, id, isActiveRow, picklist, reference, text } from './entity.ts';

const MAX_ACTIVE_CATEGORIES = 200;
/** The `udfType` of configuration items, from a time when they were called installed products. */
export const CONFIGURATION_ITEM_UDF = 4;

/** Kinds of configuration items, free for the customer to make. */
export const configurationItemTypes: EntitySpec = {
  name: 'ConfigurationItemTypes',
  singular: 'ConfigurationItemType',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT', 'DELETE'],
  child: null,
  udfType: null,
  fields: [id, text('name', 100, { required: true }), boolean('isActive', { required: true })],
  keep: ({ id: typeId }, db) =>
    db.rows('ConfigurationItems').some(({ values }) => values.configurationItemType === typeId)
      ? 'The configuration item type is in use and cannot be deleted.'
      : null,
};

/** Layouts of configuration items: the user-defined fields of an item are seen only where its category has them. */
export const configurationItemCategories: EntitySpec = {
  name: 'ConfigurationItemCategories',
  singular: 'ConfigurationItemCategory',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: null,
  copiesFrom: true,
  fields: [
    id,
    text('name', 100, { required: true }),
    text('nickname', 3),
    boolean('isActive', { required: true }),
    picklist('displayColorRGB', { required: true }),
    boolean('isGlobalDefault', { readOnly: true, default: false }),
    boolean('isClientPortalDefault', { readOnly: true, default: false }),
  ],
  check: ({ values, previous, db }) => {
    const active = db
      .rows('ConfigurationItemCategories')
      .filter((row) => isActiveRow(row) && row.values.id !== previous?.id);
    return values.isActive === true && active.length >= MAX_ACTIVE_CATEGORIES
      ? [`The limit of ${MAX_ACTIVE_CATEGORIES} active configuration item categories has been reached.`]
      : [];
  },
  afterWrite: ({ row, copyOf, db }) => {
    if (copyOf === null) return;
    const layout = db
      .rows('ConfigurationItemCategoryUdfAssociations')
      .filter(({ values }) => values.configurationItemCategoryID === copyOf);
    for (const { values } of layout) {
      const copy = { ...values, configurationItemCategoryID: row.values.id };
      db.insert('ConfigurationItemCategoryUdfAssociations', { values: copy, udf: {} });
    }
  },
};

/** Which user-defined fields a category shows. */
export const configurationItemCategoryUdfAssociations: EntitySpec = {
  name: 'ConfigurationItemCategoryUdfAssociations',
  singular: 'ConfigurationItemCategoryUdfAssociation',
  readable: true,
  rootWrites: [],
  child: {
    parent: 'ConfigurationItemCategories',
    path: 'UdfAssociations',
    parentField: 'configurationItemCategoryID',
    writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
  },
  udfType: null,
  fields: [
    id,
    reference('configurationItemCategoryID', 'ConfigurationItemCategories', { required: true, createOnly: true }),
    reference('userDefinedFieldDefinitionID', 'UserDefinedFieldDefinitions', { required: true, createOnly: true }),
    boolean('isRequired', { required: true }),
  ],
  check: ({ values, previous, db }) => {
    if (previous) return [];
    const field = db.find('UserDefinedFieldDefinitions', Number(values.userDefinedFieldDefinitionID));
    if (field && field.values.udfType !== CONFIGURATION_ITEM_UDF) {
      return ['userDefinedFieldDefinitionID must reference a user-defined field of configuration items.'];
    }
    const isThere = db
      .rows('ConfigurationItemCategoryUdfAssociations')
      .some(
        (row) =>
          row.values.configurationItemCategoryID === values.configurationItemCategoryID &&
          row.values.userDefinedFieldDefinitionID === values.userDefinedFieldDefinitionID,
      );
    return isThere ? ['This user-defined field is associated with the category already.'] : [];
  },
};
