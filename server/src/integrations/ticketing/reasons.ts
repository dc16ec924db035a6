import type { Signal } from '../sources/index.ts';

/**
 * Every status condition that a rule can be made of, in the order in which the console lists them.
 * Two of them share a signal, since the status mask does not tell an expired licence from one that expires soon:
 * a critical device then counts as expired, a warning one as expiring, whichever of the two rules is on.
 */
export const conditions = {
  securityAppNotInstalled: { title: 'Security application is not installed', signal: 'securityAppNotInstalled' },
  securityAppNotRunning: { title: 'Security application is not running', signal: 'securityAppNotRunning' },
  protectionDisabled: { title: 'Protection is disabled', signal: 'protectionDisabled' },
  rtpLevelDiffers: {
    title: 'Real-time protection level differs from the one set by the administrator',
    signal: 'rtpLevelDiffers',
  },
  tooManyViruses: { title: 'Too many viruses detected', signal: 'tooManyViruses' },
  activeThreats: { title: 'Active threats are detected', signal: 'activeThreats' },
  scanNotPerformed: { title: 'Virus scan has not been performed in a long time', signal: 'scanNotPerformed' },
  databasesOutdated: { title: 'Databases are outdated', signal: 'databasesOutdated' },
  notConnected: { title: 'Not connected in a long time', signal: 'notConnected' },
  unmanaged: { title: 'Device has become unmanaged', signal: 'unmanaged' },
  licenseExpired: { title: 'License expired', signal: 'license' },
  licenseExpiresSoon: { title: 'License expires soon', signal: 'license' },
  restartRequired: { title: 'Restart is required', signal: 'restartRequired' },
  incompatibleApps: { title: 'Incompatible applications are installed', signal: 'incompatibleApps' },
  vulnerabilities: { title: 'Software vulnerabilities have been detected', signal: 'vulnerabilities' },
  windowsUpdateCheckOld: {
    title: 'Check for Windows updates has not been performed in a long time',
    signal: 'windowsUpdateCheckOld',
  },
  encryptionStatus: { title: 'Invalid encryption status', signal: 'encryptionStatus' },
  mobileNotCompliant: { title: 'Mobile device settings do not comply with the policy', signal: 'mobileNotCompliant' },
  unprocessedIncidents: { title: 'Unprocessed incidents detected', signal: 'unprocessedIncidents' },
  statusByApplication: { title: 'Device status defined by application', signal: 'statusByApplication' },
  outOfDiskSpace: { title: 'Device is out of disk space', signal: 'outOfDiskSpace' },
} as const satisfies Record<string, { title: string; signal: Signal }>;
export type Condition = keyof typeof conditions;

export const conditionNames = Object.keys(conditions) as Condition[];

/** A level that makes tickets. */
export type TicketLevel = 'warning' | 'critical';

export const severityTitles = {
  critical: 'Critical event',
  'functional-failure': 'Functional failure',
  warning: 'Warning event',
} as const;
export type EventSeverityName = keyof typeof severityTitles;

export type EventReason = `event:${EventSeverityName}`;
/** A rule for one type of events goes before the rule of its severity; switched off, it says that none of it makes a ticket. */
export type EventTypeReason = `event-type:${string}`;
export type StatusReason = `status:${TicketLevel}:${Condition}`;
export type Reason = EventReason | EventTypeReason | StatusReason;

export const eventReasons = (Object.keys(severityTitles) as EventSeverityName[]).map(
  (severity): EventReason => `event:${severity}`,
);

export const statusReason = (level: TicketLevel, condition: Condition): StatusReason => `status:${level}:${condition}`;

export const eventTypeReason = (type: string): EventTypeReason => `event-type:${type}`;

/** Every reason that always has a rule: three severities, and each condition at both levels. */
export const allReasons: (EventReason | StatusReason)[] = [
  ...eventReasons,
  ...(['critical', 'warning'] as const).flatMap((level) => conditionNames.map((name) => statusReason(level, name))),
];

const EVENT_TYPE = /^event-type:[A-Za-z0-9_.-]{1,100}$/;
export const isEventTypeReason = (reason: string): reason is EventTypeReason => EVENT_TYPE.test(reason);

export const isReason = (text: string): text is Reason =>
  (allReasons as string[]).includes(text) || isEventTypeReason(text);

export const isStatusReason = (reason: string): reason is StatusReason => reason.startsWith('status:');

/** Level and condition of a status reason. */
export const partsOf = (reason: StatusReason): { level: TicketLevel; condition: Condition } => {
  const [, level, condition] = reason.split(':') as ['status', TicketLevel, Condition];
  return { level, condition };
};

/** Of a rule for one type of events: the type's own name, since what it is called in words is the source's to say. */
export const reasonTitle = (reason: Reason): string => {
  if (isStatusReason(reason)) return conditions[partsOf(reason).condition].title;
  if (isEventTypeReason(reason)) return reason.slice('event-type:'.length);
  return severityTitles[reason.slice('event:'.length) as EventSeverityName];
};

/** The conditions that a signal can stand for at a level, the likelier first. */
export const conditionsOf = (signal: Signal, level: TicketLevel): Condition[] => {
  const found = conditionNames.filter((name) => conditions[name].signal === signal);
  return level === 'warning' ? found.reverse() : found;
};
