import { z } from 'zod';
import { AgentCommand, CommandKind, CommandState, QuarantineChoice, RestartOrder } from '../agent/commands.ts';
import { DeviceFacts } from '../agent/facts.ts';
import { Done, Id, Moment, oneOrMore, pageOf, paging, queryFlag, StatusLevel } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { deviceSorts } from './device-filter.ts';
import { StatusReason } from './statuses.ts';

const tag = 'Devices';

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
    /** Some reason counts no more only because the device went out of sight: whether it is mended is unknown. */
    noLongerSeen: z.boolean(),
    /** Those reasons; empty while the device is in sight. */
    unseenReasons: z.array(StatusReason),
    statusSince: Moment,
    osFamily: z.string().nullable(),
    osName: z.string().nullable(),
    ipAddress: z.string().nullable(),
    lastSeenAt: Moment.nullable(),
    securityApplication: z.string().nullable(),
    databasesReleasedAt: Moment.nullable(),
    activeThreats: z.number().int(),
    virusCount: z.number().int(),
    restartRequired: z.boolean(),
    lastScanAt: Moment.nullable(),
    agentVersion: z.string().nullable(),
    createdAt: Moment,
    tags: z.array(z.string()),
  })
  .meta({ id: 'DeviceRow' });
export type DeviceRow = z.output<typeof DeviceRow>;

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
    /** Any of these. */
    tag: oneOrMore(z.string().max(64)).optional(),
    /** Any part of name, address or operating system. */
    text: z.string().max(200).optional(),
    sort: z.enum(deviceSorts).default('status'),
    descending: queryFlag.default(true),
  }),
  reply: pageOf(DeviceRow).extend({ total: z.number().int() }),
});

export const Device = DeviceRow.extend({
  facts: DeviceFacts,
  enrolledAt: Moment.nullable(),
  lastConnectedAt: Moment.nullable(),
  factsAt: Moment.nullable(),
  keyRevoked: z.boolean(),
  activeThreatList: z.array(z.object({ uid: z.string(), object: z.string(), threatName: z.string(), foundAt: Moment })),
  commands: z.array(
    AgentCommand.extend({
      state: CommandState,
      /** The run of a task that it belongs to; null: given to this device alone. */
      runId: Id.nullable().default(null),
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
    kind: CommandKind.exclude(['run-script', 'cancel', 'pause', 'resume']),
    scan: z
      .object({ mode: z.enum(['quick', 'full', 'paths']), paths: z.array(z.string().min(1).max(1024)).max(50) })
      .optional(),
    quarantine: QuarantineChoice.optional(),
    restart: RestartOrder.optional(),
  }),
  reply: z.object({ commandId: Id }),
});
