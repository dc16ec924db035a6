import { z } from 'zod';
import { Done, Id, Moment, pageOf } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { DeviceFilter, DeviceSort, DeviceTag } from './device-filter.ts';
import { DeviceRow } from './devices.ts';
import { SelectionAccess } from './event-selections.ts';

const tag = 'Device selections';

export const DeviceSelectionSettings = z
  .object({ filter: DeviceFilter.prefault({}), sort: DeviceSort.default({ by: 'status', descending: true }) })
  .meta({ id: 'DeviceSelectionSettings' });
export type DeviceSelectionSettings = z.output<typeof DeviceSelectionSettings>;

export const DeviceSelection = z
  .object({
    id: Id,
    name: z.string(),
    /** The same on every server; can be used and copied, not changed. */
    predefined: z.boolean(),
    /** Null for predefined ones. */
    ownerName: z.string().nullable(),
    isOwn: z.boolean(),
    mayChange: z.boolean(),
    settings: DeviceSelectionSettings,
    access: SelectionAccess,
    /** Null for predefined ones. */
    changedAt: Moment.nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: 'DeviceSelection' });
export type DeviceSelection = z.output<typeof DeviceSelection>;

const SelectionBody = z.object({
  name: z.string().trim().min(1, 'Type a name').max(100),
  settings: DeviceSelectionSettings.prefault({}),
  access: SelectionAccess.prefault({}),
});
const selectionParams = z.object({ selectionId: Id });

export const listDeviceSelections = endpoint({
  method: 'GET',
  path: '/api/device-selections',
  tag,
  summary: 'Device selections that the caller may use: predefined ones first, then by name',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(DeviceSelection) }),
});

export const getDeviceSelection = endpoint({
  method: 'GET',
  path: '/api/device-selections/:selectionId',
  tag,
  summary: 'One device selection',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: selectionParams,
  reply: DeviceSelection,
});

export const addDeviceSelection = endpoint({
  method: 'POST',
  path: '/api/device-selections',
  tag,
  summary: "Add a device selection of one's own",
  needs: 'devices:read',
  audit: 'device-selection.added',
  body: SelectionBody,
  reply: DeviceSelection,
});

export const changeDeviceSelection = endpoint({
  method: 'PUT',
  path: '/api/device-selections/:selectionId',
  tag,
  summary: 'Change a device selection',
  needs: 'devices:read',
  audit: 'device-selection.changed',
  params: selectionParams,
  body: SelectionBody,
  reply: DeviceSelection,
});

export const deleteDeviceSelections = endpoint({
  method: 'POST',
  path: '/api/device-selections/delete',
  tag,
  summary: 'Delete user-defined device selections, all of those named or none',
  needs: 'devices:read',
  audit: 'device-selection.deleted',
  body: z.object({ ids: z.array(Id).min(1).max(200) }),
  reply: Done,
});

export const duplicateDeviceSelection = endpoint({
  method: 'POST',
  path: '/api/device-selections/:selectionId/duplicate',
  tag,
  summary: "Copy a device selection into one of one's own, shared with nobody",
  needs: 'devices:read',
  audit: 'device-selection.added',
  params: selectionParams,
  reply: DeviceSelection,
});

/** A device selection as a file: without owner and access rights, so that it can go to another server. */
export const DeviceSelectionFile = z.object({
  kind: z.literal('gatehouse-device-selection'),
  version: z.literal(1),
  name: SelectionBody.shape.name,
  settings: DeviceSelectionSettings,
});
export type DeviceSelectionFile = z.output<typeof DeviceSelectionFile>;

export const exportDeviceSelection = endpoint({
  method: 'GET',
  path: '/api/device-selections/:selectionId/file',
  tag,
  summary: 'A device selection as a JSON file, to be imported elsewhere',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: selectionParams,
  reply: DeviceSelectionFile,
});

export const importDeviceSelection = endpoint({
  method: 'POST',
  path: '/api/device-selections/import',
  tag,
  summary: "Add a device selection of one's own from a JSON file",
  needs: 'devices:read',
  audit: 'device-selection.added',
  body: DeviceSelectionFile,
  reply: DeviceSelection,
});

/** Which devices: a saved selection, a filter, or both, which must both be met. */
export const DeviceQuery = z.object({
  selectionId: Id.optional(),
  filter: DeviceFilter.optional(),
  /** Left out: as the selection says, or the worst status first. */
  sort: DeviceSort.optional(),
});
export type DeviceQuery = z.output<typeof DeviceQuery>;

export const searchDevices = endpoint({
  method: 'POST',
  path: '/api/devices/search',
  tag: 'Devices',
  summary: 'Devices that a selection or a filter finds, page by page',
  needs: 'devices:read',
  audit: { notAudited: 'changes nothing: a question too long for an address' },
  body: DeviceQuery.extend({
    limit: z.int().min(1).max(500).default(50),
    /** The `next` of the page before. */
    after: z.string().max(2000).optional(),
  }),
  reply: pageOf(DeviceRow).extend({ total: z.number().int() }),
});

export const exportDevices = endpoint({
  method: 'POST',
  path: '/api/devices/file',
  tag: 'Devices',
  summary:
    'The devices that a selection or a filter finds, as a CSV file that is made while it is read; times are in UTC',
  needs: 'devices:read',
  audit: 'devices.exported',
  body: DeviceQuery,
  replyType: 'text/csv',
  reply: z.string(),
});

const DeviceIds = z.array(Id).min(1).max(1000);

export const listDeviceTags = endpoint({
  method: 'GET',
  path: '/api/device-tags',
  tag: 'Devices',
  summary: 'The tags that devices have, with the number of devices of each',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(z.object({ tag: z.string(), devices: z.number().int() })) }),
});

export const changeDeviceTags = endpoint({
  method: 'POST',
  path: '/api/devices/tags',
  tag: 'Devices',
  summary: 'Give tags to devices and take tags from them, of all devices named or none',
  needs: 'devices:write',
  audit: 'devices.tagged',
  body: z.object({
    deviceIds: DeviceIds,
    add: z.array(DeviceTag).max(20).default([]),
    remove: z.array(DeviceTag).max(20).default([]),
  }),
  reply: Done,
});

export const moveDevices = endpoint({
  method: 'POST',
  path: '/api/devices/move',
  tag: 'Devices',
  summary: 'Move devices of one tenant to a group of it, all of those named or none',
  needs: 'devices:write',
  audit: 'devices.moved',
  body: z.object({ deviceIds: DeviceIds, groupId: z.number().int() }),
  reply: Done,
});

export const deleteDevices = endpoint({
  method: 'POST',
  path: '/api/devices/delete',
  tag: 'Devices',
  summary: 'Delete devices and their keys, all of those named or none; their events stay until their storage term ends',
  needs: 'devices:write',
  audit: 'devices.deleted',
  body: z.object({ deviceIds: DeviceIds }),
  reply: Done,
});
