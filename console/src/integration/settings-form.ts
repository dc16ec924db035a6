import type { SettingField } from '@gatehouse/contract';

/** What was typed, by field; flags are `true` or nothing. */
export type Typed = Record<string, string>;
export type FieldIssue = 'fieldMissing' | 'fieldNumber' | 'fieldUrl';

/** What is typed for settings that are already saved; secrets never come back. */
export const typedOf = (fields: readonly SettingField[], settings: Record<string, unknown>): Typed =>
  Object.fromEntries(
    fields.map(({ name, kind }) => {
      const value = settings[name];
      if (kind === 'flag') return [name, value === true ? 'true' : ''];
      return [name, kind === 'secret' || value === undefined || value === null ? '' : String(value)];
    }),
  );

/** The first thing wrong with each field. A secret that is already set may stay empty. */
export const issuesOf = (
  fields: readonly SettingField[],
  typed: Typed,
  secretsSet: readonly string[],
): Record<string, FieldIssue> => {
  const issues: Record<string, FieldIssue> = {};
  for (const { name, kind, required } of fields) {
    const value = (typed[name] ?? '').trim();
    if (value === '') {
      if (required && kind !== 'flag' && !secretsSet.includes(name)) issues[name] = 'fieldMissing';
    } else if (kind === 'number' && !Number.isFinite(Number(value))) issues[name] = 'fieldNumber';
    else if (kind === 'url' && !/^https?:\/\/[^\s/]/i.test(value)) issues[name] = 'fieldUrl';
  }
  return issues;
};

/**
 * What is sent: empty fields are left out, so that a secret keeps its value.
 * @param saved what is saved already; a setting that was emptied is sent as null, which takes it back
 */
export const settingsOf = (
  fields: readonly SettingField[],
  typed: Typed,
  saved: Record<string, unknown> = {},
): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap(({ name, kind }): [string, unknown][] => {
      const value = typed[name] ?? '';
      if (kind === 'flag') return [[name, value === 'true']];
      const wasSet = kind !== 'secret' && saved[name] !== undefined && saved[name] !== null && saved[name] !== '';
      if (value.trim() === '') return wasSet ? [[name, null]] : [];
      // A blank at either end of a secret can be part of it.
      return [[name, kind === 'number' ? Number(value) : kind === 'secret' ? value : value.trim()]];
    }),
  );
