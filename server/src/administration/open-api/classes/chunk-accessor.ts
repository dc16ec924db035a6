import { type Params, required } from '@gatehouse/protocols/ksc-open-api';
import type { Call, MethodClass } from '../method.ts';

/** The kind of result set that ChunkAccessor reads. */
export const ACCESSOR = 'accessor';

/** Rows fixed at the time of the search, read piece by piece. */
export interface Accessor {
  count: number;
  rows: (start: number, count: number) => Promise<Params[]> | Params[];
}

/** A chunk is never larger, whatever was asked for; a client asks on from where it got to. */
const MOST_ROWS = 20_000;

const accessorOf = ({ args, login, nowMs }: Call): { id: string; accessor: Accessor } => {
  const id = required(args.string(['strAccessor', 'wstrIterator']), 'strAccessor');
  return { id, accessor: login.resultSets.get<Accessor>(id, ACCESSOR, nowMs) };
};

/** ChunkAccessor: reads what FindHosts, FindGroups and their sisters found (KSCAPI 13, class ChunkAccessor). */
export const chunkAccessorClass: MethodClass = {
  GetItemsCount: { needs: null, run: (call) => ({ PxgRetVal: accessorOf(call).accessor.count }) },
  GetItemsChunk: {
    needs: null,
    run: async (call) => {
      const { accessor } = accessorOf(call);
      const start = Math.max(0, call.args.long('nStart') ?? 0);
      const wanted = Math.max(0, call.args.long('nCount') ?? accessor.count);
      const count = Math.min(wanted, MOST_ROWS, Math.max(0, accessor.count - start));
      const rows = count === 0 ? [] : await accessor.rows(start, count);
      return { pChunk: { KLCSP_ITERATOR_ARRAY: rows }, PxgRetVal: rows.length };
    },
  },
  Release: {
    needs: null,
    run: (call) => {
      call.login.resultSets.release(accessorOf(call).id, ACCESSOR, call.nowMs);
      return {};
    },
  },
};
