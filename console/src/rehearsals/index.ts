/** Trying ticket rules on what really happened: a section of the Ticketing tab. */
export { RehearsalPart } from './RehearsalPart.tsx';
