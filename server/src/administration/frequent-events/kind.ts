import type { ReportedEvent, SeverityCode } from '@gatehouse/contract';
import { eventTypeOf } from '../events/index.ts';

/** What is counted and blocked together, within one tenant. The device is no part of it. */
export interface Kind {
  type: string;
  severity: SeverityCode;
  product: string;
  productVersion: string;
  /** '' for none. */
  taskId: string;
}

/** In no field: what devices send has its NULs replaced, since no store could hold them. */
const SEPARATOR = '\0';

/** Keys of the same kind are one text in memory, up to so many kinds; beyond, sharing begins anew. */
const MOST_SHARED_KEYS = 20_000;
const sharedKeys = new Map<string, string>();

/** The kind of an event as one text. Made for each event that arrives, so it stays a plain concatenation. */
export const kindKeyOf = (event: ReportedEvent): string => {
  const severity = event.severity ?? eventTypeOf(event.type, event.typeId)?.severity ?? 1;
  const { product, task } = event;
  const key =
    event.type +
    SEPARATOR +
    severity +
    SEPARATOR +
    (product ? product.name + SEPARATOR + product.version : SEPARATOR) +
    SEPARATOR +
    (task ? task.id : '');
  const shared = sharedKeys.get(key);
  if (shared !== undefined) return shared;
  if (sharedKeys.size >= MOST_SHARED_KEYS) sharedKeys.clear();
  sharedKeys.set(key, key);
  return key;
};

/** The kind back from its key. */
export const kindOfKey = (key: string): Kind => {
  const [type = '', severity = '', product = '', productVersion = '', taskId = ''] = key.split(SEPARATOR);
  return { type, severity: Number(severity) as SeverityCode, product, productVersion, taskId };
};

export const keyOfKind = ({ type, severity, product, productVersion, taskId }: Kind): string =>
  [type, severity, product, productVersion, taskId].join(SEPARATOR);

/** Detections and what ends them: a lost one would leave a device's status wrong for good. */
const DETECTIONS = new Set([
  'GNRL_EV_OBJECT_NOTCURED',
  'GNRL_EV_OBJECT_CURED',
  'GNRL_EV_OBJECT_DELETED',
  'GNRL_EV_OBJECT_QUARANTINED',
]);
const DETECTION_FAMILY = 'GNRL_EV_VIRUS';
const AUDIT_FAMILY = 'KLAUD_';
const TASK_STATE = 'KLPRCI_TaskState';
/** Ids of our commands; tasks of other makers have ids of other shapes. */
const COMMAND_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether events of this kind are stored however many come: detections, audit events, states of commands. */
export const isNeverBlocked = ({ type, taskId }: Pick<Kind, 'type' | 'taskId'>): boolean =>
  type.startsWith(DETECTION_FAMILY) ||
  DETECTIONS.has(type) ||
  type.startsWith(AUDIT_FAMILY) ||
  (type === TASK_STATE && COMMAND_ID.test(taskId));
