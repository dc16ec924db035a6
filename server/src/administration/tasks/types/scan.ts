import { SECURITY_PRODUCT, taskType } from './task-type.ts';

/** Looks through files for malicious objects. */
export const scan = taskType({
  type: 'scan',
  title: 'Anti-virus scan',
  canPause: true,
  openApi: { ...SECURITY_PRODUCT, name: 'VirusScan' },
  orderOf: ({ mode, folders }) => ({
    kind: 'scan',
    details: { scan: { mode, paths: mode === 'paths' ? folders : [] } },
  }),
});
