import { contractLines } from './contract-line-kind.ts';

/** Services on contracts, their adjustments, and their quantities per period. */
export const serviceLines = contractLines({
  lines: 'ContractServices',
  units: 'ContractServiceUnits',
  adjustments: 'ContractServiceAdjustments',
  singular: 'ContractService',
  catalogue: 'Services',
  itemField: 'serviceID',
  lineField: 'contractServiceID',
  repeatField: 'allowRepeatService',
  paths: { lines: 'Services', units: 'ServiceUnits', adjustments: 'ServiceAdjustments' },
});

/** The same for bundles of services. */
export const bundleLines = contractLines({
  lines: 'ContractServiceBundles',
  units: 'ContractServiceBundleUnits',
  adjustments: 'ContractServiceBundleAdjustments',
  singular: 'ContractServiceBundle',
  catalogue: 'ServiceBundles',
  itemField: 'serviceBundleID',
  lineField: 'contractServiceBundleID',
  repeatField: 'allowRepeatServiceBundle',
  paths: { lines: 'ServiceBundles', units: 'ServiceBundleUnits', adjustments: 'ServiceBundleAdjustments' },
});
