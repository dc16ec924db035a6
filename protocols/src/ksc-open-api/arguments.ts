/** Reading arguments of a call, or members of a reply, as the type that the method's description gives. */
import { decodeBase64 } from './base64.ts';
import { BadFormat } from './errors.ts';
import { parseDateTime } from './times.ts';
import { isInt32, isParams, type Params, type ParamValue, Typed } from './values.ts';

/** One entry of `vecFieldsToOrder` and its sisters. */
export interface SortField {
  name: string;
  ascending: boolean;
}

/** An argument's name, or all its spellings in the versions of the documentation. */
export type ArgumentName = string | readonly string[];

export type ArgumentReader = ReturnType<typeof readArguments>;

/**
 * Typed access to decoded arguments. Missing, null and an empty string, array or object are all "not given", for
 * which each reader returns undefined; only `string` returns an empty string as it is.
 * Every reader throws BadFormat when the argument is of another type.
 */
export const readArguments = (args: Params) => {
  const find = (names: ArgumentName): { name: string; value: ParamValue } | undefined => {
    for (const name of typeof names === 'string' ? [names] : names) {
      const value = Object.hasOwn(args, name) ? args[name] : undefined;
      if (value !== undefined && value !== null) return { name, value };
    }
    return undefined;
  };
  const read =
    <T>(needed: string, convert: (value: ParamValue, name: string) => T | undefined) =>
    (names: ArgumentName): T | undefined => {
      const found = find(names);
      if (found === undefined || isEmpty(found.value)) return undefined;
      const converted = convert(found.value, found.name);
      if (converted === undefined) throw new BadFormat(`${needed} is needed`, found.name);
      return converted;
    };

  const list = read('an array', (value): readonly (ParamValue | null)[] | undefined =>
    Array.isArray(value) ? value : undefined,
  );

  /** A client in the wild sends one container where an array of containers is documented. */
  const paramsList = read('an array of containers', (value, name) => {
    const values = isParams(value) ? [value] : Array.isArray(value) ? value : undefined;
    return values?.map((element: ParamValue | null, index) => {
      if (isParams(element)) return element;
      throw new BadFormat('a container is needed', `${name}[${index}]`);
    });
  });

  return {
    string: (names: ArgumentName): string | undefined => {
      const found = find(names);
      if (found === undefined) return undefined;
      if (typeof found.value !== 'string') throw new BadFormat('a string is needed', found.name);
      return found.value;
    },
    boolean: read('true or false', (value) => (typeof value === 'boolean' ? value : undefined)),
    int: read('a 32-bit integer', (value) => {
      const number = numberOf(value);
      return number !== undefined && isInt32(number) ? number : undefined;
    }),
    /** Whole, up to 64 bits. */
    long: read('a whole number', (value) => {
      const number = numberOf(value);
      return number !== undefined && Number.isInteger(number) ? number : undefined;
    }),
    number: read('a number', numberOf),
    dateTime: read('a time as 2024-05-01T10:20:30Z', (value) => {
      const text = value instanceof Typed && value.type === 'datetime' ? value.value : value;
      return typeof text === 'string' ? parseDateTime(text) : undefined;
    }),
    binary: read('base64 text', (value) => {
      if (value instanceof Typed) return value.type === 'binary' ? value.value : undefined;
      return typeof value === 'string' ? decodeBase64(value) : undefined;
    }),
    params: read('a container', (value) => (isParams(value) ? value : undefined)),
    list,
    strings: (names: ArgumentName): string[] | undefined =>
      list(names)?.map((value, index) => {
        if (typeof value === 'string') return value;
        throw new BadFormat('a string is needed', `${find(names)?.name}[${index}]`);
      }),
    paramsList,
    /** Sort order. Entries without a name are left out, since a client in the wild sends one to say "any order". */
    order: (names: ArgumentName): SortField[] =>
      (paramsList(names) ?? []).flatMap((entry) => {
        const { Name: name, Asc: ascending = true } = entry;
        if (name === undefined || name === '') return [];
        if (typeof name !== 'string' || typeof ascending !== 'boolean') {
          throw new BadFormat('a sort field is {"Name": <attribute>, "Asc": true or false}', find(names)?.name);
        }
        return [{ name, ascending }];
      }),
  };
};

/** The argument's value. @throws BadFormat when it was not given */
export const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new BadFormat('the argument is missing', name);
  return value;
};

/** The opposite of `order`: what a client sends. */
export const orderParams = (order: readonly SortField[]): Params[] =>
  order.map(({ name, ascending }) => ({ Name: name, Asc: ascending }));

const isEmpty = (value: ParamValue): boolean =>
  value === '' ||
  (value instanceof Typed ? value.value === '' : typeof value === 'object' && Object.keys(value).length === 0);

const numberOf = (value: ParamValue): number | undefined => {
  if (typeof value === 'number') return value;
  return value instanceof Typed && typeof value.value === 'number' ? value.value : undefined;
};
