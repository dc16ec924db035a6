import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { reads, tag } from './common.ts';

/** An Administration Server that the Integration Service reads through the KSC Open API. */
export const Source = z
  .object({
    id: Id,
    kind: z.literal('administration-server'),
    name: z.string(),
    url: z.string(),
    user: z.string(),
    /** SHA-256 of the server's certificate, hex with colons. */
    certificateFingerprint: z.string().nullable(),
    enabled: z.boolean(),
    lastReadAt: Moment.nullable(),
    problem: z.object({ code: z.string(), message: z.string(), at: Moment }).nullable(),
    tenants: z.number().int(),
  })
  .meta({ id: 'Source' });
export type Source = z.output<typeof Source>;

export const listSources = endpoint({
  method: 'GET',
  path: '/api/sources',
  tag,
  summary: 'The Administration Servers that the Integration Service reads',
  needs: 'integrations:read',
  audit: reads,
  reply: z.object({ items: z.array(Source) }),
});

export const addSource = endpoint({
  method: 'POST',
  path: '/api/sources',
  tag,
  summary: 'Add an Administration Server by its KSC Open API address; the login is tried before it is saved',
  needs: 'integrations:write',
  audit: 'source.added',
  body: z.object({
    name: z.string().trim().min(1).max(100),
    url: z.url().max(300),
    user: z.string().min(1).max(200),
    password: z.string().min(1).max(200),
    certificateFingerprint: z
      .string()
      .regex(/^([0-9A-Fa-f]{2}:?){32}$/, 'SHA-256 of the certificate: 64 hex digits, colons allowed'),
  }),
  reply: Source,
});

export const deleteSource = endpoint({
  method: 'DELETE',
  path: '/api/sources/:sourceId',
  tag,
  summary: 'Stop reading an Administration Server; its mappings end, nothing is deleted in the PSA',
  needs: 'integrations:write',
  audit: 'source.deleted',
  params: z.object({ sourceId: Id }),
  reply: Done,
});
