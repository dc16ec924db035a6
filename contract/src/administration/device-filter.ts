import { z } from 'zod';
import { readAddressRange } from '../address-range.ts';
import { Id, Moment, StatusLevel } from '../common.ts';
import { few, Mask, maybe } from '../filters.ts';

/** A word that people and rules give devices. */
export const DeviceTag = z
  .string()
  .trim()
  .min(1, 'Type at least one character')
  .max(64, 'At most 64 characters')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f,]*$/u, 'Neither commas nor control characters');

/** `192.0.2.10`, `192.0.2.0/24`, `192.0.2.10-192.0.2.20`, and the same in IPv6. */
export const AddressRangeText = z
  .string()
  .trim()
  .max(100)
  .refine((text) => readAddressRange(text) !== null, {
    message: 'Must be an address (192.0.2.10), a network (192.0.2.0/24) or a range (192.0.2.1-192.0.2.9), IPv4 or IPv6',
  });

export const osFamilies = ['windows', 'linux', 'macos', 'other'] as const;
export const OsFamily = z.enum(osFamilies);

/** When something was: counted back from now, or between two moments. */
export const DeviceTime = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('any') }),
  /** Within the last so many. */
  z.object({
    kind: z.literal('within'),
    amount: z.int().min(1, 'At least 1').max(100_000, 'At most 100,000'),
    unit: z.enum(['minutes', 'hours', 'days']),
  }),
  /** Longer ago than so many, or never. */
  z.object({
    kind: z.literal('before'),
    amount: z.int().min(1, 'At least 1').max(100_000, 'At most 100,000'),
    unit: z.enum(['minutes', 'hours', 'days']),
  }),
  z.object({ kind: z.literal('never') }),
  z
    .object({ kind: z.literal('between'), from: Moment.nullable(), to: Moment.nullable() })
    .refine(({ from, to }) => from === null || to === null || Date.parse(from) < Date.parse(to), {
      message: 'The end must come after the beginning',
      path: ['to'],
    }),
]);
export type DeviceTime = z.output<typeof DeviceTime>;
const time = DeviceTime.default({ kind: 'any' });

/** What a device must be to be found; an empty list and null ask nothing. Several parts must all be met. */
export const DeviceFilter = z
  .object({
    /** Any part of name, host name, address or operating system. */
    text: z.string().trim().max(200).nullable().default(null),
    /** Masks for the device's name or host name. */
    names: few(Mask),
    notNames: few(Mask),
    tenantIds: few(Id, 200),
    groups: few(z.object({ id: z.int(), withSubgroups: z.boolean().default(true) })),
    /** In the group Unassigned devices, or below it. */
    unassigned: maybe,
    /** Any address of the device. */
    addresses: few(AddressRangeText),
    osFamilies: few(OsFamily, osFamilies.length),
    /** Masks: `Debian*`. */
    osNames: few(Mask),
    /** Server or workstation. */
    isServer: maybe,
    statuses: few(StatusLevel, 3),
    /** Keys of status conditions, any of which holds. */
    conditions: few(z.string().min(1).max(60)),
    visible: maybe,
    lastSeen: time,
    lastConnected: time,
    /** When the device became known to this server. */
    added: time,
    lastScan: time,
    /** When its databases were released. */
    databases: time,
    /** Masks: `1.2.*`. */
    agentVersions: few(Mask),
    /** Holds a key of ours that was not revoked. */
    agentInstalled: maybe,
    /** Masks for the name of the security application. */
    securityApplications: few(Mask),
    /** False: known to have none. */
    securityInstalled: maybe,
    /** Real-time protection runs; false: a security application is there and does not protect. */
    protectionRunning: maybe,
    restartRequired: maybe,
    activeThreats: maybe,
    /** Malicious objects were found since the counter was reset. */
    detections: maybe,
    /** Another device of the same tenant has the same name. */
    sameName: maybe,
    /** Has any of these. */
    tags: few(DeviceTag),
    notTags: few(DeviceTag),
    /** In the filter language of the KSC Open API, over host attributes, beside all else: programs ask in it. */
    expression: z.string().max(8000).optional(),
  })
  .meta({ id: 'DeviceFilter' });
export type DeviceFilter = z.output<typeof DeviceFilter>;
export type DeviceFilterInput = z.input<typeof DeviceFilter>;

export const deviceSorts = [
  'name',
  'status',
  'lastSeenAt',
  'tenantName',
  'activeThreats',
  'osName',
  'ipAddress',
  'agentVersion',
  'databasesReleasedAt',
  'createdAt',
  'virusCount',
] as const;
export const DeviceSort = z.object({ by: z.enum(deviceSorts), descending: z.boolean().default(false) });
export type DeviceSort = z.output<typeof DeviceSort>;
