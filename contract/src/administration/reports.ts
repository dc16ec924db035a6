import { z } from 'zod';
import { Id, Moment, oneOrMore } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Reports';

export const ReportTypeId = z.enum([
  'protection-status',
  'threats',
  'license-usage',
  'errors',
  'incompatible-applications',
  'hardware',
]);
export type ReportTypeId = z.output<typeof ReportTypeId>;

export const ReportFormat = z.enum(['html', 'pdf', 'csv', 'xml', 'json']);
export type ReportFormat = z.output<typeof ReportFormat>;

export const ReportType = z
  .object({
    id: ReportTypeId,
    title: z.string(),
    description: z.string(),
    /** It is about a time, of which `from` and `to` may be given; else about now. */
    takesPeriod: z.boolean(),
    /** Groups narrow it; else only clients do. */
    takesGroups: z.boolean(),
  })
  .meta({ id: 'ReportType' });
export type ReportType = z.output<typeof ReportType>;

/** Text, a number, or a moment in UTC; null: nothing is known. */
export const ReportCell = z.union([z.string(), z.number(), z.null()]);

export const Report = z
  .object({
    type: ReportTypeId,
    title: z.string(),
    madeAt: Moment,
    from: Moment.nullable(),
    to: Moment.nullable(),
    columns: z.array(z.object({ title: z.string(), kind: z.enum(['text', 'number', 'moment']) })),
    rows: z.array(z.array(ReportCell)),
    /** There are more rows than these. */
    isCut: z.boolean(),
    /** How many rows there are of each kind, the most frequent first. */
    summary: z.array(z.object({ label: z.string(), count: z.number().int() })),
  })
  .meta({ id: 'Report' });
export type Report = z.output<typeof Report>;

const params = z.object({ type: ReportTypeId });
const about = {
  tenantId: oneOrMore(Id).optional(),
  /** With all groups below. */
  groupId: oneOrMore(z.coerce.number().int().min(0)).optional(),
  /** 30 days before `to` unless told. */
  from: Moment.optional(),
  /** Now unless told. */
  to: Moment.optional(),
};

export const listReportTypes = endpoint({
  method: 'GET',
  path: '/api/reports/types',
  tag,
  summary: 'The reports that the caller may run',
  needs: 'overview:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(ReportType) }),
});

export const runReport = endpoint({
  method: 'GET',
  path: '/api/reports/:type',
  tag,
  summary: 'A report over all or chosen clients and groups, to be looked at',
  needs: 'overview:read',
  audit: { notAudited: 'reads only' },
  params,
  query: z.object({ ...about, rows: z.coerce.number().int().min(1).max(1000).default(100) }),
  reply: Report,
});

export const readReportFile = endpoint({
  method: 'GET',
  path: '/api/reports/:type/file',
  tag,
  summary: 'A report as a file, made while it is read; times are in UTC',
  needs: 'overview:read',
  audit: { notAudited: 'reads only' },
  params,
  query: z.object({ ...about, format: ReportFormat }),
  replyType: 'application/octet-stream',
  reply: z.string(),
});
