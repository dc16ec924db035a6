/** Filters applied in memory: the reference for their meaning, which `ast.ts` tells in words. */
import { parseDateTime } from '../times.ts';
import { type Params, type ParamValue, Typed } from '../values.ts';
import type { BitTest, Comparison, ComparisonOperator, Filter } from './ast.ts';
import { numberInText, readAsBoolNumber, readAsBytes, readAsNumber, readAsTime } from './read-value.ts';
import { matchesWildcards, parseWildcards } from './wildcards.ts';

/** The JavaScript type is the attribute's type. Null and undefined: the object has no such attribute. */
export type AttributeValue = string | number | boolean | Date | Uint8Array | null | undefined;
export type Lookup = (attribute: string) => AttributeValue;

/** @param now what CURTIME is counted from */
export const evaluateFilter = (filter: Filter, lookup: Lookup, { now }: { now: Date }): boolean =>
  compileFilter(filter, { now })(lookup);

/** For many objects: patterns and times are read once. */
export const compileFilter = (filter: Filter, { now }: { now: Date }): ((lookup: Lookup) => boolean) => {
  switch (filter.kind) {
    case 'all':
      return () => true;
    case 'and': {
      const parts = filter.parts.map((part) => compileFilter(part, { now }));
      return (lookup) => parts.every((part) => part(lookup));
    }
    case 'or': {
      const parts = filter.parts.map((part) => compileFilter(part, { now }));
      return (lookup) => parts.some((part) => part(lookup));
    }
    case 'not': {
      const part = compileFilter(filter.part, { now });
      return (lookup) => !part(lookup);
    }
    case 'compare': {
      const test = compileComparison(filter, now);
      return (lookup) => test(lookup(filter.attribute));
    }
    case 'bitTest':
      return (lookup) => testBits(filter, lookup(filter.attribute));
  }
};

/** Looks attributes up in a decoded container, such as a row of a result. */
export const lookupIn =
  (params: Params): Lookup =>
  (attribute) =>
    Object.hasOwn(params, attribute) ? attributeOf(params[attribute]) : undefined;

const attributeOf = (value: ParamValue | null | undefined): AttributeValue => {
  if (value === null || value === undefined || typeof value !== 'object') return value;
  if (!(value instanceof Typed)) return undefined; // containers and arrays have no order and no equality
  return value.type === 'datetime' || value.type === 'date' ? parseDateTime(value.value) : value.value;
};

const compileComparison = ({ operator, value }: Comparison, now: Date): ((found: AttributeValue) => boolean) => {
  const text = value.kind === 'string' ? value.value : undefined;
  if (text === '*' && operator === '=') return (found) => !isMissing(found);
  if (text === '' && operator === '<>') return (found) => !isMissing(found) && found !== '';

  const isMismatchTrue = operator === '<>';
  const number = readAsNumber(value);
  const boolNumber = readAsBoolNumber(value);
  const time = readAsTime(value, now);
  const bytes = readAsBytes(value);
  const compareText = text === undefined ? undefined : compileText(operator, text);

  return (found) => {
    if (isMissing(found)) return isMismatchTrue;
    let order: number | undefined;
    if (typeof found === 'number') order = number === undefined ? undefined : found - number;
    else if (typeof found === 'boolean') order = boolNumber === undefined ? undefined : Number(found) - boolNumber;
    else if (found instanceof Date) order = time === undefined ? undefined : secondsOf(found) - secondsOf(time);
    else if (found instanceof Uint8Array) order = bytes === undefined ? undefined : Buffer.compare(found, bytes);
    else if (compareText) return compareText(found);
    else order = orderOfText(found, number, time);
    return order === undefined || Number.isNaN(order) ? isMismatchTrue : holds(operator, order);
  };
};

/** Text beside a number or a time that was not quoted: it compares when it can be read as one. */
const orderOfText = (found: string, number: number | undefined, time: Date | undefined): number | undefined => {
  if (number !== undefined) {
    const own = numberInText(found);
    return own === undefined ? undefined : own - number;
  }
  const own = parseDateTime(found);
  return own === undefined || time === undefined ? undefined : secondsOf(own) - secondsOf(time);
};

const compileText = (operator: ComparisonOperator, text: string): ((found: string) => boolean) => {
  const wanted = text.toLowerCase();
  if (operator === '=') {
    const parts = parseWildcards(text);
    if (parts.some((part) => part.kind !== 'text')) return (found) => matchesWildcards(parts, found);
  }
  return (found) => {
    const folded = found.toLowerCase();
    return holds(operator, folded === wanted ? 0 : folded < wanted ? -1 : 1);
  };
};

const testBits = ({ mask, operator, expected }: BitTest, found: AttributeValue): boolean => {
  const number = typeof found === 'string' ? numberInText(found) : typeof found === 'boolean' ? Number(found) : found;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return false;
  // Beyond 32 bits the number operators of JavaScript would cut the value.
  const bits = BigInt.asIntN(64, BigInt(number) & BigInt(mask));
  return (bits === BigInt(expected)) === (operator === '=');
};

const holds = (operator: ComparisonOperator, order: number): boolean => {
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
};

const isMissing = (found: AttributeValue): found is null | undefined => found === null || found === undefined;
const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);
