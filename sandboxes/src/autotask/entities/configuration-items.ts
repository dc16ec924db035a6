import { dayOf, midnightOf } from '../contract-periods.ts';
import { CONFIGURATION_ITEM_UDF } from './configuration-item-layout.ts';
import {
  boolean,
  datetime,
  double,
  type EntitySpec,
  id,
  integer,
  isActiveRow,
  picklist,
  type RuleContext,
  reference,
  serverSet,
  text,
} from './entity.ts';

/** Devices and other things at a client. No DELETE: they can only be deactivated, and their company stays. */
export const configurationItems: EntitySpec = {
  name: 'ConfigurationItems',
  singular: 'ConfigurationItem',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: CONFIGURATION_ITEM_UDF,
  fields: [
    id,
    reference('companyID', 'Companies', { required: true, createOnly: true }),
    reference('productID', 'Products', { required: true }),
    boolean('isActive', { required: true }),
    reference('configurationItemCategoryID', 'ConfigurationItemCategories'),
    picklist('configurationItemType', { picklistOf: 'ConfigurationItemTypes' }),
    text('referenceTitle', 200),
    text('referenceNumber', 100),
    text('serialNumber', 100),
    datetime('installDate'),
    datetime('warrantyExpirationDate'),
    text('notes', 5000),
    text('location', 100),
    double('numberOfUsers'),
    reference('contactID', 'Contacts'),
    reference('companyLocationID', 'CompanyLocations'),
    reference('vendorID', 'Companies'),
    reference('contractID', 'Contracts'),
    reference('serviceID', 'Services'),
    reference('serviceBundleID', 'ServiceBundles'),
    reference('contractServiceID', 'ContractServices'),
    reference('contractServiceBundleID', 'ContractServiceBundles'),
    reference('parentConfigurationItemID', 'ConfigurationItems'),
    double('hourlyCost'),
    double('dailyCost'),
    double('monthlyCost'),
    double('perUseCost'),
    double('setupFee'),
    ...serverSet(
      datetime('createDate'),
      reference('createdByPersonID', 'Resources'),
      datetime('lastModifiedTime'),
      reference('lastActivityPersonID', 'Resources'),
      picklist('lastActivityPersonType'),
      reference('impersonatorCreatorResourceID', 'Resources'),
      integer('apiVendorID'),
      integer('deviceNetworkingID'),
      integer('sourceChargeID'),
      picklist('sourceChargeType'),
      text('rmmDeviceUID', 100),
      integer('rmmDeviceID'),
      text('dattoSerialNumber', 100),
      text('dattoHostname', 100),
    ),
  ],
  prepare: ({ values, previous, db, now }) => {
    if (previous) return;
    values.installDate ??= midnightOf(dayOf(now.toISOString()));
    values.configurationItemCategoryID ??=
      db.rows('ConfigurationItemCategories').find((row) => row.values.isGlobalDefault === true && isActiveRow(row))
        ?.values.id ?? null;
  },
  check: (context) => [
    ...ownedByCompany(context, 'contractID', 'Contracts'),
    ...ownedByCompany(context, 'contactID', 'Contacts'),
    ...ownedByCompany(context, 'parentConfigurationItemID', 'ConfigurationItems'),
    ...(context.previous !== null && context.values.parentConfigurationItemID === context.previous.id
      ? ['A configuration item cannot be its own parent.']
      : []),
  ],
  stamp: ({ values, previous, now, actorResourceId, impersonatorResourceId }) => {
    if (!previous) {
      values.createDate = now.toISOString();
      values.createdByPersonID = actorResourceId;
      values.impersonatorCreatorResourceID = impersonatorResourceId;
    }
    values.lastModifiedTime = now.toISOString();
    values.lastActivityPersonID = actorResourceId;
    values.lastActivityPersonType = 1;
  },
};

/** A missing row is reported by the reference check, not twice. */
const ownedByCompany = ({ values, previous, sent, db }: RuleContext, name: string, entity: string): string[] => {
  const target = values[name];
  if (typeof target !== 'number' || (previous && !sent.has(name))) return [];
  const row = db.find(entity, target);
  return row === undefined || row.values.companyID === values.companyID
    ? []
    : [`Reference value on field: ${name} of type: integer does not exist or is invalid.`];
};
