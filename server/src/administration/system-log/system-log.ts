import type { SystemLogState } from '@gatehouse/contract';
import type { EngineStore, EventRow, EventStore } from '../events/index.ts';
import { SystemLogFailed, writeLines } from './write-lines.ts';

export interface SystemLogParts {
  /** Where the operating system takes log messages, as /dev/log. */
  socket: string;
  cursors: Pick<EventStore, 'cursor' | 'moveCursor'>;
  engine: Pick<EngineStore, 'oldest' | 'lastId'>;
  /** Which events are written, as it is set now; null: no type is chosen. */
  chosen: () => Promise<((event: EventRow) => boolean) | null>;
  clock: () => Date;
  onError: (error: unknown) => void;
  firstPauseMs?: number;
}

const CONSUMER = 'system-log';
const EVENTS_AT_ONCE = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A log that comes back gets the last day, not all that it missed. */
const MOST_AGE_MS = 86_400_000;

/** Facility "user"; Info, Warning, Functional failure, Critical as severities of syslog. */
const PRIORITIES = [14, 12, 11, 10];
const TAG = 'gatehouse';
const MOST_CHARACTERS = 2000;

/** One line, with the words that people search logs for. */
const lineOf = (event: EventRow): string => {
  const words = [
    `${event.type}: ${event.displayName}`,
    event.deviceName && `device ${event.deviceName}`,
    event.groupName && `group ${event.groupName.replace(/\/$/, '')}`,
    event.taskName && `task ${event.taskName}`,
    event.description,
  ];
  const text = words.filter(Boolean).join('; ');
  // Control characters would end the line or hide what follows; the log's readers do not expect them.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = text.toWellFormed().replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return `<${PRIORITIES[event.severity - 1] ?? 14}>${clean.length > MOST_CHARACTERS ? `${clean.slice(0, MOST_CHARACTERS)}...` : clean}`;
};

/**
 * Writes chosen events to the operating system's log, in order, each at least once. While the log cannot be written to
 * its place stays where it is; what is older than a day by then is passed over and counted.
 */
export const createSystemLog = (parts: SystemLogParts) => {
  const { socket, cursors, engine, clock } = parts;
  const told = {
    kind: 'idle' as SystemLogState['kind'],
    written: 0,
    tooOld: 0,
    lastWrittenAt: null as Date | null,
    lastError: null as string | null,
  };
  let started = false;
  let wanted = false;
  let failures = 0;
  let current: Promise<void> | null = null;
  let retry: NodeJS.Timeout | undefined;

  const pass = async (): Promise<void> => {
    const chosen = await parts.chosen();
    for (;;) {
      const from = await cursors.cursor(CONSUMER);
      const reach = await engine.lastId();
      if (!chosen) {
        // Kept up to date, so that a type that is chosen is written from then on.
        told.kind = 'idle';
        told.lastError = null;
        if (reach > from) await cursors.moveCursor(CONSUMER, reach);
        return;
      }
      if (reach <= from) {
        if (told.lastError === null) told.kind = 'working';
        return;
      }
      const events = await engine.oldest({ afterId: from, beforeId: reach + 1, includeUnlisted: true }, EVENTS_AT_ONCE);
      const isFull = events.length === EVENTS_AT_ONCE;
      const wantedEvents = events.filter(chosen);
      const oldest = clock().getTime() - MOST_AGE_MS;
      const fresh = wantedEvents.filter((event) => event.registrationTime.getTime() >= oldest);
      if (fresh.length > 0) {
        await writeLines(socket, TAG, fresh.map(lineOf));
        told.written += fresh.length;
        told.lastWrittenAt = clock();
        told.lastError = null;
      }
      told.tooOld += wantedEvents.length - fresh.length;
      told.kind = told.lastError === null ? 'working' : told.kind;
      failures = 0;
      await cursors.moveCursor(CONSUMER, isFull ? (events.at(-1)?.eventId ?? reach) : reach);
      if (!isFull) return;
    }
  };

  const loop = async (): Promise<void> => {
    while (wanted && started) {
      wanted = false;
      try {
        await pass();
      } catch (error) {
        if (error instanceof SystemLogFailed) {
          told.kind = error.code === 'system-log.no-socket' ? 'no-log' : 'failing';
          told.lastError = error.message;
        } else {
          parts.onError(error);
        }
        failures += 1;
        retry = setTimeout(poke, Math.min(LONGEST_PAUSE_MS, (parts.firstPauseMs ?? 1000) * 2 ** failures));
        return;
      }
    }
  };

  const poke = (): void => {
    wanted = true;
    if (!started || current) return;
    current = loop().finally(() => {
      current = null;
      if (wanted && started && failures === 0) poke();
    });
  };

  return {
    /** Call when events were stored. */
    poke: (): void => {
      // While the log is away its own timer asks; each stored batch would only start one more `logger`.
      if (failures === 0) poke();
    },
    state: (): SystemLogState => ({
      ...told,
      socket,
      lastWrittenAt: told.lastWrittenAt?.toISOString() ?? null,
    }),
    start: (): void => {
      started = true;
      poke();
    },
    stop: async (): Promise<void> => {
      started = false;
      clearTimeout(retry);
      await current;
    },
  };
};
export type SystemLog = ReturnType<typeof createSystemLog>;
