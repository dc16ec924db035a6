import type { DevicePolicyState } from '@gatehouse/contract';

/** How a device stands to the policy that is in force for it. Ids are those of `AgentPolicy`; empty for no policy. */
export interface DeviceProgress {
  deviceId: string;
  tenantId: string;
  groupId: number;
  effectiveId: string;
  /** Null: nothing was given yet. */
  givenId: string | null;
  /** Null: the device never told. */
  appliedId: string | null;
  toldAt: Date | null;
  /** Since when it tells another one though it was given the right one. */
  failingSince: Date | null;
}

export const stateOf = ({
  effectiveId,
  appliedId,
  failingSince,
}: Pick<DeviceProgress, 'effectiveId' | 'appliedId' | 'failingSince'>): DevicePolicyState => {
  if (effectiveId === '' && (appliedId ?? '') === '') return 'none';
  if (appliedId === null) return 'unknown';
  if (appliedId === effectiveId) return 'applied';
  return failingSince ? 'out-of-date' : 'pending';
};

/**
 * What a sync changes of it, and whether the policy is to be given with the answer. Decides only.
 *
 * @param told undefined: the agent knows no policies
 */
export const afterSync = (
  before: DeviceProgress | null,
  now: {
    device: { id: string; tenantId: string; groupId: number };
    effectiveId: string;
    told: string | undefined;
    at: Date;
  },
): { after: DeviceProgress; isToBeGiven: boolean } => {
  const { device, effectiveId, told, at } = now;
  const isToBeGiven = told !== undefined && told !== effectiveId;
  const wasGiven = before !== null && before.givenId === effectiveId && before.effectiveId === effectiveId;
  // An answer that was lost looks the same for one sync; it mends itself with the next.
  const failingSince = isToBeGiven && wasGiven ? (before.failingSince ?? at) : null;
  const isNews = told !== undefined && told !== before?.appliedId;
  return {
    isToBeGiven,
    after: {
      deviceId: device.id,
      tenantId: device.tenantId,
      groupId: device.groupId,
      effectiveId,
      givenId: isToBeGiven ? effectiveId : (before?.givenId ?? null),
      appliedId: told ?? null,
      toldAt: isNews ? at : told === undefined ? null : (before?.toldAt ?? at),
      failingSince,
    },
  };
};
