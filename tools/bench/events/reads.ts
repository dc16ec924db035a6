/** What a technician looks for, asked of a store of events in the same way whichever it is. */
import { deviceId, QUIET_TENANT, tenantId } from './fleet.ts';
import { FREQUENT_WORD, fleet, MISSING_WORD, RARE_WORD } from './happenings.ts';
import { SPAN_MS } from './load.ts';
import { count, measure, type Times } from './timing.ts';

export const PAGE = 50;
const DEEP_PAGE = 10_000;

export interface Wanted {
  tenant?: string;
  device?: string;
  words?: readonly string[];
  from?: Date;
  beforeId?: number;
}

/** A store with the same events as the other one. Pages are newest first. */
export interface ReadableStore {
  page(wanted: Wanted, limit: number): Promise<{ length: number }>;
  countsByType(): Promise<{ length: number }>;
  /** By hour and severity, as the overview draws them. */
  countsByHour(from: Date, tenant: string): Promise<{ length: number }>;
}

/** Nobody waits longer than this for a page, or for a search. */
export const PAGE_GOAL_MS = 100;
export const SEARCH_GOAL_MS = 500;

export interface Read {
  title: string;
  goalMs?: number;
  ask(store: ReadableStore, round: number): Promise<{ length: number }>;
  expect: 'full' | 'some' | 'none';
}

/** @param events how many the store holds, numbered from 1 without a gap */
export const readsOf = (events: number, now: Date): Read[] => {
  const from = new Date(now.getTime() - SPAN_MS);
  const large = tenantId(0);
  const quiet = tenantId(QUIET_TENANT);
  const deepPage = Math.min(DEEP_PAGE, Math.floor(events / PAGE / 2));
  const deep = events - PAGE * deepPage;
  // A device of the middle: it stands for most.
  const device = (round: number) => deviceId(Math.floor(fleet.length / 2) + round);
  const page = (title: string, wanted: (round: number) => Wanted, expect: Read['expect'] = 'full'): Read => ({
    title,
    goalMs: PAGE_GOAL_MS,
    ask: (store, round) => store.page(wanted(round), PAGE),
    expect,
  });
  const search = (title: string, wanted: Wanted, expect: Read['expect']): Read => ({
    title,
    goalMs: SEARCH_GOAL_MS,
    ask: (store) => store.page({ from, ...wanted }, PAGE),
    expect,
  });
  return [
    page('first page, all tenants', () => ({})),
    page(`page ${count(deepPage)} and those behind it, all tenants`, (round) => ({ beforeId: deep - round * PAGE })),
    page('first page, a large tenant', () => ({ tenant: large })),
    page('first page, a quiet tenant', () => ({ tenant: quiet }), 'some'),
    page('first page, one device (another each time)', (round) => ({ device: device(round) }), 'some'),
    page('page far back, one device', (round) => ({ device: device(round), beforeId: deep }), 'some'),
    search(`word in half of all events (“${FREQUENT_WORD}”)`, { words: [FREQUENT_WORD] }, 'full'),
    search(`the same, a quiet tenant`, { words: [FREQUENT_WORD], tenant: quiet }, 'some'),
    search(`rare word (“${RARE_WORD}”)`, { words: [RARE_WORD] }, 'some'),
    search(`the same, a large tenant`, { words: [RARE_WORD], tenant: large }, 'some'),
    search('three words, each in many events', { words: ['usb', 'storage', '512'] }, 'full'),
    search('word that is nowhere', { words: [MISSING_WORD] }, 'none'),
    { title: 'counts by type, 30 days, all', ask: (store) => store.countsByType(), expect: 'some' },
    {
      title: 'counts by hour, 30 days, a large tenant',
      ask: (store) => store.countsByHour(from, large),
      expect: 'some',
    },
  ];
};

/** @throws Error when the answer is not what the events make it: a fast wrong answer is no figure */
export const timesOf = async (store: ReadableStore, read: Read, rounds: number): Promise<Times> =>
  measure(rounds, async (round) => {
    const { length } = await read.ask(store, round);
    const isRight = read.expect === 'full' ? length === PAGE : read.expect === 'none' ? length === 0 : length > 0;
    if (!isRight) throw new Error(`“${read.title}” found ${length} events`);
  });
