import type { LeefMessage, LeefProblem } from './message.ts';

/** Longer texts are refused, so that reading stays bounded. */
export const MOST_LEEF_CHARACTERS = 65_536;

export type ParsedLeef =
  | {
      ok: true;
      message: LeefMessage;
      /** What stood before `LEEF:`, a syslog header for one. */
      before: string;
    }
  | { ok: false; problem: LeefProblem };

const problem = (code: LeefProblem['code'], at: number, what: string): ParsedLeef => ({
  ok: false,
  problem: { code, at, what },
});

const BEGIN = /(?:^|[\s:>\]\ufeff])LEEF: ?(\d{1,3}(?:\.\d{1,3})?)\|/;
/** `x09`, `0x09`: the delimiter by its code. */
const BY_CODE = /^0?x([0-9a-f]{2,4})$/i;
const TAB = '\t';

/** Finds and reads the LEEF message in a text that ends with it. Never throws. */
export const parseLeef = (text: string): ParsedLeef => {
  if (text.length > MOST_LEEF_CHARACTERS) {
    return problem('leef.too-long', MOST_LEEF_CHARACTERS, `more than ${MOST_LEEF_CHARACTERS} characters`);
  }
  const begin = BEGIN.exec(text);
  if (!begin) return problem('leef.not-found', 0, 'no LEEF:<version>| at the start of a word');
  const start = text.indexOf('LEEF:', begin.index);
  const version = begin[1] === '1' ? '1.0' : begin[1] === '2' ? '2.0' : begin[1];
  if (version !== '1.0' && version !== '2.0') {
    return problem('leef.version', start + 5, `version ${version} is neither 1.0 nor 2.0`);
  }
  let place = begin.index + begin[0].length;
  let end = text.length;
  while (end > place && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;

  const fields: string[] = [];
  for (const name of ['vendor', 'product', 'product version', 'event id']) {
    const bar = text.indexOf('|', place);
    if (bar < 0 || bar >= end) return problem('leef.header', place, `the header ends before its ${name} does`);
    fields.push(text.slice(place, bar));
    place = bar + 1;
  }
  let delimiter = TAB;
  if (version === '2.0') {
    const said = readDelimiter(text, place, end);
    delimiter = said.delimiter;
    place = said.place;
  }
  const [vendor = '', product = '', productVersion = '', eventId = ''] = fields;
  return {
    ok: true,
    before: text.slice(0, start),
    message: {
      version,
      vendor,
      product,
      productVersion,
      eventId,
      delimiter,
      attributes: readAttributes(text.slice(place, end), delimiter),
    },
  };
};

/** The field may be empty, or left out altogether: then the attributes follow at once, divided by tabs. */
const readDelimiter = (text: string, from: number, end: number): { delimiter: string; place: number } => {
  const bar = text.indexOf('|', from);
  if (bar < 0 || bar >= end || bar - from > 6) return { delimiter: TAB, place: from };
  const field = text.slice(from, bar);
  if (field === '') return { delimiter: TAB, place: bar + 1 };
  const code = BY_CODE.exec(field)?.[1];
  if (code !== undefined) return { delimiter: String.fromCharCode(Number.parseInt(code, 16)), place: bar + 1 };
  return field.length === 1 ? { delimiter: field, place: bar + 1 } : { delimiter: TAB, place: from };
};

const readAttributes = (text: string, delimiter: string): Map<string, string> => {
  const attributes = new Map<string, string>();
  for (const pair of text.split(delimiter)) {
    const equals = pair.indexOf('=');
    if (equals > 0) attributes.set(pair.slice(0, equals).trim(), pair.slice(equals + 1));
  }
  return attributes;
};
