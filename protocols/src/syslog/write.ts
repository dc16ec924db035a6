import type { Syslog3164, Syslog5424 } from './message.ts';

/** Longest header words (RFC 5424, 6). */
export const MOST_HOSTNAME = 255;
export const MOST_APP_NAME = 48;
export const MOST_PROC_ID = 128;
export const MOST_MSG_ID = 32;
const MOST_NAME = 32;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Header words are printable ASCII without blanks; what is not becomes `_`. An empty word is the NILVALUE. */
const word = (text: string | null, most: number): string => text?.slice(0, most).replace(/[^!-~]/g, '_') || '-';

const name = (text: string): string => text.slice(0, MOST_NAME).replace(/[^!-~]|[="\]]/g, '_') || '_';

const escaped = (value: string): string => value.replace(/["\\\]]/g, '\\$&');

const priorityOf = ({ facility, severity }: { facility: number; severity: number }): number => {
  const isWhole = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most;
  if (!isWhole(facility, 23) || !isWhole(severity, 7)) {
    throw new RangeError(`syslog: facility ${facility} and severity ${severity} are not 0 to 23 and 0 to 7`);
  }
  return facility * 8 + severity;
};

/**
 * One message of RFC 5424 without framing. Words that the header has no room or sign for are cut and mended, values and
 * text go out as they are: a sender with newline framing must keep line breaks out of them itself.
 *
 * @throws RangeError for a facility or severity that does not exist
 */
export const writeSyslog5424 = (message: Omit<Syslog5424, 'format'>): string => {
  const elements = message.elements
    .map(
      ({ id, params }) => `[${name(id)}${params.map(([key, value]) => ` ${name(key)}="${escaped(value)}"`).join('')}]`,
    )
    .join('');
  const header = [
    `<${priorityOf(message)}>1`,
    message.time === null ? '-' : message.time.toISOString(),
    word(message.hostname, MOST_HOSTNAME),
    word(message.appName, MOST_APP_NAME),
    word(message.procId, MOST_PROC_ID),
    word(message.msgId, MOST_MSG_ID),
    elements || '-',
  ].join(' ');
  const text = message.hasBom ? `\ufeff${message.text}` : message.text;
  return text === '' ? header : `${header} ${text}`;
};

/** `Mar  4 05:06:07`, in UTC. */
const writeLocalTime = (time: Date): string =>
  `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)} ${time.toISOString().slice(11, 19)}`;

/**
 * One message of RFC 3164, in UTC. Without a time there is no host either, since a reader could not tell them apart;
 * the local log socket of a Unix system wants it that way.
 *
 * @throws RangeError for a facility or severity that does not exist
 */
export const writeSyslog3164 = (message: Omit<Syslog3164, 'format'>): string => {
  const tag = message.tag === null ? '' : message.tag.slice(0, MOST_APP_NAME).replace(/[^!-~]|[:[\]]/g, '_');
  const process = message.processId === null ? '' : `[${message.processId.replace(/[^!-~]|[[\]]/g, '_')}]`;
  return [
    `<${priorityOf(message)}>`,
    message.time === null ? '' : `${writeLocalTime(message.time)} ${word(message.hostname, MOST_HOSTNAME)} `,
    tag === '' ? '' : `${tag}${process}: `,
    message.text,
  ].join('');
};
