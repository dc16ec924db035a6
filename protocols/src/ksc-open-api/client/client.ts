/** The client as a whole: a connection, its typed methods, and searches as streams of rows. */
import type { PlainRow } from '../plain.ts';
import { type Call, type KscConnectionOptions, openConnection } from './connection.ts';
import { type EventSearch, type HostOfEvents, type KscMethods, kscMethods, type Search } from './methods.ts';
import { RELEASE_TIMEOUT_MS, type ResultSet, readThrough, withKeyFields } from './read-through.ts';

export interface KscClientOptions extends KscConnectionOptions {
  /** For searches; default 10 min. */
  searchTimeoutMs?: number;
}
export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Rows per call; default 500. */
  pageSize?: number | undefined;
}

/** One login to one (virtual) server. Calls run one after the other; for more at a time open more clients. */
export interface KscClient extends KscMethods {
  /** Any method of the protocol. */
  call: Call;
  /** Hosts; every row has KLHST_WKS_HOSTNAME too. */
  findHosts(search: Search, options?: ReadOptions): AsyncGenerator<PlainRow, void, undefined>;
  /** Groups; every row has id too, and KLSRVH_SRV_DN when slave servers are searched. */
  findGroups(search: Search, options?: ReadOptions): AsyncGenerator<PlainRow, void, undefined>;
  /** Events, by default in the order of event_db_id, which every row has too. `host`: only those of one host. */
  events(
    search: EventSearch & { host?: HostOfEvents | undefined },
    options?: ReadOptions,
  ): AsyncGenerator<PlainRow, void, undefined>;
  /** Ends the login and the connection. */
  close(): Promise<void>;
}

const DEFAULT_PAGE_SIZE = 500;

/**
 * A client for the server at `url`. It connects and logs in at the first call, and again whenever that is needed.
 * A wrong password is tried once per call: stop calling on LoginFailed, or the server may lock the account.
 *
 * @throws BadFormat for options that cannot be right
 */
export const openKscClient = ({ searchTimeoutMs = 600_000, ...options }: KscClientOptions): KscClient => {
  const { call, close, currentLogin } = openConnection(options);
  const methods = kscMethods(call, { searchTimeoutMs });
  const releasing = { timeoutMs: RELEASE_TIMEOUT_MS };

  const accessorSet = (
    name: 'findHosts' | 'findGroups',
    search: Search,
    keyFields: readonly string[],
    signal: AbortSignal | undefined,
  ): ResultSet => ({
    name,
    keyFields,
    currentLogin,
    open: async () => {
      const wanted = { ...search, fields: withKeyFields(search.fields, keyFields) };
      const { accessor, count } = await methods.hostGroup[name](wanted, { signal });
      return { id: accessor, count: async () => count };
    },
    read: (id, start, count) => methods.chunkAccessor.getItemsChunk(id, { start, count }, { signal }),
    release: (id) => methods.chunkAccessor.release(id, releasing),
  });

  return {
    ...methods,
    call,
    close,
    findHosts: (search, { signal, pageSize = DEFAULT_PAGE_SIZE } = {}) =>
      readThrough(accessorSet('findHosts', search, ['KLHST_WKS_HOSTNAME'], signal), pageSize),
    findGroups: (search, { signal, pageSize = DEFAULT_PAGE_SIZE } = {}) => {
      // The ids of another server's groups may be the same numbers.
      const keyFields = search.slaveServerDepth ? ['id', 'KLSRVH_SRV_DN'] : ['id'];
      return readThrough(accessorSet('findGroups', search, keyFields, signal), pageSize);
    },
    events: ({ host, ...search }, { signal, pageSize = DEFAULT_PAGE_SIZE } = {}) => {
      const keyFields = ['event_db_id'];
      const wanted = {
        ...search,
        fields: withKeyFields(search.fields, keyFields),
        order: search.order ?? [{ name: 'event_db_id', ascending: true }],
      };
      const { eventProcessing, eventProcessingFactory: factory } = methods;
      return readThrough(
        {
          name: 'events',
          keyFields,
          currentLogin,
          open: async () => {
            const id = host
              ? await factory.createEventProcessingForHost2(host, wanted, { signal })
              : await factory.createEventProcessing2(wanted, { signal });
            return { id, count: () => eventProcessing.getRecordCount(id, { signal }) };
          },
          read: (id, start, count) => eventProcessing.getRecordRange(id, { start, end: start + count - 1 }, { signal }),
          release: (id) => eventProcessing.releaseIterator(id, releasing),
        },
        pageSize,
      );
    },
  };
};
