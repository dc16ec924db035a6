import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiemTargetState } from '@gatehouse/contract';
import { type DiskQueue, openDiskQueue, QueueFull } from '../../platform/disk-queue/index.ts';
import type { EngineStore, EventRow, EventStore } from '../events/index.ts';
import { severityNames } from '../events/index.ts';
import { type Connection, connectTo } from './connect.ts';
import { type Exporter, renderEvent } from './render.ts';
import { createSender, type Sender } from './sender.ts';
import type { SiemTargetStore } from './store.ts';
import type { Target } from './target.ts';

export interface ExporterParts {
  /** A folder of this process alone, on a disk that stays. */
  folder: string;
  /** Most that one target's queue may hold. */
  queueMostBytes: number;
  targets: SiemTargetStore;
  cursors: Pick<EventStore, 'cursor' | 'moveCursor' | 'forgetCursor'>;
  /** Events of all tenants. */
  engine: Pick<EngineStore, 'oldest' | 'lastId'>;
  /** Which events are exported at all, as it is set now. */
  chosen: () => Promise<(event: EventRow) => boolean>;
  names: Exporter;
  clock: () => Date;
  onError: (error: unknown, what: string) => void;
  /** For tests with a receiver that fails on purpose. */
  connect?: (target: Target) => Promise<Connection>;
  provenAfterMs?: number;
  firstPauseMs?: number;
  tickSeconds?: number;
}

const EVENTS_AT_ONCE = 500;
/** A process that did not say for so long that it lives no longer gathers; another may. */
const CLAIM_SECONDS = 60;
const TARGET_FOLDER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const cursorOf = (targetId: string): string => `siem:${targetId}`;

interface Carrier {
  target: Target;
  queue: DiskQueue;
  sender: Sender;
  /** Whether this process gathers events for it, or only sends what it has. */
  gathers: boolean;
  fullSince: Date | null;
  timesFull: number;
}

/**
 * Exports events: each target has a place in the event database and a queue on the disk. Gathering reads events behind
 * the place, writes them as lines and adds them to the queue; sending empties the queue. A receiver that is away holds
 * back nobody else, and nothing is lost by it: when its queue is full, its events stay in the event database.
 *
 * Any number of processes may run it: for each target one of them gathers, and each sends what it has.
 */
export const createExporter = (parts: ExporterParts) => {
  const { folder, targets, cursors, engine, clock } = parts;
  const carriers = new Map<string, Carrier>();
  let worker = '';
  let started = false;
  let timer: NodeJS.Timeout | undefined;
  let wanted = false;
  let reload = false;
  let current: Promise<void> | null = null;

  const stateOf = ({ queue, sender, target, fullSince, timesFull }: Carrier): SiemTargetState => {
    const { waiting, confirmed, bytes } = queue.facts();
    const { lastSentAt, lastError, lastErrorAt, nextTryAt } = sender.state();
    return {
      kind: !target.settings.enabled ? 'stopped' : lastError === null ? 'working' : 'failing',
      sent: confirmed,
      waiting,
      queueBytes: bytes,
      queueMostBytes: parts.queueMostBytes,
      fullSince: fullSince?.toISOString() ?? null,
      timesFull,
      lastSentAt: lastSentAt?.toISOString() ?? null,
      lastError,
      lastErrorAt: lastErrorAt?.toISOString() ?? null,
      nextTryAt: nextTryAt?.toISOString() ?? null,
    };
  };

  const openCarrier = async (target: Target): Promise<Carrier> => {
    const queue = await openDiskQueue({ folder: join(folder, target.id), mostBytes: parts.queueMostBytes });
    const carrier: Carrier = {
      target,
      queue,
      gathers: false,
      fullSince: null,
      timesFull: 0,
      sender: createSender({
        queue,
        connect: () => (parts.connect ?? (({ settings }) => connectTo(settings)))(target),
        clock,
        changed: () => {
          // Room in the queue: what was held back can follow.
          if (carrier.fullSince !== null) poke();
        },
        onError: (error) => parts.onError(error, `sending to “${target.settings.name}”`),
        provenAfterMs: parts.provenAfterMs,
        firstPauseMs: parts.firstPauseMs,
      }),
    };
    return carrier;
  };

  const closeCarrier = async (carrier: Carrier): Promise<void> => {
    carriers.delete(carrier.target.id);
    await carrier.sender.stop();
    await carrier.queue.close();
  };

  /** Makes carriers what the targets in the database say. */
  const bringUpToDate = async (): Promise<void> => {
    const all = await targets.list();
    const wantedTargets = new Map(all.map((target) => [target.id, target]));
    for (const carrier of [...carriers.values()]) {
      const now = wantedTargets.get(carrier.target.id);
      if (!now || JSON.stringify(now.settings) !== JSON.stringify(carrier.target.settings)) await closeCarrier(carrier);
    }
    for (const name of await readdir(folder)) {
      if (TARGET_FOLDER.test(name) && !wantedTargets.has(name)) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
    const now = clock();
    const held = await targets.claim(worker, now, new Date(now.getTime() + CLAIM_SECONDS * 1000));
    const kept = new Set(await readdir(folder));
    for (const target of all) {
      let carrier = carriers.get(target.id);
      if (!carrier) {
        // Another process gathers for it, and this one has nothing of it.
        if (!held.has(target.id) && !kept.has(target.id)) continue;
        carrier = await openCarrier(target);
        carriers.set(target.id, carrier);
        if (target.settings.enabled) carrier.sender.start();
      }
      carrier.gathers = held.has(target.id);
      if (carrier.gathers) await targets.saveState(target.id, stateOf(carrier));
    }
  };

  const gather = async (carrier: Carrier): Promise<void> => {
    const { target, queue } = carrier;
    const { types, severities, tenantIds } = target.settings;
    while (started) {
      const from = await cursors.cursor(cursorOf(target.id));
      const reach = await engine.lastId();
      if (reach <= from) break;
      const chosen = await parts.chosen();
      const events = await engine.oldest(
        {
          afterId: from,
          beforeId: reach + 1,
          includeUnlisted: true,
          ...(types && { types }),
          ...(tenantIds && { tenantIds }),
          ...(severities && { severities: severities.map((name) => severityNames.indexOf(name) + 1) }),
        },
        EVENTS_AT_ONCE,
      );
      const isFull = events.length === EVENTS_AT_ONCE;
      const to = isFull ? (events.at(-1)?.eventId ?? reach) : reach;
      try {
        await queue.add(
          events.filter(chosen).map((event) => ({
            number: event.eventId,
            payload: Buffer.from(renderEvent(event, target.settings, parts.names), 'utf8'),
          })),
        );
      } catch (error) {
        if (!(error instanceof QueueFull)) throw error;
        if (carrier.fullSince === null) {
          carrier.fullSince = clock();
          carrier.timesFull += 1;
        }
        return;
      }
      // The queue is on the disk now. Cut off before this line, the same events come again, and the queue knows them.
      await cursors.moveCursor(cursorOf(target.id), to);
      carrier.sender.poke();
      if (!isFull) break;
    }
    carrier.fullSince = null;
  };

  const pass = async (): Promise<void> => {
    if (reload) {
      reload = false;
      await bringUpToDate();
    }
    for (const carrier of [...carriers.values()]) {
      if (!carrier.gathers) continue;
      try {
        await gather(carrier);
      } catch (error) {
        // One target's disk or settings hold back no other; the next tick tries again.
        parts.onError(error, `gathering events for “${carrier.target.settings.name}”`);
      }
    }
  };

  const loop = async (): Promise<void> => {
    while (wanted && started) {
      wanted = false;
      try {
        await pass();
      } catch (error) {
        parts.onError(error, 'exporting events');
        reload = true;
        return;
      }
    }
  };

  const poke = (): void => {
    wanted = true;
    if (!started || current) return;
    current = loop().finally(() => {
      current = null;
      if (wanted && started && !reload) poke();
    });
  };

  return {
    /** Call when events were stored. */
    poke,

    start: async (): Promise<void> => {
      await mkdir(folder, { recursive: true });
      worker = await workerOf(folder);
      started = true;
      reload = true;
      timer = setInterval(
        () => {
          reload = true;
          poke();
        },
        (parts.tickSeconds ?? 10) * 1000,
      );
      poke();
    },

    /** Targets were added, changed or removed. Resolves when that holds. */
    reload: async (): Promise<void> => {
      reload = true;
      wanted = true;
      await current;
      poke();
      await current;
    },

    /** What follows now is the first that a target gets. */
    startFromNow: async (targetId: string): Promise<void> => {
      await cursors.moveCursor(cursorOf(targetId), await engine.lastId());
    },
    forget: (targetId: string): Promise<void> => cursors.forgetCursor(cursorOf(targetId)),

    stateOf: (target: Target): SiemTargetState => {
      const carrier = carriers.get(target.id);
      if (carrier && (carrier.gathers || target.worker === worker || !target.settings.enabled)) return stateOf(carrier);
      const told = target.state ?? {
        sent: 0,
        waiting: 0,
        queueBytes: 0,
        queueMostBytes: parts.queueMostBytes,
        fullSince: null,
        timesFull: 0,
        lastSentAt: null,
        lastError: null,
        lastErrorAt: null,
        nextTryAt: null,
      };
      const kind = !target.settings.enabled ? 'stopped' : target.worker === worker ? 'working' : 'elsewhere';
      return { ...told, kind };
    },

    stop: async (): Promise<void> => {
      started = false;
      clearInterval(timer);
      await current;
      for (const carrier of [...carriers.values()]) await closeCarrier(carrier);
    },
  };
};
export type SiemExporter = ReturnType<typeof createExporter>;

/** The name of this data folder among the processes that share a database. */
const workerOf = async (folder: string): Promise<string> => {
  const file = join(folder, 'worker-id');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const id = randomUUID();
  await writeFile(file, id, { flag: 'wx' });
  return id;
};
