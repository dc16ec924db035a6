/** Result sets read to their end, page by page, as one stream of rows. */
import { PxgError, pxgCodes } from '../errors.ts';
import type { PlainRow } from '../plain.ts';
import { IncompleteRead, KscUnreachable, LoginFailed, NotOpenApi } from './errors.ts';

/** A result set that expires more often than this in one read is read too slowly. */
const MAX_RESTARTS = 3;
export const RELEASE_TIMEOUT_MS = 10_000;

export interface ResultSet {
  /** For messages. */
  name: string;
  /** A set without a count ends where no more rows come. */
  open(): Promise<{ id: string; count?: () => Promise<number> }>;
  /** Rows from `start` on, at most `count`; always asked for one after the other, so that a set may read on by itself. */
  read(id: string, start: number, count: number): Promise<PlainRow[]>;
  release(id: string): Promise<void>;
  /** Attributes that tell rows apart. */
  keyFields: readonly string[];
  /** The login that holds; result sets end with it. */
  currentLogin(): number | undefined;
}

/**
 * Yields every row once. When the server has dropped the result set meanwhile (1186) it is made anew, and rows that
 * were yielded already are passed over. The result set is released however the reading ends.
 *
 * @throws IncompleteRead (retryable) when rows are missing at the end
 */
export async function* readThrough(set: ResultSet, pageSize: number): AsyncGenerator<PlainRow, void, undefined> {
  const yielded = new Set<string>();
  for (let restarts = 0; ; restarts += 1) {
    const { id, count } = await set.open();
    const login = set.currentLogin();
    let isGone = false;
    const noticeGone = (error: unknown): never => {
      isGone = isNotFound(error);
      throw error;
    };
    try {
      const countedRows = count ? await count().catch(noticeGone) : Number.POSITIVE_INFINITY;
      for (let position = 0; position < countedRows; ) {
        const rows = await set.read(id, position, Math.min(pageSize, countedRows - position)).catch(noticeGone);
        if (rows.length === 0 && count === undefined) return;
        if (rows.length === 0) throw new IncompleteRead(set.name, { countedRows, readRows: position });
        position += rows.length;
        for (const row of rows) {
          const key = keyOf(row, set);
          if (yielded.has(key)) continue;
          yielded.add(key);
          yield row;
        }
      }
      return;
    } catch (error) {
      if (!isGone || restarts === MAX_RESTARTS) throw error;
    } finally {
      if (!isGone && login !== undefined && login === set.currentLogin()) await release(set, id);
    }
  }
}

/** The wanted fields and those that tell rows apart. */
export const withKeyFields = (fields: readonly string[], keyFields: readonly string[]): string[] => [
  ...new Set([...fields, ...keyFields]),
];

const keyOf = (row: PlainRow, { keyFields, name }: ResultSet): string => {
  const [first = ''] = keyFields;
  if (row[first] === undefined || row[first] === null) throw new NotOpenApi(`${name}: a row lacks ${first}`);
  return JSON.stringify(keyFields.map((field) => row[field] ?? null));
};

const release = async (set: ResultSet, id: string): Promise<void> => {
  try {
    await set.release(id);
  } catch (error) {
    // The server frees it after its lifetime; the rows that were read are no worse for it.
    const isOfServer = [PxgError, KscUnreachable, LoginFailed, NotOpenApi].some((type) => error instanceof type);
    if (!isOfServer) throw error;
  }
};

const isNotFound = (error: unknown): boolean => error instanceof PxgError && error.code === pxgCodes.notFound.code;
