/** Some things at the same time, but not all of them. Owns no tables. */
export { sideBySide } from './side-by-side.ts';
