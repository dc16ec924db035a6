import type { EventFilter, EventSort } from '@gatehouse/contract';
import { parseFilter } from '@gatehouse/protocols/ksc-open-api';
import { eventTypes } from './catalogue.ts';
import { severityCode } from './severity.ts';
import type { EventCondition } from './store-columns.ts';
import { wordsOf } from './store-engine.ts';
import { eventCondition } from './store-search.ts';

/**
 * A filter in which nothing depends on when or where it is read: times are absolute, also those of the expression, and
 * groups are numbers. It can be kept as JSON and asked again later with the same meaning.
 */
export interface FixedFilter extends Omit<EventFilter, 'time' | 'groups'> {
  /** ISO; null: any. The end is not included. */
  from: string | null;
  to: string | null;
  /** Null: any. */
  groupIds: readonly number[] | null;
}

const TASK_STATE = 'KLPRCI_TaskState';
/** A fixed filter has no time that is counted from now. */
const NO_NOW = new Date(0);

/** `*` and `?` as a pattern of `ilike`; all else means itself. */
const likeOf = (mask: string): string =>
  mask
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');

const isMask = (text: string): boolean => /[*?]/.test(text);

/**
 * The condition of a filter over the event store's columns. All values are parameters.
 * @param prefix of the parameters' names, so that several filters fit into one query
 */
export const filterCondition = (filter: FixedFilter, prefix: string): EventCondition => {
  const params: Record<string, unknown> = {};
  /** A placeholder for a value. */
  const put = (type: string, value: unknown): string => {
    const name = `${prefix}${Object.keys(params).length}`;
    params[name] = value;
    return `{${name}: ${type}}`;
  };
  const anyMask = (column: string, masks: readonly string[]): string =>
    `(${masks.map((mask) => `${column} ilike ${put('String', likeOf(mask))}`).join(' or ')})`;
  /** Codes by the index, masks by looking. */
  const anyType = (types: readonly string[]): string => {
    const codes = types.filter((type) => !isMask(type));
    const masks = types.filter(isMask);
    const parts = [
      ...(codes.length > 0 ? [`type in ${put('Array(String)', codes)}`] : []),
      ...(masks.length > 0 ? [anyMask('type', masks)] : []),
    ];
    return `(${parts.join(' or ')})`;
  };

  const all: string[] = [];
  const isTask = `type = '${TASK_STATE}'`;
  const ofTypes: string[] = [];
  if (filter.types.length > 0) ofTypes.push(anyType(filter.types));
  if (filter.notTypes.length > 0) ofTypes.push(`not ${anyType(filter.notTypes)}`);
  if (filter.unknownTypes) ofTypes.push('not known');
  if (filter.components.length > 0) {
    const codes = eventTypes.filter(({ component }) => filter.components.includes(component)).map(({ code }) => code);
    ofTypes.push(`type in ${put('Array(String)', [...new Set(codes)])}`);
  }
  const typesFit = ofTypes.length > 0 ? ofTypes.join(' and ') : 'true';
  const stateFits =
    filter.taskStates.length > 0 ? `task_new_state in ${put('Array(Int8)', filter.taskStates)}` : 'true';
  switch (filter.taskResults) {
    case 'as-others':
      all.push(typesFit);
      if (filter.taskStates.length > 0) all.push(`not ${isTask} or ${stateFits}`);
      break;
    case 'also':
      all.push(`(${typesFit} and not ${isTask}) or (${isTask} and ${stateFits})`);
      break;
    case 'only':
      all.push(`${isTask} and ${stateFits}`);
      break;
    case 'none':
      all.push(`${typesFit} and not ${isTask}`);
      break;
  }

  if (filter.severities.length > 0) {
    all.push(`severity in ${put('Array(UInt8)', filter.severities.map(severityCode))}`);
  }
  if (filter.applications.length > 0) all.push(anyMask('product', filter.applications));
  if (filter.notApplications.length > 0) all.push(`not ${anyMask('product', filter.notApplications)}`);
  if (filter.applicationVersions.length > 0) {
    const shown = `if(product_display_version = '', product_version, product_display_version)`;
    all.push(
      `${anyMask('product_version', filter.applicationVersions)} or ${anyMask(shown, filter.applicationVersions)}`,
    );
  }
  if (filter.taskNames.length > 0) all.push(anyMask('task_name', filter.taskNames));
  if (filter.tenantIds.length > 0) all.push(`tenant_id in ${put('Array(String)', filter.tenantIds)}`);
  if (filter.deviceIds.length > 0) all.push(`device_id in ${put('Array(String)', filter.deviceIds)}`);
  if (filter.deviceNames.length > 0) all.push(anyMask('device_name', filter.deviceNames));
  if (filter.notDeviceNames.length > 0) all.push(`not ${anyMask('device_name', filter.notDeviceNames)}`);
  if (filter.addresses.length > 0) {
    // As IPv6, in which every IPv4 address has its place, so that one comparison does for both.
    const address = `toIPv6OrNull(ip_address)`;
    const within = filter.addresses.map(
      ({ from, to }) => `${address} between toIPv6(${put('String', from)}) and toIPv6(${put('String', to)})`,
    );
    all.push(`coalesce(${within.join(' or ')}, false)`);
  }
  if (filter.groupIds !== null) all.push(`group_id in ${put('Array(Int32)', filter.groupIds)}`);
  if (filter.groupNames.length > 0) all.push(anyMask(`trim(trailing '/' from group_name)`, filter.groupNames));

  const clock = filter.clock === 'registered' ? 'registration_time' : 'rise_time';
  const moment = (iso: string) => `fromUnixTimestamp64Milli(${put('Int64', Date.parse(iso))})`;
  if (filter.from !== null) all.push(`${clock} >= ${moment(filter.from)}`);
  if (filter.to !== null) all.push(`${clock} < ${moment(filter.to)}`);

  if (filter.text !== null && filter.text.words !== '') {
    const words = wordsOf(filter.text.words);
    const has = filter.text.match === 'all' ? 'hasAllTokens' : 'hasAnyTokens';
    // Signs alone are no words, so nothing has them.
    all.push(words.length > 0 ? `${has}(any_word, ${put('Array(String)', words)})` : 'false');
  }
  if (filter.expression) {
    const expression = eventCondition(parseFilter(filter.expression), NO_NOW, `${prefix}x`);
    all.push(expression.sql);
    Object.assign(params, expression.params);
  }
  return { sql: all.map((part) => `(${part})`).join(' and '), params };
};

/** How to sort: the column, and how its value travels in the place of a page. */
export interface SortColumn {
  sql: string;
  /** The value as text. */
  asText: string;
  /** The text as a value again, in which `{key}` is the placeholder's name. */
  fromText: (placeholder: string) => string;
}

const textColumn = (sql: string): SortColumn => ({
  sql,
  asText: `toString(${sql})`,
  fromText: (name) => `{${name}: String}`,
});

/** Null: by number, which is the order of registration. */
export const sortColumns: Record<EventSort['by'], SortColumn | null> = {
  registered: null,
  happened: {
    sql: 'rise_time',
    asText: 'toString(toUnixTimestamp64Milli(rise_time))',
    fromText: (name) => `fromUnixTimestamp64Milli(toInt64({${name}: String}))`,
  },
  severity: { sql: 'severity', asText: 'toString(severity)', fromText: (name) => `toUInt8({${name}: String})` },
  event: textColumn('display_name'),
  type: textColumn('type'),
  device: textColumn('device_name'),
  group: textColumn('group_name'),
  application: textColumn('product'),
};
