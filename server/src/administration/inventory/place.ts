import { InvalidInput } from '../../platform/errors/index.ts';

/** A place in a list as an opaque text: the values by which it is sorted. */
export const writePlace = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/** @throws InvalidInput for a text that is no place of such a list */
export const readPlace = <Kinds extends readonly ('string' | 'number')[]>(
  text: string,
  kinds: Kinds,
): { [Index in keyof Kinds]: Kinds[Index] extends 'string' ? string : number } => {
  try {
    const values = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (values.length === kinds.length && values.every((value, index) => typeof value === kinds[index])) {
      return values as never;
    }
  } catch {
    // Said below, as for any other text that is no place.
  }
  throw new InvalidInput(
    'The place in the list is not one that this server gave out; read the list from the start',
    [{ where: 'query.after', what: 'is not the `next` of a page' }],
    'software.bad-place',
  );
};
