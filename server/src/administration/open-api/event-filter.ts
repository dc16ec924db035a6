import {
  type ArgumentReader,
  BadFormat,
  type Condition,
  type Filter,
  literalPattern,
  type Params,
  parseFilter,
  readArguments,
  Typed,
} from '@gatehouse/protocols/ksc-open-api';
import { isEventAttribute } from '../events/index.ts';

const equals = (attribute: string, value: string): Condition => ({
  kind: 'compare',
  attribute,
  operator: '=',
  value: { kind: 'string', value: literalPattern(value) },
});
const equalsNumber = (attribute: string, value: number): Condition => ({
  kind: 'compare',
  attribute,
  operator: '=',
  value: { kind: 'int', value },
});

const TASK_STATE = 'KLPRCI_TaskState';
const DAY_SECONDS = 86_400;
/** Longer than any event is kept, and short enough to count back from today. */
const MOST_DAYS = 36_500;

/** Members of an event filter that are equality with one attribute, by their name. */
const equalities: Readonly<Record<string, string>> = {
  KLEVP_EVENT_PRODUCT: 'product_name',
  KLEVP_EVENT_VERSION: 'product_version',
  KLEVP_EVENT_INTERNAL_VERSION: 'product_version',
  KLEVP_EVENT_DISPLAY_VERSION: 'product_displ_version',
  KLEVP_EVENT_HOST: 'hostname',
  KLEVP_EVENT_HOST_DISPNAME: 'hostdn',
  KLEVP_EVENT_HOST_GROUP: 'group_name',
  KLEVP_EVENT_TASK_NAME: 'task_display_name',
  KLEVP_EVENT_GROUP_TASK_ID: 'task_id',
  KLEVP_EVENT_TYPE: 'event_type',
  KLEVP_EVENT_GNRL_TYPE: 'event_type',
};

/**
 * The `pFilter` of an event iterator as one filter: all members hold together (KSCAPI 13.2 a00128). Any event
 * attribute's own name is an equality with it.
 */
export const eventFilter = (args: ArgumentReader): Filter => {
  const members = args.params('pFilter') ?? {};
  const read = readArguments(members);
  const parts: Condition[] = [];

  for (const [name, attribute] of Object.entries(equalities)) {
    const text = name === 'KLEVP_EVENT_GROUP_TASK_ID' ? textOf(members, name) : read.string(name);
    if (text) parts.push(equals(attribute, text));
  }
  for (const name of Object.keys(members)) {
    if (!isEventAttribute(name)) continue;
    const value = members[name];
    if (value instanceof Typed && typeof value.value === 'string') {
      if (value.value !== '') parts.push(equals(name, value.value));
    } else if (typeof value === 'string' && value !== '') parts.push(equals(name, value));
    else if (typeof value === 'number') parts.push(equalsNumber(name, value));
    else if (value !== '' && value !== null && value !== undefined) {
      const number = read.long(name);
      if (number !== undefined) parts.push(equalsNumber(name, number));
    }
  }
  const types = read.strings('KLEVP_EVENT_GNRL_TYPES_ARRAY');
  if (types) parts.push({ kind: 'or', parts: types.map((type) => equals('event_type', type)) });

  // Both kinds are included unless one of them is asked for and the other is not.
  const ordinary = read.boolean('EVP_INCL_GNRL_EVENTS');
  const taskStates = read.boolean('EVP_INCL_TASK_STATES');
  if (taskStates === false || (ordinary === true && taskStates === undefined)) {
    parts.push({ kind: 'not', part: equals('event_type', TASK_STATE) });
  }
  if (ordinary === false || (taskStates === true && ordinary === undefined)) {
    parts.push(equals('event_type', TASK_STATE));
  }
  const taskState = read.string('KLEVP_EVENT_TSK_STATE_TYPE');
  if (taskState)
    parts.push({
      kind: 'compare',
      attribute: 'task_new_state',
      operator: '=',
      value: { kind: 'string', value: taskState },
    });

  const days = read.int('KLEVP_EVENT_RISE_TIME_LAST_DAYS') ?? 0;
  if (days < 0) throw new BadFormat('a number of days from 0 (no limit)', 'pFilter.KLEVP_EVENT_RISE_TIME_LAST_DAYS');
  if (days > 0) {
    parts.push({
      kind: 'compare',
      attribute: 'rise_time',
      operator: '>=',
      value: { kind: 'curtime', offsetSeconds: -Math.min(days, MOST_DAYS) * DAY_SECONDS },
    });
  }

  const text = parseFilter(read.string('KLEVP_RFC2254_FILTER') ?? '');
  if (text.kind !== 'all') parts.push(text);
  if (parts.length === 0) return { kind: 'all' };
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts };
};

const textOf = (members: Params, name: string): string | undefined => {
  const value = members[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};
