import type { PsaField, TicketRule } from '@gatehouse/contract';
import type { Issue } from '../../platform/errors/index.ts';
import { defaultChoices, type PsaKind, type RuleSection } from '../psa/index.ts';
import {
  allReasons,
  isEventTypeReason,
  isReason,
  isStatusReason,
  partsOf,
  type Reason,
  reasonTitle,
} from './reasons.ts';
import type { RuleRow } from './store-rules.ts';

export type StoredRule = Omit<RuleRow, 'integration_id'>;
/** What the console sends for a rule. */
export type RuleInput = Omit<TicketRule, 'title' | 'problem'>;

const EVENT_LIFETIME_DAYS = 1;
const DUE_HOURS = 12;
const DUE_HOURS_STATUS_WARNING = 24;

const sectionOf = (reason: Reason): RuleSection => {
  if (isStatusReason(reason)) return partsOf(reason).level === 'critical' ? 'status-critical' : 'status-warning';
  return reason === 'event:critical' ? 'event-critical' : 'event-other';
};

/** Fields that each rule chooses for itself, and those that all tickets have in common. */
export const ownFields = (fields: PsaField[]): PsaField[] => fields.filter(({ general }) => !general);
export const generalFields = (fields: PsaField[]): PsaField[] => fields.filter(({ general }) => general);

/** What all tickets have in common before anybody touched it. Its defaults are the same in each section of a PSA's kind. */
export const defaultGeneral = (kind: PsaKind, fields: PsaField[]): Record<string, string | null> =>
  defaultChoices(kind, 'event-critical', generalFields(fields));

/** Every rule as it is before anybody touched it: off, with the defaults that exist in this PSA. */
export const defaultRules = (kind: PsaKind, fields: PsaField[]): StoredRule[] =>
  allReasons.map((reason) => {
    const isStatus = isStatusReason(reason);
    return {
      reason,
      enabled: false,
      fields: defaultChoices(kind, sectionOf(reason), ownFields(fields)),
      due_hours: sectionOf(reason) === 'status-warning' ? DUE_HOURS_STATUS_WARNING : DUE_HOURS,
      lifetime_days: isStatus ? null : EVENT_LIFETIME_DAYS,
      auto_close: isStatus ? true : null,
    };
  });

interface ChoiceIssue {
  field: PsaField;
  what: string;
  /** A required field without a choice: no harm while the rule is off. */
  isMissing: boolean;
}

/** What is wrong with the choices of a rule, by the PSA's own lists. */
const choiceIssues = (chosen: Record<string, string | null>, fields: PsaField[]): ChoiceIssue[] =>
  fields.flatMap((field): ChoiceIssue[] => {
    const value = chosen[field.name] ?? null;
    if (value === null)
      return field.required ? [{ field, what: `${field.title} must be chosen`, isMissing: true }] : [];
    const choice = field.choices.find(({ id }) => id === value);
    if (!choice) return [{ field, what: `${field.title}: the PSA has no such choice any more`, isMissing: false }];
    if (!choice.active)
      return [{ field, what: `${field.title}: "${choice.label}" is inactive in the PSA`, isMissing: false }];
    const parent = fields.find(({ name }) => name === field.parent);
    if (parent && choice.parentId !== (chosen[parent.name] ?? null)) {
      return [
        {
          field,
          what: `${field.title}: "${choice.label}" does not belong to the chosen ${parent.title.toLowerCase()}`,
          isMissing: false,
        },
      ];
    }
    return [];
  });

/** Why choices cannot be used just now, or null. @param fields those that belong there, general or own */
export const choiceProblem = (chosen: Record<string, string | null>, fields: PsaField[]): string | null => {
  const issues = choiceIssues(chosen, fields);
  return issues.length === 0 ? null : issues.map(({ what }) => what).join('; ');
};

/** Choices of known fields only, each of them named. */
const complete = (chosen: Record<string, string | null>, fields: PsaField[]): Record<string, string | null> =>
  Object.fromEntries(fields.map(({ name }) => [name, chosen[name] ?? null]));

const unknownFields = (chosen: Record<string, string | null>, fields: PsaField[], where: string): Issue[] =>
  Object.keys(chosen)
    .filter((name) => !fields.some((field) => field.name === name))
    .map((name) => ({ where: `${where}.${name}`, what: 'The PSA has no such field, or not here' }));

/** What is wrong with the choices that all tickets share. @param isUsed a rule is on, so that they must be whole */
export const checkGeneral = (
  chosen: Record<string, string | null>,
  all: PsaField[],
  isUsed: boolean,
): { fields: Record<string, string | null>; issues: Issue[] } => {
  const fields = generalFields(all);
  const where = 'body.general.fields';
  return {
    fields: complete(chosen, fields),
    issues: [
      ...unknownFields(chosen, fields, where),
      ...(isUsed
        ? choiceIssues(chosen, fields).map(({ field, what }) => ({ where: `${where}.${field.name}`, what }))
        : []),
    ],
  };
};

/**
 * Checks rules that somebody wants to save, all of them before any is saved. An outdated choice may stay in a rule
 * that is off; to be switched on, a rule must be whole.
 */
export const checkRules = (input: RuleInput[], all: PsaField[]): { rules: StoredRule[]; issues: Issue[] } => {
  const fields = ownFields(all);
  const issues: Issue[] = [];
  const seen = new Set<string>();

  const rules = input.map((rule, at): StoredRule => {
    const where = (path: string) => `body.rules[${at}].${path}`;
    const { reason } = rule;
    if (!isReason(reason)) issues.push({ where: where('reason'), what: `There is no reason "${reason}"` });
    else if (seen.has(reason)) issues.push({ where: where('reason'), what: `"${reason}" is in the list twice` });
    seen.add(reason);
    const isStatus = reason.startsWith('status:');
    if (isStatus && rule.lifetimeDays !== null) {
      issues.push({ where: where('lifetimeDays'), what: 'A status has no lifetime: null' });
    }
    if (!isStatus && rule.lifetimeDays === null) {
      issues.push({ where: where('lifetimeDays'), what: 'How many days an event stays worth a ticket' });
    }
    if (isStatus && rule.autoClose === null) {
      issues.push({
        where: where('autoClose'),
        what: 'Whether the ticket closes when the reason is gone: true or false',
      });
    }
    if (!isStatus && rule.autoClose !== null) {
      issues.push({ where: where('autoClose'), what: 'Tickets of events are closed by people: null' });
    }
    issues.push(...unknownFields(rule.fields, fields, where('fields')));
    if (rule.enabled) {
      for (const { field, what } of choiceIssues(rule.fields, fields)) {
        issues.push({ where: where(`fields.${field.name}`), what });
      }
    }
    return {
      reason: reason as Reason,
      enabled: rule.enabled,
      fields: complete(rule.fields, fields),
      due_hours: rule.dueHours,
      lifetime_days: rule.lifetimeDays,
      auto_close: rule.autoClose,
    };
  });
  return { rules, issues };
};

export const shownRule = (rule: StoredRule, problem: string | null): TicketRule => ({
  reason: rule.reason,
  title: reasonTitle(rule.reason),
  enabled: rule.enabled,
  fields: rule.fields,
  dueHours: rule.due_hours,
  lifetimeDays: rule.lifetime_days,
  autoClose: rule.auto_close,
  problem,
});

/** In the order of the console: severities, types of events by name, conditions at Critical, then at Warning. */
export const inOrder = (rules: StoredRule[]): StoredRule[] => {
  const rank = (reason: Reason): number => {
    const listed = (allReasons as Reason[]).indexOf(reason);
    return isEventTypeReason(reason) ? 2.5 : listed;
  };
  return [...rules].sort((a, b) => rank(a.reason) - rank(b.reason) || a.reason.localeCompare(b.reason));
};
