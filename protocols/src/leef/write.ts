import type { LeefMessage } from './message.ts';

/** The header has no escapes: a bar in it becomes a slash, a line break a blank. */
const headerField = (value: string): string => value.replace(/[\r\n\t]+/g, ' ').replaceAll('|', '/');

/** A delimiter that a header could not carry as it is, is said by its code. */
const delimiterField = (delimiter: string): string =>
  /^[!-/:-@[-`{}~]$/.test(delimiter) ? delimiter : `x${delimiter.charCodeAt(0).toString(16).padStart(2, '0')}`;

/**
 * One line, from `LEEF:` on. LEEF has no escapes: a delimiter or line break inside of a value becomes a blank (an
 * underscore, where the blank itself divides).
 *
 * @throws RangeError for a delimiter that is not one character, or none that can divide
 */
export const writeLeef = (message: LeefMessage): string => {
  const { version, vendor, product, productVersion, eventId } = message;
  const delimiter = version === '1.0' ? '\t' : message.delimiter;
  if (delimiter.length !== 1 || /[=\r\n\ud800-\udfff]/.test(delimiter)) {
    throw new RangeError('leef: the delimiter must be one character, neither an equals sign nor a line break');
  }
  const instead = delimiter === ' ' ? '_' : ' ';
  const clean = (text: string) => text.replace(/[\r\n]+/g, instead).replaceAll(delimiter, instead);
  const header = [vendor, product, productVersion, eventId].map(headerField).join('|');
  const attributes = [...message.attributes].map(
    ([key, value]) => `${clean(key).replaceAll('=', '_').trim() || '_'}=${clean(value)}`,
  );
  const division = version === '1.0' ? '' : `${delimiterField(delimiter)}|`;
  return `LEEF:${version}|${header}|${division}${attributes.join(delimiter)}`;
};
