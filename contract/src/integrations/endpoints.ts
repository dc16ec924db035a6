import { z } from 'zod';
import { Done, Id, Moment, oneOrMore, pageOf, paging, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'PSA integration';
const reads = { notAudited: 'reads only' } as const;

export const IntegrationState = z.enum(['working', 'waiting', 'failing', 'stopped', 'off']);

/** One connection to a PSA. Secrets are written, never read. */
export const Integration = z
  .object({
    id: Id,
    /** Which PSA, as `autotask`. */
    kind: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    /** Settings as the connector's schema says; secrets are left out, `secretsSet` names those that have a value. */
    settings: z.record(z.string(), z.unknown()),
    secretsSet: z.array(z.string()),
    state: IntegrationState,
    /** The last failure in words with what to do, or null. */
    problem: z.object({ code: z.string(), message: z.string(), at: Moment }).nullable(),
    createdAt: Moment,
  })
  .meta({ id: 'Integration' });
export type Integration = z.output<typeof Integration>;

/** A setting of a connector, so that the console can draw its form. */
export const SettingField = z.object({
  name: z.string(),
  title: z.string(),
  help: z.string(),
  kind: z.enum(['text', 'url', 'secret', 'flag', 'number']),
  required: z.boolean(),
});
export type SettingField = z.output<typeof SettingField>;

export const listPsaKinds = endpoint({
  method: 'GET',
  path: '/api/integrations/kinds',
  tag,
  summary: 'The PSAs that Gatehouse can write to, with their settings',
  needs: 'integrations:read',
  audit: reads,
  reply: z.object({ items: z.array(z.object({ kind: z.string(), title: z.string(), fields: z.array(SettingField) })) }),
});

export const listIntegrations = endpoint({
  method: 'GET',
  path: '/api/integrations',
  tag,
  summary: 'All integrations with a PSA',
  needs: 'integrations:read',
  audit: reads,
  reply: z.object({ items: z.array(Integration) }),
});

const IntegrationName = z.string().trim().min(1).max(100);

export const addIntegration = endpoint({
  method: 'POST',
  path: '/api/integrations',
  tag,
  summary: 'Connect a PSA; the connection and its rights are tried before anything is saved',
  needs: 'integrations:write',
  audit: 'integration.added',
  body: z.object({ kind: z.string().max(40), name: IntegrationName, settings: z.record(z.string(), z.unknown()) }),
  reply: Integration,
});

const integrationParams = z.object({ integrationId: Id });

export const changeIntegration = endpoint({
  method: 'PATCH',
  path: '/api/integrations/:integrationId',
  tag,
  summary: 'Change name, settings or whether it is on; a secret that is left out keeps its value',
  needs: 'integrations:write',
  audit: 'integration.changed',
  params: integrationParams,
  body: z
    .object({ name: IntegrationName, enabled: z.boolean(), settings: z.record(z.string(), z.unknown()) })
    .partial(),
  reply: Integration,
});

export const deleteIntegration = endpoint({
  method: 'DELETE',
  path: '/api/integrations/:integrationId',
  tag,
  summary: 'Remove an integration; nothing is deleted in the PSA',
  needs: 'integrations:write',
  audit: 'integration.deleted',
  params: integrationParams,
  reply: Done,
});

export const testIntegration = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/test',
  tag,
  summary: 'Try the connection and list what is missing',
  needs: 'integrations:write',
  audit: { notAudited: 'changes nothing' },
  params: integrationParams,
  reply: z.object({
    ok: z.boolean(),
    steps: z.array(z.object({ step: z.string(), ok: z.boolean(), message: z.string() })),
  }),
});

export const PsaAccount = z
  .object({ id: z.string(), name: z.string(), active: z.boolean() })
  .meta({ id: 'PsaAccount' });
export type PsaAccount = z.output<typeof PsaAccount>;

export const listPsaAccounts = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/accounts',
  tag,
  summary: "The PSA's accounts (companies), by a part of the name",
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    text: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  reply: z.object({ items: z.array(PsaAccount) }),
});

export const AccountMapping = z
  .object({
    /** Id of the source, the Administration Server's connection. */
    sourceId: Id,
    sourceName: z.string(),
    /** The tenant by the source's own key, a virtual server's number. */
    sourceTenantId: z.string(),
    sourceTenantName: z.string(),
    /** Null: not integrated. */
    account: PsaAccount.nullable(),
    /** What holds it up, in words, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'AccountMapping' });
export type AccountMapping = z.output<typeof AccountMapping>;

export const listMappings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/mappings',
  tag,
  summary: 'Every tenant that the sources know, with the account it is mapped to',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({ items: z.array(AccountMapping) }),
});

export const putMapping = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/mappings/:sourceId/:sourceTenantId',
  tag,
  summary: 'Map a tenant to an account, or with null end the mapping; one to one',
  needs: 'integrations:write',
  audit: 'mapping.changed',
  params: integrationParams.extend({ sourceId: Id, sourceTenantId: z.string().max(100) }),
  body: z.object({ accountId: z.string().max(100).nullable() }),
  reply: z.object({ items: z.array(AccountMapping) }),
});

/** A choice that a PSA offers for a routing field. */
export const PsaChoice = z.object({
  id: z.string(),
  label: z.string(),
  active: z.boolean(),
  /** For a dependent field: the choice of its parent that it belongs to. */
  parentId: z.string().nullable(),
});
export type PsaChoice = z.output<typeof PsaChoice>;

export const PsaField = z.object({
  name: z.string(),
  title: z.string(),
  required: z.boolean(),
  parent: z.string().nullable(),
  choices: z.array(PsaChoice),
});
export type PsaField = z.output<typeof PsaField>;

export const listPsaFields = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/fields',
  tag,
  summary: 'The routing fields of a ticket (priority, queue, status …) with the choices that the PSA offers',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({ items: z.array(PsaField) }),
});

/**
 * What makes tickets: an event severity (`event:critical`), or a status condition at a level
 * (`status:critical:activeThreats`).
 */
export const RuleReason = z
  .string()
  .regex(/^(event:(critical|functional-failure|warning)|status:(critical|warning):[A-Za-z]+)$/);

export const TicketRule = z
  .object({
    reason: RuleReason,
    title: z.string(),
    enabled: z.boolean(),
    /** Chosen values by field name; a required field without one keeps the rule from being switched on. */
    fields: z.record(z.string(), z.string().nullable()),
    dueHours: z.number().int().min(1).max(8760),
    /** Only events younger than this become tickets; null for statuses. */
    lifetimeDays: z.number().int().min(1).max(365).nullable(),
    /** Statuses only: close the ticket when the reason is gone. */
    autoClose: z.boolean().nullable(),
    /** Why the rule cannot work just now, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'TicketRule' });
export type TicketRule = z.output<typeof TicketRule>;

export const listTicketRules = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/ticket-rules',
  tag,
  summary: 'The ticket rules with their defaults: per event severity, per status condition and level',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({
    items: z.array(TicketRule),
    /** The same rules as they were before anybody touched them, so that they can be reset. */
    defaults: z.array(TicketRule).optional(),
  }),
});

export const putTicketRules = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/ticket-rules',
  tag,
  summary: 'Save several ticket rules at once: all or none',
  needs: 'integrations:write',
  audit: 'ticket-rules.changed',
  params: integrationParams,
  body: z.object({
    rules: z
      .array(TicketRule.omit({ title: true, problem: true }))
      .min(1)
      .max(200),
  }),
  reply: z.object({ items: z.array(TicketRule) }),
});

export const Ticket = z
  .object({
    id: Id,
    integrationId: Id,
    reason: z.string(),
    title: z.string(),
    tenantName: z.string(),
    accountName: z.string(),
    deviceId: z.string().nullable(),
    deviceName: z.string(),
    state: z.enum(['opening', 'open', 'closing', 'closed', 'failed']),
    psaTicketId: z.string().nullable(),
    psaTicketNumber: z.string().nullable(),
    psaUrl: z.string().nullable(),
    openedAt: Moment,
    closedAt: Moment.nullable(),
    /** Why it is not further, in words, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Ticket' });
export type Ticket = z.output<typeof Ticket>;

export const listTickets = endpoint({
  method: 'GET',
  path: '/api/tickets',
  tag,
  summary: 'Tickets that Gatehouse opened, newest first',
  needs: 'tickets:read',
  audit: reads,
  query: z.object({
    ...paging(),
    integrationId: Id.optional(),
    deviceId: z.string().max(100).optional(),
    state: oneOrMore(z.enum(['opening', 'open', 'closing', 'closed', 'failed'])).optional(),
  }),
  reply: pageOf(Ticket),
});

export const Decision = z
  .object({
    id: z.string(),
    at: Moment,
    integrationId: Id.nullable(),
    /** What was decided: opened, closed, left alone and why, raised, put off, failed. */
    decision: z.enum(['open', 'close', 'skip', 'raise', 'wait', 'fail', 'note']),
    reason: z.string(),
    tenantName: z.string(),
    deviceId: z.string().nullable(),
    deviceName: z.string(),
    ticketId: Id.nullable(),
    psaTicketNumber: z.string().nullable(),
    psaUrl: z.string().nullable(),
    /** In words: why, and what the PSA answered. */
    explanation: z.string(),
    severity: SeverityName.nullable(),
  })
  .meta({ id: 'Decision' });
export type Decision = z.output<typeof Decision>;

export const listDecisions = endpoint({
  method: 'GET',
  path: '/api/decisions',
  tag,
  summary: 'The decision log, newest first: what was decided, why, and what the PSA answered',
  needs: 'integrations:read',
  audit: reads,
  query: z.object({
    ...paging(),
    integrationId: Id.optional(),
    deviceId: z.string().max(100).optional(),
    ticketId: Id.optional(),
    decision: oneOrMore(z.enum(['open', 'close', 'skip', 'raise', 'wait', 'fail', 'note'])).optional(),
  }),
  reply: pageOf(Decision),
});

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

export const getIntegrationsOverview = endpoint({
  method: 'GET',
  path: '/api/integrations/overview',
  tag: 'Overview',
  summary: 'Open tickets, tickets of the last week by day, mappings, and what holds things up',
  needs: 'overview:read',
  audit: reads,
  reply: z.object({
    openTickets: z.number().int(),
    ticketDays: z.array(z.object({ day: z.string(), opened: z.number().int(), closed: z.number().int() })),
    mappedTenants: z.number().int(),
    tenants: z.number().int(),
    rulesOn: z.number().int(),
    problems: z.array(z.object({ what: z.string(), message: z.string(), since: Moment })),
  }),
});
