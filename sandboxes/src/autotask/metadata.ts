import type { Database } from './database.ts';
import type { EntitySpec, FieldSpec, PicklistValue, StoredRow, WriteVerb } from './entities/entity.ts';
import { LIST_DATA_TYPE } from './entities/user-defined-field-list-items.ts';

/** The values of a picklist field, from its own list or from the rows that stand for it. */
export const picklistValues = (db: Database, spec: EntitySpec, field: FieldSpec): PicklistValue[] => {
  if (field.picklistOf === null) return db.picklist(spec.name, field.name);
  return db.rows(field.picklistOf).map(({ values }, index) => ({
    value: String(values.id),
    label: String(values.name),
    isDefaultValue: values.isGlobalDefault === true,
    sortOrder: index + 1,
    parentValue: '',
    isActive: values.isActive === true,
    isSystem: false,
  }));
};

export const entityInfo = (db: Database, spec: EntitySpec) => {
  const writes = (verb: WriteVerb) => spec.rootWrites.includes(verb) || (spec.child?.writes.includes(verb) ?? false);
  const rights = db.rightsOn(spec.name);
  return {
    name: spec.singular,
    canCreate: writes('POST'),
    canDelete: writes('DELETE'),
    canQuery: spec.readable,
    canUpdate: writes('PATCH'),
    userAccessForCreate: writes('POST') ? rights.create : 0,
    userAccessForDelete: writes('DELETE') ? rights.delete : 0,
    userAccessForQuery: spec.readable ? rights.query : 0,
    userAccessForUpdate: writes('PATCH') ? rights.update : 0,
    hasUserDefinedFields: spec.udfType !== null,
    supportsWebhookCallouts: false,
  };
};

export const fieldInfo = (db: Database, spec: EntitySpec) =>
  spec.fields.map((field) => ({
    name: field.name,
    label: field.name,
    dataType: field.dataType,
    length: field.length,
    isRequired: field.required,
    isReadOnly: field.readOnly,
    isQueryable: field.queryable,
    isReference: field.reference !== null,
    referenceEntityType: field.reference ?? '',
    isPickList: field.picklist,
    picklistValues: field.picklist ? picklistValues(db, spec, field) : null,
    picklistParentValueField: field.picklistParent ?? '',
    isSupportedWebhookField: false,
  }));

/** The kinds of user-defined fields; ids of the picklist `UserDefinedFieldDefinitions.dataType`. */
export const UDF_KINDS = { 1: 'string', 2: 'datetime', 3: 'double', [LIST_DATA_TYPE]: 'string' } as const;
export const udfKindOf = (dataType: unknown): 'string' | 'datetime' | 'double' =>
  UDF_KINDS[dataType as keyof typeof UDF_KINDS] ?? 'string';
export const UDF_TEXT_LENGTH = 8000;

/** The items of a list field. */
export const udfListItems = (db: Database, definitionId: number): StoredRow[] =>
  db.rows('UserDefinedFieldListItems').filter(({ values }) => values.udfFieldId === definitionId);

const udfListValues = (db: Database, definitionId: number, defaultValue: unknown): PicklistValue[] =>
  udfListItems(db, definitionId).map(({ values }, index) => ({
    value: String(values.id),
    label: String(values.valueForDisplay),
    isDefaultValue: values.valueForDisplay === defaultValue,
    sortOrder: index + 1,
    parentValue: '',
    isActive: values.isActive === true,
    isSystem: false,
  }));

export const udfInfo = (db: Database, spec: EntitySpec) =>
  db.udfDefinitions(spec).map(({ values }) => ({
    name: values.name,
    label: values.name,
    type: udfKindOf(values.dataType),
    length: udfKindOf(values.dataType) === 'string' ? UDF_TEXT_LENGTH : 0,
    description: values.description ?? '',
    isRequired: values.isRequired === true,
    isReadOnly: false,
    isQueryable: values.isEncrypted !== true,
    isReference: false,
    referenceEntityType: '',
    isPickList: values.dataType === LIST_DATA_TYPE,
    picklistValues: values.dataType === LIST_DATA_TYPE ? udfListValues(db, values.id, values.defaultValue) : null,
    picklistParentValueField: '',
    defaultValue: values.defaultValue ?? '',
    isSupportedWebhookField: false,
  }));
