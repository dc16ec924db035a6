/** The client as a whole: a connection, its typed methods, and searches as streams of rows. */
import type { PlainRow } from '../plain.ts';
import { type ActionOptions, type Report, type ReportWish, runReport, waitForAction } from './actions.ts';
import { type Call, type CallOptions, type KscConnectionOptions, openConnection } from './connection.ts';
import type { EventSearch, HostOfEvents } from './methods/events.ts';
import type { KeySearch } from './methods/licenses.ts';
import type { ViewSearch } from './methods/result-sets.ts';
import type { Search } from './methods/search.ts';
import type { HistorySearch, TaskSearch } from './methods/tasks.ts';
import { type KscMethods, kscMethods } from './methods.ts';
import { type ReadOptions, resultSetReaders } from './readers.ts';

export interface KscClientOptions extends KscConnectionOptions {
  /** For searches; default 10 min. */
  searchTimeoutMs?: number;
}
type Rows = AsyncGenerator<PlainRow, void, undefined>;

/** One login to one (virtual) server. Calls run one after the other; for more at a time open more clients. */
export interface KscClient extends KscMethods {
  /** Any method of the protocol. */
  call: Call;
  /** Hosts; every row has KLHST_WKS_HOSTNAME too. */
  findHosts(search: Search, options?: ReadOptions): Rows;
  /** Groups; every row has id too, and KLSRVH_SRV_DN when slave servers are searched. */
  findGroups(search: Search, options?: ReadOptions): Rows;
  /** Incidents; every row has KLINCDT_ID too. */
  findIncidents(search: Search, options?: ReadOptions): Rows;
  /** Events, by default in the order of event_db_id, which every row has too. `host`: only those of one host. */
  events(search: EventSearch & { host?: HostOfEvents | undefined }, options?: ReadOptions): Rows;
  /** Settings of tasks, each with TASK_UNIQUE_ID. */
  findTasks(search?: TaskSearch, options?: ReadOptions): Rows;
  /** Events of a task, newest first unless told; every row has event_db_id too. */
  taskHistory(task: string, search: HistorySearch, options?: ReadOptions): Rows;
  /** Licence keys; every row has KLLIC_SERIAL too. */
  findLicenseKeys(search: KeySearch, options?: ReadOptions): Rows;
  /** Hosts that use a key, one row for each application; every row has host, application and its version too. */
  findKeyHosts(serial: string, search: KeySearch, options?: ReadOptions): Rows;
  /** A view. `keyFields` tell its rows apart: no attribute does so in every view. */
  readView(search: ViewSearch & { keyFields: readonly string[] }, options?: ReadOptions): Rows;
  /** The end of an action that goes on after its reply. @throws ActionFailed */
  waitForAction(actionId: string, options?: ActionOptions): Promise<PlainRow>;
  /** Runs a report and fetches its file. It is cancelled on the server when the waiting ends early. */
  runReport(reportId: number, wish?: ReportWish, options?: ActionOptions): Promise<Report>;
  /** A file whose address a method gave, whole. @throws FileUnavailable */
  download(path: string, options?: CallOptions): Promise<Uint8Array>;
  /** Ends the login and the connection. */
  close(): Promise<void>;
}

/**
 * A client for the server at `url`. It connects and logs in at the first call, and again whenever that is needed.
 * A wrong password is tried once per call: stop calling on LoginFailed, or the server may lock the account.
 *
 * @throws BadFormat for options that cannot be right
 */
export const openKscClient = ({ searchTimeoutMs = 600_000, ...options }: KscClientOptions): KscClient => {
  const { call, close, currentLogin, download } = openConnection(options);
  const methods = kscMethods(call, { searchTimeoutMs });
  return {
    ...methods,
    ...resultSetReaders(methods, currentLogin),
    call,
    close,
    download,
    waitForAction: (actionId, options) => waitForAction(methods, actionId, options),
    runReport: (reportId, wish, options) => runReport(methods, download, reportId, wish, options),
  };
};
