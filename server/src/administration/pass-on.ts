import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { EventConfiguration } from './event-configuration/index.ts';
import { type EngineStore, type EventRow, eventStore, eventTypeOf, unknownType } from './events/index.ts';
import { createExporter, siemTargetStore } from './siem-exports/index.ts';
import { createSystemLog, systemLogRoutes } from './system-log/index.ts';
import type { administrationDb } from './tables.ts';

/** The version of Kaspersky Security Center whose behaviour this server has; exported events name it. */
const SERVER_VERSION = '13.1.0.0';

export interface PassOnSettings {
  /** A folder of this process alone, for what must be on the disk. */
  dataDir: string;
  /** Most that one export to a SIEM may keep on the disk while its receiver is away. */
  siemQueueMostMegabytes: number;
  /** Where the operating system takes log messages. */
  systemLogSocket: string;
}

/**
 * Where events go on to after they were stored, as their types are configured: SIEM systems and the operating system's
 * log. Both follow the event store with places of their own, so that neither holds back the other or the server.
 */
export const createPassOn = ({
  db,
  engine,
  configuration,
  settings,
  http,
  clock,
  log,
}: {
  db: ReturnType<typeof administrationDb>;
  /** Events of all tenants. */
  engine: EngineStore;
  configuration: EventConfiguration;
  settings: PassOnSettings;
  http: Http;
  clock: Clock;
  log: Log;
}) => {
  const chosenFor = async (where: 'exportToSiem' | 'osLog') => {
    const settingOf = await configuration.settings();
    return ({ type, typeId, groupId }: EventRow): boolean =>
      settingOf(eventTypeOf(type, typeId) ?? unknownType(type), groupId < 0 ? null : groupId)[where];
  };
  const names = { serverName: hostname(), serverVersion: SERVER_VERSION };
  const exporter = createExporter({
    folder: join(settings.dataDir, 'siem-exports'),
    queueMostBytes: settings.siemQueueMostMegabytes * 1_048_576,
    targets: siemTargetStore(db.siemExports),
    cursors: eventStore(db.events),
    engine,
    chosen: () => chosenFor('exportToSiem'),
    names,
    clock,
    onError: (error, what) => log.error({ err: error }, `${what} failed; trying again`),
  });
  const systemLog = createSystemLog({
    socket: settings.systemLogSocket,
    cursors: eventStore(db.events),
    engine,
    chosen: async () => ((await configuration.isSomethingLogged()) ? chosenFor('osLog') : null),
    clock,
    onError: (error) => log.error({ err: error }, 'events could not be read for the system log; trying again'),
  });
  systemLogRoutes(http, { systemLog });

  return {
    exporter,
    names,
    /** Call when events were stored. */
    poke: (): void => {
      exporter.poke();
      systemLog.poke();
    },
    start: async (): Promise<void> => {
      systemLog.start();
      await exporter.start();
    },
    stop: async (): Promise<void> => {
      await systemLog.stop();
      await exporter.stop();
    },
  };
};
