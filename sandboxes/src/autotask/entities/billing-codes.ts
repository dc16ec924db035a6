import { boolean, double, type EntitySpec, id, integer, picklist, text } from './entity.ts';

/** Work types (useType 1) and other codes. Read only over the API. */
export const billingCodes: EntitySpec = {
  name: 'BillingCodes',
  singular: 'BillingCode',
  readable: true,
  rootWrites: [],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 200, { required: true }),
    picklist('useType'),
    picklist('billingCodeType'),
    boolean('isActive', { default: true }),
    integer('department'),
    double('unitPrice'),
    double('unitCost'),
    integer('taxCategoryID'),
    text('externalNumber', 100),
    picklist('generalLedgerAccount'),
    integer('afterHoursWorkType'),
    boolean('isExcludedFromNewContracts', { default: false }),
    double('markupRate'),
  ],
};
