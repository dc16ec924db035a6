import type { Filter } from '@gatehouse/protocols/ksc-open-api';
import { checkOrder, clickhouseSearch, clickhouseText, compileSearch, type SearchAttributes } from '../search/index.ts';
import type { EventCondition } from './store-columns.ts';

export const RISE_TIME = 'rise_time';

const text = (sql: string) => ({ type: 'text', sql }) as const;
const integer = (sql: string) => ({ type: 'number', sql }) as const;
const time = (sql: string) => ({ type: 'time', sql }) as const;

/**
 * Event attributes of the Open API as expressions over the event store's columns (KSCAPI event attribute pages). Each is
 * what the rows show: a filter finds what a client read.
 */
const attributes: SearchAttributes = {
  event_db_id: integer('event_id'),
  event_id: integer('event_id'),
  event_type: text('type'),
  event_type_id: integer('type_id'),
  event_type_display_name: text('display_name'),
  GNRL_EA_SEVERITY: integer('severity'),
  GNRL_EA_ID: integer('type_id'),
  GNRL_EA_DESCRIPTION: text('description'),
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`GNRL_EA_PARAM_${index + 1}`, text(`params[${index + 1}]`)]),
  ),
  rise_time: time(RISE_TIME),
  registration_time: time('registration_time'),
  hostname: text('device_id'),
  hostdn: text('device_name'),
  group_id: integer('group_id'),
  group_name: text(`trim(trailing '/' from group_name)`),
  domain_name: text(`''`),
  product_name: text('product'),
  product_version: text('product_version'),
  product_displ_version: text(`if(product_display_version = '', product_version, product_display_version)`),
  task_display_name: text('task_name'),
  task_id: text('task_id'),
  task_old_state: integer('nullIf(task_old_state, -1)'),
  task_new_state: integer('nullIf(task_new_state, -1)'),
  KLEVP_EVENT_HOST_IP_ADDRESS: integer(`toUInt32(toIPv4OrDefault(ip_address))`),
  GNRL_COMPLETED_PERCENT: integer('nullIf(completed_percent, -1)'),
};

/** Whether events can be searched and sorted by this. */
export const isEventAttribute = (name: string): boolean => Object.hasOwn(attributes, name);

/** @throws UnknownAttribute */
export const eventCondition = (filter: Filter, now: Date, prefix: string): EventCondition =>
  clickhouseText(compileSearch(filter, attributes, clickhouseSearch, now), prefix);

/** What a result is sorted by: the expression, and how its value travels in the place of a row. */
export interface EventSortKey {
  sql: string;
  ascending: boolean;
  /** The value as text. */
  asText: string;
  /** The text as a value again, from a parameter of this name. */
  fromText: (parameter: string) => string;
}

const sortKey = (sql: string, type: string, ascending: boolean): EventSortKey => {
  switch (type) {
    case 'time':
      return {
        sql,
        ascending,
        asText: `toString(toUnixTimestamp64Milli(${sql}))`,
        fromText: (name) => `fromUnixTimestamp64Milli(toInt64({${name}: String}))`,
      };
    case 'number': {
      // What has no such number stands before all that have one, so that every place can be compared with.
      const number = `ifNull(toInt64(${sql}), -1)`;
      return {
        sql: number,
        ascending,
        asText: `toString(${number})`,
        fromText: (name) => `toInt64({${name}: String})`,
      };
    }
    default:
      return { sql, ascending, asText: `toString(${sql})`, fromText: (name) => `{${name}: String}` };
  }
};

/**
 * An order over known attributes, ending in the event's number so that it is total.
 * @throws UnknownAttribute
 */
export const eventSortKeys = (
  order: readonly { name: string; ascending: boolean }[],
): { keys: EventSortKey[]; idAscending: boolean } => {
  checkOrder(order, isEventAttribute);
  const keys: EventSortKey[] = [];
  for (const { name, ascending } of order) {
    const attribute = attributes[name];
    // Numbers are all different: what comes after them in the order never matters.
    if (attribute?.sql === 'event_id') return { keys, idAscending: ascending };
    if (attribute) keys.push(sortKey(attribute.sql, attribute.type, ascending));
  }
  return { keys, idAscending: order[0]?.ascending ?? true };
};
