/** From JSON to values, accepting every form that real clients and servers send. */
import { decodeBase64 } from './base64.ts';
import { BadFormat } from './errors.ts';
import { formatDateTime, parseDateTime } from './times.ts';
import { isInt32, type Params, type ParamValue, Typed } from './values.ts';

/** How deep containers and arrays may lie in each other. */
export const MAX_DECODE_DEPTH = 64;

/**
 * The body of a call or of a reply. `undefined`, `null` and an empty object are equal: no arguments.
 *
 * Accepted besides the documented forms: wrapped values at top level, containers without wrapper, wrappers with an
 * empty type word, bare 64-bit numbers and bare fractions. A container that has exactly the members `type` and
 * `value`, with a type word of the protocol in the first, always counts as a wrapper.
 *
 * @throws BadFormat
 */
export const decodeTopLevel = (json: unknown): Params => {
  if (json === undefined || json === null) return {};
  if (!isObject(json)) throw new BadFormat(`a JSON object is needed, not ${describe(json)}`);
  return decodeMembers(json, [], true);
};

/** One value, wrapped or bare. @throws BadFormat */
export const decodeValue = (json: unknown): ParamValue | null => decodeAt(json, []);

const decodeAt = (json: unknown, path: string[]): ParamValue | null => {
  switch (typeof json) {
    case 'string':
    case 'boolean':
      return json;
    case 'number':
      return decodeNumber(json, path);
    case 'object':
      if (json === null) return null;
      if (Array.isArray(json)) return decodeArray(json, path);
      return isWrapper(json) ? decodeWrapped(json.type, json.value, path) : decodeMembers(json as JsonObject, path);
    default:
      throw new BadFormat(`${describe(json)} is no JSON value`, whereOf(path));
  }
};

/** What needs more than 32 bits was a long, and a fraction a double, that came without a wrapper. */
const decodeNumber = (json: number, path: string[]): ParamValue => {
  if (isInt32(json)) return json + 0;
  if (!Number.isFinite(json)) throw new BadFormat('the number is too large', whereOf(path));
  return Number.isInteger(json) ? new Typed('long', json) : new Typed('double', json);
};

const decodeArray = (json: unknown[], path: string[]): (ParamValue | null)[] => {
  checkDepth(path);
  return json.map((element, index) => {
    path.push(`[${index}]`);
    const value = decodeAt(element, path);
    path.pop();
    return value;
  });
};

const decodeMembers = (json: JsonObject, path: string[], keepNulls = false): Params => {
  checkDepth(path);
  const members: [string, ParamValue | null][] = [];
  for (const [name, inner] of Object.entries(json)) {
    path.push(name);
    const value = decodeAt(inner, path);
    path.pop();
    // Inside containers the protocol forbids null; it says no more than absence does.
    if (value !== null || keepNulls) members.push([name, value]);
  }
  // Not by assignment: a member named __proto__ would change the object instead of being in it.
  return Object.fromEntries(members);
};

const decodeWrapped = (type: string, json: unknown, path: string[]): ParamValue => {
  const wrong = (needed: string) => new BadFormat(`${type} needs ${needed}, not ${describe(json)}`, whereOf(path));
  switch (type) {
    case '':
    case 'params':
      if (isObject(json)) return decodeMembers(json, path);
      if (json === null) return {};
      throw wrong('an object');
    case 'long': {
      const number = typeof json === 'string' && /^[+-]?\d{1,20}$/.test(json) ? Number(json) : json;
      if (typeof number !== 'number' || !Number.isInteger(number)) throw wrong('a whole number');
      return new Typed('long', number + 0);
    }
    case 'float':
    case 'double':
      if (typeof json !== 'number' || !Number.isFinite(json)) throw wrong('a number');
      return new Typed(type, json + 0);
    case 'datetime':
    case 'date': {
      if (json === '' || json === null) return new Typed(type, '');
      const time = typeof json === 'string' ? parseDateTime(json) : undefined;
      if (time === undefined) throw wrong(type === 'date' ? 'a day as 2024-05-01' : 'a time as 2024-05-01T10:20:30Z');
      const text = formatDateTime(time);
      return new Typed(type, type === 'date' ? text.slice(0, 10) : text);
    }
    default: {
      const bytes = typeof json === 'string' ? decodeBase64(json) : undefined;
      if (bytes === undefined) throw wrong('base64 text');
      return new Typed('binary', bytes);
    }
  }
};

type JsonObject = { [name: string]: unknown };
const isObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** A client in the wild sends an empty type word for params. */
const typeWords = new Set(['', 'params', 'long', 'datetime', 'date', 'binary', 'float', 'double']);
const isWrapper = (json: object): json is { type: string; value: unknown } =>
  'type' in json &&
  'value' in json &&
  typeof json.type === 'string' &&
  typeWords.has(json.type) &&
  Object.keys(json).length === 2;

const checkDepth = (path: string[]): void => {
  if (path.length > MAX_DECODE_DEPTH) {
    throw new BadFormat(`containers lie deeper than ${MAX_DECODE_DEPTH} levels`, whereOf(path.slice(0, 3)));
  }
};

const whereOf = (path: string[]): string => path.join('.').replaceAll('.[', '[');

const describe = (json: unknown): string => {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'an array';
  if (typeof json === 'object') return 'an object';
  const text = String(json);
  return `${typeof json} ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)}`;
};
