import type { ReportedEvent, SeverityCode } from '@gatehouse/contract';
import { eventTypeOf, unknownType } from './catalogue.ts';
import type { StorageTermOf } from './storage-term.ts';

/** Who sent a batch: a device, or the server itself for a tenant. */
export interface EventSender {
  tenantId: string;
  /** Null: the server itself. */
  deviceId: string | null;
  deviceName: string;
  groupId: number | null;
  groupName: string;
  ipAddress: string;
}

/** An event as it is stored: sender, place in the sender's row, and what the catalogue adds. */
export interface EventRow {
  /** Given by the server, growing in the order of storing. */
  eventId: number;
  tenantId: string;
  /** '' for the server itself. */
  deviceId: string;
  epoch: string;
  seq: number;
  type: string;
  /** 0: none. */
  typeId: number;
  known: boolean;
  severity: SeverityCode;
  displayName: string;
  description: string;
  /** GNRL_EA_PARAM_1 to 9; '' where there is none. */
  params: string[];
  riseTime: Date;
  registrationTime: Date;
  deviceName: string;
  /** -1: none. */
  groupId: number;
  groupName: string;
  ipAddress: string;
  product: string;
  productVersion: string;
  productDisplayVersion: string;
  taskId: string;
  taskName: string;
  /** -1: no task state. */
  taskOldState: number;
  taskNewState: number;
  completedPercent: number;
  expiresAt: Date;
  /** False: seen by consumers with a cursor and by nobody else, since the term of its type is 0. */
  listed: boolean;
}

const DAY_MS = 86_400_000;
/** Outside of these a device's clock is plainly wrong, and the stores have no room for it. */
const EARLIEST_RISE_MS = Date.UTC(1970, 0, 1);
const LATEST_RISE_MS = Date.UTC(2299, 11, 31);

/** When it happened by the device's clock, moved to the nearest moment that both stores can hold. */
const riseTimeOf = (text: string): Date =>
  new Date(Math.min(Math.max(Date.parse(text), EARLIEST_RISE_MS), LATEST_RISE_MS));

/** The event store counts seconds in 32 bits; nothing is kept beyond its end. */
const LATEST_EXPIRY_MS = 0xffff_ffff * 1000;

/** How long an event that is not stored waits for its consumers: export, notifications, the flow. */
const UNLISTED_TERM_DAYS = 1;

/** What becomes of a reported event: the catalogue's name and severity, the sender's place, and when it expires. */
export const toEventRow = (
  event: ReportedEvent,
  sender: EventSender,
  place: { eventId: number; epoch: string; registrationTime: Date },
  termOf: StorageTermOf,
): EventRow => {
  const type = eventTypeOf(event.type, event.typeId);
  const riseTime = riseTimeOf(event.riseTime);
  const termDays = termOf(type ?? unknownType(event.type), sender.groupId);
  return {
    eventId: place.eventId,
    tenantId: sender.tenantId,
    deviceId: sender.deviceId ?? '',
    epoch: place.epoch,
    seq: event.seq,
    type: event.type,
    typeId: type?.typeId ?? event.typeId ?? 0,
    known: type !== undefined,
    severity: event.severity ?? type?.severity ?? 1,
    displayName: event.displayName ?? type?.displayName ?? event.type,
    description: event.description ?? '',
    params: Array.from({ length: 9 }, (_, index) => event.params?.[String(index + 1)] ?? ''),
    riseTime,
    registrationTime: place.registrationTime,
    deviceName: sender.deviceName,
    groupId: sender.groupId ?? -1,
    groupName: sender.groupName,
    ipAddress: sender.ipAddress,
    product: event.product?.name ?? '',
    productVersion: event.product?.version ?? '',
    productDisplayVersion: event.product?.displayVersion ?? '',
    taskId: event.task?.id ?? '',
    taskName: event.task?.displayName ?? '',
    taskOldState: event.task?.oldState ?? -1,
    taskNewState: event.task?.newState ?? -1,
    completedPercent: event.task?.completedPercent ?? -1,
    expiresAt: new Date(
      Math.min(place.registrationTime.getTime() + (termDays || UNLISTED_TERM_DAYS) * DAY_MS, LATEST_EXPIRY_MS),
    ),
    listed: termDays > 0,
  };
};
