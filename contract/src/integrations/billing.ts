import { z } from 'zod';
import { Day } from '../administration/licenses.ts';
import { Id, Moment, oneOrMore, pageOf, paging } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads } from './common.ts';

const tag = 'Billing';
const PsaId = z.string().min(1).max(100);

/** What a device is to a price list; `all` where devices are not told apart. */
export const billingCategories = ['windows-workstation', 'windows-server', 'non-windows'] as const;
export const BillingCategory = z.enum(billingCategories);
export type BillingCategory = z.output<typeof BillingCategory>;

/** A service as the PSA's price list has it. */
export const PsaServiceView = z.object({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  /** How often it is billed, in the PSA's words; empty when it does not tell. */
  period: z.string(),
  /** In the PSA's currency; empty when it does not tell. */
  unitPrice: z.string(),
});
export type PsaServiceView = z.output<typeof PsaServiceView>;

/** Which service bills an application: `all` unless devices are billed by category. */
export const ApplicationServices = z.object({
  all: PsaId.nullable(),
  'windows-workstation': PsaId.nullable(),
  'windows-server': PsaId.nullable(),
  'non-windows': PsaId.nullable(),
});
export type ApplicationServices = z.output<typeof ApplicationServices>;

/** Devices of all billed accounts as last read. */
export const BilledDevices = z.object({
  'windows-workstation': z.int(),
  'windows-server': z.int(),
  'non-windows': z.int(),
  /** Devices that never told their system. */
  unknown: z.int(),
  total: z.int(),
});
export type BilledDevices = z.output<typeof BilledDevices>;

export const BilledApplication = z
  .object({
    application: z.string(),
    /** Sold per user: it has one service, whatever the devices are. */
    perUser: z.boolean(),
    services: ApplicationServices,
    devices: BilledDevices,
    /** Devices that hold only keys which are never billed: trial, expired, paused. */
    otherDevices: z.int(),
    /** Devices that use it and have no service here. */
    notBilled: z.int(),
  })
  .meta({ id: 'BilledApplication' });
export type BilledApplication = z.output<typeof BilledApplication>;

export const ServiceMap = z.object({
  byCategory: z.boolean(),
  /** False: the PSA of this integration takes no billing. */
  supported: z.boolean(),
  services: z.array(PsaServiceView),
  /** Why the services could not be read, in words, or null. */
  problem: z.string().nullable(),
  applications: z.array(BilledApplication),
  /** The oldest of the last readings of licences; null before the first. */
  readAt: Moment.nullable(),
  /** Mapped tenants whose licences were never read. */
  unreadTenants: z.int(),
});
export type ServiceMap = z.output<typeof ServiceMap>;

export const getServiceMap = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/services',
  tag,
  summary: "Applications that devices use, the PSA's services, and which bills which",
  needs: 'billing:read',
  audit: reads,
  params: integrationParams,
  reply: ServiceMap,
});

export const putServiceMap = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/services',
  tag,
  summary: 'Say which service bills which application; all of it is saved or none',
  needs: 'billing:write',
  audit: 'service-map.changed',
  params: integrationParams,
  body: z.object({
    byCategory: z.boolean(),
    applications: z
      .array(z.object({ application: z.string().min(1).max(300), services: ApplicationServices }))
      .max(500),
  }),
  reply: ServiceMap,
});

export const readLicensesNow = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/services/reading',
  tag,
  summary: 'Have the licences of all mapped tenants read now, so that their applications can be brought to services',
  needs: 'billing:write',
  audit: {
    notAudited: 'asks the servers which licences are in use; no setting, no contract and nothing in the PSA is changed',
  },
  params: integrationParams,
  reply: z.object({ tenants: z.int() }),
});

export const BillingSettings = z
  .object({
    /** Runs every day by itself. */
    daily: z.boolean().default(true),
    /** In UTC. */
    dailyAt: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time of the day as 02:30, in UTC')
      .default('02:00'),
    /** `always`: a person approves each change. `automatic`: only what is beyond the limits waits for one. */
    approval: z.enum(['always', 'automatic']).default('automatic'),
    /** The first changes of each contract wait for a person. */
    approveFirst: z.boolean().default(true),
    /** A larger change than this waits for a person. */
    largestChangePercent: z.int().min(1).max(1000).default(20),
    /** A change by so many devices is within the limits whatever its percentage. */
    alwaysAllowedDevices: z.int().min(0).max(10_000).default(5),
    /** Never take the last unit from a contract. */
    keepAtLeastOne: z.boolean().default(false),
    /**
     * From which day a change counts. `today`: the day of the run. `month`: more devices from the first of this month,
     * fewer from the first of the next.
     */
    effectiveDay: z.enum(['today', 'month']).default('today'),
  })
  .meta({ id: 'BillingSettings' });
export type BillingSettings = z.output<typeof BillingSettings>;

export const getBillingSettings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/billing/settings',
  tag,
  summary: 'When billing runs and what it may do by itself',
  needs: 'billing:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({ settings: BillingSettings, defaults: BillingSettings }),
});

export const putBillingSettings = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/billing/settings',
  tag,
  summary: 'Change when billing runs and what it may do by itself',
  needs: 'billing:write',
  audit: 'billing-settings.changed',
  params: integrationParams,
  body: BillingSettings,
  reply: z.object({ settings: BillingSettings, defaults: BillingSettings }),
});

/**
 * How far a change of a contract is. `waiting`: for a person. `planned`: will be sent. `sent`: is under way. `unknown`:
 * the PSA's answer was lost; its units tell. `superseded`: the numbers changed before it was sent.
 */
export const adjustmentStates = [
  'waiting',
  'planned',
  'sent',
  'unknown',
  'confirmed',
  'failed',
  'rejected',
  'superseded',
] as const;
export const AdjustmentState = z.enum(adjustmentStates);
export type AdjustmentState = z.output<typeof AdjustmentState>;

/** One change of one service in one contract. */
export const Adjustment = z
  .object({
    id: Id,
    integrationId: Id,
    sourceId: Id,
    sourceTenantId: z.string(),
    tenantName: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    contractId: z.string(),
    contractName: z.string(),
    serviceId: z.string(),
    serviceName: z.string(),
    /** What the units are made of; a null category stands for devices of every kind. */
    parts: z.array(z.object({ application: z.string(), category: BillingCategory.nullable(), devices: z.int() })),
    /** Units before and after; `change` is the difference. */
    had: z.int(),
    wanted: z.int(),
    change: z.int(),
    effectiveOn: Day,
    state: AdjustmentState,
    /** Why it is made. */
    why: z.string(),
    /** Why a person had to approve it; null when nobody had to. */
    asks: z.string().nullable(),
    /** What holds it up, in words, or null. */
    problem: z.string().nullable(),
    plannedAt: Moment,
    /** Who approved or rejected it; null when nobody had to. */
    decidedBy: z.string().nullable(),
    decidedAt: Moment.nullable(),
    /** Given when it was rejected. */
    reason: z.string().nullable(),
    endedAt: Moment.nullable(),
  })
  .meta({ id: 'Adjustment' });
export type Adjustment = z.output<typeof Adjustment>;

const adjustmentFilter = {
  integrationId: Id.optional(),
  state: oneOrMore(AdjustmentState).optional(),
  /** A part of the account's name. */
  account: z.string().max(100).optional(),
  sourceId: Id.optional(),
  sourceTenantId: z.string().max(100).optional(),
  /** Days of planning, in UTC, both counted in. */
  from: Day.optional(),
  to: Day.optional(),
};

export const listAdjustments = endpoint({
  method: 'GET',
  path: '/api/billing/adjustments',
  tag,
  summary: 'The journal of billing, newest first: every change of a contract, and how far it is',
  needs: 'billing:read',
  audit: reads,
  query: z.object({ ...paging(), ...adjustmentFilter }),
  reply: pageOf(Adjustment),
});

export const exportAdjustments = endpoint({
  method: 'GET',
  path: '/api/billing/adjustments/file',
  tag,
  summary: 'The journal of billing as CSV or XLSX, oldest first',
  needs: 'billing:read',
  audit: 'billing.exported',
  query: z.object({ ...adjustmentFilter, format: z.enum(['csv', 'xlsx']).default('csv') }),
  replyType: 'text/csv',
  reply: z.unknown(),
});

export const getAdjustmentEvidence = endpoint({
  method: 'GET',
  path: '/api/billing/adjustments/:adjustmentId/evidence',
  tag,
  summary: 'The devices that a change of a contract rests on, and what happened to it step by step',
  needs: 'billing:read',
  audit: reads,
  params: z.object({ adjustmentId: Id }),
  reply: z.object({
    devices: z.array(
      z.object({
        deviceId: z.string(),
        deviceName: z.string(),
        application: z.string(),
        serialNumber: z.string(),
        category: BillingCategory.nullable(),
      }),
    ),
    /** When the licences were read that this rests on. */
    readAt: Moment,
    steps: z.array(
      z.object({ at: Moment, state: AdjustmentState, explanation: z.string(), by: z.string().nullable() }),
    ),
  }),
});
export type AdjustmentEvidence = z.output<(typeof getAdjustmentEvidence)['reply']>;

export const decideAdjustments = endpoint({
  method: 'POST',
  path: '/api/billing/decisions',
  tag,
  summary: 'Approve or reject changes of contracts that wait for it: all of them or none',
  needs: 'billing:write',
  audit: 'billing.decided',
  body: z
    .object({
      approve: z.array(Id).max(500).default([]),
      reject: z.array(Id).max(500).default([]),
      /** Why; must be given to reject. The same numbers are not proposed again. */
      reason: z.string().trim().max(500).optional(),
    })
    .refine(({ approve, reject }) => approve.length + reject.length > 0, {
      message: 'Name at least one change',
      path: ['approve'],
    })
    .refine(({ reject, reason }) => reject.length === 0 || (reason ?? '') !== '', {
      message: 'Say why they are rejected',
      path: ['reason'],
    }),
  reply: z.object({ approved: z.int(), rejected: z.int() }),
});

export const reopenAdjustment = endpoint({
  method: 'POST',
  path: '/api/billing/adjustments/:adjustmentId/reopening',
  tag,
  summary: 'Take a rejection back: the change waits for approval again',
  needs: 'billing:write',
  audit: 'billing.reopened',
  params: z.object({ adjustmentId: Id }),
  reply: Adjustment,
});

/** How one account fared in one run. */
export const AccountRunState = z.enum(['waiting', 'unchanged', 'changed', 'held', 'failed']);
export const AccountRun = z.object({
  runId: Id,
  sourceId: Id,
  sourceTenantId: z.string(),
  tenantName: z.string(),
  accountId: z.string(),
  accountName: z.string(),
  contractId: z.string().nullable(),
  contractName: z.string().nullable(),
  state: AccountRunState,
  /** In words: what was found, what was done, what holds it up. */
  explanation: z.string(),
  /** Devices that are billed, each once for an application; null when nobody knows. */
  devices: z.int().nullable(),
  /** Devices that use an application without a service; null when nobody knows. */
  notBilled: z.int().nullable(),
  endedAt: Moment.nullable(),
});
export type AccountRun = z.output<typeof AccountRun>;

export const BillingRun = z
  .object({
    id: Id,
    integrationId: Id,
    integrationName: z.string(),
    day: Day,
    cause: z.enum(['daily', 'person']),
    startedBy: z.string().nullable(),
    /** Everything that it found waits for a person. */
    asksFirst: z.boolean(),
    startedAt: Moment,
    endedAt: Moment.nullable(),
    accounts: z.object({
      waiting: z.int(),
      unchanged: z.int(),
      changed: z.int(),
      held: z.int(),
      failed: z.int(),
    }),
  })
  .meta({ id: 'BillingRun' });
export type BillingRun = z.output<typeof BillingRun>;

export const startBillingRun = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/billing/runs',
  tag,
  summary: 'Read licences and contracts now and work out the changes, for one account or for all',
  needs: 'billing:write',
  audit: 'billing.started',
  params: integrationParams,
  body: z.object({
    /** Nothing is sent without a person, whatever the settings say. */
    asksFirst: z.boolean().default(false),
    /** Left out: every account with billing on. */
    only: z.object({ sourceId: Id, sourceTenantId: z.string().max(100) }).optional(),
  }),
  reply: BillingRun,
});

export const listBillingRuns = endpoint({
  method: 'GET',
  path: '/api/billing/runs',
  tag,
  summary: 'Runs of billing, newest first, with how many accounts fared how',
  needs: 'billing:read',
  audit: reads,
  query: z.object({ ...paging(), integrationId: Id.optional() }),
  reply: pageOf(BillingRun),
});

export const listAccountRuns = endpoint({
  method: 'GET',
  path: '/api/billing/runs/:runId/accounts',
  tag,
  summary: 'How each account fared in one run, those with a problem first',
  needs: 'billing:read',
  audit: reads,
  params: z.object({ runId: Id }),
  query: z.object({ ...paging(), text: z.string().max(100).optional() }),
  reply: pageOf(AccountRun),
});

/** A mapped account as billing sees it. */
export const BilledAccount = z
  .object({
    integrationId: Id,
    integrationName: z.string(),
    sourceId: Id,
    sourceTenantId: z.string(),
    tenantName: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    billing: z.boolean(),
    contractId: z.string().nullable(),
    contractName: z.string().nullable(),
    /** Changes that wait for a person. */
    waiting: z.int(),
    /** The last run that came to an end; null before the first. */
    last: AccountRun.nullable(),
  })
  .meta({ id: 'BilledAccount' });
export type BilledAccount = z.output<typeof BilledAccount>;

export const listBilledAccounts = endpoint({
  method: 'GET',
  path: '/api/billing/accounts',
  tag,
  summary: 'Mapped accounts with their contract and how the last run fared, by name',
  needs: 'billing:read',
  audit: reads,
  query: z.object({
    ...paging(),
    integrationId: Id.optional(),
    /** A part of the name of the account or the tenant. */
    text: z.string().max(100).optional(),
    show: z.enum(['billed', 'problems', 'off', 'all']).default('all'),
  }),
  reply: pageOf(BilledAccount).extend({ total: z.int() }),
});

export const getBillingOverview = endpoint({
  method: 'GET',
  path: '/api/billing/overview',
  tag,
  summary: 'What waits for a person, when billing runs next, and what holds it up',
  needs: 'billing:read',
  audit: reads,
  query: z.object({ integrationId: Id.optional() }),
  reply: z.object({
    waiting: z.int(),
    /** Changes whose outcome in the PSA is not known yet. */
    unknown: z.int(),
    failed: z.int(),
    accounts: z.object({ billed: z.int(), all: z.int() }),
    integrations: z.array(
      z.object({
        id: Id,
        name: z.string(),
        supported: z.boolean(),
        nextRunAt: Moment.nullable(),
        lastRun: BillingRun.nullable(),
      }),
    ),
    problems: z.array(z.object({ what: z.string(), message: z.string(), since: Moment })),
  }),
});
export type BillingOverview = z.output<(typeof getBillingOverview)['reply']>;

export const getUsageOfAccount = endpoint({
  method: 'GET',
  path: '/api/billing/usage',
  tag,
  summary: "A tenant's use of applications day by day; a day without a reading is left out, not zero",
  needs: 'billing:read',
  audit: reads,
  query: z.object({ sourceId: Id, sourceTenantId: z.string().max(100), from: Day, to: Day }),
  reply: z.object({
    /** Days on which licences were read, oldest first. */
    days: z.array(Day),
    items: z.array(z.object({ day: Day, application: z.string(), devices: BilledDevices, otherDevices: z.int() })),
  }),
});
export type UsageOfAccount = z.output<(typeof getUsageOfAccount)['reply']>;
