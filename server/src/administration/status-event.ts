import type { ReportedEvent } from '@gatehouse/contract';
import type { DecidedStatus, DeviceState } from './devices/index.ts';

/** Product and version under which the Administration Server's own events stand. */
const SERVER_PRODUCT = { name: '1093', version: '1.0.0.0' };

/**
 * The event that a change of status publishes: 4113 when a device became Critical, 4114 when it became Warning. A
 * return to OK has none (KSC 13.1).
 */
export const statusEvent = (
  device: DeviceState,
  status: DecidedStatus,
  before: DecidedStatus,
  now: Date,
): Omit<ReportedEvent, 'seq'> | null => {
  if (status.level === before.level || status.level === 'ok') return null;
  const reasons = status.reasons.map((reason) => `${reason.title}: ${reason.detail}`).join('; ');
  return {
    type: status.level === 'critical' ? 'KLSRV_HOST_STATUS_CRITICAL' : 'KLSRV_HOST_STATUS_WARNING',
    riseTime: now.toISOString(),
    description: `Status of ${device.name} is ${status.level === 'critical' ? 'Critical' : 'Warning'}. ${reasons}`
      .slice(0, 1000)
      // The cut may have left half of a character.
      .toWellFormed(),
    params: {
      '1': status.reasons
        .map((reason) => reason.condition)
        .join(',')
        .slice(0, 512),
    },
    product: SERVER_PRODUCT,
  };
};
