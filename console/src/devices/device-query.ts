import {
  type DeviceFilterInput,
  type DeviceQuery,
  type DeviceTime,
  deviceSorts,
  OsFamily,
  readAddressRange,
  StatusLevel,
} from '@gatehouse/contract';
import { z } from 'zod';
import { listState, urlFlag, urlList, urlNumber, urlOneOf, urlText } from '../platform/index.ts';

const texts = urlList(z.string().max(256));

/** Times that the list can be filtered by with one click; a selection can have any. */
export const seenTimes = {
  'within-1h': { kind: 'within', amount: 1, unit: 'hours' },
  'within-1d': { kind: 'within', amount: 1, unit: 'days' },
  'within-7d': { kind: 'within', amount: 7, unit: 'days' },
  'before-1d': { kind: 'before', amount: 1, unit: 'days' },
  'before-7d': { kind: 'before', amount: 7, unit: 'days' },
  'before-30d': { kind: 'before', amount: 30, unit: 'days' },
} as const satisfies Record<string, DeviceTime>;
export type SeenTime = keyof typeof seenTimes;
const seenNames = Object.keys(seenTimes) as [SeenTime, ...SeenTime[]];

/** What the filters of the list of devices keep in its address. */
export const DeviceFilterState = z.object({
  text: urlText,
  status: urlList(StatusLevel),
  condition: urlList(z.string().max(60)),
  tenantId: texts,
  groupId: urlNumber,
  visible: urlFlag,
  /** Masks, as `pc-*`. */
  name: texts,
  notName: texts,
  tag: urlList(z.string().max(64)),
  notTag: urlList(z.string().max(64)),
  os: urlList(OsFamily),
  osName: texts,
  server: urlFlag,
  address: texts,
  agent: texts,
  application: texts,
  seen: urlOneOf(seenNames),
  unassigned: urlFlag,
  protected: urlFlag,
  restart: urlFlag,
});
export type DeviceFilterState = z.output<typeof DeviceFilterState>;

export const DeviceSearch = z.object({
  ...listState,
  ...DeviceFilterState.shape,
  /** A saved selection, which the filters narrow. */
  selection: urlText,
  sort: urlOneOf(deviceSorts),
  descending: urlFlag,
});
export type DeviceSearch = z.output<typeof DeviceSearch>;

/** Devices that the server acts upon in one call. */
export const MOST_AT_ONCE = 1000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const isAsked = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

/** The filter that the address asks for; undefined when it asks for nothing. */
export const filterOf = (state: DeviceFilterState): DeviceFilterInput | undefined => {
  const filter: DeviceFilterInput = {
    text: state.text,
    statuses: state.status,
    conditions: state.condition,
    // What is no id in the address finds nothing on the server either, but would be refused.
    tenantIds: state.tenantId?.filter((id) => UUID.test(id)),
    groups: state.groupId === undefined ? undefined : [{ id: state.groupId }],
    visible: state.visible,
    names: state.name,
    notNames: state.notName,
    tags: state.tag,
    notTags: state.notTag,
    osFamilies: state.os,
    osNames: state.osName,
    isServer: state.server,
    addresses: state.address?.filter((text) => readAddressRange(text) !== null),
    agentVersions: state.agent,
    securityApplications: state.application,
    lastSeen: state.seen && seenTimes[state.seen],
    unassigned: state.unassigned,
    protectionRunning: state.protected,
    restartRequired: state.restart,
  };
  const asked = Object.entries(filter).filter(([, value]) => isAsked(value));
  return asked.length === 0 ? undefined : (Object.fromEntries(asked) as DeviceFilterInput);
};

/** What the page asks the server for. @param scope the client that the top bar shows alone */
export const queryOf = (search: DeviceSearch, scope: string | undefined) => {
  const filter = filterOf(scope ? { ...search, tenantId: [scope] } : search);
  return {
    ...(search.selection && UUID.test(search.selection) ? { selectionId: search.selection } : {}),
    ...(filter ? { filter } : {}),
    ...(search.sort ? { sort: { by: search.sort, descending: search.descending ?? false } } : {}),
  } satisfies z.input<typeof DeviceQuery>;
};
export type AskedDevices = ReturnType<typeof queryOf>;
