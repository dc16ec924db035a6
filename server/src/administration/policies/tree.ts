import { type EffectivePolicySetting, ENDPOINT_AGENT, type PolicyProgress } from '@gatehouse/contract';
import { fullNames, type Group } from '../groups/index.ts';
import type { OpenBook } from './book.ts';
import { chainOf, effectiveSettings, layersOf } from './effective.ts';
import type { PolicyPlace, SavedPolicy } from './policy.ts';
import type { DevicePolicyStore } from './store-devices.ts';

/** Devices of one group by how they stand to their policy. */
export type Counts = Awaited<ReturnType<DevicePolicyStore['counts']>>;

export const idsOf = (path: string): number[] => path.split('/').filter(Boolean).map(Number);

/** Full names without the slash at the end, by group. */
export const namesOf = (groups: Group[]): Map<number, string> =>
  new Map([...fullNames(groups)].map(([id, name]) => [id, name.replace(/\/$/, '')]));

/** What comes from active policies of the groups above; profiles are left out, since they differ from device to device. */
export const inheritedBy = (
  place: Pick<PolicyPlace, 'groupId' | 'application'>,
  policies: readonly SavedPolicy[],
  groups: Group[],
): EffectivePolicySetting[] => {
  if (place.application !== ENDPOINT_AGENT) return [];
  const own = groups.find(({ id }) => id === place.groupId)?.path ?? '';
  const above = idsOf(own).slice(0, -1);
  const byGroup = Map.groupBy(
    policies.filter(({ application }) => application === place.application),
    ({ groupId }) => groupId,
  );
  return effectiveSettings(layersOf(chainOf(byGroup, above.join('/')) ?? [], null), namesOf(groups));
};

/** For each policy the groups in which it counts, at home or away. */
export const reachOf = (groups: readonly Group[], open: OpenBook): Map<number, number[]> => {
  const reach = new Map<number, number[]>();
  for (const { id } of groups) {
    const { inForce, away } = open.placeOf(id);
    for (const policyId of new Set([...inForce, ...(away ?? [])].map((policy) => policy.id))) {
      const under = reach.get(policyId);
      if (under) under.push(id);
      else reach.set(policyId, [id]);
    }
  }
  return reach;
};

export const progressOf = (groupIds: readonly number[], counts: ReadonlyMap<number, Counts>): PolicyProgress => {
  const rows = groupIds.flatMap((id) => counts.get(id) ?? []);
  const of = (...states: string[]) =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { devices }) => sum + Number(devices), 0);
  return {
    devices: of('applied', 'pending', 'out-of-date', 'unknown'),
    applied: of('applied'),
    pending: of('pending'),
    outOfDate: of('out-of-date'),
    unknown: of('unknown'),
  };
};
