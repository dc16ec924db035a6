import type { z } from 'zod';
import { InvalidInput, type Issue } from '../errors/index.ts';

/** `body.rules[2].priority` */
const pathOf = (part: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (sofar, step) => (typeof step === 'number' ? `${sofar}[${step}]` : `${sofar}.${String(step)}`),
    part,
  );

/**
 * Texts that the relational store cannot hold: a NUL character, or half of a surrogate pair. Told as what they are
 * here, since the store's own error would look like a fault of ours.
 */
const unstorable = (part: string, value: unknown): Issue[] => {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed()
      ? [{ where: part, what: 'Holds a character that is no text (NUL or half of a pair)' }]
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([step, inner]) =>
    unstorable(pathOf(part, [Array.isArray(value) ? Number(step) : step]), inner),
  );
};

/** More than this many are not told: a caller mends the first ones, and a hostile body must not make a huge reply. */
const MOST_ISSUES = 100;

/**
 * Checks all parts of an input and tells all that is wrong with them at once.
 *
 * @param refuseUnstorable false for callers whose texts are cleaned instead of refused
 * @throws InvalidInput with one issue per wrong value
 */
export const checkInput = (
  parts: { name: 'params' | 'query' | 'body'; schema: z.ZodType | undefined; value: unknown }[],
  { refuseUnstorable = true }: { refuseUnstorable?: boolean } = {},
): Record<string, unknown> => {
  const issues: Issue[] = [];
  const checked: Record<string, unknown> = {};
  for (const { name, schema, value } of parts) {
    if (!schema) continue;
    const result = schema.safeParse(value);
    if (result.success) {
      checked[name] = result.data;
      if (refuseUnstorable) issues.push(...unstorable(name, value));
    } else
      issues.push(...result.error.issues.map((issue) => ({ where: pathOf(name, issue.path), what: issue.message })));
  }
  const [first] = issues;
  if (first) {
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more, see issues)` : '';
    throw new InvalidInput(`${first.where}: ${first.what}${more}`, issues.slice(0, MOST_ISSUES));
  }
  return checked;
};
