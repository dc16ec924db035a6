/** Trace files: what was said to other systems and what they answered, when somebody wants to see it. Owns no table. */
export { openTrace, type Trace, type TraceLine } from './trace.ts';
