/** Syslog, both directions: RFC 5424, RFC 3164 as it is found, and the framings of TCP and TLS. */
export {
  createFrameReader,
  type FrameReader,
  lineFramed,
  MOST_FRAME_BYTES,
  octetCounted,
  type SyslogFrame,
} from './frames.ts';
export {
  MOST_PRIORITY,
  type ParsedSyslog,
  type Syslog3164,
  type Syslog5424,
  type SyslogElement,
  type SyslogMessage,
  type SyslogProblem,
  syslogSeverity,
} from './message.ts';
export { MOST_SYSLOG_CHARACTERS, type ParseOptions, parseSyslog } from './parse.ts';
export { MOST_APP_NAME, MOST_HOSTNAME, MOST_MSG_ID, MOST_PROC_ID, writeSyslog3164, writeSyslog5424 } from './write.ts';
