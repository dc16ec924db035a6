import type { SiemFormat } from '@gatehouse/contract';
import { writeCef } from '@gatehouse/protocols/cef';
import { writeLeef } from '@gatehouse/protocols/leef';
import { writeSyslog3164, writeSyslog5424 } from '@gatehouse/protocols/syslog';
import type { EventRow } from '../events/index.ts';
import { fieldsOf } from './fields.ts';

/** Who exports, as the messages name it. */
export interface Exporter {
  /** Full name of the server's computer. */
  serverName: string;
  /** Version in CEF and LEEF headers and of the server's own events. */
  serverVersion: string;
}

export interface Form {
  format: SiemFormat;
  /** For CEF and LEEF. */
  syslogHeader: boolean;
}

/** Longest message on the wire; longer texts are cut and end with dots. */
export const MOST_MESSAGE_BYTES = 8192;
const DOTS = '...';

/** The vendor's registered number stands in the name of the structured data (KSC's syslog layout). */
const ELEMENT_ID = 'event@23668';
const USER_FACILITY = 1;
/** Info, Warning, Functional failure, Critical as severities of syslog. */
const SYSLOG_SEVERITY = [6, 4, 3, 2];
/** The same on LEEF's scale of 1 to 10. */
const LEEF_SEVERITY = ['2', '5', '7', '10'];
const NO_PROCESS = null;

type Texts = Record<string, string>;

/** Line breaks as the four characters \r\n, since one message is one line. */
const onOneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n|\r|\n/g, '\\r\\n')
    .replaceAll('\0', '');

const present = (pairs: [key: string, value: string | undefined][]): [string, string][] =>
  pairs.flatMap(([key, value]) => (value ? [[key, value]] : []));

const asSyslog = (event: EventRow, texts: Texts, { serverName, serverVersion }: Exporter): string => {
  const f = fieldsOf(event, texts, { serverName, serverVersion });
  return writeSyslog5424({
    facility: USER_FACILITY,
    severity: SYSLOG_SEVERITY[event.severity - 1] ?? 6,
    time: event.riseTime,
    hostname: f.deviceHost.toLowerCase(),
    appName: [f.product, f.productVersion].filter(Boolean).join('|'),
    procId: NO_PROCESS,
    msgId: event.type,
    elements: [
      {
        id: ELEMENT_ID,
        params: present([
          ...f.params.map((value, index): [string, string] => [`p${index + 1}`, value]),
          ['et', event.type],
          ['tdn', f.taskName],
          ['etdn', f.title],
          ['hdn', f.deviceHost],
          ['hip', f.ipAddress],
          ['gn', f.groupName],
          ['kscfqdn', serverName],
          ['engine', f.engine],
          ['method', f.method],
        ]),
      },
    ],
    hasBom: false,
    text: f.description,
  });
};

const asCef = (event: EventRow, texts: Texts, exporter: Exporter): string => {
  const f = fieldsOf(event, texts, exporter);
  const labelled = (key: string, label: string, value: string | undefined): [string, string][] =>
    value
      ? [
          [key, value],
          [`${key}Label`, label],
        ]
      : [];
  const task = event.taskOldState >= 0 || event.taskNewState >= 0;
  const state = (value: number): string | undefined => (value >= 0 ? String(value) : undefined);
  return writeCef({
    version: 0,
    vendor: 'KasperskyLab',
    product: 'SecurityCenter',
    deviceVersion: exporter.serverVersion,
    classId: event.type,
    name: f.title,
    severity: String(event.severity),
    extension: new Map([
      ['rt', String(event.riseTime.getTime())],
      ...labelled('cs9', 'GroupName', f.groupName),
      ['dhost', f.deviceHost],
      ...present([['dst', f.ipAddress]]),
      ...(f.isOutbreak
        ? []
        : [
            ...labelled('cs2', 'ProductName', f.product),
            ...labelled('cs3', 'ProductVersion', f.productVersion),
            ...labelled('cs10', 'TaskName', f.taskName),
            ...(task ? labelled('cs4', 'TaskId', event.taskId) : labelled('cs4', 'SHA256', f.sha256)),
            ...labelled('cn2', 'TaskNewState', state(event.taskNewState)),
            ...labelled('cn1', 'TaskOldState', state(event.taskOldState)),
            ...labelled('cs1', 'VirusName', f.threatName),
            ...present([
              ['src', f.attacker],
              ['filePath', f.filePath],
              ['duser', f.user],
              ['fname', f.applicationName],
              ['msg', f.description],
            ]),
          ]),
    ]),
  });
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LEEF_TIME_FORMAT = 'MMM dd yyyy HH:mm:ss.SSS zzz';
const leefTime = (time: Date): string => {
  const day = String(time.getUTCDate()).padStart(2, '0');
  return `${MONTHS[time.getUTCMonth()]} ${day} ${time.getUTCFullYear()} ${time.toISOString().slice(11, 23)} UTC`;
};

const asLeef = (event: EventRow, texts: Texts, exporter: Exporter): string => {
  const f = fieldsOf(event, texts, exporter);
  return writeLeef({
    version: '1.0',
    vendor: 'KasperskyLab',
    product: 'SecurityCenter',
    productVersion: exporter.serverVersion,
    eventId: event.type,
    delimiter: '\t',
    attributes: new Map(
      present([
        // The family of the type: KLAUD, KLSRV, GNRL, KLNAG, KLPRCI …
        ['cat', event.type.split('_')[0]],
        ['sev', LEEF_SEVERITY[event.severity - 1] ?? '2'],
        ['devTime', leefTime(event.riseTime)],
        ['devTimeFormat', LEEF_TIME_FORMAT],
        ['usrName', f.user],
        ['dst', f.ipAddress],
        ['identHostName', f.deviceHost],
        ['gn', f.groupName],
        ['tdn', f.taskName],
        ['et', event.type],
        ...f.params.map((value, index): [string, string] => [`p${index + 1}`, value]),
        ['etdn', f.title],
        ['msg', f.description],
      ]),
    ),
  });
};

const write = { syslog: asSyslog, cef: asCef, leef: asLeef };

const inForm = (event: EventRow, texts: Texts, form: Form, exporter: Exporter): string => {
  const line = write[form.format](event, texts, exporter);
  if (form.format === 'syslog' || !form.syslogHeader) return line;
  return writeSyslog3164({
    facility: USER_FACILITY,
    severity: SYSLOG_SEVERITY[event.severity - 1] ?? 6,
    time: event.riseTime,
    hostname: exporter.serverName,
    tag: null,
    processId: null,
    text: line,
  });
};

/** One event as one line of at most `MOST_MESSAGE_BYTES`: the longest texts are cut first, and end with dots. */
export const renderEvent = (given: EventRow, form: Form, exporter: Exporter): string => {
  const event = { ...given, type: onOneLine(given.type), taskId: onOneLine(given.taskId) };
  const texts: Texts = {
    description: onOneLine(event.description),
    title: onOneLine(event.displayName),
    taskName: onOneLine(event.taskName),
    groupName: onOneLine(event.groupName),
    deviceName: onOneLine(event.deviceName),
    product: onOneLine(event.product),
    productVersion: onOneLine(event.productVersion),
    ...Object.fromEntries(event.params.map((value, index) => [`p${index + 1}`, onOneLine(value)])),
  };
  for (;;) {
    const line = inForm(event, texts, form, exporter);
    const excess = Buffer.byteLength(line) - MOST_MESSAGE_BYTES;
    if (excess <= 0) return line;
    const [key = '', longest = ''] = Object.entries(texts).reduce((a, b) => (b[1].length > a[1].length ? b : a));
    // A text appears more than once in a line at times, and escapes lengthen it: cut what is needed, then look again.
    const kept = Math.max(0, longest.length - excess - DOTS.length);
    if (longest.length <= DOTS.length) return line.slice(0, MOST_MESSAGE_BYTES);
    texts[key] = longest.slice(0, kept).replace(/[\ud800-\udbff]$/, '') + DOTS;
  }
};
