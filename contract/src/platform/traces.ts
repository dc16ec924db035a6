import { z } from 'zod';
import { Done, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Server';

/** What the Integration Service says to PSAs and Administration Servers, and what they answer, written to files. */
export const Tracing = z
  .object({
    on: z.boolean(),
    /** Who switched it on; null while it is off. */
    by: z.string().nullable(),
    since: Moment.nullable(),
    /** The configuration asks for it, so it cannot be switched off here. */
    isConfigured: z.boolean(),
    /** Newest first. */
    files: z.array(z.object({ name: z.string(), bytes: z.number().int(), changedAt: Moment })),
  })
  .meta({ id: 'Tracing' });
export type Tracing = z.output<typeof Tracing>;

export const getTracing = endpoint({
  method: 'GET',
  path: '/api/tracing',
  tag,
  summary: 'Whether traces are written, since when and by whom, and which files there are',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  reply: Tracing,
});

export const putTracing = endpoint({
  method: 'PUT',
  path: '/api/tracing',
  tag,
  summary: 'Switch tracing on or off; trace files may hold personal data',
  needs: 'server:write',
  audit: 'tracing.switched',
  body: z.object({ on: z.boolean() }),
  reply: Tracing,
});

export const downloadTraceFile = endpoint({
  method: 'GET',
  path: '/api/tracing/files/:name',
  tag,
  summary: 'One trace file, a JSON object a line; it may hold personal data',
  needs: 'server:write',
  audit: 'tracing.file-downloaded',
  params: z.object({ name: z.string().max(100) }),
  replyType: 'text/plain',
  reply: z.unknown(),
});

export const deleteTraceFiles = endpoint({
  method: 'DELETE',
  path: '/api/tracing/files',
  tag,
  summary: 'Delete all trace files',
  needs: 'server:write',
  audit: 'tracing.files-deleted',
  reply: Done,
});
