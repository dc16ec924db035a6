import { type KscClient, type Params, type PlainRow, PxgError, pxgCodes } from '@gatehouse/protocols/ksc-open-api';
import { eventFields, eventIdOf } from './rows.ts';

const PAGE_ROWS = 500;

export interface EventReading {
  after: number | null;
  /** Used only at the first contact, when `after` is null. */
  firstDays: number;
  signal: AbortSignal | undefined;
}

const isBadFormat = (error: unknown): boolean => error instanceof PxgError && error.code === pxgCodes.badFormat.code;

/**
 * Pages of event rows with an id above `after`, ids growing. Asks the server to filter by id and severity; a server
 * that does not know event attributes in filters refuses that (1192), and is then read by position.
 *
 */
export async function* eventPages(client: KscClient, reading: EventReading): AsyncGenerator<PlainRow[]> {
  const { after, firstDays, signal } = reading;
  const filter: Params =
    after === null
      ? { KLEVP_EVENT_RISE_TIME_LAST_DAYS: firstDays, KLEVP_RFC2254_FILTER: '(GNRL_EA_SEVERITY >= 2)' }
      : { KLEVP_RFC2254_FILTER: `(&(event_db_id > ${after})(GNRL_EA_SEVERITY >= 2))` };
  const rows = client.events({ filter, fields: eventFields }, { pageSize: PAGE_ROWS, signal });
  let hasBegun = false;
  try {
    let page: PlainRow[] = [];
    for await (const row of rows) {
      hasBegun = true;
      // A server may take the filter and not heed it; the cursor must not go back for that.
      if (after !== null && (eventIdOf(row) ?? 0) <= after) continue;
      page.push(row);
      if (page.length === PAGE_ROWS) {
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  } catch (error) {
    if (hasBegun || !isBadFormat(error)) throw error;
    yield* pagesByPosition(client, reading);
  }
}

/**
 * The documented way without filters: all events sorted by id, newest first. The boundary to what is known is found by
 * halving, then pages are read from there towards the newest, so that ids grow and memory stays small.
 */
async function* pagesByPosition(
  client: KscClient,
  { after, firstDays, signal }: EventReading,
): AsyncGenerator<PlainRow[]> {
  const { eventProcessing, eventProcessingFactory } = client;
  const id = await eventProcessingFactory.createEventProcessing2(
    {
      filter: after === null ? { KLEVP_EVENT_RISE_TIME_LAST_DAYS: firstDays } : {},
      fields: eventFields,
      order: [{ name: 'event_db_id', ascending: false }],
    },
    { signal },
  );
  try {
    const count = await eventProcessing.getRecordCount(id, { signal });
    const idAt = async (position: number): Promise<number> => {
      const [row] = await eventProcessing.getRecordRange(id, { start: position, end: position }, { signal });
      return (row && eventIdOf(row)) ?? 0;
    };
    // The number of events that are newer than the cursor.
    let newer = after === null ? count : 0;
    if (after !== null) {
      let known = count;
      while (newer < known) {
        const middle = Math.floor((newer + known) / 2);
        if ((await idAt(middle)) > after) newer = middle + 1;
        else known = middle;
      }
    }
    for (let end = newer - 1; end >= 0; end -= PAGE_ROWS) {
      const rows = await eventProcessing.getRecordRange(
        id,
        { start: Math.max(0, end - PAGE_ROWS + 1), end },
        { signal },
      );
      yield rows.reverse();
    }
  } finally {
    await eventProcessing.releaseIterator(id);
  }
}
