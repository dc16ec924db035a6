import { type DeviceFacts, readAddress, type StatusLevel, type StatusReason, writeAddress } from '@gatehouse/contract';
import { type ConditionFacts, toldMoment } from './condition-facts.ts';

/** What the conditions of a status read of a device; dates are this server's view, null is unknown or never. */
export interface DeviceState {
  id: string;
  tenantId: string;
  groupId: number;
  name: string;
  createdAt: Date;
  /** An agent has enrolled here and its key was not revoked. */
  agentInstalled: boolean;
  lastSeenAt: Date | null;
  lastConnectedAt: Date | null;
  /** False until an agent has told whether there is a security application. */
  securityKnown: boolean;
  securityProduct: string;
  securityName: string;
  securityRunning: boolean;
  /** KLHST_WKS_RTP_STATE. */
  rtpState: number;
  /** Since when real-time protection is known not to run; null while it runs or nothing is known. */
  rtpStoppedSince: Date | null;
  databasesReleasedAt: Date | null;
  activeThreats: number;
  virusCount: number;
  enrolledAt: Date | null;
  /** When the agent last told its facts. */
  factsAt: Date | null;
  /** Since when the agent has been heard, without a longer silence, and has told no facts; null since it told some. */
  heardSince: Date | null;
  /** Since when a restart is known to be required; null while none is. */
  restartSince: Date | null;
  /** False until something told of the device's licences. */
  licenseKnown: boolean;
  /** End of the licence that counts; null: it has none. */
  licenseExpiresAt: Date | null;
  unprocessedIncidents: number;
  told: ConditionFacts;
}

/** A reason as it is kept: with the id of the group whose setting makes it count, since groups get other names. */
export type KeptReason = Omit<StatusReason, 'rule'> & {
  /** Missing in what was decided before settings were noted. */
  rule?: { groupId: number | null; value: string };
};

/** The status as it was last decided. */
export interface DecidedStatus {
  level: StatusLevel;
  /** KLHST_WKS_STATUS_MASK. */
  mask: number;
  reasons: KeptReason[];
  /** What held when the device was last seen and counts no more only because it went out of sight. */
  unseen: KeptReason[];
  since: Date;
  /** Whether the device was visible when this was decided. */
  visible: boolean;
  /** Until then time alone changes nothing of it; null: time alone never does. */
  nextAt: Date | null;
}

/** The columns by which devices are filtered and sorted, taken out of the facts. Only what the facts speak of. */
export const hoist = (facts: DeviceFacts) => ({
  ...(facts.hostname !== undefined && { hostname: facts.hostname }),
  ...(facts.fqdn !== undefined && { fqdn: facts.fqdn ?? '' }),
  ...(facts.os && {
    // Most distributions put the version into the name already.
    os_name: facts.os.name.includes(facts.os.version) ? facts.os.name : `${facts.os.name} ${facts.os.version}`,
    os_family: facts.os.family,
    os_is_server: facts.os.isServer,
  }),
  ...(facts.ipAddresses && {
    ip_address: facts.ipAddresses.find((ip) => ip.includes('.')) ?? facts.ipAddresses[0] ?? '',
    // A device may report any text; only what is an address can be compared with a range.
    addresses: [...new Set(facts.ipAddresses.flatMap((text) => readAddress(text) ?? []).map(writeAddress))],
  }),
  ...(facts.securityApplication !== undefined && {
    security_known: true,
    security_product: facts.securityApplication?.product ?? '',
    security_name: facts.securityApplication?.name ?? '',
    security_version: facts.securityApplication?.version ?? '',
    security_running: facts.securityApplication?.running ?? false,
    rtp_state: facts.securityApplication?.rtpState ?? 0,
  }),
  ...(facts.databases !== undefined && {
    databases_released_at: toldMoment(facts.databases?.releasedAt),
  }),
  ...(facts.lastScanAt !== undefined && { last_scan_at: toldMoment(facts.lastScanAt) }),
  ...(facts.lastBootAt !== undefined && { last_boot_at: toldMoment(facts.lastBootAt) }),
  ...(facts.restart && { restart_required: facts.restart.required }),
});

/** Of what a sync told: since when a restart is required, where the device knows. */
export const restartSinceOf = (facts: DeviceFacts): Date | null => toldMoment(facts.restart?.since);

/** Real-time protection states that mean "it protects" (starting counts, it is on its way). */
export const RTP_RUNNING: readonly number[] = [3, 4, 5, 6, 7, 8];

/** An agent that was silent for longer begins anew to be heard: it was off, or away. */
export const SILENCE_MS = 600_000;
