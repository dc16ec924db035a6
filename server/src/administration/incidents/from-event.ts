import type { NewIncident } from './store.ts';

/** The event by which an application on a device tells of an incident (KSC 13.1, event 549). */
export const INCIDENT_EVENT = 'GNRL_EV_APP_INCIDENT_OCCURED';

/** What an incident is made of; severity as events have it: 1 Info to 4 Critical. */
export interface TellingEvent {
  eventId: number;
  tenantId: string;
  deviceId: string;
  displayName: string;
  description: string;
  severity: number;
  riseTime: Date;
  product: string;
}

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0]?.trim() ?? '';
const MOST_TITLE = 200;

/** An event's words as an incident: what it says is the title, or the name of its type where it says nothing. */
export const incidentOf = (event: TellingEvent, { id, now }: { id: string; now: Date }): NewIncident => ({
  id,
  tenant_id: event.tenantId,
  device_id: event.deviceId,
  title: (firstLine(event.description) || event.displayName || INCIDENT_EVENT).slice(0, MOST_TITLE).toWellFormed(),
  description: event.description,
  // A functional failure is nothing that incidents know; it asks for somebody as a warning does.
  severity: event.severity >= 4 ? 3 : event.severity >= 2 ? 2 : 1,
  occurred_at: event.riseTime,
  created_at: now,
  created_by_kind: 'application',
  created_by: event.product || 'application',
  event_id: event.eventId,
});
