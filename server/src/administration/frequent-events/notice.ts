import type { FrequentEventSettings, ReportedEvent } from '@gatehouse/contract';
import { type EventSender, SERVER_PRODUCT } from '../events/index.ts';
import type { Kind } from './kind.ts';

/** The server itself, speaking about a tenant. */
export const serverAbout = (tenantId: string): EventSender => ({
  tenantId,
  deviceId: null,
  deviceName: '',
  groupId: null,
  groupName: '',
  ipAddress: '',
});

/** The event that says that a kind of events is blocked from now on. */
export const blockNotice = (
  {
    kind,
    displayName,
    events,
    sharePercent,
  }: { kind: Kind; displayName: string; events: number; sharePercent: number },
  { windowMinutes }: Pick<FrequentEventSettings, 'windowMinutes'>,
  now: Date,
): Omit<ReportedEvent, 'seq'> => ({
  type: 'KLSRV_EVENT_SPAM_EVENTS_DETECTED',
  riseTime: now.toISOString(),
  description:
    `“${displayName}” (${kind.type}) came ${events} times in ${windowMinutes} minutes, ${Math.round(sharePercent)} % of all events of this client. The server counts events of this kind from now on and does not store them; see Blocking frequent events.`
      .slice(0, 1000)
      .toWellFormed(),
  params: {
    '1': kind.type,
    '2': displayName,
    '3': String(events),
    ...(kind.product ? { '4': kind.product, '5': kind.productVersion } : {}),
  },
  product: SERVER_PRODUCT,
});
