import { MOST_PRIORITY, type ParsedSyslog, problem } from './message.ts';
import { parse3164 } from './parse-3164.ts';
import { parse5424 } from './parse-5424.ts';

/** Longer lines are refused: what speaks syslog does not send them, and reading must stay bounded. */
export const MOST_SYSLOG_CHARACTERS = 65_536;

export interface ParseOptions {
  /** When the line came in. RFC 3164 says no year: the one is taken that lies nearest. */
  receivedAt: Date;
  /** East of UTC, of senders that say no zone (RFC 3164). Default 0. */
  zoneOffsetMinutes?: number;
}

/**
 * Reads one message without its framing, RFC 5424 or RFC 3164, whichever it is. Never throws; blanks and line breaks
 * around the message are left out, since some senders put them there.
 */
export const parseSyslog = (line: string, options: ParseOptions): ParsedSyslog => {
  if (line.length > MOST_SYSLOG_CHARACTERS) {
    return problem('syslog.too-long', MOST_SYSLOG_CHARACTERS, `more than ${MOST_SYSLOG_CHARACTERS} characters`);
  }
  const start = afterBlanks(line);
  const end = beforeBreaks(line, start);
  if (start >= end) return problem('syslog.empty', 0, 'nothing but blanks');
  if (line[start] !== '<') return problem('syslog.no-priority', start, 'does not begin with <');

  let place = start + 1;
  let priority = 0;
  while (place < end && place - start <= 3 && isDigit(line, place)) {
    priority = priority * 10 + line.charCodeAt(place) - 48;
    place += 1;
  }
  if (place === start + 1) return problem('syslog.no-priority', place, 'no number after <');
  if (line[place] !== '>' || place >= end) return problem('syslog.no-priority', place, 'no > after the number');
  if (priority > MOST_PRIORITY) {
    return problem('syslog.priority-range', start + 1, `${priority} is above ${MOST_PRIORITY}`);
  }
  place += 1;
  const priorities = { facility: priority >> 3, severity: priority & 7 };
  // Only version 1 exists; "1 " cannot begin a message of RFC 3164, whose first word is a month or a name.
  return line[place] === '1' && line[place + 1] === ' ' && place + 1 < end
    ? parse5424(line, place + 2, end, priorities)
    : parse3164(line.slice(place, end), priorities, options);
};

const isDigit = (text: string, place: number): boolean => {
  const code = text.charCodeAt(place);
  return code >= 48 && code <= 57;
};

const afterBlanks = (line: string): number => {
  let start = 0;
  while (start < line.length && (line.charCodeAt(start) <= 32 || line.charCodeAt(start) === 0xfeff)) start += 1;
  return start;
};

/** Line breaks and NUL, which some senders end a message with. Blanks belong to the text. */
const beforeBreaks = (line: string, start: number): number => {
  let end = line.length;
  while (end > start) {
    const code = line.charCodeAt(end - 1);
    if (code !== 10 && code !== 13 && code !== 0) break;
    end -= 1;
  }
  return end;
};
