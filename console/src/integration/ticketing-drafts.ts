import type { PsaField, putTicketRules, TicketRule, TicketSettings, TicketTemplates } from '@gatehouse/contract';
import { templateProblems } from '@gatehouse/contract';
import type { z } from 'zod';
import { edited, isSame, missingOf, type RuleEdit, sectionOf } from './rule-drafts.ts';

type Chosen = Record<string, string | null>;
/** What a save sends, without the answer to the question about what is there already. */
export type SettingsWish = Omit<z.input<NonNullable<(typeof putTicketRules)['body']>>, 'backlog'>;

/** What somebody changed and has not saved yet; what is left out is as it was saved. */
export interface TicketingDraft {
  /** The revision that the changes were made on. */
  revision: number | null;
  general: Chosen | null;
  /** Changed and added rules by reason. */
  rules: Record<string, TicketRule>;
  removed: string[];
  templates: TicketTemplates | null;
}
export const noDraft: TicketingDraft = { revision: null, general: null, rules: {}, removed: [], templates: null };

/** Sections of the Ticketing tab that are saved together. */
export const draftSections = ['general', 'events', 'warning', 'critical', 'templates'] as const;
export type DraftSection = (typeof draftSections)[number];

export const ownFields = (fields: readonly PsaField[]): PsaField[] => fields.filter(({ general }) => !general);
export const generalFields = (fields: readonly PsaField[]): PsaField[] => fields.filter(({ general }) => general);
export const isEventType = ({ reason }: Pick<TicketRule, 'reason'>): boolean => reason.startsWith('event-type:');

const rank = ({ reason }: TicketRule): number => (reason.startsWith('event:') ? 0 : isEventType({ reason }) ? 1 : 2);

/** Settings as they would be once the draft is saved. */
export const withDraft = (settings: TicketSettings, draft: TicketingDraft) => {
  const kept = settings.items.filter(({ reason }) => !draft.removed.includes(reason));
  const known = new Set(kept.map(({ reason }) => reason));
  const added = Object.values(draft.rules).filter(({ reason }) => !known.has(reason));
  return {
    general: draft.general ?? settings.general.fields,
    templates: draft.templates ?? settings.templates,
    rules: [...kept.map((rule) => draft.rules[rule.reason] ?? rule), ...added].sort(
      (a, b) => rank(a) - rank(b) || (isEventType(a) && isEventType(b) ? a.reason.localeCompare(b.reason) : 0),
    ),
  };
};

const sameChoices = (one: Chosen, other: Chosen): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (name) => (one[name] ?? null) === (other[name] ?? null),
  );

/** What a draft really changes: going back to what was saved is no change. */
export const changesOf = (settings: TicketSettings, draft: TicketingDraft) => {
  const saved = new Map(settings.items.map((rule) => [rule.reason, rule]));
  const rules = Object.values(draft.rules).filter((rule) => {
    const before = saved.get(rule.reason);
    return !before || draft.removed.includes(rule.reason) || !isSame(rule, before);
  });
  const again = new Set(Object.keys(draft.rules));
  const removed = draft.removed.filter((reason) => saved.has(reason) && !again.has(reason));
  const general = draft.general && !sameChoices(draft.general, settings.general.fields) ? draft.general : null;
  const templates =
    draft.templates && JSON.stringify(draft.templates) !== JSON.stringify(settings.templates) ? draft.templates : null;
  const bySection: Record<DraftSection, number> = {
    general: general ? 1 : 0,
    events: 0,
    warning: 0,
    critical: 0,
    templates: templates ? 1 : 0,
  };
  for (const rule of rules) bySection[sectionOf(rule)] += 1;
  bySection.events += removed.length;
  return {
    rules,
    removed,
    general,
    templates,
    bySection,
    count: Object.values(bySection).reduce((sum, each) => sum + each, 0),
    /** Rules for statuses that are off and would be on: what is there already is asked about. */
    switchedOn: rules
      .filter(({ enabled, reason }) => enabled && reason.startsWith('status:') && !saved.get(reason)?.enabled)
      .map(({ reason }) => reason),
  };
};

export const wishOf = (settings: TicketSettings, draft: TicketingDraft): SettingsWish => {
  const { rules, removed, general, templates } = changesOf(settings, draft);
  return {
    revision: draft.revision ?? settings.revision,
    ...(general ? { general: { fields: general } } : {}),
    ...(templates ? { templates } : {}),
    ...(removed.length > 0 ? { removed } : {}),
    ...(rules.length > 0 ? { rules: rules.map(({ title: _title, problem: _problem, ...rule }) => rule) } : {}),
  };
};

/** What keeps a draft from being saved: places where something must be chosen or mended, by section. */
export const faultsOf = (settings: TicketSettings, draft: TicketingDraft, fields: readonly PsaField[]) => {
  const now = withDraft(settings, draft);
  const changes = changesOf(settings, draft);
  const isUsed = now.rules.some(({ enabled }) => enabled);
  // Saved rules whose choices are gone in the PSA are shown, but need not be mended to save something else.
  const general =
    isUsed && (changes.general || changes.rules.some(({ enabled }) => enabled))
      ? generalFields(fields).filter(({ name, required }) => required && (now.general[name] ?? null) === null)
      : [];
  const rules = changes.rules.filter((rule) => missingOf(rule, ownFields(fields)).length > 0);
  const templates = changes.templates ? templateProblems(changes.templates) : [];
  const bySection: Record<DraftSection, number> = {
    general: general.length,
    events: 0,
    warning: 0,
    critical: 0,
    templates: templates.length,
  };
  for (const rule of rules) bySection[sectionOf(rule)] += 1;
  return { general, rules, templates, bySection, count: Object.values(bySection).reduce((sum, each) => sum + each, 0) };
};

const begun = (settings: TicketSettings, draft: TicketingDraft): TicketingDraft => ({
  ...draft,
  revision: draft.revision ?? settings.revision,
});

/** Everything that a person can do to a draft; none of it changes what is saved. */
export const draftActs = (settings: TicketSettings, draft: TicketingDraft, fields: readonly PsaField[]) => ({
  choose: (general: Chosen): TicketingDraft => ({
    ...begun(settings, draft),
    general: { ...(draft.general ?? settings.general.fields), ...general },
  }),
  write: (templates: Partial<TicketTemplates>): TicketingDraft => ({
    ...begun(settings, draft),
    templates: { ...(draft.templates ?? settings.templates), ...templates },
  }),
  edit: (rules: TicketRule[], edit: RuleEdit): TicketingDraft => ({
    ...begun(settings, draft),
    rules: {
      ...draft.rules,
      ...Object.fromEntries(rules.map((rule) => [rule.reason, edited(rule, edit, ownFields(fields))])),
    },
  }),
  /** A rule for one type of events begins as its severity's rule is. */
  add: (reason: string, title: string, like: TicketRule): TicketingDraft => ({
    ...begun(settings, draft),
    rules: { ...draft.rules, [reason]: { ...like, reason, title, problem: null } },
  }),
  remove: (reasons: string[]): TicketingDraft => {
    const saved = new Set(settings.items.map(({ reason }) => reason));
    return {
      ...begun(settings, draft),
      rules: Object.fromEntries(Object.entries(draft.rules).filter(([reason]) => !reasons.includes(reason))),
      removed: [...new Set([...draft.removed, ...reasons.filter((reason) => saved.has(reason))])],
    };
  },
  /** As it was before anybody touched it, with what the PSA offers now; rules for single types of events go. */
  reset: (section: DraftSection): TicketingDraft => {
    const { defaults } = settings;
    if (!defaults) return draft;
    const from = begun(settings, draft);
    if (section === 'general') return { ...from, general: defaults.general.fields };
    if (section === 'templates') return { ...from, templates: defaults.templates };
    const here = withDraft(settings, draft).rules.filter((rule) => sectionOf(rule) === section);
    const own = here.filter(isEventType).map(({ reason }) => reason);
    const cleared = draftActs(settings, from, fields).remove(own);
    const fresh = defaults.items.filter((rule) => sectionOf(rule) === section);
    return { ...cleared, rules: { ...cleared.rules, ...Object.fromEntries(fresh.map((rule) => [rule.reason, rule])) } };
  },
});

/** Which of the sent rules an issue of the server is about, and which field of it. */
export const ruleOfIssue = (where: string, sent: SettingsWish | null): { reason: string; field: string } | null => {
  const [, at, field] = /^body\.rules\[(\d+)\]\.(?:fields\.)?(\w+)$/.exec(where) ?? [];
  const reason = sent?.rules?.[Number(at)]?.reason;
  return reason === undefined || field === undefined ? null : { reason, field };
};
