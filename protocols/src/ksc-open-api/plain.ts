/** Decoded values as everyday JavaScript, for programs that read results and do not send them back. */
import { type Params, type ParamValue, Typed } from './values.ts';

/** long, float, double: number. datetime: `YYYY-MM-DDThh:mm:ssZ`, date: `YYYY-MM-DD`; both null when not set. */
export type PlainValue = string | number | boolean | null | Uint8Array | PlainValue[] | PlainRow;
export interface PlainRow {
  [attribute: string]: PlainValue;
}

export const toPlainRow = (params: Params): PlainRow =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, toPlainValue(value)]])),
  );

export const toPlainValue = (value: ParamValue | null): PlainValue => {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Typed) return value.value === '' ? null : value.value;
  return Array.isArray(value) ? value.map(toPlainValue) : toPlainRow(value as Params);
};
