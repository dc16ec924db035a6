import { boolean, datetime, type EntitySpec, id, integer, long, picklist, text } from './entity.ts';

/** Active definitions that an entity may have, by label of its udfType. */
const ACTIVE_LIMIT: Record<string, number> = {
  Account: 200,
  Contact: 100,
  Contract: 50,
  Installed_Product: 500,
  Product: 200,
  Ticket: 300,
};

/** The custom fields of other entities. No DELETE: they can only be deactivated. */
export const userDefinedFieldDefinitions: EntitySpec = {
  name: 'UserDefinedFieldDefinitions',
  singular: 'UserDefinedFieldDefinition',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 45, { required: true }),
    picklist('udfType', { required: true, createOnly: true }),
    picklist('dataType', { required: true, createOnly: true }),
    picklist('displayFormat'),
    text('description', 128),
    text('defaultValue', 1024),
    text('mergeVariableName', 100),
    integer('numberOfDecimalPlaces'),
    integer('sortOrder'),
    boolean('isActive', { default: true }),
    boolean('isRequired', { default: false }),
    boolean('isVisibleToClientPortal', { default: false }),
    boolean('isPrivate', { default: false }),
    boolean('isProtected', { default: false }),
    boolean('isEncrypted', { default: false }),
    long('crmToProjectUdfId'),
    datetime('createDate', { readOnly: true }),
    boolean('isFieldMapping', { readOnly: true, default: false }),
  ],
  check: ({ values, previous, db }) => {
    const others = db
      .rows('UserDefinedFieldDefinitions')
      .map((row) => row.values)
      .filter((other) => other.udfType === values.udfType && other.id !== previous?.id);
    const isTaken = others.some((other) => String(other.name).toLowerCase() === String(values.name).toLowerCase());
    if (isTaken && db.switches.duplicateUdf === 'reject') {
      return [`A user-defined field with the name ${values.name} already exists for this udfType.`];
    }
    const label = db
      .picklist('UserDefinedFieldDefinitions', 'udfType')
      .find((one) => one.value === String(values.udfType))?.label;
    const limit = ACTIVE_LIMIT[label ?? ''] ?? 100;
    const isOverLimit = values.isActive === true && others.filter((other) => other.isActive === true).length >= limit;
    return isOverLimit ? [`The limit of ${limit} active user-defined fields has been reached.`] : [];
  },
  stamp: ({ values, previous, now }) => {
    if (!previous) values.createDate = now.toISOString();
  },
};
