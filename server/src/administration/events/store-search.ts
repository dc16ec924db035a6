import type { Filter } from '@gatehouse/protocols/ksc-open-api';
import { checkOrder, clickhouseSearch, clickhouseText, compileSearch, type SearchAttributes } from '../search/index.ts';
import type { EventCondition } from './store-engine.ts';

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
  rise_time: time('rise_time'),
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

/**
 * An `order by` over known attributes, ending in the event's id so that it is total.
 * @throws UnknownAttribute
 */
export const eventOrder = (order: readonly { name: string; ascending: boolean }[]): string => {
  checkOrder(order, isEventAttribute);
  const parts = order.flatMap(({ name, ascending }) => {
    const attribute = attributes[name];
    return attribute ? [`${attribute.sql} ${ascending ? 'asc' : 'desc'}`] : [];
  });
  const first = order[0];
  const idDirection = first && !first.ascending ? 'desc' : 'asc';
  return [...parts, `event_id ${idDirection}`].join(', ');
};
