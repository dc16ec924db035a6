import { orderParams, type SortField } from '../../arguments.ts';
import type { PlainRow } from '../../plain.ts';
import { long, type Params } from '../../values.ts';
import type { Call, CallOptions } from '../connection.ts';
import { type ReplyReaders, read, rowsIn } from '../replies.ts';
import { DEFAULT_LIFETIME_SEC } from './search.ts';

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
export interface EventBlock {
  beginId: number;
  endId: number;
}

/** EventProcessingFactory: makes iterators of events. */
export const eventProcessingFactoryMethods = (search: Call) => {
  const createEvents = async (method: string, args: Params, options?: CallOptions): Promise<string> =>
    read(method, await search(method, args, options), (reply) => reply.string('strIteratorId'));
  return {
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
  };
};

/** EventProcessing: reads iterators of events, and deletes events. */
export const eventProcessingMethods = (call: Call, { done, int }: ReplyReaders) => ({
  getRecordCount: (iteratorId: string, options?: CallOptions) =>
    int('EventProcessing.GetRecordCount', { strIteratorId: iteratorId }, options),
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
