/**
 * A filter's value read as the type of the attribute that it is compared with. Each returns undefined when it cannot
 * be read so. Translators to SQL use the same functions as the evaluator, so that both mean the same.
 */
import { parseDateTime } from '../times.ts';
import type { FilterValue } from './ast.ts';

/** Numbers may be quoted: `KLHST_WKS_RTP_STATE = "4"`. Hex counts as an unsigned number up to 2^53. */
export const readAsNumber = (value: FilterValue): number | undefined => {
  switch (value.kind) {
    case 'int':
      return value.value;
    case 'hex': {
      const number = Number.parseInt(value.digits, 16);
      return Number.isSafeInteger(number) ? number : undefined;
    }
    case 'string':
      return numberInText(value.value);
    default:
      return undefined;
  }
};

/** 0 or 1 for a bool attribute: bare, quoted, or as "True" and "False" in any case. Other numbers stay themselves. */
export const readAsBoolNumber = (value: FilterValue): number | undefined => {
  if (value.kind !== 'string') return readAsNumber(value);
  const word = value.value.trim().toLowerCase();
  if (word === 'true') return 1;
  return word === 'false' ? 0 : numberInText(word);
};

/** Whole seconds. @param now what CURTIME is counted from */
export const readAsTime = (value: FilterValue, now: Date): Date | undefined => {
  switch (value.kind) {
    case 'utc':
    case 'string':
      return parseDateTime(value.value);
    case 'curtime':
      return new Date((Math.floor(now.getTime() / 1000) + value.offsetSeconds) * 1000);
    default:
      return undefined;
  }
};

export const readAsBytes = (value: FilterValue): Uint8Array | undefined =>
  value.kind === 'hex' ? new Uint8Array(Buffer.from(value.digits, 'hex')) : undefined;

/** A whole or decimal number in the usual notation, blanks around it allowed. */
export const numberInText = (text: string): number | undefined =>
  /^\s*[+-]?\d{1,18}(?:\.\d{1,18})?\s*$/.test(text) ? Number(text) : undefined;
