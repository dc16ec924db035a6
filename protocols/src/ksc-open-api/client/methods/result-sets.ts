import { orderParams, type SortField } from '../../arguments.ts';
import type { Filter } from '../../filter/index.ts';
import type { PlainRow } from '../../plain.ts';
import type { Params } from '../../values.ts';
import type { Call, CallOptions } from '../connection.ts';
import { type ReplyReaders, read, rowsIn } from '../replies.ts';
import { DEFAULT_LIFETIME_SEC, filterText } from './search.ts';

/** ChunkAccessor: what FindHosts and its sisters found. */
export const chunkAccessorMethods = (call: Call, { done, int }: ReplyReaders) => ({
  getItemsCount: (accessor: string, options?: CallOptions) =>
    int('ChunkAccessor.GetItemsCount', { strAccessor: accessor }, options),
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
});

/** GroupSyncIterator: sets that are read forward only. */
export const groupSyncIteratorMethods = (call: Call, { done }: ReplyReaders) => ({
  getNextItems: async (
    iterator: string,
    count: number,
    options?: CallOptions,
  ): Promise<{ rows: PlainRow[]; isEnd: boolean }> => {
    const method = 'GroupSyncIterator.GetNextItems';
    const reply = await call(method, { szwIterator: iterator, nCount: count }, options);
    return {
      rows: rowsIn(method, reply, 'pData', 'KLCSP_ITERATOR_ARRAY'),
      isEnd: read(method, reply, (members) => members.boolean('bEOF')),
    };
  },
  releaseIterator: (iterator: string, options?: CallOptions) =>
    done('GroupSyncIterator.ReleaseIterator', { szwIterator: iterator }, options),
});

export interface ViewSearch {
  /** Such as `InvSrvViewName`. */
  view: string;
  filter?: string | Filter | undefined;
  fields: readonly string[];
  order?: readonly SortField[] | undefined;
  /** `TOP_N` and what the view alone knows. */
  params?: Params | undefined;
  lifetimeSec?: number | undefined;
}

/** SrvView: ready-made views of the server's data. */
export const srvViewMethods = (search: Call, call: Call, { done, int }: ReplyReaders) => ({
  resetIterator: async (wanted: ViewSearch, options?: CallOptions): Promise<string> => {
    const args = {
      wstrViewName: wanted.view,
      wstrFilter: filterText(wanted.filter),
      vecFieldsToReturn: wanted.fields,
      vecFieldsToOrder: orderParams(wanted.order ?? []),
      pParams: wanted.params ?? {},
      lifetimeSec: wanted.lifetimeSec ?? DEFAULT_LIFETIME_SEC,
    };
    const reply = await search('SrvView.ResetIterator', args, options);
    return read('SrvView.ResetIterator', reply, (members) => members.string('wstrIteratorId'));
  },
  getRecordCount: (iteratorId: string, options?: CallOptions) =>
    int('SrvView.GetRecordCount', { wstrIteratorId: iteratorId }, options),
  /** @param end zero-based and inclusive */
  getRecordRange: async (
    iteratorId: string,
    { start, end }: { start: number; end: number },
    options?: CallOptions,
  ): Promise<PlainRow[]> => {
    const args = { wstrIteratorId: iteratorId, nStart: start, nEnd: end };
    const reply = await call('SrvView.GetRecordRange', args, options);
    return rowsIn('SrvView.GetRecordRange', reply, 'pRecords', 'KLCSP_ITERATOR_ARRAY');
  },
  releaseIterator: (iteratorId: string, options?: CallOptions) =>
    done('SrvView.ReleaseIterator', { wstrIteratorId: iteratorId }, options),
});
