import { type EventFilterInput, type EventQuery, eventSorts, SeverityName } from '@gatehouse/contract';
import { z } from 'zod';
import { listState, urlFlag, urlList, urlOneOf, urlText } from '../platform/index.ts';
import { parseWithin, type TimeRange } from './time-range.ts';

const texts = urlList(z.string().max(256));

/** What the filters of the page of events keep in its address. */
export const EventFilterState = z.object({
  text: urlText,
  severity: urlList(SeverityName),
  notSeverity: urlList(SeverityName),
  type: texts,
  notType: texts,
  unknown: urlFlag,
  tenantId: texts,
  deviceId: urlText,
  /** Masks, as `pc-*`. */
  device: texts,
  notDevice: texts,
  group: texts,
  application: texts,
  notApplication: texts,
  address: texts,
  task: texts,
  within: urlText,
  from: urlText,
  to: urlText,
});
export type EventFilterState = z.output<typeof EventFilterState>;

export const EventSearch = z.object({
  ...listState,
  ...EventFilterState.shape,
  /** A saved selection, which the filters narrow. */
  selection: urlText,
  sort: urlOneOf(eventSorts),
  descending: urlFlag,
  /** New events come by themselves. */
  tail: urlFlag,
});
export type EventSearch = z.output<typeof EventSearch>;

const isIp = (word: string): boolean => z.union([z.ipv4(), z.ipv6()]).safeParse(word).success;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `10.0.0.1`, `10.0.0.1-10.0.0.9` or `10.0.0.0/24`; null when it is none of these. */
export const addressRangeOf = (word: string): { from: string; to: string } | null => {
  const [from = '', to = from, ...more] = word.split('-').map((part) => part.trim());
  if (more.length === 0 && isIp(from) && isIp(to)) return { from, to };
  const [, network = '', length] = /^([\d.]+)\/(\d\d?)$/.exec(word.trim()) ?? [];
  if (!z.ipv4().safeParse(network).success || Number(length) > 32) return null;
  const asNumber = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(asNumber / size) * size;
  const asText = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
  return { from: asText(first), to: asText(first + size - 1) };
};

/** A range of the address as the server counts it: relative to the moment of asking. */
export const timeOf = ({ within, from, to }: TimeRange): EventFilterInput['time'] => {
  const relative = within === undefined ? null : parseWithin(within);
  if (relative) {
    const { amount, unit } = relative;
    if (unit === 'week') return { kind: 'last', amount: amount * 7, unit: 'days' };
    return { kind: 'last', amount, unit: `${unit}s` as const };
  }
  const moment = (word: string | undefined) => {
    const time = word === undefined ? Number.NaN : Date.parse(word);
    return Number.isNaN(time) ? null : new Date(time).toISOString();
  };
  const [first, last] = [moment(from), moment(to)];
  if (first === null && last === null) return undefined;
  // An end before the beginning means nothing; the picker does not give it.
  return first !== null && last !== null && first >= last ? undefined : { kind: 'between', from: first, to: last };
};

const isAsked = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

/** The filter that the address asks for; undefined when it asks for nothing. */
export const filterOf = (state: EventFilterState): EventFilterInput | undefined => {
  const without = state.notSeverity ?? [];
  const severities =
    without.length > 0
      ? (state.severity ?? SeverityName.options).filter((severity) => !without.includes(severity))
      : state.severity;
  const filter: EventFilterInput = {
    severities,
    types: state.type,
    // The same severity wanted and not wanted: nothing is both.
    notTypes: severities?.length === 0 && without.length > 0 ? ['*'] : state.notType,
    unknownTypes: state.unknown,
    // What is no id in the address finds nothing on the server either, but would be refused.
    tenantIds: state.tenantId?.filter((id) => UUID.test(id)),
    deviceIds: state.deviceId && UUID.test(state.deviceId) ? [state.deviceId] : undefined,
    deviceNames: state.device,
    notDeviceNames: state.notDevice,
    groupNames: state.group,
    applications: state.application,
    notApplications: state.notApplication,
    addresses: state.address?.flatMap((word) => addressRangeOf(word) ?? []),
    taskNames: state.task,
    text: state.text ? { words: state.text, match: 'all' } : undefined,
    time: timeOf(state),
  };
  const asked = Object.entries(filter).filter(([, value]) => isAsked(value));
  return asked.length === 0 ? undefined : (Object.fromEntries(asked) as EventFilterInput);
};

/** What the page asks the server for. @param scope the client that the top bar shows alone */
export const queryOf = (search: EventSearch, scope: string | undefined) => {
  const filter = filterOf(scope ? { ...search, tenantId: [scope] } : search);
  return {
    ...(search.selection && UUID.test(search.selection) ? { selectionId: search.selection } : {}),
    ...(filter ? { filter } : {}),
    ...(search.sort ? { sort: { by: search.sort, descending: search.descending ?? true } } : {}),
  } satisfies z.input<typeof EventQuery>;
};
export type AskedEvents = ReturnType<typeof queryOf>;
