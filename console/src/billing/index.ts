/** Billing: what is to be approved, the journal, runs, accounts; and the Services tab of a connection. */
export { ServicesPart } from './ServicesPart.tsx';
