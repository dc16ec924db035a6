import type { Database } from '../database.ts';
import { type EntitySpec, fieldNamed, type Scalar, type StoredRow } from '../entities/entity.ts';
import { refused } from '../errors.ts';
import { udfKindOf } from '../metadata.ts';
import { readDateTime } from '../times.ts';
import { isObject, lowerKeys } from './keys.ts';

const MAX_OR_CONDITIONS = 500;
const MAX_DEPTH = 50;

export type Test = (row: StoredRow) => boolean;
type Kind = 'number' | 'long' | 'string' | 'datetime' | 'boolean';
interface Column {
  name: string;
  kind: Kind;
  read(row: StoredRow): Scalar;
}

const comparisons = {
  eq: (order: number) => order === 0,
  noteq: (order: number) => order !== 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
};
const textTests = {
  beginswith: (stored: string, wanted: string) => stored.startsWith(wanted),
  endswith: (stored: string, wanted: string) => stored.endsWith(wanted),
  contains: (stored: string, wanted: string) => stored.includes(wanted),
};

/**
 * Turns a filter into a test of rows, refusing everything that the service refuses.
 * As in SQL, a null satisfies no comparison, `noteq` and `notIn` included; only `notExist` finds it.
 *
 * @throws ApiFailure 500 with the reason
 */
export const compileFilter = (db: Database, spec: EntitySpec, filter: unknown): Test => {
  if (!Array.isArray(filter) || filter.length === 0)
    throw refused('A filter is required. Supply at least one condition.');
  const counts = { or: 0, udf: 0 };

  const column = (name: unknown, isUdf: boolean): Column => {
    if (typeof name !== 'string' || name === '') throw refused('Every filter condition needs a field.');
    if (!isUdf) {
      const field = fieldNamed(spec, name);
      if (!field) throw refused(`Unable to find ${name} in the ${spec.singular} Entity.`);
      if (!field.queryable) throw refused(`The field ${field.name} of the ${spec.singular} Entity is not queryable.`);
      return { name: field.name, kind: kindOf(field.dataType), read: ({ values }) => values[field.name] ?? null };
    }
    counts.udf += 1;
    if (counts.udf > 1) throw refused('Only one user-defined field may be used per query.');
    const definition = db.udfDefinitions(spec).find(({ values }) => values.name === name);
    if (!definition) throw refused(`Unable to find ${name} in the ${spec.singular} Entity.`);
    const { id, dataType, isEncrypted } = definition.values;
    if (isEncrypted === true) throw refused(`The user-defined field ${name} is encrypted and cannot be queried.`);
    const kind = kindOf(udfKindOf(dataType));
    const read = ({ udf }: StoredRow): Scalar => {
      const value = udf[id] ?? null;
      return kind === 'number' && value !== null ? Number(value) : value;
    };
    return { name, kind, read };
  };

  const condition = (sent: unknown, depth: number, isInOr: boolean): Test => {
    if (depth > MAX_DEPTH) throw refused(`The filter is nested more than ${MAX_DEPTH} levels deep.`);
    if (!isObject(sent)) throw refused('Every filter condition must be an object with op and field.');
    const { op, field, value, udf, items } = lowerKeys(sent);
    if (typeof op !== 'string') throw refused('Every filter condition needs an op.');
    const operator = op.toLowerCase();
    if (operator === 'and' || operator === 'or') {
      if (!Array.isArray(items) || items.length === 0) throw refused(`The operator ${op} needs a list of items.`);
      const tests = items.map((item) => condition(item, depth + 1, operator === 'or'));
      return operator === 'or' ? (row) => tests.some((test) => test(row)) : (row) => tests.every((test) => test(row));
    }
    if (isInOr) counts.or += 1;
    if (counts.or > MAX_OR_CONDITIONS) throw refused(`More than ${MAX_OR_CONDITIONS} OR conditions in one query.`);
    if (udf !== undefined && typeof udf !== 'boolean') throw refused('udf must be true or false.');
    return leaf(operator, op, column(field, udf === true), value);
  };

  const tests = filter.map((item) => condition(item, 1, false));
  return (row) => tests.every((test) => test(row));
};

const kindOf = (dataType: string): Kind =>
  dataType === 'string' || dataType === 'datetime' || dataType === 'boolean' || dataType === 'long'
    ? dataType
    : 'number';

const leaf = (operator: string, op: string, column: Column, value: unknown): Test => {
  if (operator === 'exist') return (row) => column.read(row) !== null;
  if (operator === 'notexist') return (row) => column.read(row) === null;
  if (operator === 'in' || operator === 'notin') return membership(operator === 'in', op, column, value);

  const textTest = textTests[operator as keyof typeof textTests];
  if (Object.hasOwn(textTests, operator) && textTest) {
    if (column.kind !== 'string' || typeof value !== 'string') {
      throw refused(`The operator ${op} needs a string field and a string value: ${column.name}.`);
    }
    const wanted = value.toLowerCase();
    return (row) => {
      const stored = column.read(row);
      return stored !== null && textTest(String(stored).toLowerCase(), wanted);
    };
  }

  const compare = comparisons[operator as keyof typeof comparisons];
  if (!Object.hasOwn(comparisons, operator) || !compare) throw refused(`The operator ${op} is not supported.`);
  if (column.kind === 'boolean' && operator !== 'eq' && operator !== 'noteq') {
    throw refused(`The operator ${op} cannot be used on the boolean field ${column.name}.`);
  }
  const wanted = wantedValue(column, value);
  if (wanted === MATCHES_NOTHING) return () => false;
  return (row) => {
    const stored = column.read(row);
    return stored !== null && compare(orderOf(stored, wanted));
  };
};

const membership = (isIn: boolean, op: string, column: Column, value: unknown): Test => {
  if (!Array.isArray(value) || value.length === 0) throw refused(`The operator ${op} needs a list of values.`);
  if (value.length > MAX_OR_CONDITIONS) throw refused(`More than ${MAX_OR_CONDITIONS} OR conditions in one query.`);
  const wanted = value.map((one) => wantedValue(column, one));
  if (wanted.includes(MATCHES_NOTHING)) return () => false;
  return (row) => {
    const stored = column.read(row);
    if (stored === null) return false;
    return wanted.some((one) => one !== MATCHES_NOTHING && orderOf(stored, one) === 0) === isIn;
  };
};

/** A quoted number against a long field finds nothing, whatever the operator. */
const MATCHES_NOTHING = Symbol('matches nothing');

const wantedValue = ({ name, kind }: Column, value: unknown): string | number | boolean | typeof MATCHES_NOTHING => {
  if (value === null || value === undefined) throw refused(`A value is required for the field ${name}.`);
  if (typeof value === 'object') throw refused(`A list or an object is no value for the field ${name}.`);
  switch (kind) {
    case 'number':
      if (typeof value === 'number') return value;
      throw refused(`Conversion failed when converting the nvarchar value '${value}' to data type int.`);
    case 'long':
      if (typeof value === 'number') return value;
      if (typeof value === 'string') return MATCHES_NOTHING;
      throw refused(`Conversion failed when converting the value '${value}' to data type bigint.`);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
      throw refused(`Conversion failed when converting the value '${value}' to data type bit.`);
    case 'datetime': {
      const at = typeof value === 'string' ? readDateTime(value) : null;
      if (at !== null) return at;
      throw refused('Conversion failed when converting date and/or time from character string.');
    }
    case 'string':
      return String(value);
  }
};

/** Below, at or above zero. Text compares without regard to case, as the service's database does. */
const orderOf = (stored: Scalar, wanted: string | number | boolean): number => {
  if (typeof stored === 'number' && typeof wanted === 'number') return stored - wanted;
  const [a, b] = [String(stored).toLowerCase(), String(wanted).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
};
