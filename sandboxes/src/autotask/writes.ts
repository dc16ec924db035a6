import type { Database } from './database.ts';
import {
  type EntitySpec,
  emptyValues,
  type FieldSpec,
  fieldNamed,
  isActiveRow,
  type RuleContext,
  type Scalar,
  type StoredRow,
  type Values,
} from './entities/entity.ts';
import { LIST_DATA_TYPE } from './entities/user-defined-field-list-items.ts';
import { refused } from './errors.ts';
import { picklistValues, UDF_TEXT_LENGTH, udfKindOf, udfListItems } from './metadata.ts';
import { isObject } from './query/keys.ts';
import { readDateTime } from './times.ts';

/** Who writes. */
export interface Actor {
  resourceId: number;
  /** The API user, when it acts as somebody else. */
  impersonatorId: number | null;
}

interface Input {
  id: number | null;
  fields: Map<string, Scalar>;
  udf: Map<number, string | null>;
}

/** A child's place in a URL: `/Tickets/{parentId}/Notes`. Null for a root write. */
export type ParentId = number | null;

/**
 * Creates a row: the fields are checked against the same table that the metadata shows.
 *
 * @returns the new row, as stored
 * @throws ApiFailure 500 with every reason in one text, ending in the record's number
 */
export const createRow = (
  db: Database,
  spec: EntitySpec,
  body: unknown,
  { actor, now, parentId = null }: { actor: Actor; now: Date; parentId?: ParentId },
): StoredRow => {
  const input = readInput(db, spec, body, 'create');
  const copyOf = copiedId(db, spec, input);
  const values: Values = emptyValues(spec);
  if (copyOf !== null) {
    const original: Values = db.find(spec.name, copyOf)?.values ?? {};
    for (const field of spec.fields) if (!field.readOnly) values[field.name] = original[field.name] ?? null;
  }
  for (const [name, value] of input.fields) values[name] = value;
  placeUnderParent(spec, values, input, parentId, ON_CREATE);
  const context = contextOf(db, values, null, input, actor, now);
  spec.prepare?.(context);
  const problems = [...problemsOf(db, spec, context), ...(spec.check?.(context) ?? [])];
  if (problems.length > 0) throw refused(`${problems.join('; ')}${ON_CREATE}`);
  spec.stamp?.(context);
  const row = db.insert(spec.name, { values, udf: mergedUdf(defaultUdf(db, spec), input) });
  spec.afterWrite?.({ row, previous: null, copyOf, db, now, actorResourceId: actor.resourceId });
  return row;
};

/** Almost everywhere the id of a new row must be absent or 0; a few entities take it as the row to copy. */
const copiedId = (db: Database, spec: EntitySpec, { id }: Input): number | null => {
  if (id === null || id === 0) return null;
  if (!spec.copiesFrom) throw refused(`id must be absent or 0 on create.${ON_CREATE}`);
  if (!db.find(spec.name, id)) throw refused(`No matching records found for id ${id}.${ON_CREATE}`);
  return id;
};

/**
 * Changes a row. PATCH touches what was sent; PUT also empties every writable field that was not.
 *
 * @throws ApiFailure 500: as for create, and when the row does not exist (under this parent)
 */
export const updateRow = (
  db: Database,
  spec: EntitySpec,
  body: unknown,
  { actor, now, verb, parentId = null }: { actor: Actor; now: Date; verb: 'PATCH' | 'PUT'; parentId?: ParentId },
): StoredRow => {
  const input = readInput(db, spec, body, 'update');
  if (input.id === null) throw refused(`id is required.${ON_UPDATE}`);
  const row = ownRow(db, spec, input.id, parentId);
  if (!row) throw refused(`No matching records found for id ${input.id}.${ON_UPDATE}`);
  const values: Values = { ...row.values };
  if (verb === 'PUT') {
    for (const field of spec.fields.filter((one) => isWritable(one, 'update'))) values[field.name] = field.default;
  }
  for (const [name, value] of input.fields) values[name] = value;
  placeUnderParent(spec, values, input, parentId, ON_UPDATE);
  const context = contextOf(db, values, row.values, input, actor, now);
  spec.prepare?.(context);
  const problems = [...problemsOf(db, spec, context), ...(spec.check?.(context) ?? [])];
  if (problems.length > 0) throw refused(`${problems.join('; ')}${ON_UPDATE}`);
  spec.stamp?.(context);
  const udf = mergedUdf(verb === 'PUT' ? {} : row.udf, input);
  const { values: previous } = row;
  const stored = db.put(spec.name, { values: { ...values, id: input.id }, udf });
  spec.afterWrite?.({ row: stored, previous, copyOf: null, db, now, actorResourceId: actor.resourceId });
  return stored;
};

/** @throws ApiFailure 500 when the row does not exist (under this parent) or is in use */
export const deleteRow = (db: Database, spec: EntitySpec, id: number, parentId: ParentId = null): void => {
  const row = ownRow(db, spec, id, parentId);
  if (!row) throw refused(`No matching records found for id ${id}.`);
  const reason = spec.keep?.(row.values, db) ?? null;
  if (reason !== null) throw refused(reason);
  db.remove(spec.name, id);
};

export const ownRow = (db: Database, spec: EntitySpec, id: number, parentId: ParentId): StoredRow | undefined => {
  const row = db.find(spec.name, id);
  const isOwn = parentId === null || (spec.child && row?.values[spec.child.parentField] === parentId);
  return isOwn ? row : undefined;
};

const ON_CREATE = '; on record number [0].';
const ON_UPDATE = '; Error updating entity for record number [1].';

const isWritable = (field: FieldSpec, moment: 'create' | 'update'): boolean =>
  !field.readOnly && (moment === 'create' || !field.createOnly);

const contextOf = (
  db: Database,
  values: Values,
  previous: Values | null,
  input: Input,
  actor: Actor,
  now: Date,
): RuleContext => ({
  values,
  previous,
  sent: new Set(input.fields.keys()),
  db,
  now,
  actorResourceId: actor.resourceId,
  impersonatorResourceId: actor.impersonatorId,
});

const placeUnderParent = (spec: EntitySpec, values: Values, input: Input, parentId: ParentId, suffix: string): void => {
  if (parentId === null || !spec.child) return;
  const { parentField } = spec.child;
  const sent = input.fields.get(parentField) ?? null;
  if (sent !== null && sent !== parentId) throw refused(`${parentField} differs from the id in the URL.${suffix}`);
  values[parentField] = parentId;
};

/** Reads a body by the field table: names in any casing, unknown names ignored, types exact. */
const readInput = (db: Database, spec: EntitySpec, body: unknown, moment: 'create' | 'update'): Input => {
  if (!isObject(body)) throw refused('The request body must be one JSON object.');
  const input: Input = { id: null, fields: new Map(), udf: new Map() };
  for (const [name, value] of Object.entries(body)) {
    const field = fieldNamed(spec, name);
    if (name.toLowerCase() === 'userdefinedfields') readUdf(db, spec, value, input);
    else if (field?.name === 'id') input.id = converted(field, value) as number | null;
    else if (field && isWritable(field, moment)) input.fields.set(field.name, converted(field, value));
    else if (field && db.switches.readOnlyFields === 'reject' && !isSameAsParent(spec, field)) {
      throw refused(`${field.name} is read-only.${moment === 'create' ? ON_CREATE : ON_UPDATE}`);
    }
  }
  return input;
};

/** A child's own reference to its parent may be repeated on update. */
const isSameAsParent = (spec: EntitySpec, field: FieldSpec): boolean => spec.child?.parentField === field.name;

const INT32_MAX = 2_147_483_647;

const converted = (field: FieldSpec, value: unknown): Scalar => {
  if (value === null) return null;
  const unexpected = () =>
    refused(
      `Unexpected character encountered while parsing value: ${JSON.stringify(value).slice(0, 1)}. Path '${field.name}'.`,
    );
  switch (field.dataType) {
    case 'string':
      if (typeof value !== 'string') throw unexpected();
      return value;
    case 'boolean':
      if (typeof value === 'string')
        throw refused(`Could not convert string to boolean: ${value}. Path '${field.name}'.`);
      if (typeof value !== 'boolean') throw unexpected();
      return value;
    case 'datetime': {
      if (typeof value !== 'string') throw unexpected();
      const at = readDateTime(value);
      if (at === null) throw refused(`Could not convert string to DateTime: ${value}. Path '${field.name}'.`);
      return at;
    }
    default:
      return convertedNumber(field, value, unexpected);
  }
};

const convertedNumber = (field: FieldSpec, value: unknown, unexpected: () => Error): number => {
  if (typeof value === 'string')
    throw refused(`Could not convert string to ${field.dataType}: ${value}. Path '${field.name}'.`);
  if (typeof value !== 'number') throw unexpected();
  if (field.dataType === 'double' || field.dataType === 'decimal') {
    if (!Number.isFinite(value)) throw unexpected();
    return value;
  }
  if (!Number.isInteger(value)) throw refused(`Input string '${value}' is not a valid integer. Path '${field.name}'.`);
  const isInRange = field.dataType === 'long' ? Number.isSafeInteger(value) : Math.abs(value) <= INT32_MAX;
  if (!isInRange) throw refused(`JSON integer ${value} is too large or small. Path '${field.name}'.`);
  return value;
};

const readUdf = (db: Database, spec: EntitySpec, sent: unknown, input: Input): void => {
  if (sent === null || spec.udfType === null) return;
  // What the service answers to a hash in the place of the array; it gives no better reason.
  if (!Array.isArray(sent)) throw refused('An unexpected error has occurred while reading userDefinedFields.');
  for (const one of sent) {
    const { name, value } = isObject(one) ? one : {};
    if (typeof name !== 'string') throw refused('Every entry of userDefinedFields needs a name and a value.');
    const definition = db.udfDefinitions(spec).find(({ values }) => values.name === name);
    if (!definition) {
      if (db.switches.unknownUdf === 'ignore') continue;
      throw refused(`The user-defined field ${name} does not exist or is invalid.`);
    }
    const { id, dataType, isProtected } = definition.values;
    if (isProtected === true) throw noUdfPermission(name);
    const text = udfValue(name, udfKindOf(dataType), value ?? null);
    input.udf.set(id, text !== null && dataType === LIST_DATA_TYPE ? udfListItemId(db, id, name, text) : text);
  }
};

/** A list field holds the id of one of its active items. */
const udfListItemId = (db: Database, definitionId: number, name: string, sent: string): string => {
  const items = udfListItems(db, definitionId).filter(isActiveRow);
  const byText = db.switches.udfListValues === 'ids-and-texts';
  const item = items.find(({ values }) => String(values.id) === sent || (byText && values.valueForDisplay === sent));
  if (!item) throw refused(`The value ${sent} does not reference an existing entity for ${name}.`);
  return String(item.values.id);
};

const noUdfPermission = (name: string) =>
  refused(`The logged in Resource does not have the adequate permissions to update the protected field ${name}.`);

const udfValue = (name: string, kind: 'string' | 'datetime' | 'double', value: unknown): string | null => {
  if (value === null || value === '') return null;
  if (typeof value !== 'string') {
    throw refused(
      `Unexpected character encountered while parsing value: ${JSON.stringify(value).slice(0, 1)}. Path '${name}'.`,
    );
  }
  if (kind === 'string' && value.length > UDF_TEXT_LENGTH) {
    throw refused(`${name} must be less than or equal to ${UDF_TEXT_LENGTH} characters.`);
  }
  if (kind === 'double' && !/^-?\d+(\.\d+)?$/.test(value))
    throw refused(`The value of ${name} is not a number: ${value}.`);
  if (kind !== 'datetime') return value;
  const at = readDateTime(value);
  if (at === null) throw refused(`The value of ${name} is not a date: ${value}.`);
  return at;
};

const defaultUdf = (db: Database, spec: EntitySpec): Record<string, string> =>
  Object.fromEntries(
    db.udfDefinitions(spec).flatMap(({ values: { id, dataType, defaultValue } }) => {
      if (typeof defaultValue !== 'string' || defaultValue === '') return [];
      if (dataType !== LIST_DATA_TYPE) return [[String(id), defaultValue]];
      const item = udfListItems(db, id).find((one) => one.values.valueForDisplay === defaultValue);
      return item ? [[String(id), String(item.values.id)]] : [];
    }),
  );

const mergedUdf = (stored: Record<string, string>, input: Input): Record<string, string> => {
  const merged = new Map(Object.entries(stored));
  for (const [id, value] of input.udf) {
    if (value === null) merged.delete(String(id));
    else merged.set(String(id), value);
  }
  return Object.fromEntries(merged);
};

/** What the field table alone finds wrong. On update only what was sent is looked up again. */
const problemsOf = (db: Database, spec: EntitySpec, context: RuleContext): string[] =>
  spec.fields
    .filter((field) => !field.readOnly)
    .flatMap((field) => {
      const value = context.values[field.name] ?? null;
      if (value === null || value === '') return field.required ? [`${field.name} is required.`] : [];
      const isTouched = [field.name, field.picklistParent].some((name) => name !== null && context.sent.has(name));
      if (context.previous && !isTouched) return [];
      if (typeof value === 'string' && field.length > 0 && value.length > field.length) {
        return [`${field.name} must be less than or equal to ${field.length} characters.`];
      }
      if (field.picklist) return picklistProblem(db, spec, field, value, context.values);
      if (field.reference !== null) return referenceProblem(db, field, field.reference, value);
      return [];
    });

const picklistProblem = (db: Database, spec: EntitySpec, field: FieldSpec, value: Scalar, values: Values): string[] => {
  const known = picklistValues(db, spec, field).find((one) => one.value === String(value) && one.isActive);
  const parent = field.picklistParent === null ? '' : String(values[field.picklistParent] ?? '');
  const isUnderParent = field.picklistParent === null || known?.parentValue === parent;
  return known && isUnderParent ? [] : [`The value ${value} does not reference an existing entity for ${field.name}.`];
};

const referenceProblem = (db: Database, field: FieldSpec, entity: string, value: Scalar): string[] => {
  const target = typeof value === 'number' ? db.find(entity, value) : undefined;
  return target && isActiveRow(target)
    ? []
    : [`Reference value on field: ${field.name} of type: ${field.dataType} does not exist or is invalid.`];
};
