import { SECURITY_PRODUCT, taskType } from './task-type.ts';

/** Brings the databases and modules of the security application up to date. */
export const updateDatabases = taskType({
  type: 'update-databases',
  title: 'Update of databases and modules',
  canPause: false,
  openApi: { ...SECURITY_PRODUCT, name: 'Update' },
  orderOf: () => ({ kind: 'update-databases', details: {} }),
});
