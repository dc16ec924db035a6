import { z } from 'zod';
import { LicenseSerial } from '../agent/licenses.ts';
import { Done, Id, Moment, oneOrMore, pageOf, paging, queryFlag } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Licences';

/** What a key was given for. Only commercial keys and subscriptions are billed. */
export const LicenseKind = z.enum(['commercial', 'trial', 'subscription', 'beta', 'test', 'oem']);
export type LicenseKind = z.output<typeof LicenseKind>;

/** The first of these that is true, in the order `blocked`, `expired`, `over-limit`, `expires-soon`; else `valid`. */
export const LicenseState = z.enum(['valid', 'expires-soon', 'over-limit', 'expired', 'blocked']);
export type LicenseState = z.output<typeof LicenseState>;

/** Beside its owner, who may use a key of the main server: nobody, all clients, or these. */
export const LicenseSharing = z.discriminatedUnion('with', [
  z.object({ with: z.literal('nobody') }),
  z.object({ with: z.literal('all') }),
  z.object({ with: z.literal('some'), tenantIds: z.array(Id).min(1, 'Choose a client').max(10_000) }),
]);
export type LicenseSharing = z.output<typeof LicenseSharing>;

/** As vendors write it; letters are the same whether small or large. */
export const ActivationCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){3}$/, 'Must be four groups of five letters or digits, as ABCDE-12345-FGHIJ-67890');

const Term = z.int('Must be a whole number of days').min(1, 'Must be 1 or more').max(36_500);

/** What an administrator says of a key. Its serial number stays for good. */
export const LicenseKeySettings = z
  .object({
    /** Devices are matched to keys, and bills to services, by this name. */
    productName: z.string().trim().min(1, 'Type the name of the product').max(256),
    /** Number of the application in the KSC Open API, as 1017; null: not known. */
    applicationId: z.int().min(0).max(2_147_483_647).nullable().default(null),
    kind: LicenseKind,
    /** Most devices that may use it; null: any number. */
    deviceLimit: z.int('Must be a whole number').min(1, 'Must be 1 or more').max(10_000_000).nullable().default(null),
    createdAt: Moment,
    /** The key is good until then; null: without an end. */
    expiresAt: Moment.nullable().default(null),
    /** For how long it was sold; null: not known. */
    termDays: Term.nullable().default(null),
    /** Withdrawn by its maker or by the MSP: no device may go on using it. */
    blocked: z.boolean().default(false),
    /** Devices of its clients that have no valid key of this product get it by themselves. */
    automatic: z.boolean().default(false),
    /** More devices than the limit may get it. */
    overLimitAllowed: z.boolean().default(false),
    /** The client that owns it; null: the main server. */
    tenantId: Id.nullable().default(null),
    /** Only of a key of the main server. */
    sharing: LicenseSharing.default({ with: 'nobody' }),
    /** Anything worth knowing about it, as the order number. */
    information: z.string().trim().max(1000).default(''),
  })
  .refine(({ createdAt, expiresAt }) => expiresAt === null || Date.parse(expiresAt) > Date.parse(createdAt), {
    path: ['expiresAt'],
    error: 'Must be after the day of creation',
  })
  .refine(({ tenantId, sharing }) => tenantId === null || sharing.with === 'nobody', {
    path: ['sharing'],
    error: 'A key of a client cannot be shared; make it a key of the main server first',
  });
export type LicenseKeySettings = z.output<typeof LicenseKeySettings>;

/** How many devices, each once, by what they are; `unknown`: the device never told its operating system. */
export const CategoryCounts = z.object({
  windowsWorkstations: z.int(),
  windowsServers: z.int(),
  otherWorkstations: z.int(),
  otherServers: z.int(),
  unknown: z.int(),
  total: z.int(),
});
export type CategoryCounts = z.output<typeof CategoryCounts>;

export const LicenseKey = LicenseKeySettings.safeExtend({
  id: Id,
  serialNumber: LicenseSerial,
  tenantName: z.string().nullable(),
  addedAt: Moment,
  state: LicenseState,
  /** Whole days until it expires: 0 on its last day, null without an end and after it. */
  daysLeft: z.int().nullable(),
  /** Devices that told that they use it now. Of a shared key, only those of clients that the caller may see. */
  used: z.int(),
  /** Devices that told that they keep it for later. */
  reserved: z.int(),
  /** Devices that shall hold it. */
  assigned: z.int(),
  /** Devices that shall hold it and do not say that they do. */
  notHeld: z.int(),
  /** Devices that hold it though they shall not. */
  notAssigned: z.int(),
  /** Whether an activation code is kept with it; the code itself is never shown. */
  hasActivationCode: z.boolean(),
  /** Whether the caller may change it. */
  mayChange: z.boolean(),
}).meta({ id: 'LicenseKey' });
export type LicenseKey = z.output<typeof LicenseKey>;

export const licenseSorts = ['expiresAt', 'productName', 'serialNumber', 'used'] as const;

export const listLicenses = endpoint({
  method: 'GET',
  path: '/api/licenses',
  tag,
  summary: 'Licence keys that the caller may see, with their state and use',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(),
    /** Keys that devices of this client may use. */
    tenantId: Id.optional(),
    state: oneOrMore(LicenseState).optional(),
    kind: oneOrMore(LicenseKind).optional(),
    product: oneOrMore(z.string().max(256)).optional(),
    automatic: queryFlag.optional(),
    /** Any part of serial number, product or information. */
    text: z.string().max(200).optional(),
    sort: z.enum(licenseSorts).default('expiresAt'),
    descending: queryFlag.default(false),
  }),
  reply: pageOf(LicenseKey).extend({
    total: z.int(),
    /** Names of all products that the caller's keys are for. */
    products: z.array(z.string()),
    /** Keys that devices hold and that nobody has added here. */
    unknown: z.array(z.object({ serialNumber: z.string(), devices: z.int() })),
  }),
});

const licenseParams = z.object({ licenseId: Id });

export const getLicense = endpoint({
  method: 'GET',
  path: '/api/licenses/:licenseId',
  tag,
  summary: 'One licence key with its use by client',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  params: licenseParams,
  reply: z.object({
    license: LicenseKey,
    tenants: z.array(z.object({ tenantId: Id, tenantName: z.string(), used: z.int(), assigned: z.int() })),
  }),
});

export const addLicense = endpoint({
  method: 'POST',
  path: '/api/licenses',
  tag,
  summary: 'Add a licence key',
  needs: 'licenses:write',
  audit: 'license.added',
  body: LicenseKeySettings.safeExtend({
    serialNumber: LicenseSerial,
    /** Kept sealed and never shown again. */
    activationCode: ActivationCode.meta({ secret: true }).optional(),
  }),
  reply: LicenseKey,
});

export const changeLicense = endpoint({
  method: 'PUT',
  path: '/api/licenses/:licenseId',
  tag,
  summary: 'Change a licence key; devices follow with their next sync',
  needs: 'licenses:write',
  audit: 'license.changed',
  params: licenseParams,
  body: LicenseKeySettings.safeExtend({
    /** Left out: the one that is kept stays. Null: it is forgotten. */
    activationCode: ActivationCode.meta({ secret: true }).nullable().optional(),
  }),
  reply: LicenseKey,
});

export const deleteLicense = endpoint({
  method: 'DELETE',
  path: '/api/licenses/:licenseId',
  tag,
  summary: 'Delete a licence key; devices give it up with their next sync, its history of use stays',
  needs: 'licenses:write',
  audit: 'license.deleted',
  params: licenseParams,
  reply: Done,
});

/** How what a device shall hold and what it says that it holds go together. */
export const SeatDifference = z.enum(['agrees', 'not-held', 'not-assigned']);
export type SeatDifference = z.output<typeof SeatDifference>;

const seatFields = {
  /** Who decided that the device shall hold it; null: nobody did. */
  assigned: z.enum(['manual', 'automatic']).nullable(),
  assignedAt: Moment.nullable(),
  assignedBy: z.string().nullable(),
  /** Taken from the device by hand: it does not get it again by itself. */
  withheld: z.boolean(),
  /** As the device told; null: it does not hold it. */
  held: z.enum(['active', 'reserve']).nullable(),
  installedAt: Moment.nullable(),
  difference: SeatDifference,
};

export const LicenseDevice = z
  .object({
    deviceId: Id,
    deviceName: z.string(),
    tenantId: Id,
    tenantName: z.string(),
    groupName: z.string(),
    ...seatFields,
  })
  .meta({ id: 'LicenseDevice' });
export type LicenseDevice = z.output<typeof LicenseDevice>;

export const listLicenseDevices = endpoint({
  method: 'GET',
  path: '/api/licenses/:licenseId/devices',
  tag,
  summary: 'Devices that shall hold a key, or say that they do, oldest first',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  params: licenseParams,
  query: z.object({ ...paging(), tenantId: Id.optional(), difference: oneOrMore(SeatDifference).optional() }),
  reply: pageOf(LicenseDevice),
});

const deviceIds = z.array(Id).min(1, 'Choose a device').max(1000);

export const assignLicense = endpoint({
  method: 'POST',
  path: '/api/licenses/:licenseId/assign',
  tag,
  summary: 'Give a key to devices, all of them or none; they get it with their next sync',
  needs: 'licenses:write',
  audit: 'license.assigned',
  params: licenseParams,
  body: z.object({ deviceIds }),
  reply: z.object({ changed: z.int() }),
});

export const withdrawLicense = endpoint({
  method: 'POST',
  path: '/api/licenses/:licenseId/withdraw',
  tag,
  summary: 'Take a key from devices; they do not get it again by themselves',
  needs: 'licenses:write',
  audit: 'license.withdrawn',
  params: licenseParams,
  body: z.object({ deviceIds }),
  reply: z.object({ changed: z.int() }),
});

export const DeviceLicense = z
  .object({
    serialNumber: z.string(),
    /** Null: a key that nobody has added here. */
    licenseId: Id.nullable(),
    productName: z.string().nullable(),
    state: LicenseState.nullable(),
    expiresAt: Moment.nullable(),
    ...seatFields,
  })
  .meta({ id: 'DeviceLicense' });
export type DeviceLicense = z.output<typeof DeviceLicense>;

export const listDeviceLicenses = endpoint({
  method: 'GET',
  path: '/api/devices/:deviceId/licenses',
  tag,
  summary: 'Keys that a device shall hold, and those that it says it holds',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  params: z.object({ deviceId: Id }),
  reply: z.object({
    /** When the device last told of keys; null: never. */
    toldAt: Moment.nullable(),
    items: z.array(DeviceLicense),
  }),
});

/** Columns of an import, in any order; the first three must be there. */
export const licenseImportColumns = [
  'serialNumber',
  'productName',
  'kind',
  'deviceLimit',
  'createdAt',
  'expiresAt',
  'termDays',
  'client',
  'shared',
  'automatic',
  'overLimitAllowed',
  'blocked',
  'applicationId',
  'activationCode',
  'information',
] as const;

export const importLicenses = endpoint({
  method: 'POST',
  path: '/api/licenses/import',
  tag,
  summary:
    'Add and change keys from CSV text: shows what it would do, or does all of it; with an error nothing is done',
  needs: 'licenses:write',
  audit: 'license.imported',
  body: z.object({
    /** With a line of column names; comma, semicolon or tab between the fields. Holds activation codes. */
    csv: z.string().min(1, 'Choose a file').max(2_000_000).meta({ secret: true }),
    /** Left out: only a look. */
    apply: z.boolean().default(false),
  }),
  reply: z.object({
    applied: z.boolean(),
    rows: z.array(
      z.object({
        line: z.int(),
        what: z.enum(['add', 'change', 'same']),
        serialNumber: z.string(),
        productName: z.string(),
        kind: LicenseKind,
        deviceLimit: z.int().nullable(),
        expiresAt: Moment.nullable(),
        tenantName: z.string().nullable(),
      }),
    ),
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
export type LicenseImport = z.output<(typeof importLicenses)['reply']>;

/** A day in UTC, as `2026-03-04`. */
export const Day = z.iso.date();

const usageFields = {
  serialNumber: z.string(),
  productName: z.string(),
  kind: LicenseKind,
  tenantId: Id,
  tenantName: z.string(),
  /** A commercial key or a subscription that is neither expired nor blocked. */
  billable: z.boolean(),
  devices: CategoryCounts,
};

export const getLicenseUsage = endpoint({
  method: 'GET',
  path: '/api/license-usage',
  tag,
  summary: 'Devices that use licence keys now, by client and key, by what they are; or also by group',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ tenantId: Id.optional(), byGroup: queryFlag.default(false) }),
  reply: z.object({
    items: z.array(
      z.object({
        ...usageFields,
        /** Null unless asked for by group. */
        group: z.object({ id: z.int(), name: z.string() }).nullable(),
      }),
    ),
    /** Each device once, however many keys it uses. */
    total: CategoryCounts,
  }),
});
export type LicenseUsage = z.output<(typeof getLicenseUsage)['reply']>;

const span = {
  from: Day,
  to: Day,
  tenantId: Id.optional(),
  serialNumber: z.string().max(64).optional(),
};

export const getLicenseUsageHistory = endpoint({
  method: 'GET',
  path: '/api/license-usage/history',
  tag,
  summary: 'Use of licence keys day by day, as the daily check found it; a day without a check is left out, not zero',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  query: z.object(span),
  reply: z.object({
    /** Days that were checked, oldest first. */
    days: z.array(Day),
    items: z.array(z.object({ day: Day, ...usageFields, deviceLimit: z.int().nullable() })),
  }),
});
export type LicenseUsageHistory = z.output<(typeof getLicenseUsageHistory)['reply']>;

export const UsageEvidence = z.object({
  deviceId: Id,
  deviceName: z.string(),
  groupName: z.string(),
  category: z.enum(['windows-workstation', 'windows-server', 'other-workstation', 'other-server', 'unknown']),
  serialNumber: z.string(),
  tenantId: Id,
  /** The first day of this use that was checked. */
  since: Day,
});
export type UsageEvidence = z.output<typeof UsageEvidence>;

export const listUsageEvidence = endpoint({
  method: 'GET',
  path: '/api/license-usage/evidence',
  tag,
  summary: 'The devices that used licence keys on one day: what a bill of that day rests on',
  needs: 'licenses:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(200, 1000),
    day: Day,
    tenantId: Id.optional(),
    serialNumber: z.string().max(64).optional(),
  }),
  reply: pageOf(UsageEvidence),
});

export const exportLicenseUsage = endpoint({
  method: 'GET',
  path: '/api/license-usage/file',
  tag,
  summary: 'Use of licence keys day by day as CSV',
  needs: 'licenses:read',
  audit: 'license-usage.exported',
  query: z.object(span),
  replyType: 'text/csv',
  reply: z.unknown(),
});

export const checkLicenses = endpoint({
  method: 'POST',
  path: '/api/licenses/check',
  tag,
  summary: 'Run the daily check of licence keys now: limits, ends, distribution, the count of the day',
  needs: 'licenses:write',
  audit: 'license.checked',
  reply: z.object({ day: Day, devices: z.int(), events: z.int() }),
});
