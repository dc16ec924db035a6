import type { MethodClass } from '../method.ts';
import { asyncActionStateCheckerClass } from './async-action-state-checker.ts';
import { chunkAccessorClass } from './chunk-accessor.ts';
import { eventNotificationsApiClass } from './event-notifications-api.ts';
import { eventProcessingClass } from './event-processing.ts';
import { eventProcessingFactoryClass } from './event-processing-factory.ts';
import { gatehouseHierarchyClass } from './gatehouse-hierarchy.ts';
import { groupSyncIteratorClass } from './group-sync-iterator.ts';
import { hostGroupClass } from './host-group.ts';
import { licenseKeysClass } from './license-keys.ts';
import { policyClass } from './policy.ts';
import { reportManagerClass } from './report-manager.ts';
import { serverHierarchyClass } from './server-hierarchy.ts';
import { type SessionDoors, sessionClass } from './session.ts';
import { spamEventsClass } from './spam-events.ts';
import { tasksClass } from './tasks.ts';
import { vServersClass } from './v-servers.ts';

/** Every class that the server speaks, by name. A new one is a file and one line here. */
export const openApiClasses = (sessions: SessionDoors): Readonly<Record<string, MethodClass>> => ({
  Session: sessionClass(sessions),
  ChunkAccessor: chunkAccessorClass,
  AsyncActionStateChecker: asyncActionStateCheckerClass,
  HostGroup: hostGroupClass,
  VServers: vServersClass,
  Policy: policyClass,
  ReportManager: reportManagerClass,
  ServerHierarchy: serverHierarchyClass,
  GatehouseHierarchy: gatehouseHierarchyClass,
  LicenseKeys: licenseKeysClass,
  GroupSyncIterator: groupSyncIteratorClass,
  Tasks: tasksClass,
  SpamEvents: spamEventsClass,
  EventNotificationsApi: eventNotificationsApiClass,
  EventProcessing: eventProcessingClass,
  EventProcessingFactory: eventProcessingFactoryClass,
});
