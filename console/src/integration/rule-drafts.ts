import type { PsaChoice, PsaField, TicketRule } from '@gatehouse/contract';

export type RuleSection = 'events' | 'critical' | 'warning';

/** Events, or the level of a status, as the reason says. */
export const sectionOf = ({ reason }: Pick<TicketRule, 'reason'>): RuleSection =>
  reason.startsWith('event:') || reason.startsWith('event-type:')
    ? 'events'
    : reason.startsWith('status:critical:')
      ? 'critical'
      : 'warning';

/** A change to one rule or to many: what is left out stays as it is. */
export interface RuleEdit {
  enabled?: boolean;
  dueHours?: number;
  lifetimeDays?: number;
  /** Statuses only. */
  autoClose?: boolean;
  fields?: Record<string, string | null>;
}

/** A dependent choice goes when its parent changes to one that it does not belong to. */
const settle = (chosen: Record<string, string | null>, fields: readonly PsaField[]): Record<string, string | null> => {
  const settled = { ...chosen };
  for (const { name, parent, choices } of fields) {
    if (parent === null) continue;
    const choice = choices.find(({ id }) => id === settled[name]);
    if (choice && choice.parentId !== (settled[parent] ?? null)) settled[name] = null;
  }
  return settled;
};

/** A rule after an edit; what does not apply to its kind is ignored: events never close, statuses have no lifetime. */
export const edited = (rule: TicketRule, edit: RuleEdit, fields: readonly PsaField[]): TicketRule => ({
  ...rule,
  enabled: edit.enabled ?? rule.enabled,
  dueHours: edit.dueHours ?? rule.dueHours,
  lifetimeDays: rule.lifetimeDays === null ? null : (edit.lifetimeDays ?? rule.lifetimeDays),
  autoClose: rule.autoClose === null ? null : (edit.autoClose ?? rule.autoClose),
  fields: settle({ ...rule.fields, ...edit.fields }, fields),
});

export const isSame = (one: TicketRule, other: TicketRule): boolean => {
  const names = new Set([...Object.keys(one.fields), ...Object.keys(other.fields)]);
  return (
    one.enabled === other.enabled &&
    one.dueHours === other.dueHours &&
    one.lifetimeDays === other.lifetimeDays &&
    one.autoClose === other.autoClose &&
    [...names].every((name) => (one.fields[name] ?? null) === (other.fields[name] ?? null))
  );
};

/** Required fields that keep a rule from being switched on. */
export const missingOf = (rule: TicketRule, fields: readonly PsaField[]): PsaField[] =>
  rule.enabled ? fields.filter(({ name, required }) => required && (rule.fields[name] ?? null) === null) : [];

/** The choices of a field for a given choice of its parent; an inactive one is only offered where it is already used. */
export const choicesFor = (field: PsaField, chosen: Record<string, string | null>): PsaChoice[] =>
  field.choices.filter(
    ({ id, active, parentId }) =>
      (active || chosen[field.name] === id) && (field.parent === null || parentId === (chosen[field.parent] ?? null)),
  );

export const mostDueHours = 8760;
export const mostLifetimeDays = 365;
/** A whole number from 1 to `most`, as somebody typed it. */
export const isCount = (typed: string, most: number): boolean => /^[1-9]\d*$/.test(typed) && Number(typed) <= most;
