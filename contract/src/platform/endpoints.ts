import { z } from 'zod';
import { Done, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';

export const getServerInfo = endpoint({
  method: 'GET',
  path: '/api/server',
  tag: 'Server',
  summary: 'Version, roles, engines and where the Open API listens',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({
    version: z.string(),
    startedAt: Moment,
    roles: z.array(z.string()),
    database: z.string(),
    eventEngine: z.string(),
    openApi: z
      .object({ port: z.number().int(), certificateFingerprint: z.string(), certificatePem: z.string() })
      .nullable(),
  }),
});

export const FailedJob = z.object({
  id: z.string(),
  name: z.string(),
  payload: z.unknown(),
  error: z.object({ code: z.string(), message: z.string() }),
  attempts: z.number().int(),
  failedAt: Moment,
});

export const listFailedJobs = endpoint({
  method: 'GET',
  path: '/api/failed-jobs',
  tag: 'Server',
  summary: 'Jobs that gave up, newest first',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(FailedJob) }),
});

export const retryFailedJob = endpoint({
  method: 'POST',
  path: '/api/failed-jobs/:jobId/retry',
  tag: 'Server',
  summary: 'Try a job once more from the start',
  needs: 'server:write',
  audit: 'job.retried',
  params: z.object({ jobId: z.string().max(100) }),
  reply: Done,
});

/**
 * What a message of the live stream (`GET /api/live`, server-sent events, for signed-in users) says: that something of
 * this topic changed, so that a console reads it anew. It carries no data itself.
 */
export const LiveTopic = z.enum([
  'devices',
  'events',
  'frequent-events',
  'servers',
  'tickets',
  'decisions',
  'integrations',
  'tenants',
  'policies',
  'licenses',
  'incidents',
  'jobs',
  'tasks',
]);
export type LiveTopic = z.output<typeof LiveTopic>;
export const LiveMessage = z.object({ topics: z.array(LiveTopic) });
