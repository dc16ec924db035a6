import type { Place } from './place.testing.ts';
import type { Args } from './wire.testing.ts';

/** What is true of one method, beside what the table of the protocol says of its arguments. */
export interface Row {
  /** Arguments with which it succeeds; made anew for each call. Undefined: `notCalled` says why it never does here. */
  args?: (place: Place) => Promise<Args> | Args;
  /** Why no call of it succeeds in this suite, and where it is shown instead. */
  notCalled?: string;
  /** Arguments that may not be missing: 1192. */
  required?: readonly string[];
  /** Arguments that may not be missing, with the code that says so where it is another one. */
  missing?: Readonly<Record<string, number>>;
  /** Arguments that are taken and not looked at: no value of them is wrong. */
  unread?: readonly string[];
  /** Arrays of which elements that make no sense are passed over. */
  loose?: readonly string[];
  /** Arguments that name an object, each with a value that names none: 1186, and 1186 for one of another server. */
  names?: Readonly<Record<string, unknown>>;
  /** The arguments name objects of the main server: a login to a virtual server is answered 1186. */
  isolated?: true;
  /** The caller's own session ends with it, so that it is asked once and on a connection of its own. */
  endsLogin?: true;
}
export type Rows = Readonly<Record<string, Row>>;
