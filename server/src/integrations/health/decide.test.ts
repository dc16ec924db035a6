import { describe, expect, it } from 'vitest';
import { decide, type Subject } from './decide.ts';

const now = new Date('2026-03-04T12:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const settings = { alarmAfterMinutes: 30 };
const down = (minutes: number | null, more: Partial<Subject> = {}): Subject => ({
  kind: 'source',
  id: 's1',
  name: 'Head office',
  failingSince: minutes === null ? null : minutesAgo(minutes),
  problem: minutes === null ? null : { code: 'source.timed-out', message: 'no answer' },
  ...more,
});
const alarm = { id: 'a1', kind: 'source' as const, subject_id: 's1' };

describe('an alarm', () => {
  it.each([
    [29, 0],
    [30, 1],
    [600, 1],
  ])('is raised for a connection that is down for %i minutes: %i', (minutes, raised) => {
    expect(decide([down(minutes)], [], settings, now).raise).toHaveLength(raised);
  });

  it('is raised once, however long it lasts', () => {
    expect(decide([down(600)], [alarm], settings, now)).toEqual({ raise: [], clear: [] });
  });

  it('is over when the connection works again, is switched off, or is gone', () => {
    expect(decide([down(null)], [alarm], settings, now).clear).toEqual(['a1']);
    expect(decide([], [alarm], settings, now).clear).toEqual(['a1']);
  });

  it('stands while the connection fails, also shorter than the setting of today', () => {
    expect(decide([down(5)], [alarm], settings, now).clear).toEqual([]);
  });

  it('of an integration does not stand for a source of the same id', () => {
    const integration = down(60, { kind: 'integration' });
    expect(decide([integration], [alarm], settings, now)).toEqual({ raise: [integration], clear: ['a1'] });
  });
});
