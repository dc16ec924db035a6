/**
 * Every class and method of the KSC Open API that we know of, as data: arguments, replies, and how much a server needs
 * them. Taken from the public documentation (KSCAPI 13 to 16) and public clients. Nothing here says what any one server
 * carries out.
 */
import * as tasking from './events-and-tasks.ts';
import * as hosts from './hosts.ts';
import * as others from './others.ts';
import type { ArgumentType, ClassSpec, MethodSpec } from './spec.ts';

export type { ArgumentType, ClassSpec, MethodSpec, Tier } from './spec.ts';

export const methodsTable: Readonly<Record<string, ClassSpec>> = {
  Session: others.session,
  HostGroup: hosts.hostGroup,
  ChunkAccessor: others.chunkAccessor,
  AsyncActionStateChecker: others.asyncActionStateChecker,
  VServers: hosts.vServers,
  VServers2: hosts.vServers2,
  ServerHierarchy: hosts.serverHierarchy,
  Tasks: tasking.tasks,
  HostTasks: tasking.hostTasks,
  GroupTaskControlApi: tasking.groupTaskControlApi,
  EventProcessingFactory: tasking.eventProcessingFactory,
  EventProcessing: tasking.eventProcessing,
  ConEvents: tasking.conEvents,
  EventNotificationProperties: tasking.eventNotificationProperties,
  EventNotificationsApi: tasking.eventNotificationsApi,
  SpamEvents: tasking.spamEvents,
  QueriesStorage: tasking.queriesStorage,
  LicenseKeys: others.licenseKeys,
  LicenseInfoSync: others.licenseInfoSync,
  LicensePolicy: others.licensePolicy,
  GroupSyncIterator: others.groupSyncIterator,
  GroupSync: others.groupSync,
  SrvView: others.srvView,
  ReportManager: others.reportManager,
  Policy: others.policies,
  SsContents: others.ssContents,
  HstAccessControl: others.hstAccessControl,
  SecurityPolicy: others.securityPolicy,
  InventoryApi: others.inventoryApi,
  DatabaseInfo: others.databaseInfo,
  Limits: others.limits,
  HostTagsApi: others.hostTagsApi,
  ListTags: others.listTags,
  OsVersion: others.osVersion,
  AdmServerSettings: others.admServerSettings,
  Multitenancy: others.multitenancy,
  CgwHelper: others.cgwHelper,
  GatewayConnection: others.gatewayConnection,
  NagHstCtl: tasking.nagHstCtl,
};

/** @param name `Class.Method` */
export const findMethod = (name: string): MethodSpec | undefined => {
  const [className = '', method = '', ...rest] = name.split('.');
  if (rest.length > 0 || !Object.hasOwn(methodsTable, className)) return undefined;
  const found = methodsTable[className];
  return found && Object.hasOwn(found, method) ? found[method] : undefined;
};

/**
 * What of a call a server of the documented protocol does not know: the method, arguments by name, arguments of another
 * type. Empty: all is known. Missing and null arguments are always right.
 *
 * @param args as they stand in the body's JSON, wrapped or bare
 */
export const callFaults = (name: string, args: Readonly<Record<string, unknown>>): string[] => {
  const spec = findMethod(name);
  if (!spec) return [`${name} is no documented method`];
  const types = new Map(
    Object.entries(spec.args).flatMap(([names, type]) => names.split('|').map((spelling) => [spelling, type] as const)),
  );
  return Object.entries(args).flatMap(([argument, value]) => {
    const type = types.get(argument);
    if (type === undefined) return [`${name} has no argument ${argument}`];
    if (value === null || value === undefined || isOfType(value, type)) return [];
    return [`${name}: ${argument} is no ${type}`];
  });
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSortField = (value: unknown): boolean => {
  const inner = isObject(value) && isObject(value.value) ? value.value : value;
  return isObject(inner) && typeof inner.Name === 'string';
};

const isOfType = (value: unknown, type: ArgumentType): boolean => {
  switch (type) {
    case 'string':
    case 'dateTime':
    case 'binary':
      return typeof value === 'string';
    case 'int':
    case 'long':
      return Number.isSafeInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'params':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'strings':
      return Array.isArray(value) && value.every((element) => typeof element === 'string');
    case 'rows':
      return Array.isArray(value) && value.every(isObject);
    case 'order':
      return Array.isArray(value) && value.every(isSortField);
  }
};
