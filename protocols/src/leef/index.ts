/** The Log Event Extended Format of QRadar, versions 1.0 and 2.0, both directions. */

export type { LeefMessage, LeefProblem } from './message.ts';
export { MOST_LEEF_CHARACTERS, type ParsedLeef, parseLeef } from './parse.ts';
export { writeLeef } from './write.ts';
