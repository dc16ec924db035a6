import { bundleLines, serviceLines } from './contract-lines.ts';
import { RECURRING_SERVICE } from './contract-units.ts';
import { boolean, datetime, double, type EntitySpec, id, picklist, reference, text } from './entity.ts';

/** Contracts have no isActive field: status 1 is the active one. */
export const contracts: EntitySpec = {
  name: 'Contracts',
  singular: 'Contract',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: 11,
  fields: [
    id,
    reference('companyID', 'Companies', { required: true, createOnly: true }),
    text('contractName', 100, { required: true }),
    picklist('contractType', { required: true, createOnly: true }),
    picklist('status', { required: true }),
    datetime('startDate', { required: true }),
    datetime('endDate', { required: true }),
    // The picklist's ids are letters (m, q, y): an opaque value for the caller.
    { ...picklist('contractPeriodType', { createOnly: true }), dataType: 'string', length: 10 },
    picklist('timeReportingRequiresStartAndStopTimes', { required: true }),
    picklist('billingPreference'),
    picklist('contractCategory'),
    picklist('serviceLevelAgreementID'),
    text('contractNumber', 50),
    text('description', 2000),
    text('purchaseOrderNumber', 50),
    text('contactName', 250),
    reference('contactID', 'Contacts'),
    double('setupFee'),
    reference('setupFeeBillingCodeID', 'BillingCodes'),
    double('estimatedCost'),
    double('estimatedHours'),
    double('estimatedRevenue'),
    double('overageBillingRate'),
    boolean('isDefaultContract', { default: false }),
    boolean('isCompliant', { default: false }),
    reference('billToCompanyID', 'Companies'),
    reference('billToCompanyContactID', 'Contacts'),
    reference('contractExclusionSetID', 'ContractExclusionSets'),
    reference('opportunityID', 'Opportunities'),
    reference('renewedContractID', 'Contracts'),
    reference('exclusionContractID', 'Contracts', { createOnly: true }),
  ],
  check: ({ values, previous }) => [
    ...(typeof values.startDate === 'string' && typeof values.endDate === 'string' && values.endDate < values.startDate
      ? ['endDate must be on or after startDate.']
      : []),
    // The metadata does not say so, and the service asks for it all the same.
    ...(!previous && values.contractType === RECURRING_SERVICE && values.contractPeriodType === null
      ? ['contractPeriodType is required.']
      : []),
  ],
  afterWrite: ({ row, previous, db }) => {
    if (!previous || previous.endDate === row.values.endDate) return;
    serviceLines.follow({ db, contract: row });
    bundleLines.follow({ db, contract: row });
  },
};
