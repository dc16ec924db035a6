import type { Kysely } from 'kysely';
import type { Database } from '../platform/db/index.ts';
import { commandStateOf, commandStore } from './commands/index.ts';
import { deviceStore } from './devices/index.ts';
import { type EngineStore, type EventRow, eventStore, type Outbox } from './events/index.ts';
import { allGroups, fullNames } from './groups/index.ts';
import { statusEvent } from './status-event.ts';
import { decideStatus, differs, settingsByGroup, statusStore } from './statuses/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';

/** Reader of the event store that applies what events mean for devices and commands. */
export const FLOW_CONSUMER = 'flow';
const EVENTS_AT_ONCE = 1000;
const DEVICES_AT_ONCE = 500;
const STATES_AT_ONCE = 2000;

const FOUND = ['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_VIRUS_FOUND_BY_KSN', 'GNRL_EV_OBJECT_NOTCURED'];
const RESOLVED = ['GNRL_EV_OBJECT_DELETED', 'GNRL_EV_OBJECT_CURED', 'GNRL_EV_OBJECT_QUARANTINED'];
const TASK_STATE = 'KLPRCI_TaskState';
/** Ids of our commands; tasks of other makers have ids of other shapes. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Places of GNRL_EA_PARAM in the list: the object, the threat's name, the uid that ties a result to its detection. */
const OBJECT = 1;
const THREAT_NAME = 4;
const UID = 5;

export interface FlowParts {
  database: Database;
  /** Events of all tenants. */
  engine: EngineStore;
  outbox: Outbox;
  clock: () => Date;
  visibleForMinutes: number;
  /** Something of this topic changed: for consoles that look. */
  changed: (topic: 'devices' | 'events') => void;
  /** Some device's status is another now, or its reasons are. */
  onStatusChange: () => void;
}

/**
 * From a device's report to a changed status. Read this file first.
 *
 *   events stored  -> apply:  detections and task states change the device and its commands
 *   facts saved    -> (the device is marked as due)
 *   device is due  -> decide: conditions -> status -> 4113 or 4114 into the outbox, all in one transaction
 *   outbox         -> carry:  the server's own events go the way of all events
 *   the clock      -> sweep:  what time alone changes (age of databases, visibility) marks devices as due
 *
 * Each step can be repeated from the start: cursors and marks move in the transaction of their effect.
 */
export const createFlow = (parts: FlowParts) => {
  const { database, engine, clock } = parts;

  const applyOne = async (tx: Kysely<AdministrationTables>, event: EventRow): Promise<void> => {
    if (event.deviceId === '') return;
    const { devices } = administrationDb(tx);
    const uid = event.params[UID] || '';
    const object = event.params[OBJECT] || '';
    if (FOUND.includes(event.type)) {
      await deviceStore(devices, 'all').addThreat({
        deviceId: event.deviceId,
        // An agent that gives no uid has its objects told apart by name.
        uid: uid || `object:${object}`,
        object,
        threatName: event.params[THREAT_NAME] || event.displayName,
        foundAt: event.riseTime,
      });
    } else if (RESOLVED.includes(event.type)) {
      await deviceStore(devices, 'all').resolveThreat(event.deviceId, uid ? { uid } : { object });
    } else if (event.type === TASK_STATE && UUID.test(event.taskId)) {
      const state = commandStateOf(event.taskNewState);
      if (!state) return;
      await commandStore(administrationDb(tx).commands, event.deviceId).report(event.taskId, {
        state,
        completedPercent: event.completedPercent >= 0 ? event.completedPercent : null,
        result: event.description || null,
        at: event.riseTime,
      });
    }
  };

  /** Detections, results and task states that were stored since the last look. */
  const apply = async (): Promise<void> => {
    for (;;) {
      const from = await eventStore(administrationDb(database.forSchema('administration')).events).cursor(
        FLOW_CONSUMER,
      );
      const reach = await engine.lastId();
      if (reach <= from) return;
      const events = await engine.oldest(
        // Also what is not stored for readers: a detection counts whatever the storage term of its type.
        { types: [...FOUND, ...RESOLVED, TASK_STATE], afterId: from, beforeId: reach + 1, includeUnlisted: true },
        EVENTS_AT_ONCE,
      );
      const isFull = events.length === EVENTS_AT_ONCE;
      const to = isFull ? (events.at(-1)?.eventId ?? reach) : reach;
      await database
        .forSchema<AdministrationTables>('administration')
        .transaction()
        .execute(async (tx) => {
          for (const event of events) await applyOne(tx, event);
          await eventStore(administrationDb(tx).events).moveCursor(FLOW_CONSUMER, to);
        });
      if (!isFull) return;
    }
  };

  /** Statuses of the devices that something happened to. @returns how many changed */
  const decide = async (): Promise<number> => {
    let changed = 0;
    for (;;) {
      const now = clock();
      const taken = await database
        .forSchema<AdministrationTables>('administration')
        .transaction()
        .execute(async (tx) => {
          const db = administrationDb(tx);
          const store = deviceStore(db.devices, 'all');
          const due = await store.takeDue(DEVICES_AT_ONCE);
          if (due.length === 0) return 0;
          const groups = await allGroups(db.groups);
          const byId = new Map(groups.map((group) => [group.id, group]));
          const names = fullNames(groups);
          const settingOf = settingsByGroup(await statusStore(db.statuses).all());
          for (const { state, decided } of due) {
            const group = byId.get(state.groupId) ?? { path: '/' };
            const status = decideStatus(state, decided, {
              now,
              visibleForMinutes: parts.visibleForMinutes,
              settingOf: (condition) => settingOf(group, condition).setting,
            });
            if (!differs(status, decided)) continue;
            changed += 1;
            await store.saveStatus(state.id, status);
            const event = statusEvent(state, status, decided, now);
            if (!event) continue;
            const sender = {
              tenantId: state.tenantId,
              deviceId: state.id,
              deviceName: state.name,
              groupId: state.groupId,
              groupName: names.get(state.groupId) ?? '',
              ipAddress: '',
            };
            await eventStore(db.events).publish(sender, event);
          }
          return due.length;
        });
      if (taken < DEVICES_AT_ONCE) break;
    }
    if (changed > 0) {
      parts.changed('devices');
      parts.onStatusChange();
    }
    return changed;
  };

  /** What time alone changed: every device is looked at, those whose status would differ are marked. */
  const sweep = async (): Promise<void> => {
    const db = administrationDb(database.forSchema<AdministrationTables>('administration'));
    const store = deviceStore(db.devices, 'all');
    const byId = new Map((await allGroups(db.groups)).map((group) => [group.id, group]));
    const settingOf = settingsByGroup(await statusStore(db.statuses).all());
    let after: string | null = null;
    for (;;) {
      const page = await store.statesAfter(after, STATES_AT_ONCE);
      const now = clock();
      const stale = page.filter(({ state, decided }) =>
        differs(
          decideStatus(state, decided, {
            now,
            visibleForMinutes: parts.visibleForMinutes,
            settingOf: (condition) => settingOf(byId.get(state.groupId) ?? { path: '/' }, condition).setting,
          }),
          decided,
        ),
      );
      await store.markDueByIds(stale.map(({ state }) => state.id));
      after = page.at(-1)?.state.id ?? null;
      if (page.length < STATES_AT_ONCE) break;
    }
  };

  return {
    apply,
    decide,
    sweep,
    /** All that follows from what was stored or saved, in order. Safe to call at any time and to be cut off anywhere. */
    run: async (): Promise<void> => {
      await parts.outbox.carry();
      await apply();
      if ((await decide()) > 0) await parts.outbox.carry();
    },
  };
};
export type Flow = ReturnType<typeof createFlow>;
