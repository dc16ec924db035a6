import { type Params, required } from '@gatehouse/protocols/ksc-open-api';
import type { Call, MethodClass } from '../method.ts';

/** The kind of result set that EventProcessing reads. */
export const EVENT_ITERATOR = 'events';

export interface EventIterator {
  count: number;
  rows: (start: number, count: number) => Promise<Params[]>;
}

/** A range is never longer, whatever was asked for; a client asks on from where it got to. */
const MOST_EVENTS = 10_000;

const iteratorOf = ({ args, login, nowMs }: Call): { id: string; iterator: EventIterator } => {
  const id = required(args.string('strIteratorId'), 'strIteratorId');
  return { id, iterator: login.resultSets.get<EventIterator>(id, EVENT_ITERATOR, nowMs) };
};

/** EventProcessing: reads the events of an iterator (KSCAPI 13, class EventProcessing). */
export const eventProcessingClass: MethodClass = {
  GetRecordCount: { needs: null, run: (call) => ({ PxgRetVal: iteratorOf(call).iterator.count }) },
  GetRecordRange: {
    needs: null,
    run: async (call) => {
      const { iterator } = iteratorOf(call);
      const start = Math.max(0, call.args.long('nStart') ?? 0);
      // The last index is inclusive; clients pass the count itself and mean "to the end".
      const last = Math.min(call.args.long('nEnd') ?? 0, iterator.count - 1);
      const count = Math.min(Math.max(0, last - start + 1), MOST_EVENTS);
      const rows = count === 0 ? [] : await iterator.rows(start, count);
      return { pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: rows } };
    },
  },
  ReleaseIterator: {
    needs: null,
    run: (call) => {
      call.login.resultSets.release(iteratorOf(call).id, EVENT_ITERATOR, call.nowMs);
      return {};
    },
  },
};
