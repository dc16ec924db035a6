import {
  eventSeverities,
  hostPresenceBits,
  hostStatusIds,
  type PlainRow,
  type PlainValue,
} from '@gatehouse/protocols/ksc-open-api';
import type { Level, Signal, SourceDevice, SourceEvent, SourceTenant, TicketSeverity } from '../source.ts';

/** Bits of KLHST_WKS_STATUS_MASK, in their order (KSC Open API, "Host status mask"). */
const signalByBit: Signal[] = [
  'unmanaged',
  'protectionDisabled',
  'securityAppNotRunning',
  'tooManyViruses',
  'rtpLevelDiffers',
  'securityAppNotInstalled',
  'scanNotPerformed',
  'databasesOutdated',
  'notConnected',
  'license',
  'activeThreats',
  'restartRequired',
  'incompatibleApps',
  'vulnerabilities',
  'windowsUpdateCheckOld',
  'encryptionStatus',
  'mobileNotCompliant',
  'unprocessedIncidents',
  'statusByApplication',
  'outOfDiskSpace',
];

export const signalsOf = (mask: number): Signal[] => signalByBit.filter((_, bit) => (mask & (1 << bit)) !== 0);

export const hostFields = [
  'KLHST_WKS_HOSTNAME',
  'KLHST_WKS_DN',
  'KLHST_WKS_STATUS',
  'KLHST_WKS_STATUS_ID',
  'KLHST_WKS_STATUS_MASK',
  'KLHST_WKS_STATUS_HSDP',
  'KLHST_WKS_LAST_VISIBLE',
  'KLHST_WKS_LAST_NAGENT_CONNECTED',
  'KLHST_WKS_GROUPID',
] as const;

export const eventFields = [
  'event_db_id',
  'event_type',
  'event_type_display_name',
  'GNRL_EA_SEVERITY',
  'GNRL_EA_DESCRIPTION',
  'GNRL_EA_PARAM_1',
  'GNRL_EA_PARAM_2',
  'GNRL_EA_PARAM_3',
  'GNRL_EA_PARAM_5',
  'hostname',
  'hostdn',
  'rise_time',
  'registration_time',
  'product_name',
  'task_display_name',
] as const;

const text = (value: PlainValue | undefined): string => (typeof value === 'string' ? value : '');
/** Numbers may come quoted from a real server. */
const whole = (value: PlainValue | undefined): number | null => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
};
const moment = (value: PlainValue | undefined): Date | null => {
  const at = typeof value === 'string' ? new Date(value) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
};

const levels: Record<number, Level> = {
  [hostStatusIds.ok]: 'ok',
  [hostStatusIds.warning]: 'warning',
  [hostStatusIds.critical]: 'critical',
};

/** A device, or null when the row does not tell its status: then nothing is known of it, least of all that it is OK. */
export const deviceOf = (row: PlainRow): SourceDevice | null => {
  const deviceId = text(row['KLHST_WKS_HOSTNAME']);
  const level = levels[whole(row['KLHST_WKS_STATUS_ID']) ?? -1];
  const presence = whole(row['KLHST_WKS_STATUS']);
  const mask = whole(row['KLHST_WKS_STATUS_MASK']);
  if (deviceId === '' || !level || presence === null || mask === null) return null;
  return {
    deviceId,
    name: text(row['KLHST_WKS_DN']) || deviceId,
    level,
    signals: signalsOf(mask),
    visible: (presence & hostPresenceBits.visible) !== 0,
    isManaged: (presence & hostPresenceBits.inGroup) !== 0,
    isProtected: (presence & hostPresenceBits.protectionInstalled) !== 0,
    lastVisibleAt: moment(row['KLHST_WKS_LAST_VISIBLE']) ?? moment(row['KLHST_WKS_LAST_NAGENT_CONNECTED']),
    applicationStatus: text(row['KLHST_WKS_STATUS_HSDP']) || null,
    groupId: whole(row['KLHST_WKS_GROUPID']),
  };
};

const severities: Record<number, TicketSeverity> = {
  [eventSeverities.warning]: 'warning',
  [eventSeverities.error]: 'functional-failure',
  [eventSeverities.critical]: 'critical',
};

const tellsStatus = new Set(['KLSRV_HOST_STATUS_CRITICAL', 'KLSRV_HOST_STATUS_WARNING']);
const CONDITION_KEYS = /^[A-Za-z]+(,[A-Za-z]+)*$/;
const keysIn = (value: PlainValue | undefined): string[] => text(value).split(',').filter(Boolean);

/** Our own server names conditions by their keys; what another one writes there is not taken for it. */
const statusConditionsOf = (type: string, row: PlainRow): Pick<SourceEvent, 'statusConditions'> => {
  const present = row['GNRL_EA_PARAM_1'];
  if (!tellsStatus.has(type) || !CONDITION_KEYS.test(text(present))) return {};
  return { statusConditions: { present: keysIn(present), unseen: keysIn(row['GNRL_EA_PARAM_3']) } };
};

export const eventIdOf = (row: PlainRow): number | null => whole(row['event_db_id']);

/** An event that may become a ticket; null for one below Warning or without an id. */
export const eventOf = (row: PlainRow): SourceEvent | null => {
  const eventId = eventIdOf(row);
  const severity = severities[whole(row['GNRL_EA_SEVERITY']) ?? -1];
  if (eventId === null || !severity) return null;
  const storedAt = moment(row['registration_time']);
  const happenedAt = moment(row['rise_time']) ?? storedAt;
  if (!happenedAt) return null;
  const type = text(row['event_type']);
  const deviceId = text(row['hostname']);
  return {
    eventId,
    type,
    typeName: text(row['event_type_display_name']) || type,
    severity,
    deviceId,
    deviceName: text(row['hostdn']) || deviceId,
    happenedAt,
    storedAt,
    description: text(row['GNRL_EA_DESCRIPTION']),
    threat: text(row['GNRL_EA_PARAM_5']),
    object: text(row['GNRL_EA_PARAM_2']),
    product: text(row['task_display_name']) || text(row['product_name']),
    ...statusConditionsOf(type, row),
  };
};

/** The server itself counts as a tenant: small MSPs keep devices beside the virtual servers. */
export const MAIN_SERVER = '0';

export const tenantOf = (row: PlainRow): SourceTenant | null => {
  const id = whole(row['KLVSRV_ID']);
  const name = text(row['KLVSRV_DN']);
  if (id === null || id <= 0 || name === '') return null;
  return { tenantId: String(id), name, uid: text(row['KLVSRV_UID']) || text(row['KLVSRV_HST_UID']) || null };
};
