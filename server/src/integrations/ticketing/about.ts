import type { SourceDevice, SourceEvent } from '../sources/index.ts';
import { type Condition, conditions, type EventSeverityName, type TicketLevel } from './reasons.ts';
import type { TicketFacts } from './templates.ts';

/** What a ticket tells, without what only its tenant's desk knows. */
export type TicketAbout = Omit<TicketFacts, 'client' | 'link'>;

/** Of a ticket about many things at once: no template fits, so it brings its title and text. */
export interface OwnWords {
  kind: 'own-words';
  title: string;
  body: string;
}

const SERVER = 'Administration Server';
const severityWords: Record<EventSeverityName, string> = {
  critical: 'Critical',
  'functional-failure': 'Functional failure',
  warning: 'Warning',
};

/** A condition that holds for a device. */
export const aboutStatus = (device: SourceDevice, condition: Condition, level: TicketLevel): TicketAbout => ({
  kind: 'status',
  device: device.name,
  condition: conditions[condition].title,
  severity: level === 'critical' ? 'Critical' : 'Warning',
  event: '',
  threat: '',
  object: '',
  time: device.lastVisibleAt,
  application: '',
  details: device.applicationStatus ?? '',
});

/** Something that happened, on a device or on the server itself. */
export const aboutEvent = (event: SourceEvent): TicketAbout => ({
  kind: 'event',
  device: event.deviceName || SERVER,
  condition: event.typeName,
  severity: severityWords[event.severity],
  event: event.typeName,
  threat: event.threat,
  object: event.object,
  time: event.happenedAt,
  application: event.product,
  details: event.description,
});
