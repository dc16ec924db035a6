import { z } from 'zod';
import { Done, Id, Moment, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Export to SIEM';

export const SiemFormat = z.enum(['syslog', 'cef', 'leef']);
export type SiemFormat = z.output<typeof SiemFormat>;

export const SiemTransport = z.enum(['udp', 'tcp', 'tls']);
export type SiemTransport = z.output<typeof SiemTransport>;

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** A name, an IPv4 or an IPv6 address, without port. */
export const SiemHost = z
  .string()
  .trim()
  .min(1, 'Type a host name or an address')
  .refine(
    (host) => HOST_NAME.test(host) || z.ipv6().safeParse(host).success,
    'Must be a host name or an address, as siem.example.com or 192.0.2.10, without port',
  );

/** SHA-256 of the certificate: 64 hex digits, colons allowed. */
export const CertificatePin = z
  .string()
  .trim()
  .refine((text) => /^[0-9a-f]{64}$/i.test(text.replaceAll(/[\s:]/g, '')), 'Must have 64 hex digits (SHA-256)');

export const CertificatePem = z
  .string()
  .max(200_000)
  .refine(
    (text) => /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text),
    'Must be one or more certificates in PEM form, beginning with -----BEGIN CERTIFICATE-----',
  );

/** How the receiver's certificate is checked over TLS. */
export const SiemTrust = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('system') }),
  z.object({ kind: z.literal('authority'), pem: CertificatePem }),
  z.object({ kind: z.literal('pin'), sha256: CertificatePin }),
]);
export type SiemTrust = z.output<typeof SiemTrust>;

export const SiemTargetSettings = z.object({
  name: z.string().trim().min(1, 'Type a name').max(100),
  enabled: z.boolean().default(true),
  format: SiemFormat,
  transport: SiemTransport,
  host: SiemHost,
  port: z.int().min(1).max(65_535),
  /** Over TLS. */
  trust: SiemTrust.default({ kind: 'system' }),
  /** Over TCP and TLS: how messages are told apart in the stream. */
  framing: z.enum(['newline', 'octet-counting']).default('newline'),
  /** For CEF and LEEF: each line goes out inside of a syslog message, as most collectors expect it. */
  syslogHeader: z.boolean().default(true),
  /** Null: all tenants. */
  tenantIds: z.array(Id).min(1).max(10_000).nullable().default(null),
  /** Codes of event types; null: all. */
  types: z.array(z.string().min(1).max(100)).min(1).max(2000).nullable().default(null),
  /** Null: all. */
  severities: z.array(SeverityName).min(1).max(4).nullable().default(null),
});
export type SiemTargetSettings = z.output<typeof SiemTargetSettings>;

export const SiemTargetState = z.object({
  /** `stopped`: switched off. `elsewhere`: another process of this server carries it. */
  kind: z.enum(['stopped', 'working', 'failing', 'elsewhere']),
  /** Messages that were handed over, over all times. */
  sent: z.number().int(),
  /** Messages that wait in the target's own queue. */
  waiting: z.number().int(),
  queueBytes: z.number().int(),
  queueMostBytes: z.number().int(),
  /** Since when the queue is full; events then stay in the event database until there is room. Null: it is not. */
  fullSince: Moment.nullable(),
  /** How often the queue was full since the server started. */
  timesFull: z.number().int(),
  lastSentAt: Moment.nullable(),
  /** In the words of the system that said it; null after something was sent again. */
  lastError: z.string().nullable(),
  lastErrorAt: Moment.nullable(),
  nextTryAt: Moment.nullable(),
});
export type SiemTargetState = z.output<typeof SiemTargetState>;

export const SiemTarget = SiemTargetSettings.extend({ id: Id, createdAt: Moment, state: SiemTargetState }).meta({
  id: 'SiemTarget',
});
export type SiemTarget = z.output<typeof SiemTarget>;

export const listSiemTargets = endpoint({
  method: 'GET',
  path: '/api/siem-targets',
  tag,
  summary: 'The systems that events are exported to, and how the export goes',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(SiemTarget) }),
});

export const addSiemTarget = endpoint({
  method: 'POST',
  path: '/api/siem-targets',
  tag,
  summary: 'Export events to another system, from now on',
  needs: 'server:write',
  audit: 'siem-target.added',
  body: SiemTargetSettings,
  reply: SiemTarget,
});

export const changeSiemTarget = endpoint({
  method: 'PUT',
  path: '/api/siem-targets/:targetId',
  tag,
  summary: 'Change an export; messages that wait keep the form they were written in',
  needs: 'server:write',
  audit: 'siem-target.changed',
  params: z.object({ targetId: Id }),
  body: SiemTargetSettings,
  reply: SiemTarget,
});

export const deleteSiemTarget = endpoint({
  method: 'DELETE',
  path: '/api/siem-targets/:targetId',
  tag,
  summary: 'End an export; messages that wait are thrown away',
  needs: 'server:write',
  audit: 'siem-target.deleted',
  params: z.object({ targetId: Id }),
  reply: Done,
});

export const testSiemTarget = endpoint({
  method: 'POST',
  path: '/api/siem-targets/test',
  tag,
  summary: 'Send one test event with these settings, saved or not, and say what happened',
  needs: 'server:write',
  audit: 'siem-target.tested',
  body: SiemTargetSettings,
  reply: z.object({
    ok: z.boolean(),
    /** What was tried, in order; the last one tells how it ended. */
    steps: z.array(z.object({ ok: z.boolean(), text: z.string() })),
    /** What was sent, or would have been. */
    message: z.string(),
  }),
});
export type SiemTestResult = z.output<(typeof testSiemTarget)['reply']>;
