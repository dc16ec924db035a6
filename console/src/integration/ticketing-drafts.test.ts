import type { PsaField, TicketRule, TicketSettings } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import {
  changesOf,
  draftActs,
  faultsOf,
  noDraft,
  ruleOfIssue,
  type TicketingDraft,
  wishOf,
  withDraft,
} from './ticketing-drafts.ts';

const choice = (id: string) => ({ id, label: id, active: true, parentId: null });
const field = (name: string, general: boolean, required = true): PsaField => ({
  name,
  general,
  title: name,
  required,
  parent: null,
  choices: [choice('a'), choice('b')],
});
const fields = [field('queue', false), field('status', true), field('source', true, false)];
const rule = (reason: string, more: Partial<TicketRule> = {}): TicketRule => ({
  reason,
  title: reason,
  enabled: false,
  fields: { queue: 'a' },
  dueHours: 12,
  lifetimeDays: reason.startsWith('status') ? null : 1,
  autoClose: reason.startsWith('status') ? true : null,
  problem: null,
  ...more,
});
const templates = { eventTitle: 't', eventBody: 'b', statusTitle: 't', statusBody: 'b', consoleUrl: null };
const severity = rule('event:critical');
const virus = rule('event-type:VIRUS');
const outdated = rule('status:critical:outdated');
const settings: TicketSettings = {
  revision: 7,
  savedBy: null,
  savedAt: null,
  general: { fields: { status: 'a', source: null }, problem: null },
  items: [severity, virus, outdated],
  templates,
  publicUrl: null,
  defaults: {
    general: { fields: { status: 'b', source: null }, problem: null },
    items: [rule('event:critical', { dueHours: 1 }), rule('status:critical:outdated', { dueHours: 1 })],
    templates: { ...templates, eventTitle: 'default' },
  },
};
const acts = (draft: TicketingDraft = noDraft) => draftActs(settings, draft, fields);
const now = (draft: TicketingDraft) => withDraft(settings, draft);
const reasons = (draft: TicketingDraft) => now(draft).rules.map((each) => each.reason);

describe('unsaved ticket settings', () => {
  it('send only what was touched, with the revision that they began on', () => {
    const draft = acts(acts().choose({ source: 'b' })).edit([outdated], { enabled: true });
    expect(wishOf(settings, draft)).toEqual({
      revision: 7,
      general: { fields: { status: 'a', source: 'b' } },
      rules: [expect.objectContaining({ reason: outdated.reason, enabled: true })],
    });
    expect(wishOf({ ...settings, revision: 9 }, draft).revision).toBe(7);
  });

  it('are none once everything is as it was saved', () => {
    const there = acts().edit([outdated], { dueHours: 3 });
    const back = acts(there).edit(now(there).rules, { dueHours: 12 });
    expect(changesOf(settings, acts(back).write({ eventTitle: 't' })).count).toBe(0);
  });

  it('are counted by section', () => {
    const draft = acts(acts(acts().remove([virus.reason])).write({ eventBody: 'new' })).edit([outdated], {
      dueHours: 3,
    });
    expect(changesOf(settings, draft)).toMatchObject({
      bySection: { general: 0, events: 1, warning: 0, critical: 1, templates: 1 },
      count: 3,
    });
  });

  it('tell which status rules they switch on, and not those that were on or are for events', () => {
    const draft = acts().edit([severity, outdated], { enabled: true });
    expect(changesOf(settings, draft).switchedOn).toEqual([outdated.reason]);
    const on = { ...settings, items: [rule(outdated.reason, { enabled: true })] };
    expect(changesOf(on, draft).switchedOn).toEqual([]);
  });
});

describe('a rule for one type of events', () => {
  it('stands after the severities, and leaves when it is removed', () => {
    const added = acts().add('event-type:APPS', 'APPS', severity);
    expect(reasons(added)).toEqual([
      'event:critical',
      'event-type:APPS',
      'event-type:VIRUS',
      'status:critical:outdated',
    ]);
    const removed = acts(added).remove(['event-type:APPS', 'event-type:VIRUS']);
    expect(reasons(removed)).toEqual(['event:critical', 'status:critical:outdated']);
    expect(wishOf(settings, removed)).toEqual({ revision: 7, removed: ['event-type:VIRUS'] });
  });

  it('that was removed and added again is saved as a change, not removed', () => {
    const again = acts(acts().remove([virus.reason])).add(
      virus.reason,
      'VIRUS',
      rule('event:critical', { dueHours: 5 }),
    );
    expect(wishOf(settings, again)).toEqual({
      revision: 7,
      rules: [expect.objectContaining({ reason: virus.reason, dueHours: 5 })],
    });
  });
});

describe('going back to the defaults', () => {
  it('is one section, and rules for single types of events go with it', () => {
    const draft = acts().reset('events');
    expect(reasons(draft)).toEqual(['event:critical', 'status:critical:outdated']);
    expect(now(draft).rules.map(({ dueHours }) => dueHours)).toEqual([1, 12]);
    expect(now(acts().reset('general')).general).toEqual({ status: 'b', source: null });
    expect(now(acts().reset('templates')).templates.eventTitle).toBe('default');
  });
});

describe('what keeps settings from being saved', () => {
  it('is a blank that a rule needs, in the rule or for all tickets, as soon as the rule is on', () => {
    const off = acts().edit([outdated], { fields: { queue: null } });
    expect(faultsOf(settings, off, fields).count).toBe(0);
    const on = acts(acts(off).choose({ status: null })).edit([{ ...outdated, fields: { queue: null } }], {
      enabled: true,
    });
    expect(faultsOf(settings, on, fields)).toMatchObject({
      general: [{ name: 'status' }],
      rules: [{ reason: outdated.reason }],
      bySection: { general: 1, critical: 1 },
    });
  });

  it('is a placeholder that nobody knows', () => {
    const { templates: found } = faultsOf(settings, acts().write({ eventBody: 'On\n{devise}' }), fields);
    expect(found).toMatchObject([
      { field: 'eventBody', what: expect.stringContaining('{devise} (line 2, character 1)') },
    ]);
  });

  it('is told of the rule and field that the server means', () => {
    const sent = wishOf(settings, acts().edit([outdated], { enabled: true }));
    expect(ruleOfIssue('body.rules[0].fields.queue', sent)).toEqual({ reason: outdated.reason, field: 'queue' });
    expect(ruleOfIssue('body.rules[0].dueHours', sent)).toEqual({ reason: outdated.reason, field: 'dueHours' });
    expect(ruleOfIssue('body.rules[4].dueHours', sent)).toBeNull();
    expect(ruleOfIssue('body.general.fields.status', sent)).toBeNull();
  });
});
