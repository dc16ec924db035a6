import type { EventRow } from './event.ts';

/** A piece of a `where` clause with its parameters. Parameter names must not repeat between pieces of one query. */
export interface EventCondition {
  sql: string;
  params: Record<string, unknown>;
}

/** A row for `Read`. */
export const columns = `toString(event_id) as eventId, tenant_id as tenantId, device_id as deviceId, epoch, toString(seq) as seqText,
  type, type_id as typeId, known, severity, display_name as displayName, description, params,
  toString(toUnixTimestamp64Milli(rise_time)) as riseMs, toString(toUnixTimestamp64Milli(registration_time)) as registrationMs,
  device_name as deviceName, group_id as groupId, group_name as groupName, ip_address as ipAddress, product,
  product_version as productVersion, product_display_version as productDisplayVersion, task_id as taskId, task_name as taskName,
  task_old_state as taskOldState, task_new_state as taskNewState, completed_percent as completedPercent,
  toUnixTimestamp(expires_at) as expiresS, listed`;

export type Read = Omit<
  EventRow,
  'eventId' | 'seq' | 'riseTime' | 'registrationTime' | 'expiresAt' | 'known' | 'listed'
> & {
  eventId: string;
  seqText: string;
  riseMs: string;
  registrationMs: string;
  expiresS: number;
  known: boolean | number;
  listed: boolean | number;
};

export const toRow = ({ seqText, riseMs, registrationMs, expiresS, ...read }: Read): EventRow => ({
  ...read,
  eventId: Number(read.eventId),
  known: Boolean(read.known),
  listed: Boolean(read.listed),
  seq: Number(seqText),
  riseTime: new Date(Number(riseMs)),
  registrationTime: new Date(Number(registrationMs)),
  expiresAt: new Date(expiresS * 1000),
});

/** As the engine reads a moment: `2026-03-04 05:06:07.000`, in UTC. */
const engineTime = (moment: Date) => moment.toISOString().replace('T', ' ').replace('Z', '');

export const toColumns = (row: EventRow) => ({
  event_id: row.eventId,
  tenant_id: row.tenantId,
  device_id: row.deviceId,
  epoch: row.epoch,
  seq: row.seq,
  type: row.type,
  type_id: row.typeId,
  known: row.known,
  severity: row.severity,
  display_name: row.displayName,
  description: row.description,
  params: row.params,
  rise_time: engineTime(row.riseTime),
  registration_time: engineTime(row.registrationTime),
  device_name: row.deviceName,
  group_id: row.groupId,
  group_name: row.groupName,
  ip_address: row.ipAddress,
  product: row.product,
  product_version: row.productVersion,
  product_display_version: row.productDisplayVersion,
  task_id: row.taskId,
  task_name: row.taskName,
  task_old_state: row.taskOldState,
  task_new_state: row.taskNewState,
  completed_percent: row.completedPercent,
  expires_at: Math.floor(row.expiresAt.getTime() / 1000),
  listed: row.listed,
});
