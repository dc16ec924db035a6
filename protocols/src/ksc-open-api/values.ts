/**
 * The values of the protocol in memory. What JSON has a form for is plain JavaScript: string, boolean, array,
 * object (a container, "params") and a number for a 32-bit integer. All other types are a `Typed`.
 */
import { UnencodableValue } from './errors.ts';
import { formatDateTime, parseDateTime } from './times.ts';

export type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

export interface TypedValues {
  /** 64 bits on the wire. Exact up to 2^53; beyond that a received value is rounded as JSON numbers are. */
  long: number;
  /** `YYYY-MM-DDThh:mm:ssZ` in UTC; empty = not set. */
  datetime: string;
  /** `YYYY-MM-DD`; empty = not set. */
  date: string;
  binary: Uint8Array;
  float: number;
  double: number;
}
export type TypeName = keyof TypedValues;

/** A value whose type JSON cannot tell. Make one with `long()`, `dateTime()` and so on, which check the value. */
export class Typed<T extends TypeName = TypeName> {
  readonly type: T;
  readonly value: TypedValues[T];
  constructor(type: T, value: TypedValues[T]) {
    this.type = type;
    this.value = value;
  }
}
export type Long = Typed<'long'>;
export type DateTime = Typed<'datetime'>;
export type DateOnly = Typed<'date'>;
export type Binary = Typed<'binary'>;
export type Float = Typed<'float'>;
export type Double = Typed<'double'>;
export type AnyTyped = Long | DateTime | DateOnly | Binary | Float | Double;

export type ParamValue = string | number | boolean | AnyTyped | ParamArray | Params;
/** Elements may be null. */
export type ParamArray = readonly (ParamValue | null)[];
/**
 * A container, the arguments of a call or the members of a reply. A member that is undefined is not sent.
 * Null is sent as an argument of a call; inside containers the protocol forbids it, so that there it is left out.
 */
export interface Params {
  readonly [name: string]: ParamValue | null | undefined;
}

export const long = (value: number): Long => {
  if (!Number.isSafeInteger(value)) throw new UnencodableValue(`A whole number within 2^53 is needed, not ${value}`);
  return new Typed('long', value + 0); // + 0 turns -0, which JSON cannot write, into 0
};

/** @param value null = not set. Fractions of a second are cut off. */
export const dateTime = (value: Date | string | null): DateTime => {
  if (value === null || value === '') return new Typed('datetime', '');
  const time = typeof value === 'string' ? parseDateTime(value) : value;
  if (time === undefined) throw new UnencodableValue(`A UTC time such as 2024-05-01T10:20:30Z is needed, not ${value}`);
  return new Typed('datetime', formatDateTime(time));
};

/** @param value the UTC day is taken; null = not set */
export const dateOnly = (value: Date | string | null): DateOnly =>
  new Typed('date', dateTime(value).value.slice(0, 'YYYY-MM-DD'.length));

export const binary = (value: Uint8Array): Binary => new Typed('binary', value);
export const float = (value: number): Float => new Typed('float', finite(value));
export const double = (value: number): Double => new Typed('double', finite(value));

const finite = (value: number): number => {
  if (!Number.isFinite(value)) throw new UnencodableValue(`A finite number is needed, not ${value}`);
  return value + 0;
};

/** A whole number of 32 bits: the only numbers that go bare inside containers. */
export const isInt32 = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;

export const isParams = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Typed);
