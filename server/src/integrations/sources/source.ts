import type { LicenseKeyUse } from './license-reading.ts';

/** A tenant as a source knows it: a virtual server, or the server's own devices. */
export interface SourceTenant {
  /** The source's own key; `0` is the server itself. */
  tenantId: string;
  name: string;
  /** A name that is unique beyond this source, when it tells one. */
  uid: string | null;
}

/**
 * What can be wrong with a device, as far as a source can tell conditions apart: one per bit of the status mask.
 * `needsVisible`: the server evaluates it only for devices that it sees, so a device that is away has it neither way.
 */
export const signals = {
  unmanaged: { needsVisible: true },
  protectionDisabled: { needsVisible: true },
  securityAppNotRunning: { needsVisible: true },
  tooManyViruses: { needsVisible: false },
  rtpLevelDiffers: { needsVisible: true },
  securityAppNotInstalled: { needsVisible: false },
  scanNotPerformed: { needsVisible: true },
  databasesOutdated: { needsVisible: true },
  notConnected: { needsVisible: false },
  /** Expired or expiring: the two share one bit. */
  license: { needsVisible: true },
  activeThreats: { needsVisible: false },
  restartRequired: { needsVisible: true },
  incompatibleApps: { needsVisible: true },
  vulnerabilities: { needsVisible: true },
  windowsUpdateCheckOld: { needsVisible: true },
  encryptionStatus: { needsVisible: false },
  mobileNotCompliant: { needsVisible: false },
  unprocessedIncidents: { needsVisible: false },
  statusByApplication: { needsVisible: false },
  outOfDiskSpace: { needsVisible: false },
} as const satisfies Record<string, { needsVisible: boolean }>;
export type Signal = keyof typeof signals;

export type Level = 'ok' | 'warning' | 'critical';

/** A device at the moment of reading. */
export interface SourceDevice {
  deviceId: string;
  name: string;
  level: Level;
  signals: Signal[];
  /** The server saw it on the network lately. */
  visible: boolean;
  lastVisibleAt: Date | null;
  /** What a security application itself says is wrong, when `statusByApplication` holds. */
  applicationStatus: string | null;
  /** It is in a group, not only seen on the network. Absent when the source does not tell. */
  isManaged?: boolean;
  /** An application with real-time protection is installed. Absent when the source does not tell. */
  isProtected?: boolean;
  /** Absent or null when the source does not tell. */
  groupId?: number | null;
}

/** A folder of devices. */
export interface SourceGroup {
  groupId: number;
  /** The names on the way to it, as `Managed devices/Servers`. */
  path: string;
}

export type TicketSeverity = 'warning' | 'functional-failure' | 'critical';

/** An event of severity Warning or worse. */
export interface SourceEvent {
  /** Grows with each event that the server stores. */
  eventId: number;
  /** As `GNRL_EV_VIRUS_FOUND`. */
  type: string;
  typeName: string;
  severity: TicketSeverity;
  /** Empty for events of the server itself. */
  deviceId: string;
  deviceName: string;
  /** When it happened, by the device's clock. */
  happenedAt: Date;
  /** When the server stored it, by the server's clock; null when it does not tell. */
  storedAt: Date | null;
  description: string;
  /** What was found, as a threat's name; empty when the type has none. */
  threat: string;
  /** The object that it was found in, as a file's path; empty when the type has none. */
  object: string;
  product: string;
  /**
   * Of events that tell a device's status (4113, 4114): the conditions that it has, and those that count no more only
   * because it went out of sight. Absent when the server does not tell them; their names are the server's.
   */
  statusConditions?: { present: string[]; unseen: string[] };
}

/** One tenant of a source, opened for reading. Every method may throw SourceUnavailable or SourceRefused. */
export interface TenantReading {
  /** All devices, with their status. */
  devices(): Promise<SourceDevice[]>;
  groups(): Promise<SourceGroup[]>;
  /** Licence keys with the devices that use them now. */
  licenses(): Promise<LicenseKeyUse[]>;
  /**
   * Events of severity Warning and worse with an id above `after`, in pages, ids growing.
   * @param after null at the first contact: then only events of the last `firstDays` days
   */
  events(after: number | null, firstDays: number): AsyncIterable<SourceEvent[]>;
}

/** One place that security facts come from. */
export interface Source {
  tenants(): Promise<SourceTenant[]>;
  /** Opens one tenant for as long as `read` runs. */
  inTenant<T>(tenant: SourceTenant, read: (reading: TenantReading) => Promise<T>): Promise<T>;
}
