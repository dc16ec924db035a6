import { z } from 'zod';
import { Done, Id, Moment, StatusLevel } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { StatusCounts } from './tenants.ts';

const tag = 'Servers';

/** What is fetched from a secondary server beside its devices and their counts. */
export const SecondaryDetails = z.object({
  virtualServers: z.boolean(),
  groups: z.boolean(),
  /** The newest events of severity Warning and above. */
  lastEvents: z.boolean(),
});
export type SecondaryDetails = z.output<typeof SecondaryDetails>;

const fingerprint = z
  .string()
  .transform((text) => text.replace(/[\s:]/g, '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'The SHA-256 fingerprint has 64 hex digits'));

/** How this server reaches a secondary one: by its KSC Open API, with an account of the secondary. */
export const SecondaryServerSettings = z
  .object({
    name: z.string().trim().min(1).max(100),
    /** Host name or IP address. */
    address: z
      .string()
      .trim()
      .min(1)
      .max(253)
      .regex(/^[A-Za-z0-9._:[\]-]+$/, 'A host name or an IP address, without a scheme and without a port'),
    port: z.number().int().min(1).max(65_535).default(13_299),
    userName: z.string().trim().min(1).max(256),
    /** SHA-256 of its certificate: exactly this one is trusted, and compared before a byte is sent. */
    certificateFingerprint: fingerprint,
    refreshMinutes: z.number().int().min(1).max(1440).default(5),
    details: SecondaryDetails.default({ virtualServers: true, groups: true, lastEvents: true }),
  })
  .meta({ id: 'SecondaryServerSettings' });
export type SecondaryServerSettings = z.output<typeof SecondaryServerSettings>;

/**
 * `new`: not asked yet. `connected`: the last try got through. `unreachable`: no answer, tried again.
 * `refused`: it answers and wants none of it (login, certificate, right, loop): somebody has to do something.
 */
export const LinkState = z.enum(['new', 'connected', 'unreachable', 'refused']);
export type LinkState = z.output<typeof LinkState>;

export const ServerLink = z.object({
  state: LinkState,
  since: Moment,
  /** Why, for `unreachable` and `refused`: a stable code and a sentence. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  lastTriedAt: Moment.nullable(),
  /** When what is shown was read; null: never. */
  readAt: Moment.nullable(),
  nextTryAt: Moment.nullable(),
});
export type ServerLink = z.output<typeof ServerLink>;

export const VirtualServerSummary = z.object({
  virtualServerId: z.number().int(),
  name: z.string(),
  counts: StatusCounts,
});
export type VirtualServerSummary = z.output<typeof VirtualServerSummary>;

export const SecondaryGroup = z.object({
  id: z.number().int(),
  parentId: z.number().int().nullable(),
  fullName: z.string(),
  virtualServerId: z.number().int(),
  counts: StatusCounts,
});
export type SecondaryGroup = z.output<typeof SecondaryGroup>;

export const SecondaryEvent = z.object({
  riseTime: Moment,
  severity: z.enum(['warning', 'functional-failure', 'critical']),
  displayName: z.string(),
  deviceName: z.string(),
  description: z.string(),
});
export type SecondaryEvent = z.output<typeof SecondaryEvent>;

/** What was read of a secondary server, all of one time. */
export const SecondarySnapshot = z.object({
  product: z.string(),
  version: z.string(),
  counts: StatusCounts,
  /** Devices of the server itself, without those of virtual servers. */
  ownCounts: StatusCounts,
  /** Null: not fetched. */
  virtualServers: z.array(VirtualServerSummary).nullable(),
  groups: z.array(SecondaryGroup).nullable(),
  lastEvents: z.array(SecondaryEvent).nullable(),
  /** Names of the servers below it, as far as it tells. */
  secondaries: z.array(z.string()),
  /** Whether it was told who its primary server is; false where the account may not, or the product cannot. */
  knowsPrimary: z.boolean(),
});
export type SecondarySnapshot = z.output<typeof SecondarySnapshot>;

export const SecondaryServer = SecondaryServerSettings.extend({
  id: Id,
  createdAt: Moment,
  /** Null until it was reached, and for products that tell none. */
  instanceId: z.string().nullable(),
  link: ServerLink,
  /** As of `link.readAt`, also while the server cannot be reached. */
  snapshot: SecondarySnapshot.nullable(),
}).meta({ id: 'SecondaryServer' });
export type SecondaryServer = z.output<typeof SecondaryServer>;

/** The server above this one, as it made itself known. */
export const PrimaryServer = z.object({
  instanceId: z.string(),
  name: z.string(),
  since: Moment,
  lastHeardAt: Moment,
  /** False: it was not heard of for three of its rounds. */
  connected: z.boolean(),
});
export type PrimaryServer = z.output<typeof PrimaryServer>;

export const getServerHierarchy = endpoint({
  method: 'GET',
  path: '/api/servers',
  tag,
  summary: 'This server, its virtual servers, the server above it and those below it',
  needs: 'servers:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({
    self: z.object({
      instanceId: z.string(),
      name: z.string(),
      counts: StatusCounts,
      ownCounts: StatusCounts,
      virtualServers: z.array(VirtualServerSummary.extend({ tenantId: Id })),
    }),
    primary: PrimaryServer.nullable(),
    secondaries: z.array(SecondaryServer),
  }),
});

const withPassword = SecondaryServerSettings.extend({
  password: z.string().min(1).max(1024).meta({ secret: true }),
});

export const lookAtServerCertificate = endpoint({
  method: 'POST',
  path: '/api/secondary-servers/certificate',
  tag,
  summary: 'The certificate that a server shows, for a person to compare before it is trusted; nothing is sent to it',
  needs: 'servers:write',
  audit: { notAudited: 'looks at the certificate that another server shows' },
  body: SecondaryServerSettings.pick({ address: true, port: true }),
  reply: z.object({ fingerprint: z.string(), subject: z.string(), validUntil: Moment }),
});

export const readServerCertificate = endpoint({
  method: 'POST',
  path: '/api/secondary-servers/certificate-file',
  tag,
  summary: 'The fingerprint of a certificate that was exported to a file (PEM)',
  needs: 'servers:write',
  audit: { notAudited: 'takes a certificate apart, nothing is kept' },
  body: z.object({ pem: z.string().max(65_536) }),
  reply: z.object({ fingerprint: z.string(), subject: z.string(), validUntil: Moment }),
});

export const trySecondaryServer = endpoint({
  method: 'POST',
  path: '/api/secondary-servers/try',
  tag,
  summary: 'Try a connection without saving anything: fails with what is wrong, in words',
  needs: 'servers:write',
  audit: 'secondary-server.tried',
  body: withPassword.extend({ password: withPassword.shape.password.optional(), serverId: Id.optional() }),
  reply: z.object({
    product: z.string(),
    version: z.string(),
    instanceId: z.string().nullable(),
    devices: z.number().int(),
    virtualServers: z.number().int(),
  }),
});

export const addSecondaryServer = endpoint({
  method: 'POST',
  path: '/api/secondary-servers',
  tag,
  summary: 'Attach a server below this one; it is connected to first, and not saved when that fails',
  needs: 'servers:write',
  audit: 'secondary-server.added',
  body: withPassword,
  reply: SecondaryServer,
});

const ofServer = z.object({ serverId: Id });

export const getSecondaryServer = endpoint({
  method: 'GET',
  path: '/api/secondary-servers/:serverId',
  tag,
  summary: 'A secondary server with what was read of it last',
  needs: 'servers:read',
  audit: { notAudited: 'reads only' },
  params: ofServer,
  reply: SecondaryServer,
});

export const changeSecondaryServer = endpoint({
  method: 'PUT',
  path: '/api/secondary-servers/:serverId',
  tag,
  summary: 'Change how a secondary server is reached; the password is needed again for another address or certificate',
  needs: 'servers:write',
  audit: 'secondary-server.changed',
  params: ofServer,
  body: withPassword.extend({ password: withPassword.shape.password.optional() }),
  reply: SecondaryServer,
});

export const removeSecondaryServer = endpoint({
  method: 'DELETE',
  path: '/api/secondary-servers/:serverId',
  tag,
  summary: 'Detach a secondary server; nothing is changed on it but that it forgets its primary, where it can be told',
  needs: 'servers:write',
  audit: 'secondary-server.removed',
  params: ofServer,
  reply: Done,
});

export const refreshSecondaryServer = endpoint({
  method: 'POST',
  path: '/api/secondary-servers/:serverId/refresh',
  tag,
  summary: 'Read a secondary server now; a failure is shown in its link',
  needs: 'servers:read',
  audit: { notAudited: 'asks the other server for its state sooner than the clock would' },
  params: ofServer,
  reply: SecondaryServer,
});

export const SecondaryDevice = z
  .object({
    /** Id on its own server. */
    deviceId: z.string(),
    name: z.string(),
    status: StatusLevel.nullable(),
    visible: z.boolean(),
    /** Conditions behind the status, in words, as its server tells them. */
    reasons: z.array(z.string()),
    groupName: z.string(),
    virtualServerName: z.string(),
    osName: z.string(),
    ipAddress: z.string(),
    lastSeenAt: Moment.nullable(),
    databasesAt: Moment.nullable(),
    agentVersion: z.string(),
    protectionVersion: z.string(),
    activeThreats: z.number().int().nullable(),
  })
  .meta({ id: 'SecondaryDevice' });
export type SecondaryDevice = z.output<typeof SecondaryDevice>;

export const listSecondaryDevices = endpoint({
  method: 'GET',
  path: '/api/secondary-servers/:serverId/devices',
  tag,
  summary: 'Devices of a secondary server, asked of it now, page by page',
  needs: 'servers:read',
  audit: { notAudited: 'reads only' },
  params: ofServer,
  query: z.object({
    /** 0: only devices of the server itself; left out: those of all its virtual servers too. */
    virtualServerId: z.coerce.number().int().min(0).optional(),
    status: StatusLevel.optional(),
    /** Part of the name. */
    text: z.string().max(100).optional(),
    order: z.enum(['name', '-name', 'status', '-status', 'lastSeen', '-lastSeen']).default('name'),
    offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(SecondaryDevice), total: z.number().int(), readAt: Moment }),
});

export const forgetPrimaryServer = endpoint({
  method: 'DELETE',
  path: '/api/servers/primary',
  tag,
  summary: 'Forget the server above this one, so that another may attach it',
  needs: 'servers:write',
  audit: 'primary-server.forgotten',
  reply: Done,
});
