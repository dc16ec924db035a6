/** Typed methods of the classes that monitoring needs. Rows are plain JavaScript objects (`plain.ts`). */
import { type ArgumentReader, orderParams, readArguments, type SortField } from '../arguments.ts';
import { ALL_GROUPS } from '../constants.ts';
import { BadFormat } from '../errors.ts';
import type { Filter } from '../filter/index.ts';
import { printFilter } from '../filter/index.ts';
import { type PlainRow, toPlainRow } from '../plain.ts';
import { isParams, long, type Params } from '../values.ts';
import type { Call, CallOptions } from './connection.ts';
import { NotOpenApi } from './errors.ts';

export interface Search {
  /** Text of the filter language, or its tree; none = everything. */
  filter?: string | Filter | undefined;
  fields: readonly string[];
  order?: readonly SortField[] | undefined;
  /** Levels of slave servers to search too; none = this server only. */
  slaveServerDepth?: number | undefined;
  /** Only objects of the (virtual) server that was logged in to. */
  isCurrentServerOnly?: boolean | undefined;
  /** How long the server keeps the result between two reads; default 600 s. */
  lifetimeSec?: number | undefined;
}
export interface EventSearch {
  /** Members of an event filter, such as `{ GNRL_EA_SEVERITY: 4, KLEVP_EVENT_RISE_TIME_LAST_DAYS: 1 }`. */
  filter?: Params | undefined;
  fields: readonly string[];
  order?: readonly SortField[] | undefined;
  lifetimeSec?: number | undefined;
}
export interface HostOfEvents {
  /** `KLHST_WKS_HOSTNAME`, the host's id. */
  hostName: string;
  product: string;
  version: string;
  domainName?: string | undefined;
}
export type KscMethods = ReturnType<typeof kscMethods>;

const DEFAULT_LIFETIME_SEC = 600;

/** @param searchTimeoutMs for the methods that search, which may take minutes on a large server */
export const kscMethods = (call: Call, { searchTimeoutMs }: { searchTimeoutMs: number }) => {
  const search: Call = (method, args, options) => call(method, args, { timeoutMs: searchTimeoutMs, ...options });
  const returnedInt = async (method: string, args?: Params, options?: CallOptions): Promise<number> =>
    read(method, await call(method, args, options), (reply) => reply.int('PxgRetVal'));
  const done = async (method: string, args?: Params, options?: CallOptions): Promise<void> => {
    await call(method, args, options);
  };

  const find =
    (method: string) =>
    async (wanted: Search, options?: CallOptions): Promise<{ accessor: string; count: number }> => {
      const reply = await search(method, searchArguments(wanted), options);
      return {
        accessor: read(method, reply, (members) => members.string('strAccessor')),
        count: read(method, reply, (members) => members.int('PxgRetVal')),
      };
    };

  const createEvents = async (method: string, args: Params, options?: CallOptions): Promise<string> =>
    read(method, await search(method, args, options), (reply) => reply.string('strIteratorId'));

  return {
    session: {
      /** Keeps the login from ending by inactivity. */
      ping: (options?: CallOptions) => done('Session.Ping', {}, options),
      /** The next call logs in again. */
      endSession: (options?: CallOptions) => done('Session.EndSession', {}, options),
      /** A token for a `KSCT` login elsewhere, good for 3 minutes by default. */
      createToken: async (options?: CallOptions): Promise<string> =>
        read('Session.CreateToken', await call('Session.CreateToken', {}, options), (reply) =>
          reply.string('PxgRetVal'),
        ),
    },

    vServers: {
      /** @param parentGroup only virtual servers under this group; default all */
      getVServers: async (parentGroup: number = ALL_GROUPS, options?: CallOptions): Promise<PlainRow[]> => {
        const reply = await call('VServers.GetVServers', { lParentGroup: parentGroup }, options);
        return rowsIn('VServers.GetVServers', reply, 'PxgRetVal');
      },
    },

    hostGroup: {
      groupIdGroups: (options?: CallOptions) => returnedInt('HostGroup.GroupIdGroups', {}, options),
      groupIdUnassigned: (options?: CallOptions) => returnedInt('HostGroup.GroupIdUnassigned', {}, options),
      findHosts: find('HostGroup.FindHosts'),
      findGroups: find('HostGroup.FindGroups'),
      getHostInfo: async (hostName: string, fields: readonly string[], options?: CallOptions): Promise<PlainRow> =>
        rowIn(
          'HostGroup.GetHostInfo',
          await call('HostGroup.GetHostInfo', { strHostName: hostName, pFields2Return: fields }, options),
        ),
      /** @param values names of items; none = the server's default set */
      getStaticInfo: async (values?: readonly string[], options?: CallOptions): Promise<PlainRow> =>
        rowIn('HostGroup.GetStaticInfo', await call('HostGroup.GetStaticInfo', { pValues: values ?? null }, options)),
    },

    chunkAccessor: {
      getItemsCount: (accessor: string, options?: CallOptions) =>
        returnedInt('ChunkAccessor.GetItemsCount', { strAccessor: accessor }, options),
      getItemsChunk: async (
        accessor: string,
        { start, count }: { start: number; count: number },
        options?: CallOptions,
      ): Promise<PlainRow[]> => {
        const args = { strAccessor: accessor, nStart: start, nCount: count };
        const reply = await call('ChunkAccessor.GetItemsChunk', args, options);
        return rowsIn('ChunkAccessor.GetItemsChunk', reply, 'pChunk', 'KLCSP_ITERATOR_ARRAY');
      },
      release: (accessor: string, options?: CallOptions) =>
        done('ChunkAccessor.Release', { strAccessor: accessor }, options),
    },

    eventProcessingFactory: {
      createEventProcessing: (wanted: Omit<EventSearch, 'filter'>, options?: CallOptions) =>
        createEvents('EventProcessingFactory.CreateEventProcessing', eventArguments(wanted), options),
      createEventProcessing2: (wanted: EventSearch, options?: CallOptions) =>
        createEvents(
          'EventProcessingFactory.CreateEventProcessing2',
          { pFilter: wanted.filter ?? {}, ...eventArguments(wanted) },
          options,
        ),
      createEventProcessingForHost: (host: HostOfEvents, wanted: Omit<EventSearch, 'filter'>, options?: CallOptions) =>
        createEvents(
          'EventProcessingFactory.CreateEventProcessingForHost',
          { ...hostArguments(host), ...eventArguments(wanted) },
          options,
        ),
      createEventProcessingForHost2: (host: HostOfEvents, wanted: EventSearch, options?: CallOptions) =>
        createEvents(
          'EventProcessingFactory.CreateEventProcessingForHost2',
          { ...hostArguments(host), pFilter: wanted.filter ?? {}, ...eventArguments(wanted) },
          options,
        ),
    },

    eventProcessing: {
      getRecordCount: (iteratorId: string, options?: CallOptions) =>
        returnedInt('EventProcessing.GetRecordCount', { strIteratorId: iteratorId }, options),
      /** @param end zero-based and inclusive */
      getRecordRange: async (
        iteratorId: string,
        { start, end }: { start: number; end: number },
        options?: CallOptions,
      ): Promise<PlainRow[]> => {
        const args = { strIteratorId: iteratorId, nStart: start, nEnd: end };
        const reply = await call('EventProcessing.GetRecordRange', args, options);
        return rowsIn('EventProcessing.GetRecordRange', reply, 'pParamsEvents', 'KLEVP_EVENT_RANGE_ARRAY');
      },
      /** @param blocks ranges of event_db_id, both ends inclusive */
      initiateDelete: (iteratorId: string, blocks: readonly EventBlock[], options?: CallOptions) =>
        done('EventProcessing.InitiateDelete', deleteArguments(iteratorId, blocks), options),
      cancelDelete: (iteratorId: string, blocks: readonly EventBlock[], options?: CallOptions) =>
        done('EventProcessing.CancelDelete', deleteArguments(iteratorId, blocks), options),
      releaseIterator: (iteratorId: string, options?: CallOptions) =>
        done('EventProcessing.ReleaseIterator', { strIteratorId: iteratorId }, options),
    },
  };
};

export interface EventBlock {
  beginId: number;
  endId: number;
}

const searchArguments = ({
  filter,
  fields,
  order,
  slaveServerDepth,
  isCurrentServerOnly,
  lifetimeSec,
}: Search): Params => ({
  wstrFilter: typeof filter === 'object' ? printFilter(filter) : (filter ?? ''),
  vecFieldsToReturn: fields,
  vecFieldsToOrder: orderParams(order ?? []),
  pParams: {
    KLSRVH_SLAVE_REC_DEPTH: slaveServerDepth,
    KLGRP_FIND_FROM_CUR_VS_ONLY: isCurrentServerOnly,
  },
  lMaxLifeTime: lifetimeSec ?? DEFAULT_LIFETIME_SEC,
});

const eventArguments = ({ fields, order, lifetimeSec }: Omit<EventSearch, 'filter'>): Params => ({
  vecFieldsToReturn: fields,
  vecFieldsToOrder: orderParams(order ?? []),
  lifetimeSec: lifetimeSec ?? DEFAULT_LIFETIME_SEC,
});

const hostArguments = ({ hostName, product, version, domainName }: HostOfEvents): Params => ({
  strDomainName: domainName ?? '',
  strHostName: hostName,
  strProduct: product,
  strVersion: version,
});

const deleteArguments = (iteratorId: string, blocks: readonly EventBlock[]): Params => ({
  strIteratorId: iteratorId,
  pSettings: {
    EVP_EVENT_BLOCKS: blocks.map(({ beginId, endId }) => ({
      EVP_EVENT_BLOCK_BEGIN_ID: long(beginId),
      EVP_EVENT_BLOCK_END_ID: long(endId),
    })),
  },
});

/** What the reply must hold. A missing part is an error, never an empty result: absence proves nothing. */
const read = <T>(method: string, reply: Params, part: (members: ArgumentReader) => T | undefined): T => {
  try {
    const value = part(readArguments(reply));
    if (value !== undefined) return value;
  } catch (cause) {
    if (!(cause instanceof BadFormat)) throw cause;
    throw new NotOpenApi(`${method}: ${cause.message}`, 200, { cause });
  }
  throw new NotOpenApi(`${method}: the reply lacks what the method is documented to return`);
};

const rowIn = (method: string, reply: Params): PlainRow =>
  toPlainRow(read(method, reply, () => (isParams(reply.PxgRetVal) ? reply.PxgRetVal : undefined)));

const rowsIn = (method: string, reply: Params, member: string, inner?: string): PlainRow[] => {
  const outer = reply[member];
  const rows = inner === undefined ? outer : isParams(outer) ? outer[inner] : undefined;
  if (!Array.isArray(rows)) throw new NotOpenApi(`${method}: the reply has no array ${inner ?? member}`);
  return rows.map((row) => {
    if (!isParams(row)) throw new NotOpenApi(`${method}: a row is no container`);
    return toPlainRow(row);
  });
};
