import type { SecondaryDevice, SecondaryEvent, StatusCounts } from '@gatehouse/contract';
import {
  eventSeverities,
  type HostStatusReason,
  hostPresenceBits,
  hostStatusIds,
  type PlainRow,
  type PlainValue,
  reasonsInStatusMask,
} from '@gatehouse/protocols/ksc-open-api';

export const text = (value: PlainValue | undefined): string => (typeof value === 'string' ? value : '');
/** Numbers may come quoted from a real server. */
export const whole = (value: PlainValue | undefined): number | null => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
};
const moment = (value: PlainValue | undefined): string | null => {
  const at = typeof value === 'string' ? new Date(value) : null;
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
};

type Level = 'ok' | 'warning' | 'critical';
const levels: Readonly<Record<number, Level>> = {
  [hostStatusIds.ok]: 'ok',
  [hostStatusIds.warning]: 'warning',
  [hostStatusIds.critical]: 'critical',
};
const levelOf = (row: PlainRow): Level | null => levels[whole(row['KLHST_WKS_STATUS_ID']) ?? -1] ?? null;
const isVisible = (row: PlainRow): boolean => ((whole(row['KLHST_WKS_STATUS']) ?? 0) & hostPresenceBits.visible) !== 0;

/** Fields that counts need. */
export const countFields = ['KLHST_WKS_STATUS_ID', 'KLHST_WKS_STATUS', 'KLHST_WKS_GROUPID', 'KLVSRV_ID'] as const;

export const noDevices = (): StatusCounts => ({ ok: 0, warning: 0, critical: 0, notVisible: 0, total: 0 });

/** Adds one device, of a row with `countFields`. */
export const count = (counts: StatusCounts, row: PlainRow): void => {
  counts.total += 1;
  const level = levelOf(row);
  if (level) counts[level] += 1;
  if (!isVisible(row)) counts.notVisible += 1;
};

export const deviceFields = [
  ...['KLHST_WKS_HOSTNAME', 'KLHST_WKS_DN', 'KLHST_WKS_STATUS', 'KLHST_WKS_STATUS_ID', 'KLHST_WKS_STATUS_MASK'],
  ...['KLHST_WKS_STATUS_HSDP', 'name', 'KLVSRV_DN', 'KLHST_WKS_OS_NAME', 'KLHST_WKS_IP', 'KLHST_WKS_IP_LONG'],
  ...['KLHST_WKS_LAST_VISIBLE', 'KLHST_WKS_RTP_AV_BASES_TIME', 'KLHST_WKS_NAG_VERSION', 'KLHST_WKS_RTP_AV_VERSION'],
  'KLHST_WKS_UNCURED_COUNT',
] as const;

const reasonWords: Readonly<Record<HostStatusReason, string>> = {
  agentNotActive: 'The agent is not active',
  protectionNotRunningTooLong: 'Protection is off',
  protectionNotRunning: 'The security application is not running',
  tooManyVirusesDetected: 'Many viruses were detected',
  protectionLevelDiffers: 'The level of real-time protection differs from the one that is set',
  protectionNotInstalled: 'No security application is installed',
  fullScanTooLongAgo: 'No scan for a long time',
  databasesOutdated: 'Databases are outdated',
  agentInactiveTooLong: 'Not connected for a long time',
  licenceExpiring: 'Something is wrong with the licence',
  tooManyUncuredObjects: 'There are active threats',
  restartRequired: 'A restart is needed',
  incompatibleApplications: 'Incompatible applications are installed',
  vulnerabilitiesFound: 'Vulnerabilities were found in software',
  updateSearchTooLongAgo: 'No search for updates for a long time',
  encryption: 'The encryption status is not what it should be',
  mobileSettingsNotCompliant: 'The settings of the mobile device do not comply with its policy',
  unprocessedIncidents: 'There are unprocessed incidents',
  definedByProduct: 'The security application sets this status',
  lowDiskSpace: 'The disk is nearly full',
};

const reasonsOf = (row: PlainRow): string[] => {
  const known = reasonsInStatusMask(whole(row['KLHST_WKS_STATUS_MASK']) ?? 0).map((reason) => reasonWords[reason]);
  const told = text(row['KLHST_WKS_STATUS_HSDP']);
  return told === '' ? known : [...known, told];
};

/** From the number whose highest octet comes first; a real server tells the address so. */
const addressOf = (row: PlainRow): string => {
  const shown = text(row['KLHST_WKS_IP']);
  const number = whole(row['KLHST_WKS_IP_LONG']);
  if (shown !== '' || number === null || number <= 0) return shown;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
};

export const deviceOf = (row: PlainRow): SecondaryDevice => ({
  deviceId: text(row['KLHST_WKS_HOSTNAME']),
  name: text(row['KLHST_WKS_DN']) || text(row['KLHST_WKS_HOSTNAME']),
  status: levelOf(row),
  visible: isVisible(row),
  reasons: reasonsOf(row),
  groupName: text(row['name']),
  virtualServerName: text(row['KLVSRV_DN']),
  osName: text(row['KLHST_WKS_OS_NAME']),
  ipAddress: addressOf(row),
  lastSeenAt: moment(row['KLHST_WKS_LAST_VISIBLE']),
  databasesAt: moment(row['KLHST_WKS_RTP_AV_BASES_TIME']),
  agentVersion: text(row['KLHST_WKS_NAG_VERSION']),
  protectionVersion: text(row['KLHST_WKS_RTP_AV_VERSION']),
  activeThreats: whole(row['KLHST_WKS_UNCURED_COUNT']),
});

export const eventFields = [
  ...['event_db_id', 'event_type', 'event_type_display_name', 'GNRL_EA_SEVERITY', 'GNRL_EA_DESCRIPTION'],
  ...['hostdn', 'rise_time'],
] as const;

const severities: Readonly<Record<number, SecondaryEvent['severity']>> = {
  [eventSeverities.warning]: 'warning',
  [eventSeverities.error]: 'functional-failure',
  [eventSeverities.critical]: 'critical',
};

/** Null for an event below Warning, and for one without a time. */
export const eventOf = (row: PlainRow): SecondaryEvent | null => {
  const severity = severities[whole(row['GNRL_EA_SEVERITY']) ?? -1];
  const riseTime = moment(row['rise_time']);
  if (!severity || riseTime === null) return null;
  return {
    riseTime,
    severity,
    displayName: text(row['event_type_display_name']) || text(row['event_type']),
    deviceName: text(row['hostdn']),
    description: text(row['GNRL_EA_DESCRIPTION']).slice(0, 500),
  };
};
