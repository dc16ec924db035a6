import { boolean, type EntitySpec, id, integer, type Lookup, picklist, reference, text } from './entity.ts';

/** The label of the licence that marks a user of the API. */
export const API_USER_LICENSE = 'API User';

/** People and API users of the MSP. No POST: users are made in the UI. */
export const resources: EntitySpec = {
  name: 'Resources',
  singular: 'Resource',
  readable: true,
  rootWrites: ['PATCH', 'PUT'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('firstName', 50, { required: true }),
    text('lastName', 50, { required: true }),
    text('userName', 32, { required: true }),
    text('email', 254, { required: true }),
    boolean('isActive', { required: true }),
    text('resourceType', 15),
    picklist('licenseType', { required: true }),
    picklist('userType'),
    picklist('locationID'),
    text('title', 50),
    text('officePhone', 25),
    integer('defaultServiceDeskRoleID', { reference: 'Roles' }),
  ],
};

/** API users own nothing and are assigned to nothing. */
export const isApiOnlyResource = (db: Lookup, resourceId: number): boolean => {
  const license = db.find('Resources', resourceId)?.values.licenseType;
  return db
    .picklist('Resources', 'licenseType')
    .some((value) => value.label === API_USER_LICENSE && value.value === String(license));
};

export const roles: EntitySpec = {
  name: 'Roles',
  singular: 'Role',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 200, { required: true }),
    text('description', 200),
    { ...integer('hourlyRate', { required: true }), dataType: 'decimal' },
    { ...integer('hourlyFactor', { required: true }), dataType: 'decimal' },
    boolean('isActive', { required: true }),
    boolean('isSystemRole', { readOnly: true, default: false }),
  ],
};

export const departments: EntitySpec = {
  name: 'Departments',
  singular: 'Department',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 100, { required: true }),
    picklist('primaryLocationID', { required: true }),
    text('number', 50),
    text('description', 1000),
  ],
};

/** Which resource works in which queue, and in which role. */
export const resourceRoleQueues: EntitySpec = {
  name: 'ResourceRoleQueues',
  singular: 'ResourceRoleQueue',
  readable: true,
  rootWrites: [],
  child: { parent: 'Resources', path: 'RoleQueues', parentField: 'resourceID', writes: ['POST', 'PATCH', 'PUT'] },
  udfType: null,
  fields: [
    id,
    reference('resourceID', 'Resources', { required: true, createOnly: true }),
    reference('roleID', 'Roles', { required: true }),
    picklist('queueID', { required: true }),
    boolean('isActive', { required: true }),
    boolean('isDefault', { default: false }),
  ],
};
