import { datetime, type EntitySpec, id, integer, reference, serverSet, text } from './entity.ts';

/** People at a client. `isActive` is a number here (0 or 1), unlike everywhere else in this API. */
export const contacts: EntitySpec = {
  name: 'Contacts',
  singular: 'Contact',
  readable: true,
  rootWrites: [],
  child: {
    parent: 'Companies',
    path: 'Contacts',
    parentField: 'companyID',
    writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
  },
  udfType: 2,
  fields: [
    id,
    reference('companyID', 'Companies', { required: true, createOnly: true }),
    text('firstName', 50, { required: true }),
    text('lastName', 50, { required: true }),
    text('emailAddress', 254),
    text('phone', 25),
    integer('isActive', { required: true }),
    ...serverSet(datetime('createDate'), datetime('lastModifiedDate')),
  ],
  stamp: ({ values, previous, now }) => {
    if (!previous) values.createDate = now.toISOString();
    values.lastModifiedDate = now.toISOString();
  },
};
