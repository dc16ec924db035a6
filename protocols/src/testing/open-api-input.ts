/** Broken, foreign and hostile input for the readers of the KSC Open API, and what each reader must make of it. */
import { isDeepStrictEqual } from 'node:util';
import {
  BadFormat,
  decodeTopLevel,
  encodeTopLevel,
  evaluateFilter,
  FilterSyntaxError,
  parseFilter,
  printFilter,
  readArguments,
} from '../ksc-open-api/index.ts';

const NOW = new Date('2026-03-04T05:06:07Z');

/**
 * Reads a filter, prints it, reads it again, applies it.
 * @returns whether it was one. Throws what is a fault of the reader
 */
export const readFilter = (text: string): boolean => {
  let filter: ReturnType<typeof parseFilter>;
  try {
    filter = parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) return false;
    throw error;
  }
  if (!isDeepStrictEqual(parseFilter(printFilter(filter)), filter)) throw new Error(`is another filter: ${text}`);
  evaluateFilter(filter, (name) => (name.length % 2 === 0 ? name : name.length), { now: NOW });
  return true;
};

const readers = [
  'string',
  'boolean',
  'int',
  'long',
  'number',
  'dateTime',
  'binary',
  'params',
  'list',
  'strings',
  'order',
] as const;

/**
 * Decodes a call, reads each argument as each type, encodes all of it again.
 * @returns whether it could be decoded. Throws what is a fault of the codec
 */
export const readCall = (call: Record<string, unknown>): boolean => {
  let decoded: ReturnType<typeof decodeTopLevel>;
  try {
    decoded = decodeTopLevel(call);
  } catch (error) {
    if (error instanceof BadFormat) return false;
    throw error;
  }
  const args = readArguments(decoded);
  for (const name of Object.keys(decoded)) {
    for (const reader of readers) {
      try {
        args[reader](name);
      } catch (error) {
        if (!(error instanceof BadFormat)) throw error;
      }
    }
  }
  const encoded = JSON.stringify(encodeTopLevel(decoded));
  const again = JSON.stringify(encodeTopLevel(decodeTopLevel(JSON.parse(encoded))));
  if (again !== encoded) throw new Error(`is another call: ${encoded}\n${again}`);
  return true;
};
