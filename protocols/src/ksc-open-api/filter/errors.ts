import { BadFormat } from '../errors.ts';
import { attributesOf, type Filter } from './ast.ts';

/** The text is no filter. A server answers it as PxgError 1192. */
export class FilterSyntaxError extends BadFormat {
  override readonly name = 'FilterSyntaxError';
  override readonly code = 'ksc_open_api.filter_syntax';
  /** Where in the text reading stopped: 0 = the first UTF-16 unit. */
  readonly position: number;
  readonly expected: string;

  constructor(expected: string, position: number, found: string) {
    super(`filter, at position ${position}: ${expected} expected, ${found} found`);
    this.position = position;
    this.expected = expected;
  }
}

/** The filter is well-formed, and names an attribute that these objects do not have. */
export class UnknownAttribute extends BadFormat {
  override readonly name = 'UnknownAttribute';
  override readonly code = 'ksc_open_api.unknown_attribute';
  readonly attribute: string;

  constructor(attribute: string) {
    super(`filter: there is no attribute ${attribute}; names are case-sensitive`);
    this.attribute = attribute;
  }
}

/** @throws UnknownAttribute for the first attribute that is not known */
export const checkAttributes = (filter: Filter, isKnown: (attribute: string) => boolean): void => {
  const unknown = attributesOf(filter).find((attribute) => !isKnown(attribute));
  if (unknown !== undefined) throw new UnknownAttribute(unknown);
};
