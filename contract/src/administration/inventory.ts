import { z } from 'zod';
import { Done, Id, Moment, oneOrMore, pageOf, paging } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const text = (most: number) => z.string().max(most);

/** More software than this on one device is cut off at the end of the alphabet. */
export const mostSoftware = 20_000;

/** Which manager of software knows it. */
export const SoftwareSource = z.enum(['dpkg', 'rpm', 'flatpak', 'snap', 'other']);
export type SoftwareSource = z.output<typeof SoftwareSource>;

export const SoftwareItem = z
  .object({
    name: text(256).min(1),
    version: text(128),
    source: SoftwareSource,
    arch: text(32).nullable(),
    publisher: text(256).nullable(),
    /** Room that it takes on the disk; null: unknown. */
    sizeBytes: z.number().int().min(0).nullable(),
  })
  .meta({ id: 'SoftwareItem' });
export type SoftwareItem = z.output<typeof SoftwareItem>;

export const sendInventory = endpoint({
  method: 'POST',
  path: '/agent/v1/inventory',
  tag: 'Agent',
  summary: 'Tell all software of the device, when the reply to a sync names another hash than that of the list',
  needs: 'agent',
  audit: { notAudited: 'every device, whenever something was installed' },
  body: z.object({
    /** Any text that is another one whenever the list is; ours is the SHA-256 of the list in hex. */
    hash: text(64).min(8),
    collectedAt: Moment,
    software: z.array(SoftwareItem).max(mostSoftware),
  }),
  reply: Done,
});

const tag = 'Software';

export const listDeviceSoftware = endpoint({
  method: 'GET',
  path: '/api/devices/:deviceId/software',
  tag,
  summary: 'Software that is installed on a device, by name',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: z.object({ deviceId: Id }),
  query: z.object({ ...paging(100, 500), text: text(200).optional() }),
  reply: pageOf(SoftwareItem).extend({
    total: z.number().int(),
    /** By the device's clock; null: it has told no list yet. */
    collectedAt: Moment.nullable(),
  }),
});

/** A version of some software, with the number of devices that have it. */
export const SoftwareRow = SoftwareItem.extend({ id: z.number().int(), devices: z.number().int() }).meta({
  id: 'SoftwareRow',
});
export type SoftwareRow = z.output<typeof SoftwareRow>;

const softwareFilter = {
  /** Any part of name or publisher. */
  text: text(200).optional(),
  tenantId: oneOrMore(Id).optional(),
};

export const listSoftware = endpoint({
  method: 'GET',
  path: '/api/software',
  tag,
  summary: 'Software of all devices, by name and version, with the number of devices that have it',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ ...paging(), ...softwareFilter }),
  reply: pageOf(SoftwareRow),
});

export const SoftwareHolder = z
  .object({
    deviceId: Id,
    deviceName: z.string(),
    tenantId: Id,
    tenantName: z.string(),
    name: z.string(),
    version: z.string(),
    source: SoftwareSource,
    publisher: z.string().nullable(),
  })
  .meta({ id: 'SoftwareHolder' });
export type SoftwareHolder = z.output<typeof SoftwareHolder>;

const holderFilter = {
  ...softwareFilter,
  /** One version, by the id of its row. */
  softwareId: z.coerce.number().int().optional(),
};

export const listSoftwareHolders = endpoint({
  method: 'GET',
  path: '/api/software/devices',
  tag,
  summary: 'Which devices have some software: one row for each device and version',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ ...paging(), ...holderFilter }),
  reply: pageOf(SoftwareHolder),
});

export const exportSoftwareHolders = endpoint({
  method: 'GET',
  path: '/api/software/devices.csv',
  tag,
  summary: 'The same as a file of comma-separated values, all of it',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  query: z.object(holderFilter),
  replyType: 'text/csv',
  reply: z.unknown(),
});
