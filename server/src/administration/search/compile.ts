import {
  type Comparison,
  checkAttributes,
  type Filter,
  parseWildcards,
  readAsBoolNumber,
  readAsNumber,
  readAsTime,
  UnknownAttribute,
  wildcardsToLike,
  wildcardsToRegex,
} from '@gatehouse/protocols/ksc-open-api';

/** What can be searched: an expression of the store over its own columns, null where an object has no such value. */
export interface SearchAttribute {
  type: 'number' | 'text' | 'boolean' | 'time';
  /** Text of the store's dialect; never anything that came from outside. */
  sql: string;
}

/**
 * An attribute that is no column but a question with one number (`host is in group N or below`): the numbers that the
 * column may have. Only `=` and `<>` make sense.
 */
export interface MemberAttribute {
  type: 'member';
  sql: string;
  membersOf: (value: number) => readonly number[];
}

/** @throws UnknownAttribute for an order by something that is not in the table */
export const checkOrder = (order: readonly { name: string }[], isKnown: (attribute: string) => boolean): void => {
  const unknown = order.find(({ name }) => !isKnown(name));
  if (unknown) throw new UnknownAttribute(unknown.name);
};

/**
 * A set of texts, as the tags of a device: a comparison holds when it holds for one of them, `<>` when no text is equal.
 * The expression is an array of the store.
 */
export interface TextsAttribute {
  type: 'texts';
  sql: string;
}

export type SearchAttributes = Readonly<Record<string, SearchAttribute | MemberAttribute | TextsAttribute>>;

/** A condition as text with values in between; values never become text. */
export type Piece = string | { value: unknown; type: 'text' | 'number' | 'integer' | 'integers' };

/** What PostgreSQL and ClickHouse say differently. Arguments are expressions. */
export interface SearchDialect {
  fold: (text: string) => string;
  matchesLike: (text: string, pattern: Piece) => Piece[];
  matchesRegex: (text: string, pattern: Piece) => Piece[];
  epochSeconds: (time: string) => string;
  toNumber: (number: string) => string;
  booleanToNumber: (boolean: string) => string;
  /** Null for text that is no number. */
  textToNumber: (text: string) => string;
  bitAnd: (number: string, mask: Piece) => Piece[];
  isOneOf: (number: string, numbers: Piece) => Piece[];
  /** Whether the condition, made for an expression of text, holds for an element of the array. */
  holdsForOne: (texts: string, condition: (element: string) => Piece[]) => Piece[];
}

const TRUE: Piece[] = ['(1 = 1)'];
const FALSE: Piece[] = ['(1 = 0)'];

/**
 * A filter as a condition of SQL, with the meaning that `evaluateFilter` has in memory. One thing is narrower: a text
 * beside a bare time (`T"..."`, CURTIME) equals nothing, for no store reads times out of text as we do.
 *
 * @throws UnknownAttribute for an attribute that is not in the table
 */
export const compileSearch = (
  filter: Filter,
  attributes: SearchAttributes,
  dialect: SearchDialect,
  now: Date,
): Piece[] => {
  checkAttributes(filter, (attribute) => Object.hasOwn(attributes, attribute));

  const compile = (node: Filter): Piece[] => {
    switch (node.kind) {
      case 'all':
        return TRUE;
      case 'and':
      case 'or': {
        const parts = node.parts.map(compile);
        return ['(', ...parts.flatMap((part, index) => (index === 0 ? part : [` ${node.kind} `, ...part])), ')'];
      }
      case 'not':
        return ['(not ', ...compile(node.part), ')'];
      case 'bitTest': {
        const attribute = attributes[node.attribute];
        if (!attribute || attribute.type === 'time' || attribute.type === 'member') return FALSE;
        const test = (number: string): Piece[] => {
          const bits = dialect.bitAnd(number, { value: node.mask, type: 'integer' });
          return ['coalesce((', ...bits, `) ${node.operator} `, { value: node.expected, type: 'integer' }, ', 1 = 0)'];
        };
        if (attribute.type === 'texts') {
          return dialect.holdsForOne(attribute.sql, (element) => test(dialect.textToNumber(element)));
        }
        if (attribute.type === 'text') return test(dialect.textToNumber(attribute.sql));
        return test(attribute.type === 'boolean' ? dialect.booleanToNumber(attribute.sql) : attribute.sql);
      }
      case 'compare':
        return compileComparison(node);
    }
  };

  const compileComparison = (node: Comparison): Piece[] => {
    const attribute = attributes[node.attribute];
    if (!attribute) return FALSE;
    if (attribute.type === 'texts') {
      const isEmptyTest = node.value.kind === 'string' && node.value.value === '';
      const isNegative = node.operator === '<>' && !isEmptyTest;
      const positive = isNegative ? { ...node, operator: '=' as const } : node;
      const some = dialect.holdsForOne(attribute.sql, (element) =>
        compileSimple(positive, { type: 'text', sql: element }),
      );
      return isNegative ? ['(not ', ...some, ')'] : some;
    }
    return compileSimple(node, attribute);
  };

  const compileSimple = (node: Comparison, attribute: SearchAttribute | MemberAttribute): Piece[] => {
    const { operator, value } = node;
    const column = `(${attribute.sql})`;
    const mismatch = operator === '<>' ? TRUE : FALSE;
    const compare = (left: string, right: Piece | undefined): Piece[] =>
      right === undefined
        ? mismatch
        : [`coalesce(${left} ${operator} `, right, `, ${operator === '<>' ? '1 = 1' : '1 = 0'})`];
    const numberPiece = (number: number | undefined): Piece | undefined =>
      number === undefined ? undefined : { value: number, type: 'number' };
    const text = value.kind === 'string' ? value.value : undefined;

    if (attribute.type === 'member') {
      const number = readAsNumber(value);
      if (number === undefined || (operator !== '=' && operator !== '<>')) return mismatch;
      const isMember = dialect.isOneOf(column, { value: [...attribute.membersOf(number)], type: 'integers' });
      return operator === '=' ? ['(', ...isMember, ')'] : ['(not ', ...isMember, ')'];
    }
    if (text === '*' && operator === '=') return [`(${column} is not null)`];
    if (text === '' && operator === '<>') {
      return [attribute.type === 'text' ? `(${column} is not null and ${column} <> '')` : `(${column} is not null)`];
    }

    switch (attribute.type) {
      case 'number':
        return compare(dialect.toNumber(column), numberPiece(readAsNumber(value)));
      case 'boolean':
        return compare(dialect.toNumber(dialect.booleanToNumber(column)), numberPiece(readAsBoolNumber(value)));
      case 'time': {
        const time = readAsTime(value, now);
        return compare(
          dialect.toNumber(dialect.epochSeconds(column)),
          numberPiece(time && Math.floor(time.getTime() / 1000)),
        );
      }
      case 'text': {
        if (text === undefined) return compare(dialect.textToNumber(column), numberPiece(readAsNumber(value)));
        const parts = parseWildcards(text);
        if (operator === '=' && parts.some((part) => part.kind !== 'text')) {
          const like = wildcardsToLike(parts);
          const matches =
            like === undefined
              ? dialect.matchesRegex(column, { value: wildcardsToRegex(parts), type: 'text' })
              : dialect.matchesLike(column, { value: like, type: 'text' });
          return ['coalesce(', ...matches, ', 1 = 0)'];
        }
        return compare(dialect.fold(column), { value: text.toLowerCase(), type: 'text' });
      }
    }
  };

  return compile(filter);
};
