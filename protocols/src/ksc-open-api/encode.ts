/** From values to JSON. The protocol has two encodings, depending on the place of a value. */
import { UnencodableValue } from './errors.ts';
import { isInt32, type Json, type ParamArray, type Params, type ParamValue, Typed } from './values.ts';

/** Deeper than anything the protocol has; a cycle in the caller's data ends here. */
const MAX_DEPTH = 64;

/**
 * The arguments of a call or the members of a reply. Their types are known from the method, so they go bare:
 * `{"tmBirthTime": "2024-05-01T10:20:30Z"}`. What lies inside containers and arrays is wrapped as by `encodeInside`.
 *
 * @throws UnencodableValue
 */
export const encodeTopLevel = (params: Params): { [name: string]: Json } =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value === null ? null : encodeBare(value, 1)]],
    ),
  );

/**
 * A value inside a container or an array: `{"type":"datetime","value":"..."}`, `{"type":"params","value":{...}}`.
 *
 * @throws UnencodableValue also for a bare number that is no 32-bit integer: it needs `long()`, `float()` or `double()`
 */
export const encodeInside = (value: ParamValue | null): Json => encodeAt(value, 1);

const encodeBare = (value: ParamValue, depth: number): Json => {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new UnencodableValue(`JSON has no form for the number ${value}`);
    return value + 0;
  }
  if (typeof value !== 'object') return value;
  if (value instanceof Typed) return jsonOf(value);
  return isArray(value) ? encodeArray(value, depth) : encodeMembers(value, depth);
};

const encodeAt = (value: ParamValue | null, depth: number): Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!isInt32(value)) throw new UnencodableValue(`${value} is no 32-bit integer: give it as long() or double()`);
    return value + 0;
  }
  if (value instanceof Typed) return { type: value.type, value: jsonOf(value) };
  return isArray(value) ? encodeArray(value, depth) : { type: 'params', value: encodeMembers(value, depth) };
};

const encodeArray = (values: ParamArray, depth: number): Json[] => {
  checkDepth(depth);
  return values.map((value) => encodeAt(value, depth + 1));
};

const encodeMembers = (params: Params, depth: number): { [name: string]: Json } => {
  checkDepth(depth);
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, encodeAt(value, depth + 1)]],
    ),
  );
};

const checkDepth = (depth: number): void => {
  if (depth > MAX_DEPTH) throw new UnencodableValue(`Containers lie deeper than ${MAX_DEPTH} levels`);
};

const jsonOf = ({ value }: Typed): Json =>
  typeof value === 'object' ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value;

// Array.isArray does not narrow readonly arrays away.
const isArray = (value: ParamArray | Params): value is ParamArray => Array.isArray(value);
