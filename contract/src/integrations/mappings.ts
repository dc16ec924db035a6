import { z } from 'zod';
import { Day } from '../administration/licenses.ts';
import { Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { PsaAccount } from './accounts.ts';
import { integrationParams, reads, tag } from './common.ts';
import { MOST_INTEGRATION_TENANTS, SourceTenantRef } from './members.ts';

/** What the PSA changed about a mapped account, until somebody takes note of it. */
export const AccountChange = z.object({
  kind: z.enum(['renamed', 'inactive', 'gone']),
  /** Its name before a rename; otherwise its name. */
  was: z.string(),
  is: z.string(),
  since: Moment,
});
export type AccountChange = z.output<typeof AccountChange>;

/** The contract that usage is billed to, as last read from the PSA. */
export const ChosenContract = z.object({
  id: z.string(),
  name: z.string(),
  /** Its last day; null: not known. */
  endsOn: Day.nullable(),
  expired: z.boolean(),
  /** False: inactive in the PSA, or gone from it. */
  usable: z.boolean(),
});
export type ChosenContract = z.output<typeof ChosenContract>;

export const AccountMapping = z
  .object({
    /** Id of the source, the Administration Server's connection. */
    sourceId: Id,
    sourceName: z.string(),
    /** The tenant by the source's own key, a virtual server's number. */
    sourceTenantId: z.string(),
    sourceTenantName: z.string(),
    /** It belongs to this integration. */
    isMember: z.boolean(),
    /** Null: not mapped. */
    account: PsaAccount.nullable(),
    billing: z.object({ enabled: z.boolean(), contract: ChosenContract.nullable() }),
    changes: z.array(AccountChange),
    /** What holds it up, in words, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'AccountMapping' });
export type AccountMapping = z.output<typeof AccountMapping>;

export const mappingShows = ['all', 'mapped', 'unmapped', 'billed', 'problems', 'changed'] as const;
export const MappingShow = z.enum(mappingShows);
export type MappingShow = z.output<typeof MappingShow>;

export const listMappings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/mappings',
  tag,
  summary: 'Tenants that the sources know, by name, with the account that each is mapped to and its billing',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    /** `integration`: only those that belong to it. `all`: also those that are free, or belong to another. */
    scope: z.enum(['all', 'integration']).default('all'),
    /** A part of the name of the tenant or the account; case and accents do not matter. */
    text: z.string().max(100).optional(),
    show: MappingShow.default('all'),
    limit: z.coerce.number().int().min(1).max(MOST_INTEGRATION_TENANTS).default(MOST_INTEGRATION_TENANTS),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  reply: z.object({
    items: z.array(AccountMapping),
    /** How many match, listed here or not. */
    total: z.int(),
    /** Of the whole scope, whatever was asked for. */
    counts: z.object({
      all: z.int(),
      mapped: z.int(),
      billed: z.int(),
      problems: z.int(),
      changed: z.int(),
    }),
  }),
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

/** What one tenant shall be mapped to. */
export const MappingWish = SourceTenantRef.extend({
  /** Null ends the mapping: the link breaks, nothing is deleted on either side. */
  accountId: z.string().min(1).max(100).nullable(),
  /** Left out: stays as it is; off for another account than before. */
  billing: z.object({ enabled: z.boolean(), contractId: z.string().min(1).max(100).nullable() }).optional(),
  /** The account that whoever asks saw; refused when it is another by now. Left out: not compared. */
  seenAccountId: z.string().max(100).nullable().optional(),
});
export type MappingWish = z.output<typeof MappingWish>;

export const MOST_MAPPING_WISHES = 2_000;
const wishes = z.object({ changes: z.array(MappingWish).min(1).max(MOST_MAPPING_WISHES) });

/** What a wish would do, or why it cannot be done. */
export const MappingPlanLine = SourceTenantRef.extend({
  sourceTenantName: z.string(),
  what: z.enum(['map', 'move', 'end', 'billing', 'same']),
  from: PsaAccount.nullable(),
  to: PsaAccount.nullable(),
  problem: z
    .object({
      code: z.string(),
      message: z.string(),
      /** Which part of the wish. */
      field: z.enum(['tenant', 'account', 'billing', 'contract']),
    })
    .nullable(),
});
export type MappingPlanLine = z.output<typeof MappingPlanLine>;

export const previewMappings = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/mappings/preview',
  tag,
  summary: 'What several changes of mappings would do, and each that cannot be done with its reason',
  needs: 'integrations:read',
  audit: { notAudited: 'works out what a change would do and saves nothing; the change itself is audited' },
  params: integrationParams,
  body: wishes,
  reply: z.object({ lines: z.array(MappingPlanLine) }),
});

export const putMappings = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/mappings',
  tag,
  summary: 'Map several tenants, end mappings, and set their billing: all of it or nothing',
  needs: 'integrations:write',
  audit: 'mappings.changed',
  params: integrationParams,
  body: wishes,
  reply: z.object({
    /** How many were not so before. */
    changed: z.int(),
    /** Those that were asked for, as they are now. */
    items: z.array(AccountMapping),
  }),
});

export const MappingSuggestion = SourceTenantRef.extend({
  sourceTenantName: z.string(),
  sourceName: z.string(),
  account: PsaAccount,
  /** 0 to 100; 100: the names are the same. */
  score: z.int().min(0).max(100),
  /** How the names are alike. */
  alike: z.enum(['same', 'spelling', 'legal-form', 'words-joined', 'words']),
  /** Another account or tenant that fits as well; then a person has to choose. */
  rival: z.string().nullable(),
});
export type MappingSuggestion = z.output<typeof MappingSuggestion>;

export const suggestMappings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/mappings/suggestions',
  tag,
  summary: 'For tenants without an account, the free account whose name is most alike, best first',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({ minScore: z.coerce.number().int().min(1).max(100).default(60) }),
  reply: z.object({
    items: z.array(MappingSuggestion),
    /** Members without an account, suggested or not. */
    unmapped: z.int(),
  }),
});

export const exportMappings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/mappings/file',
  tag,
  summary: 'The tenants of an integration with their accounts, as CSV that can be changed and imported',
  needs: 'integrations:read',
  audit: 'mappings.exported',
  params: integrationParams,
  replyType: 'text/csv',
  reply: z.unknown(),
});

export const importMappings = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/mappings/import',
  tag,
  summary: 'Map tenants from CSV text: shows what it would do, or does all of it; with a bad line nothing is done',
  needs: 'integrations:write',
  audit: 'mappings.imported',
  params: integrationParams,
  body: z.object({
    /** With a line of column names; comma, semicolon or tab between the fields. */
    csv: z.string().min(1, 'Choose a file').max(2_000_000),
    /** Left out: only a look. */
    apply: z.boolean().default(false),
  }),
  reply: z.object({
    applied: z.boolean(),
    lines: z.array(MappingPlanLine.extend({ line: z.int() })),
    /** Lines without an account: their mapping stays as it is. */
    leftAlone: z.int(),
    issues: z.array(
      z.object({
        /** Counts from 1; the line of names is the first. */
        line: z.int(),
        /** Null: the line as a whole. */
        column: z.string().nullable(),
        what: z.string(),
      }),
    ),
  }),
});

export const dismissAccountChanges = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/mappings/dismissals',
  tag,
  summary: 'Take note of what the PSA changed about accounts: it is no longer pointed out',
  needs: 'integrations:write',
  audit: 'mapping.change-dismissed',
  params: integrationParams,
  body: z.object({ tenants: z.array(SourceTenantRef).min(1).max(MOST_MAPPING_WISHES) }),
  reply: z.object({ dismissed: z.int() }),
});
