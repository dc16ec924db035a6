import { z } from 'zod';
import { Done, Id, queryFlag } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { StatusCounts } from './tenants.ts';

const tag = 'Tenants and groups';

/** Full names are paths (`Managed devices/Branch/`), so a name has no slash in it. */
export const GroupName = z
  .string()
  .trim()
  .min(1, 'Type a name')
  .max(128, 'At most 128 characters')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^/\\\u0000-\u001f\u007f]*$/u, 'Neither slashes nor control characters');

export const Group = z
  .object({
    id: z.number().int(),
    tenantId: Id,
    parentId: z.number().int().nullable(),
    name: z.string(),
    /** `managed`, `unassigned` and `super` are the fixed groups of every tenant. */
    kind: z.enum(['managed', 'unassigned', 'super', 'group']),
    /** As `Managed devices/Branch/`. */
    fullName: z.string(),
    /** Right in the group. */
    devices: StatusCounts,
    /** In the group and in all that lie below it. */
    devicesBelow: StatusCounts,
  })
  .meta({ id: 'Group' });
export type Group = z.output<typeof Group>;

const tenantParams = z.object({ tenantId: Id });
const groupParams = z.object({ tenantId: Id, groupId: z.coerce.number().int() });

export const listGroups = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/groups',
  tag,
  summary: 'The tree of administration groups of a tenant, parents before children',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: tenantParams,
  reply: z.object({ items: z.array(Group) }),
});

export const addGroup = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/groups',
  tag,
  summary: 'Add a group below another',
  needs: 'groups:write',
  audit: 'group.added',
  params: tenantParams,
  body: z.object({ name: GroupName, parentId: z.number().int() }),
  reply: Group,
});

export const changeGroup = endpoint({
  method: 'PATCH',
  path: '/api/tenants/:tenantId/groups/:groupId',
  tag,
  summary: 'Rename a group or move it below another',
  needs: 'groups:write',
  audit: 'group.changed',
  params: groupParams,
  body: z.object({ name: GroupName, parentId: z.number().int() }).partial(),
  reply: Group,
});

export const deleteGroup = endpoint({
  method: 'DELETE',
  path: '/api/tenants/:tenantId/groups/:groupId',
  tag,
  summary: 'Delete a group; one with groups or devices in it only when it is said what becomes of them',
  needs: 'groups:write',
  audit: 'group.deleted',
  params: groupParams,
  query: z.object({
    /** The groups below go too. */
    withSubgroups: queryFlag.default(false),
    /** Devices of what is deleted go to this group of the same tenant. */
    moveDevicesTo: z.coerce.number().int().optional(),
  }),
  reply: Done,
});

const Days = z.number().int().min(1, 'At least 1').max(3650, 'At most 3650');

/** What becomes of a group's devices that are not seen on the network for long. */
export const GroupInactivity = z
  .object({
    /** Days until event 4103; null: never. */
    notifyAfterDays: Days.nullable(),
    /** Days until the device goes to Unassigned devices, with event 4104; null: never. */
    removeAfterDays: Days.nullable(),
    /** Groups below have these settings, whatever they say themselves. */
    forced: z.boolean().default(false),
  })
  .meta({ id: 'GroupInactivity' });
export type GroupInactivity = z.output<typeof GroupInactivity>;

const Place = z.object({ groupId: z.number().int(), name: z.string() });

export const GroupSettings = z
  .object({
    group: Group,
    inactivity: z.object({
      /** What was set here; null: nothing, the group has its parent's. Has no effect while `forcedBy` is named. */
      own: GroupInactivity.nullable(),
      /** What holds. */
      effective: GroupInactivity,
      /** The group whose settings these are; null: its own, or this server's standard. */
      inheritedFrom: Place.nullable(),
      forcedBy: Place.nullable(),
    }),
  })
  .meta({ id: 'GroupSettings' });
export type GroupSettings = z.output<typeof GroupSettings>;

export const getGroup = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/groups/:groupId',
  tag,
  summary: 'One group with its settings for inactive devices',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: groupParams,
  reply: GroupSettings,
});

export const putGroupInactivity = endpoint({
  method: 'PUT',
  path: '/api/tenants/:tenantId/groups/:groupId/inactivity',
  tag,
  summary: "Say what becomes of a group's inactive devices, or with null go back to the parent's settings",
  needs: 'groups:write',
  audit: 'group.inactivity-changed',
  params: groupParams,
  body: z.object({ settings: GroupInactivity.nullable() }),
  reply: GroupSettings,
});

export const DEFAULT_VISIBLE_MINUTES = 120;

/** An agent speaks every few minutes: less than 5 would make healthy devices flicker. */
export const VisibleMinutes = z.number().int().min(5, 'At least 5').max(43_200, 'At most 43200 (30 days)');

/** After how many minutes without a sign of life a device is not visible (KLSRV_VISIBILITY_TIMEOUT). */
export const NetworkVisibility = z
  .object({
    minutes: z.number().int(),
    /** What holds when nothing is set here: the start option. */
    standardMinutes: z.number().int(),
    /** Set here. */
    isOwn: z.boolean(),
  })
  .meta({ id: 'NetworkVisibility' });
export type NetworkVisibility = z.output<typeof NetworkVisibility>;

export const getNetworkVisibility = endpoint({
  method: 'GET',
  path: '/api/network-visibility',
  tag: 'Devices',
  summary: 'After how many minutes without a sign of life a device is not visible',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  reply: NetworkVisibility,
});

export const putNetworkVisibility = endpoint({
  method: 'PUT',
  path: '/api/network-visibility',
  tag: 'Devices',
  summary: 'Set after how many minutes without a sign of life a device is not visible; null: as the start option says',
  needs: 'server:write',
  audit: 'network-visibility.changed',
  body: z.object({ minutes: VisibleMinutes.nullable() }),
  reply: NetworkVisibility,
});
