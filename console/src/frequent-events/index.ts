/** Blocking of frequent events: what is blocked, the history, the rule, and a word about it on the page of events. */
export { SuppressedNotice } from './SuppressedNotice.tsx';
