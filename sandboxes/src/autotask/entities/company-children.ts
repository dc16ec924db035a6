import { datetime, type EntitySpec, id, picklist, reference, serverSet, text } from './entity.ts';

/** Texts that a technician sees with everything of a company. One per kind of alert. */
export const companyAlerts: EntitySpec = {
  name: 'CompanyAlerts',
  singular: 'CompanyAlert',
  readable: true,
  rootWrites: [],
  child: { parent: 'Companies', path: 'Alerts', parentField: 'companyID', writes: ['POST', 'PATCH', 'PUT'] },
  udfType: null,
  fields: [
    id,
    reference('companyID', 'Companies', { required: true, createOnly: true }),
    picklist('alertTypeID', { required: true, createOnly: true }),
    text('alertText', 8000, { required: true }),
  ],
  check: ({ values, previous, db }) =>
    !previous &&
    db
      .rows('CompanyAlerts')
      .some((row) => row.values.companyID === values.companyID && row.values.alertTypeID === values.alertTypeID)
      ? ['An alert of this alertTypeID already exists for the company.']
      : [],
};

/** What was done or is to be done with a company. */
export const companyNotes: EntitySpec = {
  name: 'CompanyNotes',
  singular: 'CompanyNote',
  readable: true,
  rootWrites: [],
  child: { parent: 'Companies', path: 'Notes', parentField: 'companyID', writes: ['POST', 'PATCH', 'PUT'] },
  udfType: null,
  fields: [
    id,
    reference('companyID', 'Companies', { required: true, createOnly: true }),
    picklist('actionType', { required: true }),
    reference('assignedResourceID', 'Resources', { required: true }),
    datetime('startDateTime', { required: true }),
    datetime('endDateTime', { required: true }),
    text('name', 128),
    text('note', 32_000),
    reference('contactID', 'Contacts'),
    reference('opportunityID', 'Opportunities'),
    datetime('completedDateTime'),
    ...serverSet(
      datetime('createDateTime'),
      datetime('lastModifiedDate'),
      reference('impersonatorCreatorResourceID', 'Resources'),
      reference('impersonatorUpdaterResourceID', 'Resources'),
    ),
  ],
  check: ({ values }) =>
    typeof values.startDateTime === 'string' &&
    typeof values.endDateTime === 'string' &&
    values.endDateTime < values.startDateTime
      ? ['endDateTime must be on or after startDateTime.']
      : [],
  stamp: ({ values, previous, now, impersonatorResourceId }) => {
    if (!previous) {
      values.createDateTime = now.toISOString();
      values.impersonatorCreatorResourceID = impersonatorResourceId;
    } else values.impersonatorUpdaterResourceID = impersonatorResourceId;
    values.lastModifiedDate = now.toISOString();
  },
};
