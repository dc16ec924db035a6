import { createHash } from 'node:crypto';
import type { TicketGuards } from '@gatehouse/contract';
import { newId } from '../../platform/ids/index.ts';
import type { FieldRoles } from '../psa/index.ts';
import type { PlannedTicket } from './decide.ts';
import type { Reason } from './reasons.ts';
import type { StoredRule } from './rules.ts';
import type { TicketRow } from './store-tickets.ts';
import type { Place } from './store-waiting.ts';
import { renderTicket } from './templates.ts';
import type { Wording } from './wording.ts';

const HOUR_MS = 3_600_000;

/** A mapped tenant, as far as its tickets need it. */
export interface TenantDesk extends Place {
  tenantName: string;
  account: { id: string; name: string; problem: string | null };
  rules: ReadonlyMap<Reason, StoredRule>;
  roles: FieldRoles;
  wording: Wording;
  guards: TicketGuards;
}

/** All keys of tickets begin with it, so that the PSA can be asked for all of them. */
export const KEY_PREFIX = 'ksi1:';

/**
 * The key that the PSA keeps: the same cause has the same key, whoever asks and however often.
 * `ksi1:` and 40 hex digits of SHA-256, 45 characters of the 50 that the PSA's field holds.
 */
export const ticketKey = (place: Place, cause: { deviceId: string; subject: string; occurrence: string }): string => {
  const parts = [place.integrationId, place.sourceId, place.tenantId, cause.deviceId, cause.subject, cause.occurrence];
  return `${KEY_PREFIX}${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
};

export const ticketRow = (desk: TenantDesk, planned: PlannedTicket, rule: StoredRule, now: Date): TicketRow => {
  // An event happens once, by its id; a status lasts, and its beginning is when we first saw it.
  const occurrence = planned.eventId === null ? now.toISOString() : `event ${planned.eventId}`;
  const key = ticketKey(desk, { deviceId: planned.deviceId, subject: planned.subject, occurrence });
  const { templates, lengths, devicePage } = desk.wording;
  const facts =
    planned.about.kind === 'own-words'
      ? planned.about
      : { ...planned.about, client: desk.tenantName, link: devicePage(planned.deviceId) };
  const { title, description } = renderTicket(templates, facts, { lengths, foot: `Opened by Gatehouse, key ${key}` });
  return {
    id: newId(now),
    key,
    integration_id: desk.integrationId,
    source_id: desk.sourceId,
    tenant_id: desk.tenantId,
    tenant_name: desk.tenantName,
    account_id: desk.account.id,
    account_name: desk.account.name,
    device_id: planned.deviceId,
    device_name: planned.deviceName,
    subject: planned.subject,
    reason: planned.reason,
    title,
    description,
    fields: rule.fields,
    due_at: new Date(now.getTime() + rule.due_hours * HOUR_MS),
    event_id: planned.eventId,
    state: 'opening',
    why: planned.why,
    psa_ticket_id: null,
    psa_number: null,
    psa_url: null,
    opened_at: now,
    closed_at: null,
    over_at: null,
    checked_at: null,
    problem: null,
    opened_status: null,
    opened_assignee: null,
    closed_by: null,
    left_to_person_at: null,
    reopened: 0,
  };
};
