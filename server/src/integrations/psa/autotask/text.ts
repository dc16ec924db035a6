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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
  const clean = text.toWellFormed().replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
  if (clean.length <= length) return clean;
  return `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
};
