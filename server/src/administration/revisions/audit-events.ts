import type { ReportedEvent } from '@gatehouse/contract';
import type { Doer } from '../../platform/http/index.ts';
import { difference } from './difference.ts';
import { type LabelOf, shownChanges, summaryOf } from './in-words.ts';
import { eventOf, kinds } from './kinds.ts';
import type { Revision, Save } from './revision.ts';

export type OwnEvent = Omit<ReportedEvent, 'seq'>;

/** Cut to what an event has room for; the cut may have left half of a character. */
const cut = (text: string, most: number): string => text.slice(0, most).toWellFormed();

const from = ({ actor, address }: Doer): string => (address ? `${actor} (${address})` : actor);

/**
 * Parameters of audit events, so that an event leads to the object's history: 1 kind of object, 2 its id, 3 number of
 * the revision, 4 the object's name, 5 who, 6 from where, 7 what.
 */
const paramsOf = (values: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([number, value]) => (value ? [[number, cut(value, 512)] as const] : [])),
  );

/** The audit event of a save. Null: this save makes none. @param code where the kind and action do not say it */
export const revisionEvent = (
  revision: Pick<Revision, 'object' | 'number' | 'at' | 'action' | 'actor' | 'actorKind' | 'address'>,
  { before, after, rolledBackTo }: Pick<Save, 'before' | 'after' | 'rolledBackTo'>,
  labelOf: LabelOf,
  code = eventOf(revision),
): OwnEvent | null => {
  if (code === null) return null;
  const { object, number, at, action } = revision;
  // What is in somebody's private thing is nobody else's business.
  const changes =
    before && after && !object.ownerId ? shownChanges(difference(before, after), object.kind, labelOf) : [];
  const what = rolledBackTo === undefined ? action : `rolled back to revision ${rolledBackTo}`;
  const details = changes.length > 0 ? `. ${summaryOf(changes)}` : '';
  return {
    type: code,
    riseTime: at.toISOString(),
    description: cut(`${kinds[object.kind].title} “${object.name}” was ${what} by ${from(revision)}${details}`, 1000),
    params: paramsOf({
      '1': object.kind,
      '2': object.id,
      '3': String(number),
      '4': object.name,
      '5': revision.actor,
      '6': revision.address,
      '7': action,
    }),
  };
};

/** 4147 and 4151: somebody connected to the server or is gone. @param door as `console` */
export const connectionEvent = (
  { isBegin, door, doer }: { isBegin: boolean; door: string; doer: Doer },
  at: Date,
): OwnEvent => ({
  type: isBegin ? 'KLAUD_EV_SERVERCONNECT' : 'KLAUD_EV_SERVERDISCONNECT',
  riseTime: at.toISOString(),
  description: cut(
    isBegin ? `${from(doer)} connected: ${door}` : `The connection of ${from(doer)} has ended: ${door}`,
    1000,
  ),
  params: paramsOf({ '4': door, '5': doer.actor, '6': doer.address }),
});

/** 4152: somebody gave a user a new password, of which no state is kept. */
export const passwordEvent = (
  { object, doer }: { object: { kind: string; id: string; name: string }; doer: Doer },
  at: Date,
): OwnEvent => ({
  type: 'KLAUD_EV_OBJECTPROPMODIFIED',
  riseTime: at.toISOString(),
  description: cut(`The password of user “${object.name}” was changed by ${from(doer)}`, 1000),
  params: paramsOf({
    '1': object.kind,
    '2': object.id,
    '4': object.name,
    '5': doer.actor,
    '6': doer.address,
    '7': 'password changed',
  }),
});

/** 4150: an administrator changed the state of a task, here of a command for a device. */
export const statusChangedEvent = (
  { object, what, doer }: { object: { kind: string; id: string; name: string }; what: string; doer: Doer },
  at: Date,
): OwnEvent => ({
  type: 'KLAUD_EV_TASK_STATE_CHANGED',
  riseTime: at.toISOString(),
  description: cut(`${object.name}: ${what} by ${from(doer)}`, 1000),
  params: paramsOf({
    '1': object.kind,
    '2': object.id,
    '4': object.name,
    '5': doer.actor,
    '6': doer.address,
    '7': what,
  }),
});
