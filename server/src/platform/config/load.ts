import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Issue } from '../errors/index.ts';
import { ConfigInvalid } from './errors.ts';
import { type Field, fieldsOf, fromText } from './fields.ts';
import { flagOf, nearest, variableOf } from './names.ts';

/** Where a value comes from: `default`, or the flag, variable or file key that gave it. */
export type Source = string;

export interface LoadedConfig<S extends z.ZodObject> {
  values: z.output<S>;
  sources: Record<keyof z.output<S> & string, Source>;
  /** What stood in the arguments without a flag. */
  operands: string[];
  /** The file that was read, or null. */
  file: string | null;
}

interface Given {
  value: unknown;
  source: Source;
}

const didYouMean = (name: string, known: readonly string[]): string => {
  const meant = nearest(name, known);
  return `No such setting${meant ? `; did you mean ${meant}?` : ''}`;
};

/** `--name value`, `--name=value`, `--flag`, `--no-flag`; after `--` everything is an operand. */
const readFlags = (argv: readonly string[], fields: readonly Field[]) => {
  const byFlag = new Map(fields.map((field) => [flagOf(field.key), field]));
  const known = [...byFlag.keys(), '--config'];
  const given = new Map<string, Given>();
  const operands: string[] = [];
  const issues: Issue[] = [];
  let config: string | null = null;

  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith('--')) {
      operands.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const negated = byFlag.get(name.replace(/^--no-/, '--'));
    const field = byFlag.get(name);
    const isNegation = !field && name.startsWith('--no-') && negated?.kind === 'flag' && equals < 0;
    if (!field && !isNegation && name !== '--config') {
      issues.push({ where: name, what: didYouMean(name, known) });
      continue;
    }
    let text: string | undefined;
    if (equals >= 0) text = word.slice(equals + 1);
    else if (isNegation) text = 'false';
    else if (field?.kind === 'flag') text = 'true';
    else if (argv[at + 1] !== undefined && !argv[at + 1]?.startsWith('--')) {
      at += 1;
      text = argv[at];
    }
    if (text === undefined) issues.push({ where: name, what: 'Needs a value' });
    else if (name === '--config') config = text;
    else {
      const of = field ?? negated;
      if (of) given.set(of.key, { value: fromText(of.kind, text), source: name });
    }
  }
  return { given, operands, issues, config };
};

const readVariables = (
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
  otherPrefixes: readonly string[],
  fields: readonly Field[],
) => {
  const byVariable = new Map(fields.map((field) => [variableOf(field.key, prefix), field]));
  const configVariable = `${prefix}CONFIG`;
  const given = new Map<string, Given>();
  const issues: Issue[] = [];
  let config: string | null = null;
  for (const [name, text] of Object.entries(env)) {
    // Set to nothing is how compose files and service units leave a variable out.
    if (!name.startsWith(prefix) || text === undefined || text === '') continue;
    if (otherPrefixes.some((other) => name.startsWith(other))) continue;
    const field = byVariable.get(name);
    if (field) given.set(field.key, { value: fromText(field.kind, text), source: name });
    else if (name === configVariable) config = text;
    else issues.push({ where: name, what: didYouMean(name, [...byVariable.keys(), configVariable]) });
  }
  return { given, issues, config };
};

const readFile = (path: string, shown: string, fields: readonly Field[]) => {
  const known = fields.map(({ key }) => key);
  const given = new Map<string, Given>();
  const fail = (what: string) => ({ given, issues: [{ where: shown, what }] });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`Cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`);
  }
  const document = parseDocument(text);
  // Warnings are of things that would be left out in silence, such as unknown tags.
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong) return fail(wrong.message.split('\n')[0]?.replace(/:$/, '') ?? 'Not valid YAML');
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'Not valid YAML');
  }
  if (content === null) return { given, issues: [] };
  if (typeof content !== 'object' || Array.isArray(content)) return fail('Must be a list of "name: value" lines');
  const issues: Issue[] = [];
  for (const [key, value] of Object.entries(content)) {
    if (!known.includes(key)) issues.push({ where: `${shown}: ${key}`, what: didYouMean(key, known) });
    // `name:` with nothing after it is a setting that was left out.
    else if (value !== null) given.set(key, { value, source: `${shown}: ${key}` });
  }
  return { given, issues };
};

/**
 * Reads settings: flags before environment before file before defaults. `httpPort` is `--http-port`,
 * `GATEHOUSE_HTTP_PORT` and `httpPort:` in the file, which is `--config`, else `<prefix>CONFIG`, else `defaultFile` if
 * there is one.
 *
 * @param otherPrefixes names of variables that begin with `prefix` and belong to other programs
 * @throws ConfigInvalid with all that is wrong
 */
export const loadConfig = <S extends z.ZodObject>({
  schema,
  argv,
  env,
  prefix,
  otherPrefixes = [],
  folder = process.cwd(),
  defaultFile,
}: {
  schema: S;
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  prefix: string;
  otherPrefixes?: readonly string[];
  folder?: string;
  defaultFile: string;
}): LoadedConfig<S> => {
  const fields = fieldsOf(schema);
  const flags = readFlags(argv, fields);
  const variables = readVariables(env, prefix, otherPrefixes, fields);

  const asked = flags.config ?? variables.config;
  const file = resolve(folder, asked ?? defaultFile);
  const reads = asked !== null || existsSync(file);
  const fromFile = reads
    ? readFile(file, asked ?? defaultFile, fields)
    : { given: new Map<string, Given>(), issues: [] };

  const issues = [...flags.issues, ...variables.issues, ...fromFile.issues];
  const given = new Map([...fromFile.given, ...variables.given, ...flags.given]);
  const result = schema.safeParse(Object.fromEntries([...given].map(([key, { value }]) => [key, value])));
  if (!result.success) {
    for (const issue of result.error.issues) {
      const key = String(issue.path[0] ?? '');
      issues.push({ where: given.get(key)?.source ?? key, what: issue.message });
    }
  }
  if (!result.success || issues.length > 0) throw new ConfigInvalid(issues);
  const sources = Object.fromEntries(fields.map(({ key }) => [key, given.get(key)?.source ?? 'default']));
  return {
    values: result.data,
    sources: sources as LoadedConfig<S>['sources'],
    operands: flags.operands,
    file: reads ? file : null,
  };
};
