import { dateTime, long, type Params, type ParamValue } from '@gatehouse/protocols/ksc-open-api';
import type { EventRow } from '../events/index.ts';

type EventAttribute = (event: EventRow) => ParamValue;

const ipv4AsNumber = (ip: string): number => {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip)?.slice(1).map(Number);
  return octets ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : 0;
};

const body: EventAttribute = (event) => ({
  event_type_display_name: event.displayName,
  GNRL_EA_SEVERITY: event.severity,
  GNRL_EA_DESCRIPTION: event.description,
  ...Object.fromEntries(event.params.flatMap((value, index) => (value ? [[`GNRL_EA_PARAM_${index + 1}`, value]] : []))),
});

/** Event attributes that can be asked for (KSCAPI 16 a00134, 13.2 a00127). */
const eventAttributes: Readonly<Record<string, EventAttribute>> = {
  event_db_id: (event) => long(event.eventId),
  event_id: (event) => long(event.eventId),
  event_type: (event) => event.type,
  event_type_display_name: (event) => event.displayName,
  event_type_id: (event) => event.typeId,
  GNRL_EA_SEVERITY: (event) => event.severity,
  GNRL_EA_ID: (event) => event.typeId,
  GNRL_EA_DESCRIPTION: (event) => event.description,
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, index): [string, EventAttribute] => [
      `GNRL_EA_PARAM_${index + 1}`,
      (event) => event.params[index] ?? '',
    ]),
  ),
  rise_time: (event) => dateTime(event.riseTime),
  registration_time: (event) => dateTime(event.registrationTime),
  hostname: (event) => event.deviceId,
  hostdn: (event) => event.deviceName,
  group_id: (event) => event.groupId,
  group_name: (event) => event.groupName.replace(/\/$/, ''),
  domain_name: () => '',
  product_name: (event) => event.product,
  product_version: (event) => event.productVersion,
  product_displ_version: (event) => event.productDisplayVersion || event.productVersion,
  task_display_name: (event) => event.taskName,
  task_id: (event) => event.taskId,
  KLEVP_EVENT_HOST_IP_ADDRESS: (event) => long(ipv4AsNumber(event.ipAddress)),
  body,
};

/** Attributes of task events only; other events have no natural value for them. */
const taskAttributes: Readonly<Record<string, (event: EventRow) => number>> = {
  task_old_state: (event) => event.taskOldState,
  task_new_state: (event) => event.taskNewState,
  GNRL_COMPLETED_PERCENT: (event) => event.completedPercent,
};

/** An event as a row: the wanted attributes that we know; unknown names are left out. No wish means all. */
export const eventRow = (event: EventRow, fields: readonly string[]): Params => {
  const names = fields.length > 0 ? fields : [...Object.keys(eventAttributes), ...Object.keys(taskAttributes)];
  return Object.fromEntries(
    names.flatMap((name): [string, ParamValue][] => {
      const attribute = Object.hasOwn(eventAttributes, name) ? eventAttributes[name] : undefined;
      if (attribute) return [[name, attribute(event)]];
      const state = Object.hasOwn(taskAttributes, name) ? (taskAttributes[name]?.(event) ?? -1) : -1;
      return state >= 0 ? [[name, state]] : [];
    }),
  );
};
