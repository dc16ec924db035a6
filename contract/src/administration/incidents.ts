import { z } from 'zod';
import { Done, Id, Moment, oneOrMore, pageOf, paging, queryFlag } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Incidents';

/** As the KSC Open API has it: 1 Info, 2 Warning, 3 Critical. */
export const IncidentSeverity = z.enum(['info', 'warning', 'critical']);
export type IncidentSeverity = z.output<typeof IncidentSeverity>;

export const Incident = z
  .object({
    id: Id,
    /** Counts over all clients; the id in the KSC Open API (KLINCDT_ID). */
    number: z.int(),
    tenantId: Id,
    tenantName: z.string(),
    deviceId: Id,
    deviceName: z.string(),
    title: z.string(),
    description: z.string(),
    severity: IncidentSeverity,
    /** When it happened, as whoever told it says. */
    occurredAt: Moment,
    createdAt: Moment,
    /** `application`: told by a device’s event. */
    createdByKind: z.enum(['application', 'user', 'api-token']),
    createdBy: z.string(),
    /** The event that told it, in decimal digits; null: none did. */
    eventId: z.string().nullable(),
    processed: z.boolean(),
    processedAt: Moment.nullable(),
    processedBy: z.string().nullable(),
    comments: z.int(),
  })
  .meta({ id: 'Incident' });
export type Incident = z.output<typeof Incident>;

export const IncidentComment = z
  .object({ id: Id, at: Moment, by: z.string(), text: z.string() })
  .meta({ id: 'IncidentComment' });
export type IncidentComment = z.output<typeof IncidentComment>;

export const listIncidents = endpoint({
  method: 'GET',
  path: '/api/incidents',
  tag,
  summary: 'Incidents on devices, newest first',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(),
    tenantId: oneOrMore(Id).optional(),
    deviceId: Id.optional(),
    severity: oneOrMore(IncidentSeverity).optional(),
    processed: queryFlag.optional(),
    /** Any part of title or description. */
    text: z.string().max(200).optional(),
    from: Moment.optional(),
    to: Moment.optional(),
  }),
  reply: pageOf(Incident).extend({ total: z.int() }),
});

const incidentParams = z.object({ incidentId: Id });

export const getIncident = endpoint({
  method: 'GET',
  path: '/api/incidents/:incidentId',
  tag,
  summary: 'One incident with its comments, oldest first',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: incidentParams,
  reply: z.object({ incident: Incident, comments: z.array(IncidentComment) }),
});

const Title = z.string().trim().min(1, 'Type what happened').max(200);
const Description = z.string().trim().max(10_000);

export const addIncident = endpoint({
  method: 'POST',
  path: '/api/devices/:deviceId/incidents',
  tag,
  summary: 'Note an incident on a device',
  needs: 'incidents:write',
  audit: 'incident.added',
  params: z.object({ deviceId: Id }),
  body: z.object({
    title: Title,
    description: Description.default(''),
    severity: IncidentSeverity,
    /** Left out: now. */
    occurredAt: Moment.optional(),
  }),
  reply: Incident,
});

export const changeIncident = endpoint({
  method: 'PATCH',
  path: '/api/incidents/:incidentId',
  tag,
  summary: 'Correct title, description or severity of an incident',
  needs: 'incidents:write',
  audit: 'incident.changed',
  params: incidentParams,
  body: z.object({ title: Title, description: Description, severity: IncidentSeverity }).partial(),
  reply: Incident,
});

export const processIncidents = endpoint({
  method: 'POST',
  path: '/api/incidents/processed',
  tag,
  summary: 'Mark incidents as processed, or as not, all of them or none',
  needs: 'incidents:write',
  audit: 'incident.processed',
  body: z.object({ incidentIds: z.array(Id).min(1).max(1000), processed: z.boolean() }),
  reply: z.object({ changed: z.int() }),
});

export const commentIncident = endpoint({
  method: 'POST',
  path: '/api/incidents/:incidentId/comments',
  tag,
  summary: 'Add a comment to an incident',
  needs: 'incidents:write',
  audit: 'incident.commented',
  params: incidentParams,
  body: z.object({ text: z.string().trim().min(1, 'Type a comment').max(4000) }),
  reply: IncidentComment,
});

export const deleteIncident = endpoint({
  method: 'DELETE',
  path: '/api/incidents/:incidentId',
  tag,
  summary: 'Delete an incident with its comments',
  needs: 'incidents:write',
  audit: 'incident.deleted',
  params: incidentParams,
  reply: Done,
});
