import type { z } from 'zod';
import { MASK } from '../secrets/index.ts';
import { type Field, fieldsOf } from './fields.ts';
import type { LoadedConfig } from './load.ts';
import { flagOf, variableOf } from './names.ts';

const inWords = (value: unknown): string => {
  if (value === null || value === undefined) return '(not set)';
  return Array.isArray(value) ? value.join(',') : String(value);
};

const placeholder = ({ kind, choices }: Field): string => {
  if (kind === 'flag') return '';
  if (choices) return ` <${choices.join(kind === 'list' ? ',' : '|')}>`;
  return kind === 'list' ? ' <a,b>' : kind === 'number' ? ' <number>' : ' <text>';
};

/** All settings with their values and where each comes from, one a line; secrets are masked. */
export const describeConfig = <S extends z.ZodObject>(schema: S, loaded: LoadedConfig<S>): string => {
  const values = loaded.values as Record<string, unknown>;
  const sources = loaded.sources as Record<string, string>;
  const rows = fieldsOf(schema).map(({ key, secret }) => {
    const value = values[key];
    const isSet = value !== null && value !== undefined;
    return [key, secret && isSet ? MASK : inWords(value), sources[key] ?? 'default'] as const;
  });
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  return rows.map(([key, value, source]) => `${key.padEnd(width(0))}  ${value.padEnd(width(1))}  ${source}\n`).join('');
};

/** The settings part of `--help`, made from the schema. */
export const helpText = (schema: z.ZodObject, prefix: string): string =>
  fieldsOf(schema)
    .map((field) => {
      const fallback = field.schema.safeParse(undefined);
      const byDefault = fallback.success && fallback.data !== null && fallback.data !== undefined;
      const suffix = byDefault ? ` (default: ${inWords(fallback.data)})` : '';
      return `  ${flagOf(field.key)}${placeholder(field)}\n      ${field.help}${suffix} [${variableOf(field.key, prefix)}]\n`;
    })
    .join('');
