import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNeverBlocked, keyOfKind, kindKeyOf, kindOfKey } from './kind.ts';
import { multirangeText, rangesOf } from './ranges.ts';
import { budgetPerDay, decideBlocks, defaultSettings, isCalm, isFrequent, type TenantTraffic } from './rule.ts';
import { KeySummary } from './summary.ts';
import { KINDS_PER_SLICE, SLICES, TenantWindow } from './tenant-window.ts';

const BUDGET = budgetPerDay(defaultSettings, 400_000);
const traffic = (kinds: Record<string, number>, more: Partial<TenantTraffic> = {}): TenantTraffic => {
  const list = Object.entries(kinds).map(([key, events]) => ({ key, events }));
  const eventsInWindow = list.reduce((sum, { events }) => sum + events, 0);
  return { eventsInWindow, blockedInWindow: 0, letInDay: BUDGET + 1, kinds: list, ...more };
};
const blockedOf = (given: TenantTraffic, settings = defaultSettings, budget = BUDGET) =>
  decideBlocks(given, settings, budget).map(({ key }) => key);

describe('the rule', () => {
  it('gives a client a day’s part of the room that the database has for 30 days, unless a number is set', () => {
    expect(BUDGET).toBe(13_333);
    expect(budgetPerDay(defaultSettings, 45_000_000)).toBe(1_500_000);
    expect(budgetPerDay({ ...defaultSettings, budgetPerDay: 500 }, 400_000)).toBe(500);
  });

  it('blocks nothing within the budget, whatever the share', () => {
    expect(blockedOf(traffic({ storm: 13_000 }, { letInDay: BUDGET }))).toEqual([]);
    expect(blockedOf(traffic({ storm: 13_000 }))).toEqual(['storm']);
  });

  it('asks for more than 1,000 events and for more than 20 % of the client’s events, both', () => {
    expect(isFrequent(1000, 1000, defaultSettings)).toBe(false);
    expect(isFrequent(1001, 1001, defaultSettings)).toBe(true);
    expect(isFrequent(2000, 10_000, defaultSettings)).toBe(false);
    expect(isFrequent(2001, 10_000, defaultSettings)).toBe(true);
  });

  it('blocks from the top until the rest would fit into the budget', () => {
    const kinds = { small: 900, second: 30_000, first: 50_000 };
    expect(blockedOf(traffic(kinds))).toEqual(['first', 'second']);
    // 1,440 minutes are 144 windows: 30,900 in a window are 4,449,600 in a day.
    expect(blockedOf(traffic(kinds, { letInDay: 5_000_000 }), defaultSettings, 4_449_600)).toEqual(['first']);
    expect(blockedOf(traffic(kinds, { letInDay: 5_000_000 }), defaultSettings, 4_449_599)).toEqual(['first', 'second']);
  });

  it('does not blame what is left for what is blocked already', () => {
    const kinds = traffic({ quiet: 3000 }, { eventsInWindow: 100_000, blockedInWindow: 97_000 });
    expect(blockedOf(kinds)).toEqual([]);
  });

  it('blocks nothing when it is switched off', () => {
    expect(blockedOf(traffic({ storm: 1_000_000 }), { ...defaultSettings, enabled: false })).toEqual([]);
  });

  it('holds for any traffic: only frequent kinds, no more of them than needed, and always the most frequent first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(200_000), { maxLength: 30 }),
        fc.nat(300_000),
        fc.integer({ min: 10, max: 5_000_000 }),
        (counts, unseen, budget) => {
          const kinds = counts.map((events, at) => ({ key: `k${at}`, events }));
          const eventsInWindow = counts.reduce((sum, n) => sum + n, 0) + unseen;
          const given = { eventsInWindow, blockedInWindow: 0, letInDay: budget + 1, kinds };
          const blocks = decideBlocks(given, defaultSettings, budget);
          const keys = new Set(blocks.map(({ key }) => key));
          const candidates = kinds.filter(({ events }) => events > 1000 && events > eventsInWindow / 5);
          expect(blocks.length).toBeLessThanOrEqual(4);
          for (const { key } of blocks) expect(candidates.some((kind) => kind.key === key)).toBe(true);
          const lowest = Math.min(...blocks.map(({ events }) => events));
          for (const { key, events } of candidates) if (!keys.has(key)) expect(events).toBeLessThanOrEqual(lowest);
          const rest = eventsInWindow - blocks.reduce((sum, { events }) => sum + events, 0);
          // All that could be blocked is, or the rest fits; and it did not fit before the last one.
          if (blocks.length < candidates.length) expect(rest * 144).toBeLessThanOrEqual(budget);
          const last = blocks.at(-1);
          if (last) expect((rest + last.events) * 144).toBeGreaterThan(budget);
        },
      ),
    );
  });

  it('ends a block after two windows in which the kind was not frequent, and not earlier', () => {
    const seen = new Date('2026-05-01T12:00:00Z');
    const after = (minutes: number) => new Date(seen.getTime() + minutes * 60_000);
    expect(isCalm(seen, after(19.99), defaultSettings)).toBe(false);
    expect(isCalm(seen, after(20), defaultSettings)).toBe(true);
  });
});

describe('a kind of events', () => {
  const at = '2026-05-01T12:00:00Z';
  it('is type, severity, application, version and task, in and out of its key', () => {
    const text = fc.string({ maxLength: 20 }).map((each) => each.replaceAll('\0', ''));
    fc.assert(
      fc.property(text, text, text, text, (name, version, id, type) => {
        const event = { seq: 1, type, riseTime: at, severity: 3 as const, product: { name, version } };
        const key = kindKeyOf({ ...event, task: { id, displayName: 'Scan' } });
        const kind = { type, severity: 3 as const, product: name, productVersion: version, taskId: id };
        expect(kindOfKey(key)).toEqual(kind);
        expect(keyOfKind(kind)).toBe(key);
      }),
    );
    expect(kindOfKey(kindKeyOf({ seq: 1, type: 'X', riseTime: at }))).toEqual({
      type: 'X',
      severity: 1,
      product: '',
      productVersion: '',
      taskId: '',
    });
  });

  it('takes its severity from the catalogue when the device names none', () => {
    expect(kindOfKey(kindKeyOf({ seq: 1, type: 'KLSRV_DISK_FULL', riseTime: at })).severity).toBe(3);
  });

  it.each([
    ['GNRL_EV_VIRUS_FOUND', '', true],
    ['GNRL_EV_VIRUS_FOUND_BY_KSN', '', true],
    ['GNRL_EV_VIRUS_OUTBREAK', '', true],
    ['GNRL_EV_OBJECT_NOTCURED', '', true],
    ['GNRL_EV_OBJECT_DELETED', '', true],
    ['KLAUD_EV_OBJECTMODIFY', '', true],
    ['KLPRCI_TaskState', '019a0000-0000-7000-8000-000000000001', true],
    ['KLPRCI_TaskState', 'local-task-7', false],
    ['KLPRCI_TaskState', '', false],
    ['GNRL_EV_SUSPICIOUS_OBJECT_FOUND', '', false],
    ['KLSRV_DISK_FULL', '', false],
  ])('%s of task "%s": is never blocked: %s', (type, taskId, expected) => {
    expect(isNeverBlocked({ type, taskId })).toBe(expected);
  });
});

describe('counting in bounded memory', () => {
  it('never tells more than came and at most one part in its capacity less, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 9 })), { maxLength: 400 }),
        fc.integer({ min: 1, max: 16 }),
        (arrivals, capacity) => {
          const summary = new KeySummary(capacity);
          const truth = new Map<string, number>();
          for (const [number, count] of arrivals) {
            summary.add(`k${number}`, count);
            truth.set(`k${number}`, (truth.get(`k${number}`) ?? 0) + count);
          }
          const total = [...truth.values()].reduce((sum, n) => sum + n, 0);
          expect(summary.total).toBe(total);
          expect([...summary.keys()].length).toBeLessThanOrEqual(capacity);
          for (const [key, count] of truth) {
            expect(summary.atLeast(key)).toBeLessThanOrEqual(count);
            expect(summary.atLeast(key)).toBeGreaterThanOrEqual(count - total / capacity);
          }
        },
      ),
    );
  });

  it('slides: a kind is told of at most what came in the window, and at least what came in nine tenths of it', () => {
    const WINDOW_MS = 600_000;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(90_000), fc.integer({ min: 1, max: 5 }), fc.nat(3)), { minLength: 1, maxLength: 120 }),
        (steps) => {
          const window = new TenantWindow(10);
          let nowMs = Date.UTC(2026, 4, 1);
          const came: { at: number; key: string; count: number }[] = [];
          for (const [ms, count, number] of steps) {
            nowMs += ms;
            window.moveTo(new Date(nowMs));
            window.add(`k${number}`, count, true);
            came.push({ at: nowMs, key: `k${number}`, count });
            const since = (lengthMs: number, key: string) =>
              came
                .filter((each) => each.key === key && each.at > nowMs - lengthMs)
                .reduce((sum, each) => sum + each.count, 0);
            for (const key of ['k0', 'k1', 'k2', 'k3']) {
              expect(window.eventsOf(key)).toBeLessThanOrEqual(since(WINDOW_MS, key));
              expect(window.eventsOf(key)).toBeGreaterThanOrEqual(since((WINDOW_MS / SLICES) * (SLICES - 1), key));
            }
          }
          expect(window.letInDay).toBe(came.reduce((sum, each) => sum + each.count, 0));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('forgets a day after a day, keeps suppressed events out of it, and is idle when nothing is left', () => {
    const window = new TenantWindow(10);
    const at = (hours: number) => new Date(Date.UTC(2026, 4, 1) + hours * 3_600_000);
    window.moveTo(at(0));
    window.add('a', 7, true);
    window.add('a', 5, false);
    expect([window.eventsInWindow, window.letInDay]).toEqual([12, 7]);
    window.moveTo(at(23));
    expect([window.eventsInWindow, window.letInDay]).toEqual([0, 7]);
    expect(window.isIdle(at(23))).toBe(false);
    window.moveTo(at(24));
    expect(window.letInDay).toBe(0);
    expect(window.isIdle(at(48))).toBe(true);
  });

  it('does not lose its footing when the clock is put back', () => {
    const window = new TenantWindow(10);
    window.moveTo(new Date('2026-05-01T12:00:00Z'));
    window.add('a', 3, true);
    window.moveTo(new Date('2026-05-01T11:00:00Z'));
    window.add('a', 4, true);
    expect([window.eventsOf('a'), window.letInDay]).toEqual([7, 7]);
  });

  it('counts a kind anew when it was forgotten', () => {
    const window = new TenantWindow(10);
    window.moveTo(new Date('2026-05-01T12:00:00Z'));
    window.add('a', 3, true);
    window.add('b', 2, true);
    window.forget('a');
    expect([window.eventsOf('a'), window.eventsInWindow, window.kinds()]).toEqual([0, 2, [{ key: 'b', events: 2 }]]);
  });

  it('finds the storm among 20,000 kinds of 100,000 devices, in a memory that does not grow with them', () => {
    const window = new TenantWindow(10);
    window.moveTo(new Date('2026-05-01T12:00:00Z'));
    for (let n = 0; n < 100_000; n += 1) {
      window.add(`kind ${n % 20_000}`, 1, true);
      if (n % 3 === 0) window.add('storm', 1, true);
    }
    const [top] = window.kinds().sort((a, b) => b.events - a.events);
    expect(top?.key).toBe('storm');
    expect(top?.events).toBeGreaterThan(33_334 - 133_334 / KINDS_PER_SLICE);
    expect(window.kinds().length).toBe(KINDS_PER_SLICE);
  });
});

describe('numbers of a sender', () => {
  it('are kept as unbroken runs that hold exactly these numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const ranges = rangesOf(numbers);
        const inside = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
        expect(inside).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const [at, [from]] of ranges.entries()) {
          const before = ranges[at - 1];
          if (before) expect(from).toBeGreaterThan(before[1] + 1);
        }
      }),
    );
    expect(multirangeText(rangesOf([3, 1, 2, 7, 7]))).toBe('{[1,3],[7,7]}');
  });
});
