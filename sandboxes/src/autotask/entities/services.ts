import {
  boolean,
  datetime,
  double,
  type EntitySpec,
  type FieldSpec,
  id,
  type Lookup,
  picklist,
  type RuleContext,
  reference,
  serverSet,
  text,
} from './entity.ts';

/** The period's ids are letters (m, q, s, y, o): an opaque value for the caller. */
const periodType: FieldSpec = {
  ...picklist('periodType', { required: true, createOnly: true }),
  dataType: 'string',
  length: 10,
};
const stamps = serverSet(
  datetime('createDate'),
  reference('creatorResourceID', 'Resources'),
  datetime('lastModifiedDate'),
  reference('updateResourceID', 'Resources'),
);

const stamp = ({ values, previous, now, actorResourceId }: RuleContext): void => {
  if (!previous) {
    values.createDate = now.toISOString();
    values.creatorResourceID = actorResourceId;
  }
  values.lastModifiedDate = now.toISOString();
  values.updateResourceID = actorResourceId;
};

/** What the MSP sells by the period. */
export const services: EntitySpec = {
  name: 'Services',
  singular: 'Service',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 150, { required: true }),
    double('unitPrice', { required: true }),
    periodType,
    reference('billingCodeID', 'BillingCodes', { required: true }),
    text('description', 400),
    text('invoiceDescription', 1000),
    double('unitCost'),
    double('markupRate', { readOnly: true }),
    reference('vendorCompanyID', 'Companies'),
    picklist('serviceLevelAgreementID'),
    boolean('isActive', { default: true }),
    ...stamps,
  ],
  stamp,
};

/** Several services under one price. The only one of both that can be deleted, as long as no contract has it. */
export const serviceBundles: EntitySpec = {
  name: 'ServiceBundles',
  singular: 'ServiceBundle',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT', 'DELETE'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 150, { required: true }),
    double('unitPrice', { required: true }),
    periodType,
    reference('billingCodeID', 'BillingCodes', { required: true }),
    text('description', 400),
    text('invoiceDescription', 1000),
    double('unitCost', { readOnly: true }),
    double('unitDiscount'),
    double('percentageDiscount'),
    picklist('serviceLevelAgreementID'),
    boolean('isActive', { default: true }),
    ...stamps,
  ],
  stamp,
  keep: ({ id: bundleId }, db: Lookup) =>
    db.rows('ContractServiceBundles').some(({ values }) => values.serviceBundleID === bundleId)
      ? 'The service bundle is in use on a contract and cannot be deleted.'
      : null,
};
