import { boolean, datetime, double, type EntitySpec, id, picklist, reference, serverSet, text } from './entity.ts';

/** What a configuration item is an example of. */
export const products: EntitySpec = {
  name: 'Products',
  singular: 'Product',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: 9,
  fields: [
    id,
    text('name', 1000, { required: true }),
    boolean('isActive', { required: true }),
    boolean('isSerialized', { required: true }),
    reference('productBillingCodeID', 'BillingCodes', { required: true }),
    double('unitCost'),
    double('unitPrice'),
    double('msrp'),
    text('description', 2000),
    text('sku', 50),
    text('link', 500),
    text('manufacturerName', 100),
    text('manufacturerProductName', 100),
    text('internalProductID', 50),
    text('externalProductID', 50),
    text('vendorProductNumber', 50),
    reference('defaultVendorID', 'Companies'),
    reference('defaultInstalledProductCategoryID', 'ConfigurationItemCategories'),
    picklist('productCategory'),
    { ...picklist('periodType'), dataType: 'string', length: 10 },
    boolean('isEligibleForRma', { default: false }),
    boolean('doesNotRequireProcurement', { default: false }),
    reference('chargeBillingCodeID', 'BillingCodes'),
    ...serverSet(
      picklist('billingType'),
      picklist('priceCostMethod'),
      double('markupRate'),
      datetime('createdTime'),
      reference('createdByResourceID', 'Resources'),
    ),
  ],
  stamp: ({ values, previous, now, actorResourceId }) => {
    if (previous) return;
    values.createdTime = now.toISOString();
    values.createdByResourceID = actorResourceId;
  },
};
