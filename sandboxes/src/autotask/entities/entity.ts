/** What an entity of the API is: one table of fields that drives metadata, validation and queries alike. */

export type DataType = 'integer' | 'long' | 'short' | 'string' | 'decimal' | 'double' | 'boolean' | 'datetime';
export type Scalar = string | number | boolean | null;
/** A stored row. Date-times are ISO strings in UTC with milliseconds, so that text order is time order. */
export type Values = Record<string, Scalar>;
export interface StoredRow {
  values: Values & { id: number };
  /** Values of user-defined fields by the id of their definition. */
  udf: Record<string, string>;
}

export interface PicklistValue {
  /** The id as text, as the API gives it out. */
  value: string;
  label: string;
  isDefaultValue: boolean;
  sortOrder: number;
  /** Empty when the list has no parent. */
  parentValue: string;
  isActive: boolean;
  isSystem: boolean;
}

export interface FieldSpec {
  name: string;
  dataType: DataType;
  /** Characters; 0 for everything that is not text. */
  length: number;
  required: boolean;
  readOnly: boolean;
  /** Settable on create, read-only afterwards. */
  createOnly: boolean;
  queryable: boolean;
  /** The entity whose id it holds. A reference to an entity without a table here never resolves. */
  reference: string | null;
  picklist: boolean;
  picklistParent: string | null;
  /** The picklist is drawn from the rows of this entity (its `name`) instead of a list of its own. */
  picklistOf: string | null;
  /** Value on create when nothing was sent. */
  default: Scalar;
}

type FieldOptions = Partial<Omit<FieldSpec, 'name' | 'dataType' | 'length'>>;

const field = (dataType: DataType, name: string, length: number, options: FieldOptions): FieldSpec => ({
  required: false,
  readOnly: false,
  createOnly: false,
  queryable: true,
  reference: null,
  picklist: options.picklistOf !== undefined,
  picklistParent: null,
  picklistOf: null,
  default: null,
  ...options,
  name,
  dataType,
  length,
});

export const integer = (name: string, options: FieldOptions = {}): FieldSpec => field('integer', name, 0, options);
export const long = (name: string, options: FieldOptions = {}): FieldSpec => field('long', name, 0, options);
export const double = (name: string, options: FieldOptions = {}): FieldSpec => field('double', name, 0, options);
export const boolean = (name: string, options: FieldOptions = {}): FieldSpec => field('boolean', name, 0, options);
export const datetime = (name: string, options: FieldOptions = {}): FieldSpec => field('datetime', name, 0, options);
export const text = (name: string, length: number, options: FieldOptions = {}): FieldSpec =>
  field('string', name, length, options);
export const picklist = (name: string, options: FieldOptions = {}): FieldSpec =>
  field('integer', name, 0, { picklist: true, ...options });
export const reference = (name: string, entity: string, options: FieldOptions = {}): FieldSpec =>
  field('integer', name, 0, { reference: entity, ...options });
/** The same fields, all set by the server. */
export const serverSet = (...fields: FieldSpec[]): FieldSpec[] => fields.map((one) => ({ ...one, readOnly: true }));
export const id = long('id', { readOnly: true });

/** What a rule may look at in the rest of the database. */
export interface Lookup {
  find(entity: string, id: number): StoredRow | undefined;
  rows(entity: string): StoredRow[];
  picklist(entity: string, field: string): PicklistValue[];
  categoryRule(ticketCategoryId: number): CategoryRule | undefined;
  readonly switches: Switches;
  nextTicketNumber(now: Date): string;
}

/** What an administrator configured for a ticket category; not readable over the API. */
export interface CategoryRule {
  requiredFields: string[];
  /** Null: the caller must send dueDateTime. */
  dueAfterHours: number | null;
  /** "Standard (non-editable)": updates are refused. */
  nonEditable: boolean;
}

export interface Switches {
  /** GET of a missing id answers 404 as older versions did, instead of `{"item":null}`. */
  legacy404: boolean;
  /** Rows per page when MaxRecords is absent. */
  defaultPageSize: number;
  /** What an answer looks like in which no row has a UDF value. */
  udfWhenEmpty: 'missing' | 'empty-array';
  /** Read-only fields in a write. */
  readOnlyFields: 'ignore' | 'reject';
  /** UDF names in a write that no definition has. */
  unknownUdf: 'reject' | 'ignore';
  /** A second UDF definition of the same name and type. */
  duplicateUdf: 'reject' | 'allow';
  /** A contract service adjustment that changes a period which was approved and posted already. */
  adjustPosted: 'reject' | 'allow';
  /** What a user-defined list field takes: the id of a list item, or the text of one as well. */
  udfListValues: 'ids' | 'ids-and-texts';
  /** The customer's Duplicate Ticket Handling setting, for the same externalID or rmmAlertID and company. */
  duplicateTickets: 'off' | 'return-existing' | 'add-note';
  unauthorizedBody: 'empty' | 'text';
  /** zoneInformation names this base instead of the sandbox's own. */
  zoneUrl: string | null;
  /** The database has moved to another zone: every authenticated call answers 401. */
  wrongZone: boolean;
}

/** What a rule may change in the rest of the database, once its own row is stored. */
export interface RowWriter extends Lookup {
  /** Stores a new row under the next id. */
  insert(entity: string, row: { values: Values; udf: Record<string, string> }): StoredRow;
  /** Stores a row under its own id. */
  put(entity: string, row: StoredRow): StoredRow;
  remove(entity: string, id: number): boolean;
}

/** A row that was just stored. */
export interface WrittenRow {
  row: StoredRow;
  /** As it was before; null when it is new. */
  previous: Values | null;
  /** The row that the caller asked to copy; null for all others. */
  copyOf: number | null;
  db: RowWriter;
  now: Date;
  actorResourceId: number;
}

export interface RuleContext {
  /** The row as it would be stored. Rules of `prepare` and `stamp` may change it. */
  values: Values;
  /** The stored row, null on create. */
  previous: Values | null;
  /** Names of the fields that the caller sent. */
  sent: ReadonlySet<string>;
  db: Lookup;
  now: Date;
  /** The resource that acts: the API user, an impersonated resource, or a technician. */
  actorResourceId: number;
  /** The API user behind an impersonation. */
  impersonatorResourceId: number | null;
}

export type WriteVerb = 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface EntitySpec {
  /** As in the URL. */
  name: string;
  /** As in error texts. */
  singular: string;
  fields: FieldSpec[];
  /** Query, count and GET by id exist. */
  readable: boolean;
  /** Write verbs of `/{name}`; DELETE means `/{name}/{id}`. */
  rootWrites: WriteVerb[];
  /** `/{parent}/{parentId}/{path}`: lists the children; writes as named. */
  child: { parent: string; path: string; parentField: string; writes: WriteVerb[] } | null;
  /** The `udfType` of this entity's user-defined fields; null when it has none. */
  udfType: number | null;
  /** Fills in defaults before anything is checked. */
  prepare?(context: RuleContext): void;
  /** Rules over several fields or rows; the sentences of what is wrong. */
  check?(context: RuleContext): string[];
  /** Sets what only the server sets, after all checks. */
  stamp?(context: RuleContext): void;
  /** What else changes in the database with this row: rows that only the server makes. It may refuse nothing. */
  afterWrite?(written: WrittenRow): void;
  /** An id in the body of a create names the row to copy. */
  copiesFrom?: boolean;
  /** Why the row may not be deleted; null when it may. */
  keep?(values: Values, db: Lookup): string | null;
}

/** A row of which nothing is known yet: every field null or at its default. */
export const emptyValues = (spec: EntitySpec): Values =>
  Object.fromEntries(spec.fields.map((one) => [one.name, one.default]));

const lowerNames = new WeakMap<EntitySpec, Map<string, FieldSpec>>();

/** A field by its name in any casing. */
export const fieldNamed = (spec: EntitySpec, name: string): FieldSpec | undefined => {
  let names = lowerNames.get(spec);
  if (!names) {
    names = new Map(spec.fields.map((one) => [one.name.toLowerCase(), one]));
    lowerNames.set(spec, names);
  }
  return names.get(name.toLowerCase());
};

/** Is the row in use? Entities without an isActive field have no inactive rows. */
export const isActiveRow = (row: StoredRow): boolean => row.values.isActive !== false && row.values.isActive !== 0;
