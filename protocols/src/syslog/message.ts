/** A structured data element of RFC 5424. Names may repeat, so the parameters are a list. */
export interface SyslogElement {
  /** As `exampleSDID@32473`. */
  id: string;
  params: [name: string, value: string][];
}

interface Common {
  /** 0 to 23. */
  facility: number;
  /** 0 emergency to 7 debug. */
  severity: number;
  /** Null: the sender said none, or nothing that can be read as a moment. */
  time: Date | null;
  hostname: string | null;
  text: string;
}

/** RFC 5424. Null stands for the NILVALUE. */
export interface Syslog5424 extends Common {
  format: 'rfc5424';
  appName: string | null;
  procId: string | null;
  msgId: string | null;
  elements: SyslogElement[];
  /** The text was marked as UTF-8 by a byte order mark, which is not part of `text`. */
  hasBom: boolean;
}

/** What RFC 3164 found in the field, in its many shapes. */
export interface Syslog3164 extends Common {
  format: 'rfc3164';
  /** The program, without brackets and colon. */
  tag: string | null;
  processId: string | null;
}

export type SyslogMessage = Syslog5424 | Syslog3164;

/** Why a line is no syslog message. Codes are stable. */
export interface SyslogProblem {
  code:
    | 'syslog.empty'
    | 'syslog.too-long'
    | 'syslog.no-priority'
    | 'syslog.priority-range'
    | 'syslog.header'
    | 'syslog.structured-data';
  /** The place in the line, in characters, where reading stopped. */
  at: number;
  what: string;
}

export type ParsedSyslog = { ok: true; message: SyslogMessage } | { ok: false; problem: SyslogProblem };

export const problem = (
  code: SyslogProblem['code'],
  at: number,
  what: string,
): { ok: false; problem: SyslogProblem } => ({
  ok: false,
  problem: { code, at, what },
});

/** Facilities 0 to 23 and severities 0 to 7 make up the number in angle brackets. */
export const MOST_PRIORITY = 191;

export const syslogSeverity = {
  emergency: 0,
  alert: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  informational: 6,
  debug: 7,
} as const;
