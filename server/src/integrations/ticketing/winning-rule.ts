import type { Signal } from '../sources/index.ts';
import {
  conditionsOf,
  type EventReason,
  type EventSeverityName,
  eventTypeReason,
  isStatusReason,
  type Reason,
  type StatusReason,
  statusReason,
  type TicketLevel,
} from './reasons.ts';

/** Rules by their reason, as far as it takes to tell which one counts. */
type Rules<R> = ReadonlyMap<Reason, R>;

/** The rule that an event falls under: that of its type when there is one, on or off, else that of its severity. */
export const eventRuleOf = <R>(rules: Rules<R>, event: { type: string; severity: EventSeverityName }): R | undefined =>
  rules.get(eventTypeReason(event.type)) ?? rules.get(`event:${event.severity}`);

/** The rule that a present condition falls under, among those that share its signal; null when none of them is on. */
export const statusRuleOf = (
  rules: Rules<{ enabled: boolean }>,
  signal: Signal,
  level: TicketLevel,
): StatusReason | null =>
  conditionsOf(signal, level)
    .map((condition) => statusReason(level, condition))
    .find((reason) => rules.get(reason)?.enabled) ?? null;

/**
 * The rule that an existing ticket falls under now. A ticket keeps the plain fact as its reason, a severity or a
 * condition; of an event the type stands in its subject, `event:<type>:<threat>`.
 */
export const ruleOfTicket = <R>(rules: Rules<R>, ticket: { reason: Reason; subject: string }): R | undefined => {
  if (isStatusReason(ticket.reason)) return rules.get(ticket.reason);
  const [kind, type] = ticket.subject.split(':');
  if (kind !== 'event' || type === undefined) return rules.get(ticket.reason);
  return rules.get(eventTypeReason(type)) ?? rules.get(ticket.reason as EventReason);
};
