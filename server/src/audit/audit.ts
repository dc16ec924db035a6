import type { AuditLine as ShownLine } from '@gatehouse/contract';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import { InvalidInput } from '../platform/errors/index.ts';
import type { AuditLine } from '../platform/http/index.ts';
import { type AuditFilter, auditStore } from './store.ts';

export interface AuditTrail {
  /** Resolves when the line is stored. */
  record(line: AuditLine): Promise<void>;
  /** For what the server does by itself or at the command line. */
  recordByServer(line: Pick<AuditLine, 'action' | 'target'> & Partial<AuditLine>): Promise<void>;
  /** Lines of these actions that are not older, oldest first. */
  since(at: Date, actions: readonly string[]): Promise<(AuditLine & { at: Date })[]>;
  /** Newest first. @throws InvalidInput when `after` is not the `next` of a page */
  list(
    filter: AuditFilter,
    page: { after?: string; limit: number },
  ): Promise<{ items: ShownLine[]; next: string | null }>;
}

/** A line is for reading; what a call sent in bulk is not kept twice. */
const MOST_VALUE_CHARACTERS = 20_000;

const kept = (value: unknown): unknown => {
  const characters = JSON.stringify(value ?? null).length;
  return characters > MOST_VALUE_CHARACTERS ? { leftOut: `too long to keep (${characters} characters)` } : value;
};

const readPlace = (after: string | undefined): number | null => {
  if (after === undefined) return null;
  const id = /^\d{1,15}$/.test(after) ? Number(after) : Number.NaN;
  if (!Number.isSafeInteger(id)) {
    const where = [{ where: 'query.after', what: 'Must be the `next` of the page before' }];
    throw new InvalidInput('query.after is not the place of a page', where);
  }
  return id;
};

export const createAuditTrail = ({ db, now }: { db: Database; now: Clock }): AuditTrail => {
  const store = auditStore(db);
  const record = (line: AuditLine) => store.add({ ...line, before: kept(line.before), after: kept(line.after) }, now());
  return {
    record,
    recordByServer: (line) =>
      record({
        actor: 'gatehouse',
        actorKind: 'server',
        actorId: '',
        tenantId: null,
        address: null,
        outcome: 'done',
        before: null,
        after: null,
        requestId: null,
        ...line,
      }),
    since: store.listSince,
    list: async (filter, { after, limit }) => {
      const lines = await store.listNewest(filter, { beforeId: readPlace(after), limit: limit + 1 });
      const items = lines.slice(0, limit);
      return { items, next: lines.length > limit ? String(items.at(-1)?.id) : null };
    },
  };
};
