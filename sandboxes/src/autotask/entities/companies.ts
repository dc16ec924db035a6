import {
  boolean,
  datetime,
  double,
  type EntitySpec,
  id,
  integer,
  picklist,
  type RuleContext,
  reference,
  serverSet,
  text,
} from './entity.ts';
import { isApiOnlyResource } from './resources.ts';

/** Client companies. Row 0 is the MSP itself. */
export const companies: EntitySpec = {
  name: 'Companies',
  singular: 'Company',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: 1,
  fields: [
    id,
    text('companyName', 100, { required: true }),
    picklist('companyType', { required: true }),
    reference('ownerResourceID', 'Resources', { required: true }),
    text('phone', 25, { required: true }),
    boolean('isActive', { default: true }),
    text('companyNumber', 50),
    reference('parentCompanyID', 'Companies'),
    picklist('classification'),
    picklist('territoryID'),
    picklist('marketSegmentID'),
    picklist('competitorID'),
    text('address1', 150),
    text('address2', 150),
    text('city', 30),
    text('state', 40),
    text('postalCode', 10),
    reference('countryID', 'Countries'),
    text('webAddress', 255),
    text('fax', 25),
    text('alternatePhone1', 25),
    text('alternatePhone2', 25),
    text('taxID', 50),
    reference('currencyID', 'Currencies'),
    reference('taxRegionID', 'TaxRegions'),
    picklist('invoiceMethod'),
    reference('invoiceTemplateID', 'InvoiceTemplates'),
    picklist('billToAddressToUse'),
    boolean('isTaxExempt', { default: false }),
    boolean('isEnabledForComanaged', { default: false }),
    ...serverSet(
      boolean('isClientPortalActive', { default: false }),
      boolean('isTaskFireActive', { default: false }),
      datetime('createDate'),
      datetime('lastActivityDate'),
      datetime('lastTrackedModifiedDateTime'),
      reference('createdByResourceID', 'Resources'),
      reference('impersonatorCreatorResourceID', 'Resources'),
      integer('apiVendorID'),
      double('assetValue', { queryable: false }),
    ),
  ],
  check: ({ values, sent, db }: RuleContext) => {
    const owner = values.ownerResourceID;
    if (!sent.has('ownerResourceID') || typeof owner !== 'number' || !isApiOnlyResource(db, owner)) return [];
    return ['Reference value on field: ownerResourceID of type: integer does not exist or is invalid.'];
  },
  stamp: ({ values, previous, now, actorResourceId, impersonatorResourceId }) => {
    if (!previous) {
      values.createDate = now.toISOString();
      values.createdByResourceID = actorResourceId;
      values.impersonatorCreatorResourceID = impersonatorResourceId;
    }
    values.lastActivityDate = now.toISOString();
    values.lastTrackedModifiedDateTime = now.toISOString();
  },
};
