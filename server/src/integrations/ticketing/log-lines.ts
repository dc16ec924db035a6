import type { GuardName } from '@gatehouse/contract';
import { isStatusReason, partsOf, type Reason } from './reasons.ts';
import type { DecisionLine, DecisionWord } from './store-decisions.ts';
import type { TicketRow } from './store-tickets.ts';
import type { Place } from './store-waiting.ts';

export const severityOf = (reason: Reason): DecisionLine['severity'] =>
  isStatusReason(reason) ? partsOf(reason).level : (reason.slice('event:'.length) as DecisionLine['severity']);

/** A line about a ticket. */
export const lineOf = (ticket: TicketRow, decision: DecisionWord, explanation: string, at: Date): DecisionLine => ({
  at,
  integration_id: ticket.integration_id,
  source_id: ticket.source_id,
  tenant_id: ticket.tenant_id,
  tenant_name: ticket.tenant_name,
  decision,
  reason: ticket.reason,
  device_id: ticket.device_id,
  device_name: ticket.device_name,
  ticket_id: ticket.id,
  explanation,
  severity: severityOf(ticket.reason),
});

/** A line about something that has no ticket. */
export const lineAt = (
  place: Place & { tenantName: string },
  about: {
    decision: DecisionWord;
    reason: Reason;
    deviceId: string;
    deviceName: string;
    ticketId: string | null;
    why: string;
    guard?: GuardName;
    held?: number;
  },
  at: Date,
): DecisionLine => ({
  at,
  integration_id: place.integrationId,
  source_id: place.sourceId,
  tenant_id: place.tenantId,
  tenant_name: place.tenantName,
  decision: about.decision,
  reason: about.reason,
  device_id: about.deviceId,
  device_name: about.deviceName,
  ticket_id: about.ticketId,
  explanation: about.why,
  severity: severityOf(about.reason),
  ...(about.guard ? { guard: about.guard, held: about.held ?? 1 } : {}),
});
