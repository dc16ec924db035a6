import type { ObjectKind, StateChange } from '@gatehouse/contract';
import type { Change, Json, Step } from './difference.ts';

/** The name of a field for people, where it has one of its own. */
export type LabelOf = (kind: ObjectKind, field: string) => string | undefined;

/** `expiresAt` as `Expires at`; what is no name of ours stays as it is. */
const asWords = (field: string): string =>
  /^[a-z][a-zA-Z0-9]*$/.test(field)
    ? field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase())
    : field;

const stepInWords = (step: Step, kind: ObjectKind, labelOf: LabelOf): string => {
  if (typeof step === 'number') return `${step + 1}.`;
  if (typeof step === 'string') return labelOf(kind, step) ?? asWords(step);
  return typeof step.key === 'string' ? step.key : JSON.stringify(step.key);
};

/** What was added or removed with fields of its own is said field by field, down to plain values. */
const fieldByField = (change: Change): Change[] => {
  const { what, path } = change;
  if (what !== 'added' && what !== 'removed') return [change];
  const value = what === 'added' ? change.after : change.before;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [change];
  const fields = Object.entries(value);
  if (fields.length === 0) return [change];
  return fields.flatMap(([name, inner]) =>
    fieldByField({ path: [...path, name], what, ...(what === 'added' ? { after: inner } : { before: inner }) }),
  );
};

/** Changes as people read them. */
export const shownChanges = (changes: readonly Change[], kind: ObjectKind, labelOf: LabelOf): StateChange[] =>
  changes.flatMap(fieldByField).map(({ path, what, before, after }) => ({
    what,
    path: path.map((step) => stepInWords(step, kind, labelOf)),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }));

const valueInWords = (value: Json | undefined): string => {
  const text = typeof value === 'string' ? `“${value}”` : JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
};

/** Changes in one line of text. */
export const summaryOf = (changes: readonly StateChange[]): string =>
  changes
    .map(({ what, path, before, after }) => {
      const where = path.join(', ') || 'all';
      if (what === 'added') return `${where} was added: ${valueInWords(after as Json)}`;
      if (what === 'removed') return `${where} was removed: ${valueInWords(before as Json)}`;
      if (what === 'order') return `${where}: another order`;
      return `${where}: ${valueInWords(before as Json)} → ${valueInWords(after as Json)}`;
    })
    .join('; ');
