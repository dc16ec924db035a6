/** Fills the event store of a folder with events of the last 30 days. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventRow, toEventRow } from '../../../server/src/administration/events/event.ts';
import { type EngineStore, engineStore } from '../../../server/src/administration/events/index.ts';
import { defaultTerms } from '../../../server/src/administration/events/storage-term.ts';
import { type EventEngine, openEventEngine } from '../../../server/src/platform/event-engine/index.ts';
import { BLOCK_EVENTS, blockOf } from './happenings.ts';
import { count, perSecond } from './timing.ts';

const DAY_MS = 86_400_000;
export const SPAN_MS = 30 * DAY_MS;
/** Large inserts make few parts, and so little to merge: loading is not what is measured. */
const BLOCKS_PER_INSERT = 10;
/** So that the oldest events have not expired when the bench comes to read them. */
const SLACK_MS = 6 * 3_600_000;

interface LoadedStore {
  engine: EventEngine;
  store: EngineStore;
  /** The end of the 30 days, which is the clock of all reads. */
  now: Date;
}

const rowsOfBlock = (block: number, registeredAt: (number: number) => number): EventRow[] =>
  blockOf(block, registeredAt).map(({ number, device, event }) =>
    toEventRow(
      { ...event, seq: number + 1 },
      device.sender,
      { eventId: number + 1, epoch: 'bench', registrationTime: new Date(registeredAt(number)) },
      defaultTerms,
    ),
  );

/** Every row of the store as it was loaded, for another store that is to hold the same. */
export const rowsOf = async function* (events: number, total: number, now: Date): AsyncGenerator<EventRow[]> {
  const registeredAt = registrationOf(total, now);
  for (let block = 0; block * BLOCK_EVENTS < events; block += 1) yield rowsOfBlock(block, registeredAt);
};

const registrationOf = (total: number, now: Date) => {
  const from = now.getTime() - SPAN_MS + SLACK_MS;
  return (number: number) => from + Math.floor((number / total) * (SPAN_MS - SLACK_MS));
};

/** Opens the store in `folder` and loads what is missing to `events`. A load that was cut off is taken up again. */
export const loadStore = async (folder: string, events: number, say: (line: string) => void): Promise<LoadedStore> => {
  mkdirSync(folder, { recursive: true });
  const stateFile = join(folder, 'bench.json');
  if (!existsSync(stateFile)) writeFileSync(stateFile, JSON.stringify({ events, now: Date.now() }));
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as { events: number; now: number };
  if (state.events !== events) throw new Error(`${folder} is meant for ${count(state.events)} events; name another`);
  const now = new Date(state.now);

  const engine = await openEventEngine({ dataDir: folder });
  const store = engineStore(engine, 'all', () => now);
  await store.createTable();
  const loaded = await store.lastId();
  if (loaded === events) say(`${count(events)} events are in the store of ${folder} already`);

  const registeredAt = registrationOf(events, now);
  const begun = performance.now();
  let insertMs = 0;
  const blocks = Math.ceil(events / BLOCK_EVENTS);
  for (let block = Math.floor(loaded / BLOCK_EVENTS); block < blocks; block += BLOCKS_PER_INSERT) {
    const rows: EventRow[] = [];
    for (let next = block; next < Math.min(block + BLOCKS_PER_INSERT, blocks); next += 1) {
      for (const row of rowsOfBlock(next, registeredAt)) rows.push(row);
    }
    const insertBegun = performance.now();
    await store.insert(rows);
    insertMs += performance.now() - insertBegun;
    say(`  ${count(Math.min(events, (block + BLOCKS_PER_INSERT) * BLOCK_EVENTS))} events loaded`);
  }
  if (loaded < events) {
    const tookMs = performance.now() - begun;
    say(
      `Loaded ${count(events - loaded)} events in ${(tookMs / 1000).toFixed(0)} s by the engine's own insert, ` +
        `${count(BLOCK_EVENTS * BLOCKS_PER_INSERT)} at once (${perSecond(events - loaded, insertMs)} without making them)`,
    );
  }
  return { engine, store, now };
};
