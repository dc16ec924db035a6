import type { TaskRun } from '@gatehouse/contract';
import type { RunFigures } from '../commands/index.ts';
import type { RunRecord } from './task.ts';
import { typeSpec } from './types/index.ts';

const noFigures: RunFigures = {
  counts: {
    pending: 0,
    scheduled: 0,
    running: 0,
    paused: 0,
    completed: 0,
    warning: 0,
    failed: 0,
    expired: 0,
    cancelled: 0,
  },
  devices: 0,
  percent: 0,
};

/** Runs as people see them: those under way with figures of now. */
export const showRuns = async (
  runs: readonly RunRecord[],
  figuresOf: (runIds: readonly string[]) => Promise<ReadonlyMap<string, RunFigures>>,
): Promise<TaskRun[]> => {
  const live = await figuresOf(runs.filter(({ figures }) => figures === null).map(({ id }) => id));
  return runs.map((run) => {
    const { counts, devices, percent } = run.figures ?? live.get(run.id) ?? noFigures;
    return {
      id: run.id,
      number: run.number,
      taskId: run.taskId,
      taskName: run.settings.name,
      type: run.settings.work.type,
      tenantId: run.tenantId,
      state: run.state,
      request: run.request,
      cause: run.cause,
      causeText: run.causeText,
      startedAt: run.startedAt.toISOString(),
      finishedAt: run.finishedAt?.toISOString() ?? null,
      expiresAt: run.expiresAt.toISOString(),
      devices,
      leftOut: run.leftOut,
      counts,
      // Nobody is there yet: that is not a hundred percent of nobody.
      percent: run.state === 'preparing' ? 0 : percent,
      canPause: typeSpec(run.settings.work.type).canPause,
    };
  });
};
