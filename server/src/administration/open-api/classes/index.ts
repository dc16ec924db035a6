import type { MethodClass } from '../method.ts';
import { asyncActionStateCheckerClass } from './async-action-state-checker.ts';
import { chunkAccessorClass } from './chunk-accessor.ts';
import { conEventsClass } from './con-events.ts';
import { databaseInfoClass } from './database-info.ts';
import { eventNotificationPropertiesClass } from './event-notification-properties.ts';
import { eventNotificationsApiClass } from './event-notifications-api.ts';
import { eventProcessingClass } from './event-processing.ts';
import { eventProcessingFactoryClass } from './event-processing-factory.ts';
import { gatehouseHierarchyClass } from './gatehouse-hierarchy.ts';
import { groupSyncIteratorClass } from './group-sync-iterator.ts';
import { groupTaskControlApiClass } from './group-task-control-api.ts';
import { hostGroupClass } from './host-group.ts';
import { hostTasksClass } from './host-tasks.ts';
import { hstAccessControlClass } from './hst-access-control.ts';
import { inventoryApiClass } from './inventory-api.ts';
import { licenseInfoSyncClass } from './license-info-sync.ts';
import { licenseKeysClass } from './license-keys.ts';
import { limitsClass } from './limits.ts';
import { policyClass } from './policy.ts';
import { queriesStorageClass } from './queries-storage.ts';
import { reportManagerClass } from './report-manager.ts';
import { serverHierarchyClass } from './server-hierarchy.ts';
import { type SessionDoors, sessionClass } from './session.ts';
import { spamEventsClass } from './spam-events.ts';
import { srvViewClass } from './srv-view.ts';
import { tasksClass } from './tasks.ts';
import { vServersClass } from './v-servers.ts';
import { vServers2Class } from './v-servers2.ts';

/** Every class that the server speaks, by name. A new one is a file and one line here. */
export const openApiClasses = (sessions: SessionDoors): Readonly<Record<string, MethodClass>> => ({
  Session: sessionClass(sessions),
  ChunkAccessor: chunkAccessorClass,
  AsyncActionStateChecker: asyncActionStateCheckerClass,
  HostGroup: hostGroupClass,
  VServers: vServersClass,
  VServers2: vServers2Class,
  SrvView: srvViewClass,
  InventoryApi: inventoryApiClass,
  DatabaseInfo: databaseInfoClass,
  Limits: limitsClass,
  HstAccessControl: hstAccessControlClass,
  Policy: policyClass,
  ReportManager: reportManagerClass,
  ServerHierarchy: serverHierarchyClass,
  GatehouseHierarchy: gatehouseHierarchyClass,
  LicenseKeys: licenseKeysClass,
  GroupSyncIterator: groupSyncIteratorClass,
  LicenseInfoSync: licenseInfoSyncClass,
  Tasks: tasksClass,
  HostTasks: hostTasksClass,
  GroupTaskControlApi: groupTaskControlApiClass,
  ConEvents: conEventsClass,
  QueriesStorage: queriesStorageClass,
  SpamEvents: spamEventsClass,
  EventNotificationProperties: eventNotificationPropertiesClass,
  EventNotificationsApi: eventNotificationsApiClass,
  EventProcessing: eventProcessingClass,
  EventProcessingFactory: eventProcessingFactoryClass,
});
