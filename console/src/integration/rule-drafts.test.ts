import type { PsaField, TicketRule } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { choicesFor, edited, isSame, missingOf, sectionOf } from './rule-drafts.ts';

const choice = (id: string, parentId: string | null = null, active = true) => ({ id, label: id, active, parentId });
const fields: PsaField[] = [
  {
    name: 'queue',
    general: false,
    title: 'Queue',
    required: true,
    parent: null,
    choices: [choice('alerts'), choice('old', null, false)],
  },
  {
    name: 'issue',
    general: false,
    title: 'Issue',
    required: false,
    parent: null,
    choices: [choice('computer'), choice('network')],
  },
  {
    name: 'sub',
    general: false,
    title: 'Subissue',
    required: false,
    parent: 'issue',
    choices: [choice('virus', 'computer'), choice('wifi', 'network')],
  },
];
const status: TicketRule = {
  reason: 'status:critical:activeThreats',
  title: 'Active threats',
  enabled: false,
  fields: { queue: 'alerts', issue: 'computer', sub: 'virus' },
  dueHours: 12,
  lifetimeDays: null,
  autoClose: true,
  problem: null,
};
const event: TicketRule = { ...status, reason: 'event:critical', lifetimeDays: 1, autoClose: null };

describe('editing many rules at once', () => {
  it('leaves alone what was not chosen', () => {
    expect(edited(status, { dueHours: 4 }, fields)).toEqual({ ...status, dueHours: 4 });
  });
  it('gives a status no lifetime and never closes an event by itself', () => {
    expect(edited(status, { lifetimeDays: 9 }, fields).lifetimeDays).toBeNull();
    expect(edited(event, { autoClose: true }, fields).autoClose).toBeNull();
  });
  it('lets go of a dependent choice whose parent changed, and of no other', () => {
    expect(edited(status, { fields: { issue: 'network' } }, fields).fields).toEqual({
      queue: 'alerts',
      issue: 'network',
      sub: null,
    });
    expect(edited(status, { fields: { queue: 'old' } }, fields).fields.sub).toBe('virus');
  });
});

describe('what a rule needs', () => {
  it('names the required choices that are missing, but only while the rule is on', () => {
    const blank = { ...status, fields: {} };
    expect(missingOf(blank, fields)).toEqual([]);
    expect(missingOf({ ...blank, enabled: true }, fields).map(({ name }) => name)).toEqual(['queue']);
  });
  it('offers an inactive choice only where it is used already', () => {
    const [queue, , sub] = fields as [PsaField, PsaField, PsaField];
    expect(choicesFor(queue, {}).map(({ id }) => id)).toEqual(['alerts']);
    expect(choicesFor(queue, { queue: 'old' }).map(({ id }) => id)).toEqual(['alerts', 'old']);
    expect(choicesFor(sub, { issue: 'network' }).map(({ id }) => id)).toEqual(['wifi']);
  });
  it('counts a field that was never chosen and one that is blank as the same', () => {
    expect(isSame({ ...status, fields: {} }, { ...status, fields: { queue: null } })).toBe(true);
    expect(isSame(status, { ...status, fields: { ...status.fields, queue: null } })).toBe(false);
  });
  it('belongs to the section that its reason says', () => {
    expect(
      [event, { ...event, reason: 'event-type:X' }, status, { ...status, reason: 'status:warning:x' }].map(sectionOf),
    ).toEqual(['events', 'events', 'critical', 'warning']);
  });
});
