import type {
  CategoryRule,
  EntitySpec,
  PicklistValue,
  RowWriter,
  StoredRow,
  Switches,
  Values,
} from './entities/entity.ts';

/** A user of the API, with the one tracking identifier that it may be used with. */
export interface ApiUser {
  userName: string;
  secret: string;
  trackingId: string;
  resourceId: number;
  isActive: boolean;
}

/** 0 none, 1 all, 2 restricted (told in the metadata; calls still pass). */
export type AccessLevel = 0 | 1 | 2;
export interface Rights {
  create: AccessLevel;
  query: AccessLevel;
  update: AccessLevel;
  delete: AccessLevel;
}

/** Where a database lives. */
export type Zone = 1 | 2;

/** What the customer's own automation does to a ticket right after it was created. */
export interface WorkflowRule {
  /** Field values that the new ticket must have; empty matches every ticket. */
  match: Values;
  set: Values;
}

/** Everything that a data file keeps, as JSON. */
export interface State {
  version: 1;
  rows: Record<string, StoredRow[]>;
  nextIds: Record<string, number>;
  /** By `Entity.field`. */
  picklists: Record<string, PicklistValue[]>;
  categoryRules: Record<string, CategoryRule>;
  users: ApiUser[];
  rights: Record<string, Rights>;
  switches: Switches;
  workflowRules: WorkflowRule[];
  ticketNumber: { day: string; last: number };
  /** How far the virtual clock is ahead of the real one. */
  clockAheadMs: number;
  /** Absent in files of older versions: the first. */
  zone?: Zone;
}

const FULL_RIGHTS: Rights = { create: 1, query: 1, update: 1, delete: 1 };
const FIRST_ID = 29_683_500;

/** One customer database, in memory. `revision` grows with every change. */
export class Database implements RowWriter {
  revision = 0;
  #state: State;
  #tables = new Map<string, Map<number, StoredRow>>();
  /** The highest id that each table ever had: a new row above it keeps the order. */
  #highestIds = new Map<string, number>();
  #onChange: () => void = () => {};

  constructor(state: State) {
    this.#state = state;
    this.replace(state);
  }

  /** Puts another state in the place of all that was there. */
  replace(state: State): void {
    this.#state = structuredClone(state);
    this.#tables = new Map(
      Object.entries(this.#state.rows).map(([entity, rows]) => [
        entity,
        new Map(rows.map((row) => [row.values.id, row] as const).sort(([a], [b]) => a - b)),
      ]),
    );
    this.#highestIds = new Map([...this.#tables].map(([entity, table]) => [entity, [...table.keys()].at(-1) ?? -1]));
    this.changed();
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** To be called after every change that did not go through a method here. */
  changed(): void {
    this.revision += 1;
    this.#onChange();
  }

  /** A copy of everything. */
  dump(): State {
    return structuredClone(this.#live());
  }

  /** The same as JSON, without the copy. */
  toJson(): string {
    return JSON.stringify(this.#live());
  }

  #live(): State {
    const rows = Object.fromEntries([...this.#tables].map(([entity, table]) => [entity, [...table.values()]]));
    return { ...this.#state, rows };
  }

  find(entity: string, id: number): StoredRow | undefined {
    return this.#tables.get(entity)?.get(id);
  }

  /** In ascending order of id. */
  rows(entity: string): StoredRow[] {
    return [...(this.#tables.get(entity)?.values() ?? [])];
  }

  insert(entity: string, row: Omit<StoredRow, 'values'> & { values: Values }): StoredRow {
    const id = this.#state.nextIds[entity] ?? FIRST_ID;
    this.#state.nextIds[entity] = id + 1;
    return this.put(entity, { ...row, values: { ...row.values, id } });
  }

  /** Stores a row under its own id; ids handed out later stay above it. */
  put(entity: string, row: StoredRow): StoredRow {
    const table = this.#tables.get(entity) ?? new Map<number, StoredRow>();
    // Queries promise ascending ids, and a map keeps the order of insertion.
    const highest = this.#highestIds.get(entity) ?? -1;
    const isInOrder = table.has(row.values.id) || row.values.id > highest;
    this.#highestIds.set(entity, Math.max(highest, row.values.id));
    table.set(row.values.id, row);
    this.#tables.set(entity, isInOrder ? table : new Map([...table].sort(([a], [b]) => a - b)));
    this.#state.nextIds[entity] = Math.max(this.#state.nextIds[entity] ?? FIRST_ID, row.values.id + 1);
    this.changed();
    return row;
  }

  remove(entity: string, id: number): boolean {
    const removed = this.#tables.get(entity)?.delete(id) ?? false;
    if (removed) this.changed();
    return removed;
  }

  clear(entity: string): void {
    this.#tables.delete(entity);
    this.#highestIds.delete(entity);
    this.changed();
  }

  picklist(entity: string, field: string): PicklistValue[] {
    return this.#state.picklists[`${entity}.${field}`] ?? [];
  }

  setPicklist(entity: string, field: string, values: PicklistValue[]): void {
    this.#state.picklists[`${entity}.${field}`] = values;
    this.changed();
  }

  categoryRule(ticketCategoryId: number): CategoryRule | undefined {
    return this.#state.categoryRules[String(ticketCategoryId)];
  }

  setCategoryRule(ticketCategoryId: number, rule: CategoryRule): void {
    this.#state.categoryRules[String(ticketCategoryId)] = rule;
    this.changed();
  }

  rightsOn(entity: string): Rights {
    return this.#state.rights[entity] ?? FULL_RIGHTS;
  }

  setRights(entity: string, rights: Partial<Rights>): void {
    this.#state.rights[entity] = { ...this.rightsOn(entity), ...rights };
    this.changed();
  }

  get switches(): Switches {
    return this.#state.switches;
  }

  set switches(next: Switches) {
    this.#state.switches = next;
    this.changed();
  }

  get users(): ApiUser[] {
    return this.#state.users;
  }

  get workflowRules(): WorkflowRule[] {
    return this.#state.workflowRules;
  }

  set workflowRules(rules: WorkflowRule[]) {
    this.#state.workflowRules = rules;
    this.changed();
  }

  get zone(): Zone {
    return this.#state.zone ?? 1;
  }

  set zone(next: Zone) {
    this.#state.zone = next;
    this.changed();
  }

  get clockAheadMs(): number {
    return this.#state.clockAheadMs;
  }

  set clockAheadMs(next: number) {
    this.#state.clockAheadMs = next;
    this.changed();
  }

  /** `TYYYYMMDD.NNNN`, counted per UTC day. */
  nextTicketNumber(now: Date): string {
    const day = now.toISOString().slice(0, 10).replaceAll('-', '');
    const last = this.#state.ticketNumber.day === day ? this.#state.ticketNumber.last : 0;
    this.#state.ticketNumber = { day, last: last + 1 };
    return `T${day}.${String(last + 1).padStart(4, '0')}`;
  }

  /** The active user-defined fields of an entity. */
  udfDefinitions(spec: EntitySpec): StoredRow[] {
    if (spec.udfType === null) return [];
    return this.rows('UserDefinedFieldDefinitions').filter(
      ({ values }) => values.udfType === spec.udfType && values.isActive === true,
    );
  }
}
