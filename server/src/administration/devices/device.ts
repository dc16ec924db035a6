import type { DeviceFacts, StatusLevel, StatusReason } from '@gatehouse/contract';

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
}

/** The status as it was last decided. */
export interface DecidedStatus {
  level: StatusLevel;
  /** KLHST_WKS_STATUS_MASK. */
  mask: number;
  reasons: StatusReason[];
  since: Date;
  /** Whether the device was visible when this was decided. */
  visible: boolean;
}

/** A moment that a device told; null for none, and for one that its clock cannot have meant. */
const toldMoment = (text: string | undefined): Date | null => {
  const moment = new Date(text ?? Number.NaN);
  const year = moment.getUTCFullYear();
  return year >= 1970 && year < 2300 ? moment : null;
};

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
  ...(facts.lastScanAt !== undefined && { last_scan_at: toldMoment(facts.lastScanAt ?? undefined) }),
  ...(facts.lastBootAt !== undefined && { last_boot_at: toldMoment(facts.lastBootAt ?? undefined) }),
  ...(facts.restart && { restart_required: facts.restart.required }),
});

/** Real-time protection states that mean "it protects" (starting counts, it is on its way). */
export const RTP_RUNNING: readonly number[] = [3, 4, 5, 6, 7, 8];
