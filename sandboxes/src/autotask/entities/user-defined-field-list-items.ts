import { boolean, datetime, type EntitySpec, id, reference, serverSet, text } from './entity.ts';

/** `UserDefinedFieldDefinitions.dataType` of a list. */
export const LIST_DATA_TYPE = 4;

/** The values of user-defined list fields. */
export const userDefinedFieldListItems: EntitySpec = {
  name: 'UserDefinedFieldListItems',
  singular: 'UserDefinedFieldListItem',
  readable: true,
  rootWrites: [],
  child: {
    parent: 'UserDefinedFields',
    path: 'ListItems',
    parentField: 'udfFieldId',
    writes: ['POST', 'PATCH', 'PUT'],
  },
  udfType: null,
  fields: [
    id,
    reference('udfFieldId', 'UserDefinedFieldDefinitions', { required: true, createOnly: true }),
    text('valueForDisplay', 128, { required: true }),
    text('valueForExport', 128, { required: true }),
    boolean('isActive', { default: true }),
    ...serverSet(datetime('createDate')),
  ],
  check: ({ values, previous, db }) => {
    const field = db.find('UserDefinedFieldDefinitions', Number(values.udfFieldId));
    if (field && field.values.dataType !== LIST_DATA_TYPE) return ['udfFieldId must reference a list field.'];
    const others = db
      .rows('UserDefinedFieldListItems')
      .filter((row) => row.values.udfFieldId === values.udfFieldId && row.values.id !== previous?.id);
    const taken = ['valueForDisplay', 'valueForExport'].filter((name) =>
      others.some((row) => String(row.values[name]).toLowerCase() === String(values[name]).toLowerCase()),
    );
    const isDefault = previous !== null && field?.values.defaultValue === previous.valueForDisplay;
    return [
      ...taken.map((name) => `${name} must be unique within the user-defined field.`),
      ...(isDefault && previous.valueForDisplay !== values.valueForDisplay
        ? ['The default value of a list cannot be renamed.']
        : []),
    ];
  },
  stamp: ({ values, previous, now }) => {
    if (!previous) values.createDate = now.toISOString();
  },
};
