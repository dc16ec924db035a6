import type { CefMessage, CefProblem } from './message.ts';

/** Longer texts are refused, so that reading stays bounded. */
export const MOST_CEF_CHARACTERS = 65_536;

export type ParsedCef =
  | {
      ok: true;
      message: CefMessage;
      /** What stood before `CEF:`, a syslog header for one. */
      before: string;
    }
  | { ok: false; problem: CefProblem };

const problem = (code: CefProblem['code'], at: number, what: string): ParsedCef => ({
  ok: false,
  problem: { code, at, what },
});

/** At the start of a word; some senders put a blank behind the colon. */
const BEGIN = /(?:^|[\s:>\]\ufeff])CEF: ?(\d{1,3})\|/;
const HEADER_FIELDS = ['vendor', 'product', 'deviceVersion', 'classId', 'name', 'severity'] as const;

const BACKSLASH = 92;
const BAR = 124;
const EQUALS = 61;
const BLANK = 32;

/** Finds and reads the CEF message in a text that ends with it. Never throws. */
export const parseCef = (text: string): ParsedCef => {
  if (text.length > MOST_CEF_CHARACTERS) {
    return problem('cef.too-long', MOST_CEF_CHARACTERS, `more than ${MOST_CEF_CHARACTERS} characters`);
  }
  const begin = BEGIN.exec(text);
  if (!begin) return problem('cef.not-found', 0, 'no CEF:<version>| at the start of a word');
  const start = text.indexOf('CEF:', begin.index);
  let place = begin.index + begin[0].length;
  let end = text.length;
  while (end > place && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;

  const fields: string[] = [];
  while (fields.length < HEADER_FIELDS.length) {
    const field = readHeaderField(text, place, end);
    // The bar behind the severity may be missing when there is no extension.
    const isLast = fields.length === HEADER_FIELDS.length - 1;
    if (!field.closed && !isLast) {
      return problem('cef.header', place, `the header ends before its ${HEADER_FIELDS[fields.length]} does`);
    }
    fields.push(field.value);
    place = field.place;
  }
  const [vendor = '', product = '', deviceVersion = '', classId = '', name = '', severity = ''] = fields;
  return {
    ok: true,
    before: text.slice(0, start),
    message: {
      version: Number(begin[1]),
      vendor,
      product,
      deviceVersion,
      classId,
      name,
      severity,
      extension: readExtension(text, place, end),
    },
  };
};

/** Escapes of the header: `\|` and `\\`; any other backslash stands for itself. */
const readHeaderField = (
  text: string,
  from: number,
  end: number,
): { value: string; place: number; closed: boolean } => {
  let value = '';
  let plainFrom = from;
  for (let place = from; place < end; place += 1) {
    const code = text.charCodeAt(place);
    if (code === BAR) return { value: value + text.slice(plainFrom, place), place: place + 1, closed: true };
    if (code !== BACKSLASH || place + 1 >= end) continue;
    const next = text.charCodeAt(place + 1);
    if (next === BAR || next === BACKSLASH) {
      value += text.slice(plainFrom, place);
      plainFrom = place + 1;
      place += 1;
    }
  }
  return { value: value + text.slice(plainFrom, end), place: end, closed: false };
};

/** Letters, digits and what vendors add to them. */
const isKeyCode = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 95 || // _
  code === 45 || // -
  code === 46 || // .
  code === 91 || // [
  code === 93; // ]

/**
 * Values hold blanks, so a key is known by its equals sign: the word right before it, behind a blank. An equals sign
 * inside of a word, which senders forget to escape (`url=http://x/?a=1`), belongs to the value.
 */
const readExtension = (text: string, from: number, end: number): Map<string, string> => {
  const extension = new Map<string, string>();
  let key: string | null = null;
  let valueFrom = from;
  /** Where the present word began. */
  let wordFrom = from;
  let wordIsKey = true;
  const take = (to: number) => {
    if (key !== null) extension.set(key, unescaped(text.slice(valueFrom, Math.max(valueFrom, to))));
  };
  for (let place = from; place < end; place += 1) {
    const code = text.charCodeAt(place);
    if (code === BLANK) {
      wordFrom = place + 1;
      wordIsKey = true;
    } else if (code === EQUALS) {
      if (wordIsKey && place > wordFrom) {
        take(wordFrom - 1);
        key = text.slice(wordFrom, place);
        valueFrom = place + 1;
      }
      wordIsKey = false;
    } else if (code === BACKSLASH) {
      // Whatever is escaped is no equals sign of a key.
      wordIsKey = false;
      place += 1;
      if (text.charCodeAt(place) === BLANK) place -= 1;
    } else if (wordIsKey && !isKeyCode(code)) {
      wordIsKey = false;
    }
  }
  take(end);
  return extension;
};

/** Escapes of the extension: `\\`, `\=`, `\n`, `\r`; `\|` by mistake of some. Any other backslash stands for itself. */
const unescaped = (value: string): string =>
  value.includes('\\')
    ? value.replace(/\\([\\=nr|])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : sign))
    : value;
