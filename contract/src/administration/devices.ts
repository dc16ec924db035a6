import { z } from 'zod';
import { AgentCommand, CommandKind, QuarantineChoice } from '../agent/commands.ts';
import { DeviceFacts } from '../agent/facts.ts';
import { Done, Id, Moment, oneOrMore, pageOf, paging, queryFlag, StatusLevel } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Devices';

/** One status condition that holds for a device, with the level that the settings give it. */
export const StatusReason = z
  .object({
    /** Key of the condition, as `activeThreats`. */
    condition: z.string(),
    title: z.string(),
    level: z.enum(['warning', 'critical']),
    since: Moment,
    /** Why, with the device's own figures: `2 active threats (more than 0)`. */
    detail: z.string(),
  })
  .meta({ id: 'StatusReason' });
export type StatusReason = z.output<typeof StatusReason>;

export const DeviceRow = z
  .object({
    id: Id,
    tenantId: Id,
    tenantName: z.string(),
    groupId: z.number().int(),
    groupName: z.string(),
    name: z.string(),
    status: StatusLevel,
    /** Seen on the network lately (default: 2 hours). */
    visible: z.boolean(),
    reasons: z.array(StatusReason),
    statusSince: Moment,
    osName: z.string().nullable(),
    ipAddress: z.string().nullable(),
    lastSeenAt: Moment.nullable(),
    securityApplication: z.string().nullable(),
    databasesReleasedAt: Moment.nullable(),
    activeThreats: z.number().int(),
    virusCount: z.number().int(),
  })
  .meta({ id: 'DeviceRow' });
export type DeviceRow = z.output<typeof DeviceRow>;

export const deviceSorts = ['name', 'status', 'lastSeenAt', 'tenantName', 'activeThreats'] as const;

export const listDevices = endpoint({
  method: 'GET',
  path: '/api/devices',
  tag,
  summary: 'Devices, filtered and sorted, page by page',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(),
    tenantId: oneOrMore(Id).optional(),
    groupId: z.coerce.number().int().optional(),
    status: oneOrMore(StatusLevel).optional(),
    condition: oneOrMore(z.string().max(60)).optional(),
    visible: queryFlag.optional(),
    /** Any part of name, address or operating system. */
    text: z.string().max(200).optional(),
    sort: z.enum(deviceSorts).default('status'),
    descending: queryFlag.default(true),
  }),
  reply: pageOf(DeviceRow).extend({ total: z.number().int() }),
});

export const Device = DeviceRow.extend({
  facts: DeviceFacts,
  agentVersion: z.string().nullable(),
  enrolledAt: Moment.nullable(),
  createdAt: Moment,
  lastConnectedAt: Moment.nullable(),
  factsAt: Moment.nullable(),
  keyRevoked: z.boolean(),
  activeThreatList: z.array(z.object({ uid: z.string(), object: z.string(), threatName: z.string(), foundAt: Moment })),
  commands: z.array(
    AgentCommand.extend({
      state: z.enum(['waiting', 'taken', 'running', 'completed', 'failed', 'expired']),
      completedPercent: z.number().int().nullable(),
      changedAt: Moment,
      result: z.string().nullable(),
      givenBy: z.string(),
    }),
  ),
}).meta({ id: 'Device' });
export type Device = z.output<typeof Device>;

const deviceParams = z.object({ deviceId: Id });

export const getDevice = endpoint({
  method: 'GET',
  path: '/api/devices/:deviceId',
  tag,
  summary: 'One device with its facts, reasons, active threats and commands',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: deviceParams,
  reply: Device,
});

export const changeDevice = endpoint({
  method: 'PATCH',
  path: '/api/devices/:deviceId',
  tag,
  summary: 'Rename a device or move it to another group of its tenant',
  needs: 'devices:write',
  audit: 'device.changed',
  params: deviceParams,
  body: z.object({ name: z.string().trim().min(1).max(256), groupId: z.number().int() }).partial(),
  reply: Device,
});

export const deleteDevice = endpoint({
  method: 'DELETE',
  path: '/api/devices/:deviceId',
  tag,
  summary: 'Delete a device and its key; its events stay until their storage term ends',
  needs: 'devices:write',
  audit: 'device.deleted',
  params: deviceParams,
  reply: Done,
});

export const revokeDeviceKey = endpoint({
  method: 'POST',
  path: '/api/devices/:deviceId/revoke-key',
  tag,
  summary: "Revoke a device's key; the device must enrol again",
  needs: 'devices:write',
  audit: 'device.key-revoked',
  params: deviceParams,
  reply: Done,
});

export const resetVirusCounter = endpoint({
  method: 'POST',
  path: '/api/devices/:deviceId/reset-virus-counter',
  tag,
  summary: 'Set the count of detected malicious objects to zero',
  needs: 'devices:write',
  audit: 'device.virus-counter-reset',
  params: deviceParams,
  reply: Done,
});

export const giveCommand = endpoint({
  method: 'POST',
  path: '/api/devices/:deviceId/commands',
  tag,
  summary: 'Have a device scan, update its databases, or deal with what is in its quarantine',
  needs: 'devices:command',
  audit: 'device.command-given',
  params: deviceParams,
  body: z.object({
    kind: CommandKind,
    scan: z
      .object({ mode: z.enum(['quick', 'full', 'paths']), paths: z.array(z.string().min(1).max(1024)).max(50) })
      .optional(),
    quarantine: QuarantineChoice.optional(),
  }),
  reply: z.object({ commandId: Id }),
});

export const ConditionSettings = z.object({
  key: z.string(),
  title: z.string(),
  /** What the value means, as `days` or `objects`; null for a condition that is only on or off. */
  unit: z.string().nullable(),
  smallest: z.number().nullable(),
  largest: z.number().nullable(),
  /** What must be true of a device before the condition counts, in words. */
  requires: z.array(z.string()),
  critical: z.object({ enabled: z.boolean(), value: z.number().nullable() }),
  warning: z.object({ enabled: z.boolean(), value: z.number().nullable() }),
  /** The group whose settings these are, when they are inherited. */
  inheritedFrom: z.object({ groupId: z.number().int(), name: z.string() }).nullable(),
});
export type ConditionSettings = z.output<typeof ConditionSettings>;

const groupParams = z.object({ tenantId: Id, groupId: z.coerce.number().int() });

export const getStatusSettings = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/groups/:groupId/status-settings',
  tag: 'Device statuses',
  summary: 'Which conditions make the devices of a group Critical or Warning',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: groupParams,
  reply: z.object({ conditions: z.array(ConditionSettings) }),
});

const LevelSetting = z.object({ enabled: z.boolean(), value: z.number().nullable().default(null) });

export const putStatusSetting = endpoint({
  method: 'PUT',
  path: '/api/tenants/:tenantId/groups/:groupId/status-settings/:condition',
  tag: 'Device statuses',
  summary: "Set one condition for a group, or with null go back to the parent's",
  needs: 'statuses:write',
  audit: 'status-setting.changed',
  params: groupParams.extend({ condition: z.string().max(60) }),
  body: z.object({ settings: z.object({ critical: LevelSetting, warning: LevelSetting }).nullable() }),
  reply: z.object({ conditions: z.array(ConditionSettings) }),
});
