/** The Common Event Format of ArcSight, both directions; with or without a syslog header in front. */

export type { CefMessage, CefProblem } from './message.ts';
export { MOST_CEF_CHARACTERS, type ParsedCef, parseCef } from './parse.ts';
export { writeCef } from './write.ts';
