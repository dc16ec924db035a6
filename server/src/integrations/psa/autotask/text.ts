/** Autotask's own lengths (Tickets.title, Tickets.description, TicketNotes.title, TicketNotes.description). */
export const TITLE_LENGTH = 255;
export const DESCRIPTION_LENGTH = 8_000;
export const NOTE_TITLE_LENGTH = 250;
export const NOTE_LENGTH = 32_000;

/**
 * Text as Autotask takes it: no control characters but line break and tab, no half surrogate, and cut with an
 * ellipsis. What comes from a device can hold anything.
 */
export const fit = (text: string, length: number): string => {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Cc}\u2028\u2029]/gu, (c) => (c === '\n' || c === '\t' ? c : ' '));
  if (clean.length <= length) return clean;
  return `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
};
