import { type DeviceTime, type DeviceFilter as GivenFilter, readAddressRange, writeAddress } from '@gatehouse/contract';
import { FilterSyntaxError, parseFilter, UnknownAttribute } from '@gatehouse/protocols/ksc-open-api';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../platform/clock/index.ts';
import { InvalidInput } from '../../platform/errors/index.ts';
import type { SearchPlaces } from './search-places.ts';
import type { DeviceFilter, TimeBounds } from './store-filter.ts';
import { searchCondition } from './store-search.ts';

const UNIT_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;

const boundsOf = (time: DeviceTime, now: Date): TimeBounds | undefined => {
  switch (time.kind) {
    case 'any':
      return undefined;
    case 'within':
      return { kind: 'since', from: new Date(now.getTime() - time.amount * UNIT_MS[time.unit]) };
    case 'before':
      return { kind: 'notSince', from: new Date(now.getTime() - time.amount * UNIT_MS[time.unit]) };
    case 'never':
      return { kind: 'never' };
    case 'between':
      return {
        kind: 'between',
        from: time.from === null ? null : new Date(time.from),
        to: time.to === null ? null : new Date(time.to),
      };
  }
};

/** Groups as far as a filter needs them. */
export interface FilterGroups {
  /** These groups and, of those that say so, all below them; groups that the caller may not see are left out. */
  idsOf: (wanted: GivenFilter['groups']) => Promise<number[]>;
  /** The groups of unassigned devices, with those below them. */
  unassignedIds: () => Promise<number[]>;
  /** For filters with an expression. */
  searchPlaces: () => Promise<SearchPlaces>;
}

/** @throws InvalidInput `device-filter.expression` */
const expressionOf = (expression: string, context: Parameters<typeof searchCondition>[1]): DeviceFilter['search'] => {
  try {
    return searchCondition(parseFilter(expression), context);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError || error instanceof UnknownAttribute)) throw error;
    throw new InvalidInput(
      `The expression cannot be read: ${error.message}`,
      [{ where: 'filter.expression', what: error.message }],
      'device-filter.expression',
    );
  }
};

const given = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);
const asked = (yes: boolean | null): boolean | undefined => yes ?? undefined;

/** A filter as people make it, with its meaning fixed as of now. */
export const resolveDeviceFilter = async (
  filter: GivenFilter,
  { now, visibleSince, groups }: { now: Date; visibleSince: Date; groups: FilterGroups },
): Promise<DeviceFilter> => ({
  tenantIds: given(filter.tenantIds),
  groupIds: filter.groups.length > 0 ? await groups.idsOf(filter.groups) : undefined,
  unassigned:
    filter.unassigned === null ? undefined : { yes: filter.unassigned, groupIds: await groups.unassignedIds() },
  status: given(filter.statuses),
  conditions: given(filter.conditions),
  visible: filter.visible === null ? undefined : { yes: filter.visible, since: visibleSince },
  text: filter.text || undefined,
  names: given(filter.names),
  notNames: given(filter.notNames),
  osNames: given(filter.osNames),
  agentVersions: given(filter.agentVersions),
  securityApplications: given(filter.securityApplications),
  addresses: given(
    filter.addresses.flatMap((text) => {
      const range = readAddressRange(text);
      if (!range) return [];
      const { family, from, to } = range;
      return [{ from: writeAddress({ family, value: from }), to: writeAddress({ family, value: to }) }];
    }),
  ),
  osFamilies: given(filter.osFamilies),
  isServer: asked(filter.isServer),
  lastSeen: boundsOf(filter.lastSeen, now),
  lastConnected: boundsOf(filter.lastConnected, now),
  added: boundsOf(filter.added, now),
  lastScan: boundsOf(filter.lastScan, now),
  databases: boundsOf(filter.databases, now),
  agentInstalled: asked(filter.agentInstalled),
  securityInstalled: asked(filter.securityInstalled),
  protectionRunning: asked(filter.protectionRunning),
  restartRequired: asked(filter.restartRequired),
  activeThreats: asked(filter.activeThreats),
  detections: asked(filter.detections),
  sameName: asked(filter.sameName),
  tags: given(filter.tags),
  notTags: given(filter.notTags),
  search: filter.expression
    ? expressionOf(filter.expression, { now, visibleSince, ...(await groups.searchPlaces()) })
    : undefined,
});
