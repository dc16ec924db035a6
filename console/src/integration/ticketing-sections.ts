import { type DraftSection, draftSections } from './ticketing-drafts.ts';

/**
 * Sections of the Ticketing tab in the order of its left pane. Those of `draftSections` are saved together; any other
 * comes from a module of its own and saves by itself.
 */
export const ticketingSections = [...draftSections, 'guards', 'maintenance', 'rehearsal', 'shadow'] as const;
export type TicketingSection = (typeof ticketingSections)[number];

export const isDraftSection = (section: TicketingSection): section is DraftSection =>
  (draftSections as readonly string[]).includes(section);
