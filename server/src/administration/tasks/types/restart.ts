import { AGENT_PRODUCT, taskType } from './task-type.ts';

/** Restarts devices, or says which need it. */
export const restart = taskType({
  type: 'restart',
  title: 'Restart',
  canPause: false,
  openApi: { ...AGENT_PRODUCT, name: 'KLNAG_TASK_REBOOT' },
  orderOf: ({ mode, delayMinutes, onlyIfRequired, message }) => ({
    kind: 'restart',
    details: { restart: { mode, delayMinutes, onlyIfRequired, message } },
  }),
});
