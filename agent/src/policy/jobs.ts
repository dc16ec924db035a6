import { taskEvent, taskState } from '../commands/task-event.ts';
import { reasonOf, ScannerFailed, SpoolFull } from '../errors.ts';
import type { Logger } from '../log.ts';
import { isIncomplete, type ScanResult, summaryOf } from '../scanning/scan.ts';
import type { Spool } from '../spool/index.ts';
import type { InForce } from './in-force.ts';
import type { ScheduledJob } from './scheduler.ts';

export interface JobParts {
  inForce: () => InForce;
  /** Where a full scan starts. */
  localRoots: string[];
  scan(roots: string[], signal: AbortSignal): Promise<ScanResult>;
  updateDatabases(signal: AbortSignal): Promise<{ releasedAt: Date } | null>;
  searchVulnerabilities(signal: AbortSignal): Promise<{ counts: { critical: number; high: number; medium: number } }>;
  spool: Pick<Spool, 'append'>;
  now: () => Date;
  logger: Logger;
  /** Work ended: what is true of the device may be something else now. */
  onEnd: () => void;
}

interface Outcome {
  summary: string;
  isPartial: boolean;
}

/** What a policy can have a device do by itself. Their course is told as that of commands, under ids of their own. */
export const scheduledJobs = (parts: JobParts): ScheduledJob[] => {
  const { inForce, spool, now, logger, onEnd } = parts;

  const tell = async (event: Parameters<typeof taskEvent>[0]): Promise<void> => {
    try {
      await spool.append(taskEvent(event, now()));
    } catch (cause) {
      if (!(cause instanceof SpoolFull)) throw cause;
      logger.warn('The course of scheduled work had no room in the spool', { job: event.id });
    }
  };

  const job = (
    id: string,
    displayName: string,
    schedule: ScheduledJob['schedule'],
    work: (signal: AbortSignal) => Promise<Outcome>,
  ): ScheduledJob => ({
    name: id,
    schedule,
    run: async (signal) => {
      const step = { id, displayName };
      const { created, running, completed, failed } = taskState;
      await tell({
        ...step,
        oldState: created,
        newState: running,
        completedPercent: 0,
        text: 'Started by its schedule',
      });
      try {
        const { summary, isPartial } = await work(signal);
        const end = { oldState: running, newState: completed, completedPercent: 100 };
        await tell({ ...step, ...end, text: summary, isPartial });
      } catch (cause) {
        const text = signal.aborted ? 'The agent was stopped while it ran' : reasonOf(cause);
        await tell({ ...step, oldState: running, newState: failed, completedPercent: 0, text });
        throw cause;
      } finally {
        onEnd();
      }
    },
  });

  return [
    job(
      'scheduled-scan',
      'Scheduled scan',
      () => inForce().scan.schedule,
      async (signal) => {
        const { scan, quickScanFolders } = inForce();
        const isQuick = scan.mode === 'quick' && quickScanFolders.length > 0;
        const roots = isQuick ? quickScanFolders : parts.localRoots;
        const result = await parts.scan(roots, signal);
        if (result.missing.length === roots.length && result.files === 0) throw new ScannerFailed(summaryOf(result));
        return { summary: summaryOf(result), isPartial: isIncomplete(result) };
      },
    ),
    job(
      'scheduled-update',
      'Scheduled database update',
      () => inForce().databaseUpdates.schedule,
      async (signal) => {
        const databases = await parts.updateDatabases(signal);
        return {
          summary: databases ? `Databases of ${databases.releasedAt.toISOString()}` : 'The engine has no databases',
          isPartial: databases === null,
        };
      },
    ),
    job(
      'scheduled-vulnerability-search',
      'Scheduled vulnerability search',
      () => inForce().vulnerabilitySearch.schedule,
      async (signal) => {
        const { counts } = await parts.searchVulnerabilities(signal);
        return {
          summary: `Found ${counts.critical} critical, ${counts.high} high and ${counts.medium} medium`,
          isPartial: false,
        };
      },
    ),
  ];
};
