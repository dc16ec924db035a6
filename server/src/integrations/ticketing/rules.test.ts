import type { PsaField } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../platform/errors/index.ts';
import { psaKindOf } from '../psa/index.ts';
import { allReasons, conditionNames } from './reasons.ts';
import { checkRules, defaultRules, type RuleInput, ruleProblem } from './rules.ts';

const choice = (id: string, label: string, more = {}) => ({ id, label, active: true, parentId: null, ...more });
const field = (
  name: string,
  required: boolean,
  choices: PsaField['choices'],
  parent: string | null = null,
): PsaField => ({
  name,
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
const whole = { priority: '4', queueID: '8', status: '1', closedStatus: '5', issueType: null, subIssueType: null };
const rule = (more: Partial<RuleInput> = {}): RuleInput => ({
  reason: 'event:critical',
  enabled: true,
  fields: whole,
  dueHours: 12,
  lifetimeDays: 1,
  autoClose: null,
  ...more,
});
const issuesOf = (rules: RuleInput[]) => {
  try {
    checkRules(rules, fields);
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues.map(({ where }) => where);
    throw error;
  }
};

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

  it('take the system statuses when their labels were translated', () => {
    expect(defaults.get('event:critical')?.fields).toMatchObject({ status: '1', closedStatus: '5' });
  });

  it('leave a choice blank that was deleted in the PSA, and such a rule cannot be switched on', () => {
    const without = fields.map((each) =>
      each.name === 'priority' ? { ...each, choices: [choice('2', 'Medium')] } : each,
    );
    const critical = defaultRules(autotask, without).find(({ reason }) => reason === 'event:critical');
    expect(critical?.fields['priority']).toBeNull();
    expect(ruleProblem({ fields: critical?.fields ?? {} }, without)).toContain('must be chosen');
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
    ).toHaveLength(2);
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
      'body.rules[1].fields.status',
      'body.rules[1].fields.closedStatus',
      'body.rules[2].reason',
    ]);
  });

  it('may keep an outdated choice while they are off', () => {
    expect(issuesOf([rule({ enabled: false, fields: { ...whole, priority: '6' } })])).toEqual([]);
  });
});
