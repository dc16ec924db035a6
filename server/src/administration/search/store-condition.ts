import { type RawBuilder, sql } from 'kysely';
import type { Piece } from './compile.ts';

const casts = { text: 'text', number: 'float8', integer: 'bigint', integers: 'int[]' } as const;

/** Pieces as a condition of PostgreSQL, its values as parameters. */
export const postgresqlCondition = (pieces: readonly Piece[]): RawBuilder<boolean> =>
  sql<boolean>`${sql.join(
    pieces.map((piece) =>
      typeof piece === 'string' ? sql.raw(piece) : sql`${piece.value}::${sql.raw(casts[piece.type])}`,
    ),
    sql.raw(''),
  )}`;
