import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { reads, tag } from './common.ts';

const ProblemNow = z.object({ code: z.string(), message: z.string(), at: Moment });

/** An Administration Server that the Integration Service reads through the KSC Open API. */
export const Source = z
  .object({
    id: Id,
    kind: z.literal('administration-server'),
    name: z.string(),
    /** With its port, as `https://ksc.example.com:13299`. */
    url: z.string(),
    user: z.string(),
    /** SHA-256 of the certificate that alone is trusted, hex with colons; null: the usual authorities decide. */
    certificateFingerprint: z.string().nullable(),
    /** The HTTP proxy on the way, or null. */
    proxy: z.object({ url: z.string(), user: z.string(), hasPassword: z.boolean() }).nullable(),
    /** The Administration Server of this very installation: it is there from the start and keeps its own access. */
    isLocal: z.boolean(),
    enabled: z.boolean(),
    lastReadAt: Moment.nullable(),
    problem: ProblemNow.nullable(),
    /** When the failures that last until now began; null when all is well. */
    failingSince: Moment.nullable(),
    /** Nothing is tried before; null: at the next reading. */
    nextTryAt: Moment.nullable(),
    tenants: z.number().int(),
  })
  .meta({ id: 'Source' });
export type Source = z.output<typeof Source>;

const Fingerprint = z
  .string()
  .trim()
  .regex(/^([0-9A-Fa-f]{2}:?){32}$/, 'SHA-256 of the certificate: 64 hex digits, colons allowed');

/** An HTTP proxy that is asked for a tunnel (CONNECT). */
export const SourceProxy = z.object({
  url: z.string().trim().min(1, 'Type the address of the proxy').max(300),
  user: z.string().max(200).default(''),
  /** Left out: it stays as it is saved, as long as the proxy's address stays. */
  password: z.string().max(200).optional().meta({ secret: true }),
});
export type SourceProxy = z.output<typeof SourceProxy>;

const access = {
  /** A host, a host with port, or `https://…`; without port 13299. */
  url: z.string().trim().min(1, 'Type the address of the server').max(300),
  user: z.string().trim().min(1, 'Type the user name').max(200),
  password: z.string().min(1, 'Type the password').max(200).meta({ secret: true }),
  /** Null or left out, and no `certificate`: the usual authorities decide. */
  certificateFingerprint: Fingerprint.nullable().optional(),
  /** The server's certificate file instead of its fingerprint: PEM text, or DER bytes in base64. */
  certificate: z.string().trim().min(1).max(200_000).optional(),
  proxy: SourceProxy.nullable().optional(),
};
const SourceName = z.string().trim().min(1, 'Type a name').max(100);

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
  summary: 'Add an Administration Server by its KSC Open API address; address, login and rights are tried before',
  needs: 'integrations:write',
  audit: 'source.added',
  body: z.object({ name: SourceName, ...access }),
  reply: Source,
});

export const changeSource = endpoint({
  method: 'PATCH',
  path: '/api/sources/:sourceId',
  tag,
  summary: 'Change name or access of an Administration Server, or switch it off and on; what is new is tried before',
  needs: 'integrations:write',
  audit: 'source.changed',
  params: z.object({ sourceId: Id }),
  body: z.object({ name: SourceName, enabled: z.boolean(), ...access }).partial(),
  reply: Source,
});

/** The certificate that a server shows, for a person to compare before it is trusted. */
export const ShownCertificate = z.object({
  /** SHA-256, hex with colons. */
  fingerprint: z.string(),
  subject: z.string(),
  validUntil: Moment,
});
export type ShownCertificate = z.output<typeof ShownCertificate>;

export const SourceTestStep = z.object({
  step: z.enum(['address', 'certificate', 'login', 'rights', 'virtual-servers']),
  ok: z.boolean(),
  /** Stable word for what failed, as `source.timed-out`; null when the step went well. */
  code: z.string().nullable(),
  message: z.string(),
});
export type SourceTestStep = z.output<typeof SourceTestStep>;

export const testSource = endpoint({
  method: 'POST',
  path: '/api/sources/test',
  tag,
  summary: 'Try address, certificate, login and rights, saved or not, and show the certificate; nothing is saved',
  needs: 'integrations:write',
  audit: { notAudited: 'it connects and reads with what the form holds; nothing is saved and nothing changes there' },
  /** With `sourceId`: a saved server, whose access is taken where nothing else is given. */
  body: z.object({ sourceId: Id, ...access }).partial(),
  reply: z.object({
    ok: z.boolean(),
    /** In this order, and no further than the first that fails. */
    steps: z.array(SourceTestStep),
    certificate: ShownCertificate.nullable(),
    /** Names of the virtual servers that the user sees. */
    tenants: z.array(z.string()),
  }),
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
