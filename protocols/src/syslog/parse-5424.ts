import { type ParsedSyslog, problem, type SyslogElement } from './message.ts';

/** RFC 3339 with up to six digits of a second (RFC 5424, 6.2.3); leap seconds are not allowed there. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/;

/** Digits below a millisecond are cut off. Null for what is no moment. */
export const readIsoTime = (word: string): Date | null => {
  const parts = TIME.exec(word);
  if (!parts) return null;
  const [, seconds, fraction = '', zone] = parts;
  const time = Date.parse(`${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
  return Number.isNaN(time) ? null : new Date(time);
};

/** @param place after the version and its blank; what lies from `end` on is not looked at */
export const parse5424 = (
  line: string,
  place: number,
  end: number,
  priorities: { facility: number; severity: number },
): ParsedSyslog => {
  const words: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const blank = line.indexOf(' ', place);
    if (blank <= place || blank >= end) {
      return problem('syslog.header', place, `the header has ${count} of 5 words after its version`);
    }
    words.push(line.slice(place, blank));
    place = blank + 1;
  }
  const [timeWord = '-', hostname = '-', appName = '-', procId = '-', msgId = '-'] = words;
  const time = timeWord === '-' ? null : readIsoTime(timeWord);
  if (time === null && timeWord !== '-') return problem('syslog.header', 0, `${timeWord.slice(0, 40)} is no timestamp`);

  const data = readElements(line, place, end);
  if (!data.ok) return data;
  place = data.place;
  if (place < end && line[place] !== ' ') {
    return problem('syslog.structured-data', place, 'no blank between structured data and text');
  }
  const hasBom = line.charCodeAt(place + 1) === 0xfeff && place + 1 < end;
  return {
    ok: true,
    message: {
      format: 'rfc5424',
      ...priorities,
      time,
      hostname: orNull(hostname),
      appName: orNull(appName),
      procId: orNull(procId),
      msgId: orNull(msgId),
      elements: data.elements,
      hasBom,
      text: line.slice(place + (hasBom ? 2 : 1), end),
    },
  };
};

const orNull = (word: string): string | null => (word === '-' ? null : word);

type Elements = { ok: true; elements: SyslogElement[]; place: number } | Extract<ParsedSyslog, { ok: false }>;

const readElements = (line: string, from: number, end: number): Elements => {
  if (line[from] === '-' && from < end) return { ok: true, elements: [], place: from + 1 };
  const elements: SyslogElement[] = [];
  let place = from;
  while (place < end && line[place] === '[') {
    const idStart = place + 1;
    place = nameEnd(line, idStart, end);
    if (place === idStart) return problem('syslog.structured-data', idStart, 'an element without a name');
    const element: SyslogElement = { id: line.slice(idStart, place), params: [] };
    while (place < end && line[place] === ' ') {
      // More than one blank is against the RFC and harmless.
      while (line[place] === ' ' && place < end) place += 1;
      if (line[place] === ']') break;
      const nameStart = place;
      place = nameEnd(line, nameStart, end);
      if (place === nameStart || line[place] !== '=' || line[place + 1] !== '"') {
        return problem('syslog.structured-data', place, 'a parameter that is not name="value"');
      }
      const value = readValue(line, place + 2, end);
      if (!value) return problem('syslog.structured-data', place + 2, 'a value without its closing quote');
      element.params.push([line.slice(nameStart, place), value.text]);
      place = value.place;
    }
    if (place >= end || line[place] !== ']') {
      return problem('syslog.structured-data', place, 'an element without its closing bracket');
    }
    place += 1;
    elements.push(element);
  }
  if (elements.length === 0) return problem('syslog.structured-data', from, 'neither - nor [ after the header');
  return { ok: true, elements, place };
};

/** Names have no blank, equals sign, bracket or quote. */
const nameEnd = (line: string, from: number, end: number): number => {
  let place = from;
  while (place < end) {
    const code = line.charCodeAt(place);
    if (code <= 32 || code === 61 || code === 93 || code === 34) break;
    place += 1;
  }
  return place;
};

/** A backslash before anything but quote, backslash and bracket stands for itself (RFC 5424, 6.3.3). */
const readValue = (line: string, from: number, end: number): { text: string; place: number } | null => {
  let text = '';
  let plainFrom = from;
  for (let place = from; place < end; place += 1) {
    const code = line.charCodeAt(place);
    if (code === 34) return { text: text + line.slice(plainFrom, place), place: place + 1 };
    if (code !== 92) continue;
    const next = line.charCodeAt(place + 1);
    if (place + 1 < end && (next === 34 || next === 92 || next === 93)) {
      text += line.slice(plainFrom, place);
      plainFrom = place + 1;
      place += 1;
    }
  }
  return null;
};
