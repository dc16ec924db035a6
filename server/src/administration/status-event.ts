import type { ReportedEvent } from '@gatehouse/contract';
import type { DecidedStatus, DeviceState, KeptReason } from './devices/index.ts';
import { SERVER_PRODUCT } from './events/index.ts';

type Event = Omit<ReportedEvent, 'seq'>;

const list = (reasons: readonly KeptReason[]): string =>
  reasons.map((reason) => `${reason.title}: ${reason.detail}`).join('; ');
const keys = (reasons: readonly KeptReason[]): string =>
  reasons
    .map((reason) => reason.condition)
    .join(',')
    .slice(0, 512);

/** The cut may leave half of a character. */
const cut = (text: string): string => text.slice(0, 1000).toWellFormed();

/** 4113 when a device became Critical, 4114 when it became Warning; a return to OK has none (KSC 13.1). */
const levelEvent = (device: DeviceState, status: DecidedStatus, before: DecidedStatus, now: Date): Event | null => {
  if (status.level === before.level || status.level === 'ok') return null;
  const unseen = status.unseen.length > 0 ? `. No longer seen: ${list(status.unseen)}` : '';
  return {
    type: status.level === 'critical' ? 'KLSRV_HOST_STATUS_CRITICAL' : 'KLSRV_HOST_STATUS_WARNING',
    riseTime: now.toISOString(),
    description: cut(
      `Status of ${device.name} is ${status.level === 'critical' ? 'Critical' : 'Warning'}. ${list(status.reasons)}${unseen}`,
    ),
    // The third says what of the status before counts no more only because the device went out of sight.
    params: { '1': keys(status.reasons), ...(status.unseen.length > 0 && { '3': keys(status.unseen) }) },
    product: SERVER_PRODUCT,
  };
};

/** 4111 when a device became unmanaged. */
const unmanagedEvent = (device: DeviceState, status: DecidedStatus, before: DecidedStatus, now: Date): Event | null => {
  const isIn = (reasons: readonly KeptReason[]) => reasons.find(({ condition }) => condition === 'unmanaged');
  const reason = isIn(status.reasons);
  if (!reason || isIn(before.reasons) || isIn(before.unseen)) return null;
  return {
    type: 'KLSRV_HOST_OUT_CONTROL',
    riseTime: now.toISOString(),
    description: cut(`${device.name} has become unmanaged. ${reason.detail}`),
    params: {},
    product: SERVER_PRODUCT,
  };
};

/** The events that a change of status publishes. */
export const statusEvents = (device: DeviceState, status: DecidedStatus, before: DecidedStatus, now: Date): Event[] =>
  [unmanagedEvent(device, status, before, now), levelEvent(device, status, before, now)].filter(
    (event) => event !== null,
  );
