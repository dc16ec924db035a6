import { z } from 'zod';
import { Day } from '../administration/licenses.ts';
import { Done, Id, Moment, queryFlag } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads } from './common.ts';

const tag = 'Service reports';
const Count = z.int().min(0);

/** The periods that are reported on, in days. */
export const reportPeriods = [7, 30] as const;
export type ReportPeriod = (typeof reportPeriods)[number];
const Period = z.coerce.number().pipe(z.union([z.literal(7), z.literal(30)]));

/** Which client a report is about, and where it stands in the PSA. */
const client = {
  integrationId: Id,
  sourceId: Id,
  sourceName: z.string(),
  sourceTenantId: z.string(),
  sourceTenantName: z.string(),
  accountId: z.string(),
  accountName: z.string(),
  /** When server and PSA were last read for it. */
  madeAt: Moment,
  /** Why it is not newer, in words, or null. */
  problem: z.string().nullable(),
};

/** What was done for a client in a period, and how its devices are at its end. */
export const ServiceReport = z
  .object({
    ...client,
    days: z.union([z.literal(7), z.literal(30)]),
    /** Both in UTC. */
    startsOn: Day,
    endsOn: Day,
    managedDevices: Count,
    /** An application with real-time protection is installed. */
    protectedDevices: Count,
    /** Their status is not OK. */
    problemDevices: Count,
    /** Opened in the period, whether or not they are closed; closed in it by Gatehouse, whenever they were opened. */
    newCriticalTickets: Count,
    closedCriticalTickets: Count,
    newWarningTickets: Count,
    closedWarningTickets: Count,
    newFunctionalFailureTickets: Count,
    closedFunctionalFailureTickets: Count,
  })
  .meta({ id: 'ServiceReport' });
export type ServiceReport = z.output<typeof ServiceReport>;

/** One licence key of a client. */
export const LicenseReport = z
  .object({
    ...client,
    /** In UTC. */
    reportedOn: Day,
    licenseId: z.string(),
    application: z.string(),
    /** Null: not told. */
    periodDays: z.int().nullable(),
    /** Null: it has no end. */
    expiresOn: Day.nullable(),
    /** Devices that it may be used on; null: without limit. */
    limit: z.int().nullable(),
    clientDevices: Count,
    /** Devices of all clients and of the MSP itself; null when not all of them could be read. */
    totalDevices: Count.nullable(),
    /** Null: not known, since the total is not. */
    isOver90Percent: z.boolean().nullable(),
    isExceeded: z.boolean().nullable(),
    information: z.string(),
    support: z.string(),
  })
  .meta({ id: 'LicenseReport' });
export type LicenseReport = z.output<typeof LicenseReport>;

const search = { text: z.string().max(100).optional() };
const page = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** The `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{1,9}$/, 'Not a place in this list')
    .optional(),
};
const file = { format: z.enum(['csv', 'xlsx']) };
export type ReportFileFormat = 'csv' | 'xlsx';

/** The columns that a list of service reports can be sorted by. */
export const serviceReportSorts = [
  'client',
  'managedDevices',
  'protectedDevices',
  'problemDevices',
  'newCriticalTickets',
  'closedCriticalTickets',
  'newWarningTickets',
  'closedWarningTickets',
  'newFunctionalFailureTickets',
  'closedFunctionalFailureTickets',
] as const;
export type ServiceReportSort = (typeof serviceReportSorts)[number];

const serviceFilter = {
  ...search,
  days: Period.default(30),
  sort: z.enum(serviceReportSorts).default('client'),
  descending: queryFlag.optional(),
};
const licenseFilter = {
  ...search,
  /** Only keys that are more than 90 % used, exceeded, or end within 30 days. */
  problems: queryFlag.optional(),
};

export const listServiceReports = endpoint({
  method: 'GET',
  path: '/api/service-reports',
  tag,
  summary: 'Service reports of all mapped clients for the last 7 or 30 days, made every day',
  needs: 'tickets:read',
  audit: reads,
  query: z.object({ ...serviceFilter, ...page }),
  reply: z.object({
    items: z.array(ServiceReport),
    next: z.string().nullable(),
    total: z.int(),
    /** The highest of each figure among all that match, to draw bars by. */
    highest: z.object({ devices: z.int(), tickets: z.int() }),
    /** Mapped clients that no report was made for yet. */
    missing: z.int(),
  }),
});

export const listLicenseReports = endpoint({
  method: 'GET',
  path: '/api/license-reports',
  tag,
  summary: 'License reports of all mapped clients, one for each key, made every day',
  needs: 'tickets:read',
  audit: reads,
  query: z.object({ ...licenseFilter, ...page }),
  reply: z.object({ items: z.array(LicenseReport), next: z.string().nullable(), total: z.int() }),
});

export const exportServiceReports = endpoint({
  method: 'GET',
  path: '/api/service-reports/file',
  tag,
  summary: 'Service reports as CSV or XLSX',
  needs: 'tickets:read',
  audit: 'service-reports.exported',
  query: z.object({ ...serviceFilter, ...file }),
  replyType: 'application/octet-stream',
  reply: z.unknown(),
});

export const exportLicenseReports = endpoint({
  method: 'GET',
  path: '/api/license-reports/file',
  tag,
  summary: 'License reports as CSV or XLSX',
  needs: 'tickets:read',
  audit: 'license-reports.exported',
  query: z.object({ ...licenseFilter, ...file }),
  replyType: 'application/octet-stream',
  reply: z.unknown(),
});

export const updateServiceReports = endpoint({
  method: 'POST',
  path: '/api/service-reports/update',
  tag,
  summary: 'Read all servers now and make the reports of today anew; done soon, in the background',
  needs: 'integrations:write',
  audit: 'service-reports.updated',
  reply: Done,
});

/** A product of the PSA's catalogue that reports can be items of. */
export const ReportProduct = z.object({ id: z.string(), name: z.string(), active: z.boolean() });
export type ReportProduct = z.output<typeof ReportProduct>;

const Written = z.object({
  done: Count,
  waiting: Count,
  /** What fails, by its reason in words. */
  problems: z.array(z.object({ problem: z.string(), count: Count })),
});

/** Whether reports are written into the PSA, and how far that is. */
export const ReportSettings = z
  .object({
    /** False: this PSA keeps no items that reports could be. */
    supported: z.boolean(),
    enabled: z.boolean(),
    /** Null: the product named "Endpoint security report", if there is one. */
    productId: z.string().nullable(),
    products: z.array(ReportProduct),
    /** Why the products could not be read or none can be used, in words, or null. */
    problem: z.string().nullable(),
    items: Written,
    accountFields: Written.extend({
      /** False: this PSA has no fields of our own on accounts. */
      supported: z.boolean(),
      names: z.array(z.string()),
    }),
  })
  .meta({ id: 'ReportSettings' });
export type ReportSettings = z.output<typeof ReportSettings>;

export const getReportSettings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/reports',
  tag,
  summary: 'Whether reports are written into the PSA, as items of which product, and how far that is',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: ReportSettings,
});

export const putReportSettings = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/reports',
  tag,
  summary: 'Say whether reports are written into the PSA, and as items of which product',
  needs: 'integrations:write',
  audit: 'report-settings.changed',
  params: integrationParams,
  body: z.object({ enabled: z.boolean(), productId: z.string().min(1).max(100).nullable() }),
  reply: ReportSettings,
});

export const restoreAccountFields = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/account-fields/restore',
  tag,
  summary: 'Make missing fields on the accounts of the PSA anew and write all their values once more',
  needs: 'integrations:write',
  audit: 'account-fields.restored',
  params: integrationParams,
  reply: Done,
});
