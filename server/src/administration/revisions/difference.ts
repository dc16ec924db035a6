import { isDeepStrictEqual } from 'node:util';

export type Json = null | boolean | number | string | Json[] | { [field: string]: Json };

/**
 * One step into a state: a field, a place in a list, or the element of a list that has this key. `by` names the field
 * that holds the key; '' when the element is its own key.
 */
export type Step = string | number | { by: string; key: Json };

/** One place in which two states differ. */
export interface Change {
  path: Step[];
  /** `order`: the elements of a list are there in another order; `before` and `after` are their keys. */
  what: 'added' | 'removed' | 'changed' | 'order';
  /** Left out of what was added. */
  before?: Json;
  /** Left out of what was removed. */
  after?: Json;
  /** With `order`: the field that holds the keys. */
  by?: string;
}

type Fields = { [field: string]: Json };
const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields by which elements of lists are known, in the order in which they are tried. */
const KEY_FIELDS = ['id', 'key', 'code', 'name', 'type'];

const keyOf = (element: Json, by: string): Json | undefined => {
  if (by === '') return typeof element === 'object' && element !== null ? undefined : element;
  if (!isFields(element) || !Object.hasOwn(element, by)) return undefined;
  const key = element[by];
  return typeof key === 'string' || typeof key === 'number' ? key : undefined;
};

const areUnique = (elements: readonly Json[], by: string): boolean => {
  const seen = new Set<string>();
  for (const element of elements) {
    const key = keyOf(element, by);
    if (key === undefined) return false;
    seen.add(JSON.stringify(key));
  }
  return seen.size === elements.length;
};

/** What tells the elements of both lists apart; null: nothing but their place. */
const commonKey = (a: readonly Json[], b: readonly Json[]): string | null =>
  ['', ...KEY_FIELDS].find((by) => areUnique(a, by) && areUnique(b, by)) ?? null;

/** Elements by key, in the order of the list. */
const byKey = (elements: readonly Json[], by: string): Map<string, Json> =>
  new Map(elements.map((element) => [JSON.stringify(keyOf(element, by)), element]));

const keysOf = (keys: Iterable<string>): Json[] => [...keys].map((key) => JSON.parse(key) as Json);

const listChanges = (a: readonly Json[], b: readonly Json[], path: Step[]): Change[] => {
  const by = commonKey(a, b);
  if (by === null) {
    const places = Array.from({ length: Math.max(a.length, b.length) }, (_, place) => place);
    return places.flatMap((place) => changesAt(a[place], b[place], [...path, place]));
  }
  const before = byKey(a, by);
  const after = byKey(b, by);
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    changesAt(before.get(key), after.get(key), [...path, { by, key: JSON.parse(key) as Json }]),
  );
  const kept = [...before.keys()].filter((key) => after.has(key));
  const natural = [...kept, ...[...after.keys()].filter((key) => !before.has(key))];
  if (isDeepStrictEqual(natural, [...after.keys()])) return changes;
  return [...changes, { path, what: 'order', by, before: keysOf(natural), after: keysOf(after.keys()) }];
};

/** Undefined: there is nothing at this place. */
const changesAt = (a: Json | undefined, b: Json | undefined, path: Step[]): Change[] => {
  if (isDeepStrictEqual(a, b)) return [];
  if (a === undefined) return [{ path, what: 'added', after: b ?? null }];
  if (b === undefined) return [{ path, what: 'removed', before: a }];
  if (isFields(a) && isFields(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    const fieldOf = (fields: Fields, name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
    return names.flatMap((name) => changesAt(fieldOf(a, name), fieldOf(b, name), [...path, name]));
  }
  if (Array.isArray(a) && Array.isArray(b)) return listChanges(a, b, path);
  return [{ path, what: 'changed', before: a, after: b }];
};

/** Field by field how `b` differs from `a`: what was added, removed or changed, at the innermost place that tells it. */
export const difference = (a: Json, b: Json): Change[] => changesAt(a, b, []);

const stepKey = (step: Step): string => JSON.stringify(step);

/** The value of a place after its changes; undefined when it is gone. Every path begins at this place. */
const appliedAt = (value: Json | undefined, changes: readonly Change[]): Json | undefined => {
  const own = changes.find(({ path, what }) => path.length === 0 && what !== 'order');
  if (own) return own.what === 'removed' ? undefined : (own.after ?? null);
  const order = changes.find(({ path }) => path.length === 0);
  const below = Map.groupBy(
    changes.filter(({ path }) => path.length > 0),
    ({ path }) => stepKey(path[0] as Step),
  );
  const inside = (of: readonly Change[]) => of.map((change) => ({ ...change, path: change.path.slice(1) }));
  const stepOf = (of: readonly Change[]) => of[0]?.path[0] as Step;

  if (!Array.isArray(value)) {
    const fields = new Map(Object.entries(isFields(value) ? value : {}));
    for (const of of below.values()) {
      const name = String(stepOf(of));
      const next = appliedAt(fields.get(name), inside(of));
      if (next === undefined) fields.delete(name);
      else fields.set(name, next);
    }
    // Defines `__proto__` as a field like any other.
    return Object.fromEntries(fields);
  }

  const [first] = below.values();
  const step = first && stepOf(first);
  const by = order?.by ?? (typeof step === 'object' ? step.by : null);
  const elements: Map<string, Json> =
    by === null ? new Map(value.map((element, place) => [stepKey(place), element])) : byKey(value, by);
  for (const of of below.values()) {
    const at = stepOf(of);
    const key = stepKey(typeof at === 'object' ? (at.key as Step) : at);
    const next = appliedAt(elements.get(key), inside(of));
    if (next === undefined) elements.delete(key);
    else elements.set(key, next);
  }
  if (!order) return [...elements.values()];
  return (order.after as Json[]).flatMap((key) => {
    const element = elements.get(JSON.stringify(key));
    return element === undefined ? [] : [element];
  });
};

/** The state that differs from `state` by these changes: `applied(a, difference(a, b))` is `b`. */
export const applied = (state: Json, changes: readonly Change[]): Json => {
  if (changes.length === 0) return state;
  return appliedAt(state, changes) ?? null;
};
