import type { PsaField } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { psaKindOf } from '../psa/index.ts';
import { allReasons, conditionNames } from './reasons.ts';
import {
  checkGeneral,
  checkRules,
  choiceProblem,
  defaultGeneral,
  defaultRules,
  inOrder,
  type RuleInput,
} from './rules.ts';

const choice = (id: string, label: string, more = {}) => ({ id, label, active: true, parentId: null, ...more });
const field = (
  name: string,
  required: boolean,
  choices: PsaField['choices'],
  parent: string | null = null,
): PsaField => ({
  name,
  general: name === 'status' || name === 'closedStatus',
  title: name,
  required,
  parent,
  choices,
});
const fields: PsaField[] = [
  field('priority', true, [choice('4', 'critical '), choice('2', 'Medium'), choice('6', 'Someday', { active: false })]),
  field('queueID', true, [choice('8', 'Monitoring Alert')]),
  field('status', true, [choice('1', 'Neu'), choice('5', 'Fertig')]),
  field('closedStatus', true, [choice('1', 'Neu'), choice('5', 'Fertig')]),
  field('issueType', false, [choice('10', 'Security'), choice('11', 'Computer')]),
  field('subIssueType', false, [choice('136', 'Virus', { parentId: '10' })], 'issueType'),
];
const autotask = psaKindOf('autotask');
const whole = { priority: '4', queueID: '8', issueType: null, subIssueType: null };
const rule = (more: Partial<RuleInput> = {}): RuleInput => ({
  reason: 'event:critical',
  enabled: true,
  fields: whole,
  dueHours: 12,
  lifetimeDays: 1,
  autoClose: null,
  ...more,
});
const issuesOf = (rules: RuleInput[]) => checkRules(rules, fields).issues.map(({ where }) => where);

describe('default rules', () => {
  const defaults = new Map(defaultRules(autotask, fields).map((each) => [each.reason, each]));

  it('are off, and there is one per severity and one per condition and level', () => {
    expect(defaults.size).toBe(3 + 2 * conditionNames.length);
    expect([...defaults.values()].every(({ enabled }) => !enabled)).toBe(true);
    expect([...defaults.keys()].sort()).toEqual([...allReasons].sort());
  });

  it('have the priorities, times and lifetimes that people know', () => {
    expect(defaults.get('event:critical')).toMatchObject({
      fields: { priority: '4', queueID: '8' },
      due_hours: 12,
      lifetime_days: 1,
    });
    expect(defaults.get('event:warning')).toMatchObject({ fields: { priority: '2' }, due_hours: 12, lifetime_days: 1 });
    expect(defaults.get('event:functional-failure')).toMatchObject({ fields: { priority: '2' }, due_hours: 12 });
    expect(defaults.get('status:critical:databasesOutdated')).toMatchObject({
      fields: { priority: '4' },
      due_hours: 12,
      auto_close: true,
    });
    expect(defaults.get('status:warning:databasesOutdated')).toMatchObject({
      fields: { priority: '2' },
      due_hours: 24,
      lifetime_days: null,
    });
  });

  it('leave the statuses to what all tickets share, and find the system ones when their labels were translated', () => {
    expect(Object.keys(defaults.get('event:critical')?.fields ?? {})).not.toContain('status');
    expect(defaultGeneral(autotask, fields)).toEqual({ status: '1', closedStatus: '5' });
  });

  it('leave a choice blank that was deleted in the PSA, and such a rule cannot be switched on', () => {
    const without = fields.map((each) =>
      each.name === 'priority' ? { ...each, choices: [choice('2', 'Medium')] } : each,
    );
    const critical = defaultRules(autotask, without).find(({ reason }) => reason === 'event:critical');
    expect(critical?.fields['priority']).toBeNull();
    expect(choiceProblem(critical?.fields ?? {}, without)).toContain('must be chosen');
    expect(issuesOf([rule({ fields: { ...whole, priority: null } })])).toEqual(['body.rules[0].fields.priority']);
  });
});

describe('rules that are saved', () => {
  it('are taken when they are whole', () => {
    expect(
      checkRules(
        [rule(), rule({ reason: 'status:critical:activeThreats', lifetimeDays: null, autoClose: false })],
        fields,
      ),
    ).toMatchObject({ issues: [], rules: [{}, { auto_close: false }] });
  });

  it.each<[string, Partial<RuleInput>, string[]]>([
    [
      'a subtype of another issue type',
      { fields: { ...whole, issueType: '11', subIssueType: '136' } },
      ['body.rules[0].fields.subIssueType'],
    ],
    [
      'a subtype without an issue type',
      { fields: { ...whole, subIssueType: '136' } },
      ['body.rules[0].fields.subIssueType'],
    ],
    ['an inactive choice', { fields: { ...whole, priority: '6' } }, ['body.rules[0].fields.priority']],
    ['an unknown choice', { fields: { ...whole, queueID: '99' } }, ['body.rules[0].fields.queueID']],
    ['an unknown field', { fields: { ...whole, colour: 'red' } }, ['body.rules[0].fields.colour']],
    ['a field that all tickets share', { fields: { ...whole, status: '1' } }, ['body.rules[0].fields.status']],
    ['a type of events with a blank in it', { reason: 'event-type:A B' }, ['body.rules[0].reason']],
    [
      'a type of events that would close by itself',
      { reason: 'event-type:A', autoClose: true },
      ['body.rules[0].autoClose'],
    ],
    [
      'an unknown condition',
      { reason: 'status:critical:bored', lifetimeDays: null, autoClose: true },
      ['body.rules[0].reason'],
    ],
    ['an event without a lifetime', { lifetimeDays: null }, ['body.rules[0].lifetimeDays']],
    [
      'a status with a lifetime',
      { reason: 'status:warning:activeThreats', autoClose: true },
      ['body.rules[0].lifetimeDays'],
    ],
    [
      'a status that does not say whether it closes',
      { reason: 'status:warning:activeThreats', lifetimeDays: null },
      ['body.rules[0].autoClose'],
    ],
  ])('are refused for %s', (_, more, where) => {
    expect(issuesOf([rule(more)])).toEqual(where);
  });

  it('are refused all together, naming each place', () => {
    expect(issuesOf([rule(), rule({ reason: 'event:warning', fields: {} }), rule()])).toEqual([
      'body.rules[1].fields.priority',
      'body.rules[1].fields.queueID',
      'body.rules[2].reason',
    ]);
  });

  it('may keep an outdated choice while they are off', () => {
    expect(issuesOf([rule({ enabled: false, fields: { ...whole, priority: '6' } })])).toEqual([]);
  });
});

describe('what all tickets share', () => {
  it('must be whole as soon as a rule is on, and may have blanks until then', () => {
    expect(checkGeneral({ status: '1', closedStatus: null }, fields, true).issues).toEqual([
      { where: 'body.general.fields.closedStatus', what: 'closedStatus must be chosen' },
    ]);
    expect(checkGeneral({ status: '1', closedStatus: null }, fields, false).issues).toEqual([]);
  });

  it('takes no field that rules choose for themselves', () => {
    const { issues } = checkGeneral({ status: '1', closedStatus: '5', priority: '4' }, fields, false);
    expect(issues.map(({ where }) => where)).toEqual(['body.general.fields.priority']);
  });
});

describe('rules for single types of events', () => {
  it('are taken like those of severities, and stand between them and the statuses', () => {
    const own = rule({ reason: 'event-type:GNRL_EV_VIRUS_FOUND', lifetimeDays: 7 });
    expect(issuesOf([own, rule()])).toEqual([]);
    const { rules } = checkRules([own], fields);
    expect(inOrder([...defaultRules(autotask, fields), ...rules]).map(({ reason }) => reason)[3]).toBe(own.reason);
  });
});
