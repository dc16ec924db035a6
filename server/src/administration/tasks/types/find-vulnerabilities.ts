import { AGENT_PRODUCT, taskType } from './task-type.ts';

/** Looks for known holes in installed software, and for updates that mend them. */
export const findVulnerabilities = taskType({
  type: 'find-vulnerabilities',
  title: 'Search for vulnerabilities and required updates',
  canPause: false,
  openApi: { ...AGENT_PRODUCT, name: 'VAPM_TASK_FIND_VULNERABILITIES' },
  orderOf: () => ({ kind: 'find-vulnerabilities', details: {} }),
});
