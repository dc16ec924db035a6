import { createHash } from 'node:crypto';
import { AGENT_PRODUCT, taskType } from './task-type.ts';

export const hashOfScript = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Runs a script of the administrator's. Off unless the server's settings allow it, and agents decide for themselves too. */
export const runScript = taskType({
  type: 'run-script',
  title: 'Remote script',
  canPause: false,
  openApi: { ...AGENT_PRODUCT, name: 'KLNAG_TASK_RUN_SCRIPT' },
  orderOf: ({ interpreter, body, timeLimitMinutes, outputLimitKilobytes }) => ({
    kind: 'run-script',
    details: {
      script: {
        interpreter,
        body,
        sha256: hashOfScript(body),
        timeLimitSeconds: timeLimitMinutes * 60,
        outputLimitBytes: outputLimitKilobytes * 1024,
      },
    },
  }),
});
