import { DeviceSelectionSettings, EventSelectionSettings } from '@gatehouse/contract';
import {
  BadFormat,
  type Condition,
  decodeValue,
  type Filter,
  isParams,
  type Params,
  parseFilter,
  printFilter,
  readArguments,
} from '@gatehouse/protocols/ksc-open-api';
import { eventFilter } from './event-filter.ts';

/** `KLQRS_QUERY_TYPE` (KSCAPI 16 a00150). */
export const queryTypes = { hosts: 1, events: 2, dashboards: 3 } as const;

const PREFIX = 'PREDEFINED_QUERY_ID_';
const DAY_SECONDS = 86_400;

/** The predefined selections of devices that the language can say, by their numbers (KSCAPI 16 a00288). */
const SECURED = '(KLHST_WKS_STATUS & 16 <> 0)';
const predefinedHosts: Readonly<Record<number, [id: string, query: string]>> = {
  1: ['CRITICAL_HOSTS', '(KLHST_WKS_STATUS_ID = 1)'],
  2: ['WARNING_HOSTS', '(KLHST_WKS_STATUS_ID = 2)'],
  3: ['NOTOK_HOSTS', '(KLHST_WKS_STATUS_ID <> 0)'],
  4: ['NEW_HOSTS', `(KLHST_WKS_CREATED >= CURTIME(-${7 * DAY_SECONDS}))`],
  5: ['UNACCESSIBLE_HOSTS', '(KLHST_WKS_STATUS & 1 = 0)'],
  6: ['NOT_CONNECTED_HOSTS', `(!(KLHST_WKS_LAST_NAGENT_CONNECTED >= CURTIME(-${14 * DAY_SECONDS})))`],
  8: ['NO_RTP_HOSTS', `(&${SECURED}(!(&(KLHST_WKS_RTP_STATE >= 4)(KLHST_WKS_RTP_STATE <= 8))))`],
  9: ['NON_CURED_HOSTS', '(KLHST_WKS_UNCURED_COUNT > 0)'],
  10: ['MOST_INFECTED_HOSTS', '(KLHST_WKS_VIRUS_COUNT > 0)'],
  11: ['SCANNED_LATE_HOSTS', `(&${SECURED}(!(KLHST_WKS_LAST_FULLSCAN >= CURTIME(-${7 * DAY_SECONDS}))))`],
  12: ['NON_SCANNED_HOSTS', `(&${SECURED}(!(KLHST_WKS_LAST_FULLSCAN = "*")))`],
  13: ['NOT_UPDATED_HOSTS', `(&${SECURED}(!(KLHST_WKS_LAST_UPDATE >= CURTIME(-${3 * DAY_SECONDS}))))`],
  14: ['NEED_REBOOT', '(KLHST_WKS_RBT_REQUIRED = 1)'],
  16: ['NAGENTS_IN_UNASSIGNED', '(&(KLHST_WKS_FROM_UNASSIGNED = 1)(KLHST_WKS_STATUS & 4 <> 0))'],
  18: ['VULNERABLE', '(KLHST_WKS_STATUS_MASK_13 <> 0)'],
  19: ['ENCRYPTION', '(KLHST_WKS_STATUS_MASK_15 <> 0)'],
  20: ['RTP_CHANGED_HOSTS', '(KLHST_WKS_STATUS_MASK_4 <> 0)'],
};

/** The predefined selections of events, by the end of their ids (KSCAPI 15 a00282). */
const predefinedEvents: Readonly<Record<string, [id: string, members: Params]>> = {
  e001: ['CRITICAL_EVENTS', { GNRL_EA_SEVERITY: 4 }],
  e002: ['ERROR_EVENTS', { GNRL_EA_SEVERITY: 3 }],
  e003: ['WARNING_EVENTS', { GNRL_EA_SEVERITY: 2 }],
  e004: ['INFO_EVENTS', { GNRL_EA_SEVERITY: 1 }],
  e005: ['USER_REQUESTS', { KLEVP_RFC2254_FILTER: '(&(event_type = "*REQUEST*")(!(event_type = "KLSRV_*")))' }],
  e006: ['ALL_EVENTS', {}],
  e007: ['AUDIT_EVENTS', { KLEVP_RFC2254_FILTER: '(event_type = "KLAUD_*")' }],
};

interface Told {
  id: string;
  number: number;
  name: string;
  owner: unknown;
  query: Record<string, unknown> | null;
}

/** What was stored is in the form of the wire, in which every type is told. */
const stored = (query: Record<string, unknown>): Params => decodeValue({ type: 'params', value: query }) as Params;

const isOnly = (filter: object, name: string, none: object): boolean => {
  const { [name]: _, ...rest } = filter as Record<string, unknown>;
  return JSON.stringify(rest) === JSON.stringify(none);
};

const NO_DEVICE_FILTER = DeviceSelectionSettings.parse({}).filter;
const NO_EVENT_FILTER = EventSelectionSettings.parse({ filter: {} }).filter;

/** A selection of devices as a query; null for one that the language of queries cannot say. */
export const hostQueryData = (selection: Told & { settings: DeviceSelectionSettings }): Params | null => {
  const { name, number, owner, query, settings } = selection;
  if (query) return { ...stored(query), Name: name };
  if (owner === null) {
    const [id, text] = predefinedHosts[number] ?? [];
    return id && text ? { Name: name, PredefinedID: `${PREFIX}${id}`, Query: text } : null;
  }
  if (!isOnly(settings.filter, 'expression', NO_DEVICE_FILTER)) return null;
  return { Name: name, PredefinedID: '', Query: settings.filter.expression ?? '' };
};

/** A selection of events as a query; null for one that the language of queries cannot say. */
export const eventQueryData = (selection: Told & { settings: EventSelectionSettings }): Params | null => {
  const { id, name, owner, query, settings } = selection;
  if (query) return { ...stored(query), Name: name };
  const { time, ...filter } = settings.filter;
  const days = time.kind === 'last' && time.unit === 'days' ? time.amount : 0;
  if (time.kind !== 'all' && days === 0) return null;
  const period = days > 0 ? { KLEVP_EVENT_RISE_TIME_LAST_DAYS: days } : {};
  if (owner === null) {
    const [predefined, members] = predefinedEvents[id.slice(-4)] ?? [];
    return predefined ? { Name: name, PredefinedID: `${PREFIX}${predefined}`, ...members, ...period } : null;
  }
  const { time: _, ...none } = NO_EVENT_FILTER;
  if (!isOnly(filter, 'expression', none)) return null;
  return { Name: name, PredefinedID: '', KLEVP_RFC2254_FILTER: filter.expression ?? '', ...period };
};

const anyOf = (parts: readonly Filter[]): Filter => {
  const conditions = parts.filter((part): part is Condition => part.kind !== 'all');
  // One part that asks nothing makes the whole ask nothing.
  if (conditions.length < parts.length || conditions.length === 0) return { kind: 'all' };
  return conditions.length === 1 && conditions[0] ? conditions[0] : { kind: 'or', parts: conditions };
};
const allOf = (parts: readonly Filter[]): Filter => {
  const conditions = parts.filter((part): part is Condition => part.kind !== 'all');
  if (conditions.length < 2) return conditions[0] ?? { kind: 'all' };
  return { kind: 'and', parts: conditions };
};

/** One page of a host query: all that it asks together (KSCAPI 13 a00266). */
const pageFilter = (page: Params): Filter => {
  const read = readArguments(page);
  const status = read.int('StatusId');
  const days = read.int('FoundLastNDays') ?? 0;
  return allOf([
    parseFilter(read.string('Query') ?? ''),
    status === undefined ? { kind: 'all' } : parseFilter(`(KLHST_WKS_STATUS_ID = ${status})`),
    days <= 0
      ? { kind: 'all' }
      : parseFilter(`(KLHST_WKS_CREATED >= CURTIME(-${Math.min(days, 36_500) * DAY_SECONDS}))`),
  ]);
};

/** What a host query looks for: its own text, or else any of its pages. */
const hostFilter = (data: Params): Filter => {
  const read = readArguments(data);
  const text = read.string('Query');
  if (text) return parseFilter(text);
  const pages = (read.paramsList('ORedArray') ?? []).map((entry) =>
    pageFilter(isParams(entry.PageSettings) ? entry.PageSettings : entry),
  );
  return pages.length === 0 ? { kind: 'all' } : anyOf(pages);
};

/** Which selection a query of devices is. @param checked throws for attributes that no device has */
export const deviceSettingsOf = (data: Params, checked: (filter: Filter) => void): DeviceSelectionSettings => {
  const filter = hostFilter(data);
  checked(filter);
  return withinLimits(DeviceSelectionSettings, printFilter(filter));
};

/** Which selection a query of events is: its members are those of an event filter (KSCAPI 15 a00280). */
export const eventSettingsOf = (data: Params, checked: (filter: Filter) => void): EventSelectionSettings => {
  const { Name: _, PredefinedID: __, ...pFilter } = data;
  const filter = eventFilter(readArguments({ pFilter }));
  checked(filter);
  return withinLimits(EventSelectionSettings, printFilter(filter));
};

const withinLimits = <S extends typeof DeviceSelectionSettings | typeof EventSelectionSettings>(
  schema: S,
  expression: string,
): ReturnType<S['parse']> => {
  const parsed = schema.safeParse({ filter: { ...(expression && { expression }) } });
  if (!parsed.success) throw new BadFormat(parsed.error.issues[0]?.message ?? 'a shorter filter is needed', 'parData');
  return parsed.data as ReturnType<S['parse']>;
};
