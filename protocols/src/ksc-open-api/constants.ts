/** Numbers and names that the protocol fixes. Sources are the pages of the public KSC Open API description. */

/** `GNRL_EA_SEVERITY` of an event. */
export const eventSeverities = { invalid: 0, info: 1, warning: 2, error: 3, critical: 4 } as const;
export type EventSeverity = (typeof eventSeverities)[keyof typeof eventSeverities];

/** Severities as a bit mask, in event reports. */
export const eventSeverityBits = { info: 0x1, warning: 0x2, error: 0x4, critical: 0x8, all: 0xf } as const;

/** Keys of the notification settings of a task or policy. */
export const notificationSeverityKeys = { info: 'INF', warning: 'WRN', error: 'ERR', critical: 'CRT' } as const;

/** `KLHST_WKS_STATUS_ID`: status of a host. */
export const hostStatusIds = { ok: 0, critical: 1, warning: 2 } as const;
export type HostStatusId = (typeof hostStatusIds)[keyof typeof hostStatusIds];

/** `KLHST_WKS_STATUS_MASK`: number of the bit of each reason for a status. Bit 19 differs between versions. */
export const hostStatusReasonBits = {
  agentNotActive: 0,
  protectionNotRunningTooLong: 1,
  protectionNotRunning: 2,
  tooManyVirusesDetected: 3,
  protectionLevelDiffers: 4,
  protectionNotInstalled: 5,
  fullScanTooLongAgo: 6,
  databasesOutdated: 7,
  agentInactiveTooLong: 8,
  licenceExpiring: 9,
  tooManyUncuredObjects: 10,
  restartRequired: 11,
  incompatibleApplications: 12,
  vulnerabilitiesFound: 13,
  updateSearchTooLongAgo: 14,
  encryption: 15,
  mobileSettingsNotCompliant: 16,
  unprocessedIncidents: 17,
  definedByProduct: 18,
  lowDiskSpace: 19,
} as const;
export type HostStatusReason = keyof typeof hostStatusReasonBits;

/** The mask of some reasons, for `KLHST_WKS_STATUS_MASK`. */
export const statusMaskOf = (reasons: Iterable<HostStatusReason>): number => {
  let mask = 0;
  for (const reason of reasons) mask |= 1 << hostStatusReasonBits[reason];
  return mask;
};

/** The reasons in a mask, in the order of their bits. Bits without a known reason are left out. */
export const reasonsInStatusMask = (mask: number): HostStatusReason[] =>
  (Object.keys(hostStatusReasonBits) as HostStatusReason[]).filter(
    (reason) => (mask & (1 << hostStatusReasonBits[reason])) !== 0,
  );

/** `KLHST_WKS_STATUS`: presence of a host, a bit mask. */
export const hostPresenceBits = {
  visible: 0x1,
  inGroup: 0x2,
  agentInstalled: 0x4,
  agentAlive: 0x8,
  protectionInstalled: 0x10,
  connectionProfileSwitched: 0x20,
  cluster: 0x40,
  clusterAppliance: 0x80,
  heartbeatPending: 0x100,
  protectionNotNeeded: 0x200,
} as const;

/** `KLHST_WKS_CTYPE`: the bits of the computer type that tell servers and systems apart. */
export const computerTypeBits = {
  workstationService: 0x1,
  serverService: 0x2,
  sqlServer: 0x4,
  primaryDomainController: 0x8,
  backupDomainController: 0x10,
  domainMember: 0x100,
  unix: 0x800,
  windowsNt: 0x1000,
  freeBsd: 0x2000,
  windowsServer: 0x8000,
  linux: 0x200000,
  windows95OrLater: 0x400000,
  ntCluster: 0x1000000,
} as const;

/** `KLHST_WKS_RTP_STATE`: real-time protection. */
export const protectionStates = {
  unknown: 0,
  stopped: 1,
  suspended: 2,
  starting: 3,
  running: 4,
  runningMaximumProtection: 5,
  runningMaximumPerformance: 6,
  runningRecommended: 7,
  runningCustom: 8,
  failed: 9,
} as const;
export type ProtectionState = (typeof protectionStates)[keyof typeof protectionStates];

/** `KLHST_WKS_ANTI_SPAM_STATUS` and its sisters: status of one component. */
export const componentStatuses = {
  unknown: 0,
  stopped: 1,
  paused: 2,
  starting: 3,
  running: 4,
  failed: 9,
  notInstalled: 10,
  licenceMissing: 11,
} as const;

/** `task_new_state`, `KLPRCI_newState`, `taskState`: state of a task. */
export const taskStates = {
  created: 0,
  running: 1,
  suspended: 2,
  failed: 3,
  completed: 4,
  timedOut: 5,
  reloading: 6,
  inactive: 7,
} as const;
export type TaskState = (typeof taskStates)[keyof typeof taskStates];

/** State of a task on one host: bits of `nHostStateMask`, `state_code`, and (as text) the keys of task statistics. */
export const hostTaskStateBits = {
  pending: 0x01,
  running: 0x02,
  completed: 0x04,
  completedWithWarning: 0x08,
  failed: 0x10,
  scheduled: 0x20,
  paused: 0x40,
} as const;

/** `TASKSCH_TYPE`. */
export const scheduleTypes = {
  manual: 0,
  everyMilliseconds: 1,
  daily: 2,
  weekly: 3,
  monthly: 4,
  everySeconds: 5,
  onWeekDays: 6,
  onMonthDays: 7,
} as const;

/** `KLLIC_KEY_TYPE`. */
export const licenceKeyTypes = { commercial: 1, beta: 2, trial: 3, test: 4, oem: 5, subscription: 6 } as const;

/** `KLINCDT_SEVERITY`. */
export const incidentSeverities = { info: 1, warning: 2, critical: 3 } as const;

/** `KLADMSRV_SERVER_VERSION_ID` and `KLHST_WKS_NAG_VER_ID`. */
export const serverVersionIds = {
  '10 SP2 MR1': 0x000a4000,
  '10 SP3': 0x000a5000,
  '11': 0x000b0000,
  '12': 0x000c0000,
  '12 patch A': 0x000c0001,
  '12 patch B': 0x000c0002,
  '13': 0x000d0000,
  '13.1': 0x000d0001,
  '13.2': 0x000d0002,
  '14': 0x000e0000,
  '14.1': 0x000e0100,
  '14.2': 0x000e0200,
  '15': 0x000f0000,
  '15.1': 0x000f0100,
  '15.2': 0x000f0200,
  '15.3': 0x000f0300,
  '15.4': 0x000f0400,
  '16': 0x00100000,
} as const;

/** `product_name`, `TASKID_PRODUCT_NAME`. Versions go with them as opaque text. */
export const productIds = {
  administrationServer: '1093',
  networkAgent: '1103',
  endpointSecurityWindows: 'KES',
  endpointSecurityLinux: 'kesl',
  windowsServerSecurity: 'WSEE',
  lightAgent: 'KSVLA',
} as const;

/** Version that the Administration Server and the Network Agent give in product/version pairs. */
export const SERVER_AND_AGENT_VERSION = '1.0.0.0';

/** Ids of the groups of the main server. Virtual servers have others: ask HostGroup.GroupIdGroups. */
export const mainServerGroupIds = { managedDevices: 0, unassignedDevices: 1 } as const;

/** `lParentGroup` of VServers.GetVServers and others: every group. */
export const ALL_GROUPS = -1;
