import type { PsaField } from '@gatehouse/contract';
import type { FieldDefault, PsaKind, RuleSection } from './connector.ts';

/** The active choice with the default's label, else the one that the PSA's maker guarantees, else blank. */
const resolveDefault = (field: PsaField | undefined, { label, orId }: FieldDefault): string | null => {
  const active = field?.choices.filter((choice) => choice.active) ?? [];
  const wanted = label.trim().toLowerCase();
  const found = active.find((choice) => choice.label.trim().toLowerCase() === wanted);
  return (found ?? active.find(({ id }) => orId !== undefined && id === orId))?.id ?? null;
};

/** What each of these fields has by default in a PSA, for tickets of one section; null where it has no default. */
export const defaultChoices = (
  kind: Pick<PsaKind, 'defaults'>,
  section: RuleSection,
  fields: PsaField[],
): Record<string, string | null> => {
  const wanted = kind.defaults[section];
  return Object.fromEntries(
    fields.map((field) => {
      const found = wanted[field.name];
      return [field.name, found ? resolveDefault(field, found) : null];
    }),
  );
};
