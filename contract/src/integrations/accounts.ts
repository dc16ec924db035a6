import { z } from 'zod';
import { Day } from '../administration/licenses.ts';
import { Moment, queryFlag } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';

export const PsaAccount = z
  .object({ id: z.string(), name: z.string(), active: z.boolean() })
  .meta({ id: 'PsaAccount' });
export type PsaAccount = z.output<typeof PsaAccount>;

/** How far the kept list of a PSA's accounts can be trusted. */
export const AccountListState = z.object({
  /** When the PSA was last asked; null before the first time. */
  readAt: Moment.nullable(),
  /** How many accounts are known. */
  known: z.int(),
  /** Why the last reading failed, in words, or null. */
  problem: z.string().nullable(),
});
export type AccountListState = z.output<typeof AccountListState>;

export const ListedAccount = PsaAccount.extend({
  /** The tenant that it is mapped to, in this integration; null: to none. */
  tenantName: z.string().nullable(),
});
export type ListedAccount = z.output<typeof ListedAccount>;

const accountFilter = {
  /** A part of the name or the whole id; case and accents do not matter. */
  text: z.string().max(100).optional(),
  active: queryFlag.optional(),
  /** Whether a tenant is mapped to it. */
  mapped: queryFlag.optional(),
};

export const listPsaAccounts = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/accounts',
  tag,
  summary: "The PSA's accounts (companies) as last read from it, by name",
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    ...accountFilter,
    limit: z.coerce.number().int().min(1).max(500).default(100),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  reply: z.object({
    items: z.array(ListedAccount),
    /** How many match, listed here or not. */
    total: z.int(),
    list: AccountListState,
  }),
});

export const refreshPsaAccounts = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/accounts/refresh',
  tag,
  summary: "Read the PSA's accounts anew now, all of them",
  needs: 'integrations:write',
  audit: { notAudited: 'brings the kept copy of the list of accounts up to date; no setting and nothing in the PSA' },
  params: integrationParams,
  reply: AccountListState,
});

export const exportUnmappedAccounts = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/accounts/file',
  tag,
  summary: 'Accounts of the PSA that no tenant is mapped to, as CSV',
  needs: 'integrations:read',
  audit: 'accounts.exported',
  params: integrationParams,
  query: z.object({ text: accountFilter.text, active: accountFilter.active }),
  replyType: 'text/csv',
  reply: z.unknown(),
});

/** A contract that an account's usage can be billed to. Both days count in. */
export const AccountContract = z.object({
  id: z.string(),
  name: z.string(),
  startsOn: Day,
  endsOn: Day,
  active: z.boolean(),
  /** Its last day has passed: it cannot be chosen. */
  expired: z.boolean(),
});
export type AccountContract = z.output<typeof AccountContract>;

export const listAccountContracts = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/accounts/:accountId/contracts',
  tag,
  summary: 'Contracts of an account that take recurring services, expired ones too, asked of the PSA now',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams.extend({ accountId: z.string().min(1).max(100) }),
  reply: z.object({
    /** False: the PSA of this integration takes no billing. */
    supported: z.boolean(),
    items: z.array(AccountContract),
  }),
});
