import type { Database } from '../platform/db/index.ts';
import { type ThreatReport, threatStore } from './devices/index.ts';
import { type EngineStore, type EventRow, eventStore, type Outbox } from './events/index.ts';
import { takeIncidentEvent } from './incident-work.ts';
import { INCIDENT_EVENT } from './incidents/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TaskWork } from './task-work.ts';

/** Reader of the event store that applies what events mean for devices and commands. */
export const FLOW_CONSUMER = 'flow';
const EVENTS_AT_ONCE = 1000;

const FOUND = ['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_VIRUS_FOUND_BY_KSN', 'GNRL_EV_OBJECT_NOTCURED'];
const RESOLVED = ['GNRL_EV_OBJECT_DELETED', 'GNRL_EV_OBJECT_CURED', 'GNRL_EV_OBJECT_QUARANTINED'];
const TASK_STATE = 'KLPRCI_TaskState';

/** Places of GNRL_EA_PARAM in the list: the object, the threat's name, the uid that ties a result to its detection. */
const OBJECT = 1;
const THREAT_NAME = 4;
const UID = 5;

/** What an event says about an object on its device, if it does. */
const threatReportOf = ({ deviceId, type, params, displayName, riseTime }: EventRow): ThreatReport[] => {
  if (deviceId === '') return [];
  const uid = params[UID] || '';
  const object = params[OBJECT] || '';
  if (RESOLVED.includes(type)) return [{ deviceId, resolved: uid ? { uid } : { object } }];
  if (!FOUND.includes(type)) return [];
  const threatName = params[THREAT_NAME] || displayName;
  // An agent that gives no uid has its objects told apart by name.
  return [{ deviceId, found: { uid: uid || `object:${object}`, object, threatName, foundAt: riseTime } }];
};

export interface FlowParts {
  database: Database;
  /** Events of all tenants. */
  engine: EngineStore;
  outbox: Outbox;
  clock: () => Date;
  /** Brings statuses up to date. @returns how many changed, each with its events in the outbox */
  decide: () => Promise<number>;
  /** Asks moving rules about devices that have changed. @returns how many were moved, each with an event in the outbox */
  moveDevices: () => Promise<number>;
  /** What events mean for tasks: states that devices told, and events that start some. */
  tasks: Pick<TaskWork, 'applyStates' | 'onEvents' | 'eventTypes'>;
  /** Something of this topic changed: for consoles that look. */
  changed: (topic: 'devices' | 'events') => void;
  /** Some device's status is another now, or its reasons are. */
  onStatusChange: () => void;
}

/**
 * From a device's report to a changed status. Read this file first.
 *
 *   events stored  -> apply:  detections change the device, task states its commands, some events start tasks
 *   facts saved    -> (the device is marked as due)
 *   device changed -> move:   moving rules put it into a group, 4101 into the outbox
 *   device is due  -> decide: by a report, by a change of its rules or by the clock; see `status-work.ts`
 *   outbox         -> carry:  the server's own events go the way of all events
 *
 * Each step can be repeated from the start: cursors and marks move in the transaction of their effect.
 */
export const createFlow = (parts: FlowParts) => {
  const { database, engine, clock } = parts;

  /** Detections, results, incidents and task states that were stored since the last look. */
  const apply = async (): Promise<void> => {
    for (;;) {
      const from = await eventStore(administrationDb(database.forSchema('administration')).events).cursor(
        FLOW_CONSUMER,
      );
      const reach = await engine.lastId();
      if (reach <= from) return;
      const triggers = await parts.tasks.eventTypes();
      const events = await engine.oldest(
        // Also what is not stored for readers: a detection counts whatever the storage term of its type.
        {
          types: [...new Set([...FOUND, ...RESOLVED, TASK_STATE, INCIDENT_EVENT, ...triggers])],
          afterId: from,
          beforeId: reach + 1,
          includeUnlisted: true,
        },
        EVENTS_AT_ONCE,
      );
      const isFull = events.length === EVENTS_AT_ONCE;
      const to = isFull ? (events.at(-1)?.eventId ?? reach) : reach;
      await database
        .forSchema<AdministrationTables>('administration')
        .transaction()
        .execute(async (tx) => {
          await threatStore(administrationDb(tx).devices).apply(events.flatMap(threatReportOf));
          for (const event of events) if (event.type === INCIDENT_EVENT) await takeIncidentEvent(tx, event, clock());
          await parts.tasks.applyStates(
            tx,
            events.filter(({ type }) => type === TASK_STATE),
          );
          await parts.tasks.onEvents(tx, events);
          await eventStore(administrationDb(tx).events).moveCursor(FLOW_CONSUMER, to);
        });
      if (!isFull) return;
    }
  };

  /** @returns how many statuses changed */
  const decide = async (): Promise<number> => {
    const changed = await parts.decide();
    if (changed > 0) {
      parts.changed('devices');
      parts.onStatusChange();
    }
    return changed;
  };

  return {
    /** All that follows from what was stored or saved, in order. Safe to call at any time and to be cut off anywhere. */
    run: async (): Promise<void> => {
      await parts.outbox.carry();
      await apply();
      const moved = await parts.moveDevices();
      if ((await decide()) + moved > 0) await parts.outbox.carry();
    },
  };
};
export type Flow = ReturnType<typeof createFlow>;
