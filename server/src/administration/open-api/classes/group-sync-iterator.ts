import { type Params, required } from '@gatehouse/protocols/ksc-open-api';
import type { Call, MethodClass } from '../method.ts';

/** The kind of result set that GroupSyncIterator reads. */
const FORWARD_ITERATOR = 'forward';
const MOST_ITEMS = 20_000;

/** Rows that are read once, from the first to the last. */
interface ForwardIterator {
  /** The next rows, at most so many; fewer mean the end. */
  read: (count: number) => Promise<Params[]>;
  /** One row more than was handed out, so that the last one comes with the word that it is the last. */
  ahead: Params[];
}

/** @returns the handle for the client */
export const keepForward = (
  { login, nowMs }: Call,
  id: string,
  read: ForwardIterator['read'],
  lifetimeSeconds: number | undefined,
): string => {
  login.resultSets.add(id, FORWARD_ITERATOR, { read, ahead: [] } satisfies ForwardIterator, lifetimeSeconds, nowMs);
  return id;
};

/** GroupSyncIterator: reads what licence keys and their hosts are handed out in (KSCAPI 13, class GroupSyncIterator). */
export const groupSyncIteratorClass: MethodClass = {
  GetNextItems: {
    needs: null,
    run: async ({ args, login, nowMs }) => {
      const id = required(args.string('szwIterator'), 'szwIterator');
      const iterator = login.resultSets.get<ForwardIterator>(id, FORWARD_ITERATOR, nowMs);
      const count = Math.min(Math.max(1, args.long('nCount') ?? MOST_ITEMS), MOST_ITEMS);
      const rows = [...iterator.ahead, ...(await iterator.read(count + 1 - iterator.ahead.length))];
      iterator.ahead = rows.splice(count);
      return {
        PxgRetVal: rows.length,
        bEOF: iterator.ahead.length === 0,
        pData: { KLCSP_ITERATOR_ARRAY: rows },
      };
    },
  },
  ReleaseIterator: {
    needs: null,
    run: ({ args, login, nowMs }) => {
      login.resultSets.release(required(args.string('szwIterator'), 'szwIterator'), FORWARD_ITERATOR, nowMs);
      return {};
    },
  },
};
