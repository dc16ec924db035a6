import { draftSections } from './ticketing-drafts.ts';

/** Sections of the Ticketing tab in the order of its left pane. Those after the first ones save by themselves. */
export const ticketingSections = [...draftSections] as const;
export type TicketingSection = (typeof ticketingSections)[number];
