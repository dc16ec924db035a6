import {
  isTicketPlaceholder,
  placeholderPattern,
  type TicketPlaceholder,
  type TicketTemplates,
  templateProblems,
} from '@gatehouse/contract';
import type { Issue } from '../../platform/errors/index.ts';
import type { OwnWords } from './about.ts';

/**
 * What a ticket can tell, already in words. Empty: there is nothing to say, and the template's place for it goes.
 * `time` is when it happened, or when the device was last visible.
 */
export interface TicketFacts {
  kind: 'event' | 'status';
  device: string;
  client: string;
  /** The status condition; of an event what it is called. */
  condition: string;
  /** Critical, Warning or Functional failure. */
  severity: string;
  event: string;
  threat: string;
  object: string;
  time: Date | null;
  /** The device's page in the console. */
  link: string;
  /** The security application that told of it. */
  application: string;
  /** Text of the event, or what an application itself says is wrong with its device. */
  details: string;
}

/** Longest title and text that the PSA takes, in UTF-16 code units. */
export interface TextLengths {
  title: number;
  description: number;
}

/** What tickets say until somebody writes it differently. */
export const defaultTemplates: TicketTemplates = {
  eventTitle: '{device}: {event} ({threat})',
  eventBody: [
    'Device: {device}',
    'Client: {client}',
    'Event: {event}',
    'Severity: {severity}',
    'Happened: {time}',
    'Found: {threat}',
    'Object: {object}',
    'Application: {application}',
    'Details: {details}',
    'Device page: {link}',
  ].join('\n'),
  statusTitle: '{device}: {condition}',
  statusBody: [
    'Device: {device}',
    'Client: {client}',
    'Status: {severity}',
    'Reason: {condition}',
    'The application says: {details}',
    'Last visible: {time}',
    'Device page: {link}',
  ].join('\n'),
  consoleUrl: null,
};

const oneLine = (text: string): string => text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').trim();

const wordsOf = (facts: TicketFacts, name: TicketPlaceholder): string => {
  if (name === 'time') return facts.time ? facts.time.toISOString().replace(/\.\d+Z$/, 'Z') : '';
  // Only the details may have lines of their own; any other value stays where the template put it.
  return name === 'details' ? facts.details.trim() : oneLine(facts[name]);
};

/**
 * One line of a template with its values, or null when all its placeholders are empty and the line says nothing.
 * Values are put in once and never read as a template again: what comes from a device can hold anything.
 */
const filled = (line: string, facts: TicketFacts): string | null => {
  const named = [...line.matchAll(placeholderPattern())].map(([, name = '']) => name).filter(isTicketPlaceholder);
  if (named.length > 0 && named.every((name) => wordsOf(facts, name) === '')) return null;
  // An empty one goes with the blank before it and with round brackets around it.
  const kept = line.replace(
    /\s?\(\{([^{}\n]*)\}\)|\s?\{([^{}\n]*)\}/g,
    (place, inBrackets: string | undefined, plain: string | undefined) => {
      const name = inBrackets ?? plain ?? '';
      return isTicketPlaceholder(name) && wordsOf(facts, name) === '' ? '' : place;
    },
  );
  return kept.replace(placeholderPattern(), (place, name: string) =>
    isTicketPlaceholder(name) ? wordsOf(facts, name) : place,
  );
};

/** Cut with an ellipsis, never through the middle of a character. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '')}…`;

const worded = (templates: TicketTemplates, facts: TicketFacts): { title: string; body: string } => {
  const isEvent = facts.kind === 'event';
  const title = filled(oneLine(isEvent ? templates.eventTitle : templates.statusTitle), facts)?.trim();
  const body = (isEvent ? templates.eventBody : templates.statusBody)
    .split('\n')
    .map((line) => filled(line, facts))
    .filter((line) => line !== null);
  return {
    // A title of which nothing is left would be refused by the PSA.
    title: title || oneLine(`${facts.device}: ${facts.event || facts.condition}`),
    body: body.join('\n').trim(),
  };
};

/**
 * Title and text of a ticket. The foot is ours and is never cut away: it holds the key that the ticket is known by.
 *
 * @param foot last line of the text; empty for a preview
 */
export const renderTicket = (
  templates: TicketTemplates,
  facts: TicketFacts | OwnWords,
  { lengths, foot }: { lengths: TextLengths; foot: string },
): { title: string; description: string; isCut: boolean } => {
  const whole =
    facts.kind === 'own-words' ? { title: oneLine(facts.title), body: facts.body } : worded(templates, facts);
  const end = foot === '' ? '' : `\n\n${foot}`;
  const room = lengths.description - end.length;
  return {
    title: cut(whole.title, lengths.title),
    description: `${cut(whole.body, room)}${end}`.trim(),
    isCut: whole.title.length > lengths.title || whole.body.length > room,
  };
};

/** The same that the console says beside each field. */
export const templateIssues = (templates: TicketTemplates): Issue[] =>
  templateProblems(templates).map(({ field, what }) => ({ where: `body.templates.${field}`, what }));
