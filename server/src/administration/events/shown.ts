import type { SecurityEvent } from '@gatehouse/contract';
import type { EventRow } from './event.ts';
import { severityNames } from './severity.ts';

/** An event as console and programs see it. */
export const shownEvent = (row: EventRow, tenantNames: ReadonlyMap<string, string>): SecurityEvent => ({
  id: String(row.eventId),
  type: row.type,
  typeId: row.typeId || null,
  displayName: row.displayName,
  severity: severityNames[row.severity - 1] ?? 'info',
  known: row.known,
  description: row.description,
  params: Object.fromEntries(row.params.flatMap((value, index) => (value ? [[String(index + 1), value]] : []))),
  riseTime: row.riseTime.toISOString(),
  registrationTime: row.registrationTime.toISOString(),
  tenantId: row.tenantId,
  tenantName: tenantNames.get(row.tenantId) ?? '',
  deviceId: row.deviceId || null,
  deviceName: row.deviceName,
  groupId: row.groupId < 0 ? null : row.groupId,
  groupName: row.groupName.replace(/\/$/, ''),
  product: row.product,
  productVersion: row.productVersion,
  taskId: row.taskId || null,
  taskName: row.taskName,
  taskOldState: row.taskOldState < 0 ? null : row.taskOldState,
  taskNewState: row.taskNewState < 0 ? null : row.taskNewState,
});
