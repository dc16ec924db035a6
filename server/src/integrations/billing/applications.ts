/**
 * A licence is sold under a name with its region, size and term: `… Advanced European Edition. 25-49 Node 1 year Base
 * License`. For billing all of them are one application, and this is where its name ends.
 */
const REGIONS =
  'european|russian|north american|latin american?|american|world|worldwide|international|asian?|asian? pacific|' +
  'middle east|african|indian|japanese|australian|brazilian|turkish|chinese|ukrainian|german|french|spanish|italian';
const EDITION = new RegExp(`[\\s,;:–-]+(?:${REGIONS}) edition\\b.*$`, 'i');
const UNIT = '(?:node|user|workstation|server|device|mailbox|mailaddress)s?\\b';
/** A number alone may be a version, unless a term follows: `5 Node 1 year`. */
const SIZE = new RegExp(
  `[\\s,.;:–-]+(?:\\d+(?:\\s?-\\s?\\d+|\\+)\\s+${UNIT}|\\d+\\s+${UNIT}(?=.*\\b\\d+ (?:year|month|day)s?\\b)).*$`,
  'i',
);

/** `… 10-14 User 1 year …`: the size counts users. */
const PER_USER = /\b\d+(?:\s?-\s?\d+|\+)?\s+users?\b|\bendpoint security cloud\b/i;

/** The application that a key's product name stands for. Names without a sale's details stay as they are. */
export const applicationOf = (productName: string): string => {
  const name = productName.replaceAll(/\s+/g, ' ').trim();
  return name.replace(EDITION, '').replace(SIZE, '').trim() || name || 'Unnamed application';
};

/**
 * Sold per user: its licences cannot be told apart by what a device is, so it has one service.
 *
 * @see "Mapping Autotask services to security applications" (Kaspersky Endpoint Security Cloud Plus is the example there)
 */
export const isPerUser = (productName: string): boolean => PER_USER.test(productName);
