/** Typed methods of the classes that monitoring needs. Rows are plain JavaScript objects (`plain.ts`). */
import type { Call } from './connection.ts';
import { eventProcessingFactoryMethods, eventProcessingMethods } from './methods/events.ts';
import { hostGroupMethods } from './methods/host-group.ts';
import { licenseKeysMethods } from './methods/licenses.ts';
import { asyncActionStateCheckerMethods, reportManagerMethods } from './methods/reports.ts';
import { chunkAccessorMethods, groupSyncIteratorMethods, srvViewMethods } from './methods/result-sets.ts';
import { serverHierarchyMethods, vServers2Methods, vServersMethods } from './methods/servers.ts';
import { sessionMethods } from './methods/session.ts';
import { tasksMethods } from './methods/tasks.ts';
import { replyReaders } from './replies.ts';

export type KscMethods = ReturnType<typeof kscMethods>;

/** @param searchTimeoutMs for the methods that search, which may take minutes on a large server */
export const kscMethods = (call: Call, { searchTimeoutMs }: { searchTimeoutMs: number }) => {
  const search: Call = (method, args, options) => call(method, args, { timeoutMs: searchTimeoutMs, ...options });
  const replies = replyReaders(call);
  return {
    session: sessionMethods(replies),
    vServers: vServersMethods(replies),
    vServers2: vServers2Methods(replies),
    serverHierarchy: serverHierarchyMethods(replies),
    hostGroup: hostGroupMethods(search, replies),
    chunkAccessor: chunkAccessorMethods(call, replies),
    groupSyncIterator: groupSyncIteratorMethods(call, replies),
    srvView: srvViewMethods(search, call, replies),
    eventProcessingFactory: eventProcessingFactoryMethods(search),
    eventProcessing: eventProcessingMethods(call, replies),
    licenseKeys: licenseKeysMethods(search, replies),
    tasks: tasksMethods(call, replies),
    reportManager: reportManagerMethods(replies),
    asyncActionStateChecker: asyncActionStateCheckerMethods(call),
  };
};
