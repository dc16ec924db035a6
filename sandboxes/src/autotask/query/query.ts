import type { Database } from '../database.ts';
import { type EntitySpec, fieldNamed, type StoredRow } from '../entities/entity.ts';
import { refused } from '../errors.ts';
import { everything, present } from '../present.ts';
import { compileFilter, type Test } from './filter.ts';
import { isObject, lowerKeys } from './keys.ts';

const MAX_PAGE_SIZE = 500;

/** Where a page begins: after or before ids of its neighbour. */
export interface Cursor {
  pageSize: number;
  direction: 'next' | 'previous';
  afterId: number | null;
  beforeId: number | null;
}

export interface QueryAnswer {
  items: Record<string, unknown>[];
  pageDetails: { count: number; requestCount: number; prevPageUrl: string | null; nextPageUrl: string | null };
}

/** The `search` object of a query, understood. */
interface Search {
  test: Test;
  pageSize: number;
  shape: typeof everything;
}

const readSearch = (db: Database, spec: EntitySpec, search: unknown): Search => {
  if (!isObject(search)) throw refused('A filter is required. The search must be an object with a filter.');
  const { filter, includefields, maxrecords } = lowerKeys(search);
  const test = compileFilter(db, spec, filter);
  const pageSize = maxrecords ?? Math.min(db.switches.defaultPageSize, MAX_PAGE_SIZE);
  if (typeof pageSize !== 'number' || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    throw refused(`MaxRecords must be an integer between 1 and ${MAX_PAGE_SIZE}.`);
  }
  return { test, pageSize, shape: readShape(db, spec, includefields) };
};

const readShape = (db: Database, spec: EntitySpec, names: unknown): typeof everything => {
  if (names === undefined || names === null) return everything;
  if (!Array.isArray(names)) throw refused('IncludeFields must be a list of field names.');
  if (names.length === 0) return everything;
  const fields = new Set<string>();
  const udfIds = new Set<number>();
  let wantsAllUdfs = false;
  for (const name of names) {
    if (typeof name !== 'string') throw refused('IncludeFields must be a list of field names.');
    const field = fieldNamed(spec, name);
    const definition = db.udfDefinitions(spec).find(({ values }) => values.name === name);
    if (field) fields.add(field.name);
    else if (definition) udfIds.add(definition.values.id);
    else if (name.toLowerCase() === 'userdefinedfields' && spec.udfType !== null) wantsAllUdfs = true;
    else throw refused(`Unable to find ${name} in the ${spec.singular} Entity.`);
  }
  return { fields, udfIds: wantsAllUdfs ? null : udfIds };
};

/**
 * One page of the rows that match, in ascending order of id.
 *
 * @param pageUrl makes the address of a neighbouring page
 */
export const runQuery = (
  db: Database,
  spec: EntitySpec,
  search: unknown,
  cursor: Cursor | null,
  pageUrl: (cursor: Cursor) => string,
): QueryAnswer => {
  const { test, pageSize: asked, shape } = readSearch(db, spec, search);
  const matching = db.rows(spec.name).filter(test);
  if (shape.fields !== null && !shape.fields.has('id') && matching.length > MAX_PAGE_SIZE) {
    throw refused(`IncludeFields must contain id when more than ${MAX_PAGE_SIZE} rows match.`);
  }
  const pageSize = cursor?.pageSize ?? asked;
  const page = cut(matching, pageSize, cursor);
  const [first, last] = [page.at(0)?.values.id, page.at(-1)?.values.id];
  const hasNext = last !== undefined && (matching.at(-1)?.values.id ?? last) > last;
  const hasPrevious = first !== undefined && (matching.at(0)?.values.id ?? first) < first;
  return {
    items: present(db, spec, page, shape),
    pageDetails: {
      count: page.length,
      requestCount: pageSize,
      prevPageUrl: hasPrevious
        ? pageUrl({ pageSize, direction: 'previous', afterId: last ?? null, beforeId: first })
        : null,
      nextPageUrl: hasNext ? pageUrl({ pageSize, direction: 'next', afterId: last, beforeId: first ?? null }) : null,
    },
  };
};

const cut = (matching: StoredRow[], pageSize: number, cursor: Cursor | null): StoredRow[] => {
  if (cursor?.direction === 'previous') {
    return matching.filter(({ values }) => values.id < (cursor.beforeId ?? 0)).slice(-pageSize);
  }
  const afterId = cursor?.afterId ?? null;
  return matching.filter(({ values }) => afterId === null || values.id > afterId).slice(0, pageSize);
};

export const countRows = (db: Database, spec: EntitySpec, search: unknown): { queryCount: number } => {
  const { test } = readSearch(db, spec, search);
  return { queryCount: db.rows(spec.name).filter(test).length };
};

/** The `paging` parameter of a page's address. */
export const writeCursor = ({ pageSize, afterId, beforeId }: Cursor): string =>
  JSON.stringify({
    pageSize,
    previousIds: beforeId === null ? [] : [beforeId],
    nextIds: afterId === null ? [] : [afterId],
  });

export const readCursor = (sent: unknown, direction: 'next' | 'previous'): Cursor => {
  const bad = () =>
    refused('The paging parameter is not one that this service gave out. Follow nextPageUrl unchanged.');
  if (!isObject(sent)) throw bad();
  const { pageSize, previousIds, nextIds } = sent;
  const isSize =
    typeof pageSize === 'number' && Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= MAX_PAGE_SIZE;
  const areIds = (ids: unknown): ids is number[] => Array.isArray(ids) && ids.every((one) => Number.isSafeInteger(one));
  if (!isSize || !areIds(previousIds) || !areIds(nextIds)) throw bad();
  return { pageSize, direction, afterId: nextIds.at(-1) ?? null, beforeId: previousIds.at(0) ?? null };
};
