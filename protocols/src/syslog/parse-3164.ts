import type { ParsedSyslog } from './message.ts';
import { readIsoTime } from './parse-5424.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * `Oct 11 22:14:15`, with a year before or after the day (Cisco ASA) or behind the time, with milliseconds, with a zone
 * word, with a mark in front (Cisco IOS: `*` and `.` say that the clock is not set) and a colon behind.
 */
const DATED =
  /^[*.]?(?:(\d{4}) )?([A-Za-z]{3}) {1,2}(\d{1,2})(?: (\d{4}))? (\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?: (\d{4})(?= ))?(?: (?:UTC|GMT|Z)(?=:))?(?::|(?= )|$) ?/;
/** `2026-03-04T05:06:07.123456+00:00 `, as rsyslog forwards. */
const ISO = /^(\d{4}-\d\d-\d\dT\S{1,25})(?: |$)/;
/** A number that some devices put before the time. */
const SEQUENCE = /^\d{1,10}: /;

const PROGRAM = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{0,128})\])?:(?: |$)/;
/** Without a colon a word is only taken for a program when it has its process in brackets. */
const PROGRAM_WITHOUT_COLON = /^([^\s:[\]]{1,128})\[([^\]\s]{0,128})\](?: |$)/;
const HOST = /^([^\s:[\]=,|]{1,255}|[0-9a-fA-F:.]{2,45}) /;
/** Formats inside of a syslog message begin like a program's tag and are none. */
const FORMAT_INSIDE = /^(?:CEF|LEEF): ?\d/;
/** `key=value` lines (firewalls) have neither host nor tag. */
const KEY_VALUE = /^[\w.-]{1,64}=/;

const HALF_YEAR_MS = 183 * 86_400_000;

/** @param rest what follows the priority; every rest can be read, if only as a text */
export const parse3164 = (
  rest: string,
  priorities: { facility: number; severity: number },
  { receivedAt, zoneOffsetMinutes = 0 }: { receivedAt: Date; zoneOffsetMinutes?: number },
): ParsedSyslog => {
  let text = rest;
  const sequence = SEQUENCE.exec(text)?.[0] ?? '';
  const found = readTime(text.slice(sequence.length), receivedAt, zoneOffsetMinutes);
  if (found) text = text.slice(sequence.length + found.length);

  let hostname: string | null = null;
  if (found && !FORMAT_INSIDE.test(text) && !KEY_VALUE.test(text) && !text.startsWith('%')) {
    // "host tag: text"; "tag: text" has the colon at the end of its first word, or a bracket in it.
    const host = HOST.exec(text);
    if (host && !host[1]?.endsWith(':')) {
      hostname = host[1] ?? null;
      text = text.slice(host[0].length);
    }
    // Cisco ASA puts a lone colon between host and message.
    if (text.startsWith(': ')) text = text.slice(2);
  }

  let tag: string | null = null;
  let processId: string | null = null;
  if (!FORMAT_INSIDE.test(text)) {
    const program = PROGRAM.exec(text) ?? PROGRAM_WITHOUT_COLON.exec(text);
    if (program) {
      tag = program[1] ?? null;
      processId = program[2] || null;
      text = text.slice(program[0].length);
    }
  }
  return {
    ok: true,
    message: { format: 'rfc3164', ...priorities, time: found?.time ?? null, hostname, tag, processId, text },
  };
};

const readTime = (text: string, receivedAt: Date, zoneOffsetMinutes: number): { time: Date; length: number } | null => {
  const iso = ISO.exec(text);
  if (iso) {
    const time = readIsoTime(iso[1] ?? '');
    return time && { time, length: iso[0].length };
  }
  const dated = DATED.exec(text);
  if (!dated) return null;
  const [all, yearBefore, monthWord = '', day, yearInside, hour, minute, second, fraction = '', yearBehind] = dated;
  const month = MONTHS.indexOf(monthWord.toLowerCase());
  if (month < 0 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 23 || Number(minute) > 59) return null;
  // A leap second is told as :60, and means the start of the next minute.
  if (Number(second) > 60) return null;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const inYear = (year: number): number =>
    Date.UTC(year, month, Number(day), Number(hour), Number(minute), Number(second), milliseconds) -
    zoneOffsetMinutes * 60_000;
  const said = yearBefore ?? yearInside ?? yearBehind;
  if (said !== undefined) return { time: new Date(inYear(Number(said))), length: all.length };
  const thisYear = receivedAt.getUTCFullYear();
  const nearest = [thisYear, thisYear - 1, thisYear + 1].find(
    (year) => Math.abs(inYear(year) - receivedAt.getTime()) <= HALF_YEAR_MS,
  );
  return { time: new Date(inYear(nearest ?? thisYear)), length: all.length };
};
