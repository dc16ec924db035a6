import { z } from 'zod';

/** What the control API takes. Unknown names are refused, so that a typing error never passes for a setting. */

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const values = z.record(z.string(), scalar);
const level = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const DAY_MINUTES = 1440;

export const clock = z.union([
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
  z.strictObject({
    advanceMinutes: z
      .number()
      .min(-3650 * DAY_MINUTES)
      .max(3650 * DAY_MINUTES),
  }),
]);

export const switches = z
  .strictObject({
    legacy404: z.boolean(),
    defaultPageSize: z.int().min(1).max(500),
    udfWhenEmpty: z.enum(['missing', 'empty-array']),
    readOnlyFields: z.enum(['ignore', 'reject']),
    unknownUdf: z.enum(['reject', 'ignore']),
    duplicateUdf: z.enum(['reject', 'allow']),
    adjustPosted: z.enum(['reject', 'allow']),
    udfListValues: z.enum(['ids', 'ids-and-texts']),
    duplicateTickets: z.enum(['off', 'return-existing', 'add-note']),
    unauthorizedBody: z.enum(['empty', 'text']),
    zoneUrl: z.url().nullable(),
    wrongZone: z.boolean(),
  })
  .partial();

export const zone = z.strictObject({ zone: z.union([z.literal(1), z.literal(2)]) });

export const limits = z
  .strictObject({
    threshold: z.int().min(1).max(1_000_000),
    threads: z.int().min(1).max(100),
    latencyScale: z.number().min(0).max(10),
    used: z.int().min(0).max(1_000_000),
  })
  .partial();

export const fault = z.strictObject({
  method: z.string().optional(),
  path: z.string().min(1).max(500),
  count: z.int().min(1).max(1_000_000).optional(),
  mode: z.enum(['respond', 'delay', 'drop-before-store', 'store-then-drop', 'store-then-respond']).optional(),
  status: z.int().min(200).max(599).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\x20-\x7e]*$/)).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
});

export const rows = z.strictObject({
  rows: z.array(z.intersection(z.object({ id: z.int().min(0) }), values)).max(100_000),
  clearFirst: z.boolean().optional(),
});

/** Fields of a row as the API would take them; `userDefinedFields` included. */
export const fields = z.record(z.string(), z.unknown());

export const companies = z.strictObject({
  companies: z
    .array(z.strictObject({ companyName: z.string().min(1).max(100), companyType: z.int().optional() }))
    .max(5000),
});

export const posting = z.strictObject({ until: z.iso.date() });

export const picklistValue = z
  .strictObject({
    label: z.string().min(1),
    isActive: z.boolean(),
    isDefaultValue: z.boolean(),
    isSystem: z.boolean(),
    sortOrder: z.int(),
    parentValue: z.string(),
  })
  .partial();

export const categoryRule = z
  .strictObject({
    requiredFields: z.array(z.string()),
    dueAfterHours: z.number().min(0).max(87_600).nullable(),
    nonEditable: z.boolean(),
  })
  .partial();

export const workflowRules = z.strictObject({
  rules: z.array(z.strictObject({ match: values, set: values })).max(100),
});

export const rights = z.strictObject({ create: level, query: level, update: level, delete: level }).partial();

export const user = z
  .strictObject({ secret: z.string().min(1), trackingId: z.string().min(1), isActive: z.boolean() })
  .partial();
