import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentSchedule } from '@gatehouse/contract';
import { z } from 'zod';
import { pause } from '../backoff.ts';
import { stateFile } from '../disk.ts';
import { reasonOf, StateDamaged } from '../errors.ts';
import type { Logger } from '../log.ts';
import { decideStart, type ScheduleMemory } from './schedule.ts';

/** Something that the agent starts by itself. */
export interface ScheduledJob {
  name: string;
  schedule: () => AgentSchedule;
  run(signal: AbortSignal): Promise<void>;
}

const moment = z.iso.datetime().nullable();
const Stored = z.record(
  z.string(),
  z.object({ schedule: AgentSchedule, since: z.iso.datetime(), lastStartedAt: moment, skippedAt: moment }),
);
type Entry = z.output<typeof Stored>[string];

/** A device that slept is up to date again after this. */
const TICK_MS = 30_000;

const memoryOf = ({ since, lastStartedAt, skippedAt }: Entry): ScheduleMemory => ({
  since: new Date(since),
  lastStartedAt: lastStartedAt === null ? null : new Date(lastStartedAt),
  skippedAt: skippedAt === null ? null : new Date(skippedAt),
});

/** From 0 to 1, always the same for one device and job, and spread evenly over devices. */
const shareOf = (deviceKey: string, job: string): number =>
  createHash('sha256').update(`${deviceKey} ${job}`).digest().readUInt32BE() / 2 ** 32;

/**
 * Starts jobs on time, one after the other. A start is on disk before the job begins: a crash in its middle does not
 * start it again before its next time.
 *
 * @param deviceKey what tells this device from others
 */
export const openScheduler = async ({
  stateDir,
  deviceKey,
  jobs,
  now,
  logger,
  tickMs = TICK_MS,
  onTick = () => undefined,
}: {
  stateDir: string;
  deviceKey: string;
  jobs: readonly ScheduledJob[];
  now: () => Date;
  logger: Logger;
  tickMs?: number;
  /** Before each look at the clock. */
  onTick?: () => void;
}) => {
  const path = join(stateDir, 'schedules.json');
  const file = stateFile(path, Stored, () => ({}));
  const entries: Record<string, Entry> = await file.read().catch(async (cause: unknown) => {
    if (!(cause instanceof StateDamaged)) throw cause;
    logger.error('What was remembered of schedules is unreadable and was put aside', {
      path,
      reason: reasonOf(cause),
    });
    await rename(path, `${path}.damaged`);
    return {};
  });
  let wake = new AbortController();
  let running: string | null = null;

  const remember = async (name: string, entry: Entry): Promise<void> => {
    entries[name] = entry;
    await file.write(entries);
  };

  /** A schedule that was changed counts from now on; what was started under the old one stays known. */
  const entryOf = async ({ name, schedule }: ScheduledJob): Promise<Entry> => {
    const wanted = schedule();
    const known = entries[name];
    if (known && JSON.stringify(known.schedule) === JSON.stringify(wanted)) return known;
    const entry = {
      schedule: wanted,
      since: now().toISOString(),
      lastStartedAt: known?.lastStartedAt ?? null,
      skippedAt: null,
    };
    await remember(name, entry);
    return entry;
  };

  const look = async (job: ScheduledJob, signal: AbortSignal): Promise<void> => {
    const entry = await entryOf(job);
    const at = now();
    const verdict = decideStart(entry.schedule, memoryOf(entry), at, shareOf(deviceKey, job.name));
    if (verdict.what === 'wait') return;
    if (verdict.what === 'skip') {
      logger.info('A missed start is left out', { job: job.name, missedAt: verdict.missedAt.toISOString() });
      await remember(job.name, { ...entry, skippedAt: at.toISOString() });
      return;
    }
    await remember(job.name, { ...entry, lastStartedAt: at.toISOString() });
    running = job.name;
    try {
      await job.run(signal);
    } catch (cause) {
      if (!signal.aborted) logger.error('Scheduled work failed', { job: job.name, reason: reasonOf(cause) });
    } finally {
      running = null;
    }
  };

  return {
    /** Schedules may be others now. */
    poke: (): void => wake.abort(),
    isBusy: (): boolean => running !== null,
    running: (): string | null => running,
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        wake = new AbortController();
        onTick();
        for (const job of jobs) {
          if (signal.aborted) return;
          try {
            await look(job, signal);
          } catch (cause) {
            // A full disk: without a note of the start, the job would start again and again.
            logger.error('A start could not be noted; it is tried again', { job: job.name, reason: reasonOf(cause) });
          }
        }
        await pause(tickMs, AbortSignal.any([signal, wake.signal]));
      }
    },
  };
};
