/** Ticket rules that run beside the real ones: a section of the Ticketing tab. */
export { ShadowRunPart } from './ShadowRunPart.tsx';
