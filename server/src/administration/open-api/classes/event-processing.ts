import {
  BadFormat,
  type Filter,
  type Params,
  pxgError,
  readArguments,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import type { EventCursor, EventRow } from '../../events/index.ts';
import type { Call, Method, MethodClass } from '../method.ts';

/** The kind of result set that EventProcessing reads. */
export const EVENT_ITERATOR = 'events';

/** What an iterator searched for, for those who delete what they read. */
interface Searched {
  filter: Filter;
  /** Later events do not belong to it. */
  reach: number;
  at: Date;
}

export interface EventIterator {
  count: () => Promise<number>;
  rows: (start: number, count: number) => Promise<Params[]>;
  /** Null: its events cannot be deleted through it. */
  searched: Searched | null;
  /** Deletions that were begun through it, by the blocks that they were asked for with. */
  deletions: Map<string, string>;
}

export const eventIterator = (
  cursor: EventCursor,
  toRow: (event: EventRow) => Params,
  searched: Searched | null,
): EventIterator => ({
  count: cursor.count,
  rows: async (start, count) => (await cursor.rows(start, count)).map(toRow),
  searched,
  deletions: new Map(),
});

/** A range is never longer, whatever was asked for; a client asks on from where it got to. */
const MOST_EVENTS = 10_000;
/** As many as one question to the event store bears easily. */
const MOST_BLOCKS = 100;

const iteratorOf = ({ args, login, nowMs }: Call): { id: string; iterator: EventIterator } => {
  const id = required(args.string('strIteratorId'), 'strIteratorId');
  return { id, iterator: login.resultSets.get<EventIterator>(id, EVENT_ITERATOR, nowMs) };
};

interface Block {
  begin: number;
  end: number;
}

/** Both ends of a block belong to it. */
const blocksOf = ({ args }: Call): Block[] => {
  const settings = readArguments(required(args.params('pSettings'), 'pSettings'));
  const blocks = required(settings.paramsList('EVP_EVENT_BLOCKS'), 'pSettings.EVP_EVENT_BLOCKS').map((entry, at) => {
    const where = `pSettings.EVP_EVENT_BLOCKS[${at}]`;
    const read = readArguments(entry);
    const begin = required(read.long('EVP_EVENT_BLOCK_BEGIN_ID'), `${where}.EVP_EVENT_BLOCK_BEGIN_ID`);
    const end = required(read.long('EVP_EVENT_BLOCK_END_ID'), `${where}.EVP_EVENT_BLOCK_END_ID`);
    if (begin < 0 || end < begin)
      throw new BadFormat('numbers from 0, the first not above the last, are needed', where);
    return { begin, end };
  });
  if (blocks.length > MOST_BLOCKS) {
    throw new BadFormat(
      `at most ${MOST_BLOCKS} blocks are needed; ask again for the others`,
      'pSettings.EVP_EVENT_BLOCKS',
    );
  }
  return blocks;
};

const number = (operator: '>=' | '<=', value: number) => ({
  ...{ kind: 'compare' as const, attribute: 'event_db_id', operator, value: { kind: 'int' as const, value } },
});

const initiateDelete: Method = {
  needs: 'events:delete',
  audit: 'events.deleted',
  run: async (call) => {
    const { login, administration } = call;
    const { searched, deletions } = iteratorOf(call).iterator;
    const blocks = blocksOf(call);
    if (!searched) throw pxgError('notPermitted', 'The history of a task is read; search its events to delete them');
    const within: Filter = {
      kind: 'or',
      parts: blocks.map(({ begin, end }) => ({ kind: 'and', parts: [number('>=', begin), number('<=', end)] })),
    };
    const filter: Filter = searched.filter.kind === 'all' ? within : { kind: 'and', parts: [searched.filter, within] };
    const id = await administration.eventDeletions.begin({
      filter,
      topId: searched.reach,
      asOf: searched.at,
      scope: login.scope(true),
      by: { id: login.user.id, name: login.user.name },
    });
    if (id !== null) deletions.set(JSON.stringify(blocks), id);
    return {};
  },
};

/** Takes a deletion back that has not begun yet: with the same blocks it is found again. */
const cancelDelete: Method = {
  needs: 'events:delete',
  audit: 'events.deletion-cancelled',
  run: async (call) => {
    const { deletions } = iteratorOf(call).iterator;
    const blocks = JSON.stringify(blocksOf(call));
    const id = deletions.get(blocks);
    if (id === undefined) throw pxgError('notFound', 'No deletion of these blocks was begun through this iterator');
    if (!(await call.administration.eventDeletions.withdraw(id))) {
      throw pxgError('notPermitted', 'The events are being deleted already, or are gone');
    }
    deletions.delete(blocks);
    return {};
  },
};

/** EventProcessing: reads the events of an iterator, and deletes some of them (KSCAPI 13, class EventProcessing). */
export const eventProcessingClass: MethodClass = {
  GetRecordCount: { needs: null, run: async (call) => ({ PxgRetVal: await iteratorOf(call).iterator.count() }) },
  GetRecordRange: {
    needs: null,
    run: async (call) => {
      const { iterator } = iteratorOf(call);
      const start = Math.max(0, call.args.long('nStart') ?? 0);
      // The last index is inclusive; clients pass the count itself and mean "to the end".
      const last = call.args.long('nEnd') ?? 0;
      const count = Math.min(Math.max(0, last - start + 1), MOST_EVENTS);
      const rows = count === 0 ? [] : await iterator.rows(start, count);
      return { pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: rows } };
    },
  },
  InitiateDelete: initiateDelete,
  CancelDelete: cancelDelete,
  ReleaseIterator: {
    needs: null,
    run: (call) => {
      call.login.resultSets.release(iteratorOf(call).id, EVENT_ITERATOR, call.nowMs);
      return {};
    },
  },
};
