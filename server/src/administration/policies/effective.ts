import { createHash } from 'node:crypto';
import {
  type AgentPolicy,
  type EffectivePolicySetting,
  type PolicyProfile,
  type PolicySettingKey,
  policySettingKeys,
  readAddress,
  readAddressRange,
  settingsOfValues,
} from '@gatehouse/contract';
import { type DeviceTraits, type SavedPolicy, valuesOf } from './policy.ts';

/** A policy on the way from the top group down to a device's group, with the profiles that are active there. */
export interface Layer {
  policy: SavedPolicy;
  activeProfiles: PolicyProfile[];
}

/** Whether a profile is active on a device: everything that its condition names must hold. */
export const holds = ({ enabled, condition }: PolicyProfile, device: DeviceTraits): boolean => {
  if (!enabled) return false;
  const { tags, deviceKind, osFamilies, ipRanges } = condition;
  if (tags.length > 0 && !tags.some((tag) => device.tags.includes(tag))) return false;
  // A device that has not told its system yet is neither a server nor a workstation.
  if (deviceKind !== 'any' && (device.osFamily === '' || device.isServer !== (deviceKind === 'server'))) return false;
  if (osFamilies.length > 0 && !(osFamilies as string[]).includes(device.osFamily)) return false;
  return ipRanges.length === 0 || ipRanges.some((range) => isInRange(device.addresses, range));
};

const isInRange = (addresses: readonly string[], text: string): boolean => {
  const range = readAddressRange(text);
  return (
    range !== null &&
    addresses.some((address) => {
      const read = readAddress(address);
      return read !== null && read.family === range.family && read.value >= range.from && read.value <= range.to;
    })
  );
};

/**
 * The policies that count in a group, from the top down.
 *
 * @param path `/0/12/`
 * @param isAway out-of-office policies count before the active ones of their groups
 * @returns null when being away makes no difference here
 */
export const chainOf = (
  policies: ReadonlyMap<number, readonly SavedPolicy[]>,
  path: string,
  isAway = false,
): SavedPolicy[] | null => {
  let differs = false;
  const chain = path
    .split('/')
    .filter(Boolean)
    .flatMap((id) => {
      const here = policies.get(Number(id)) ?? [];
      const away = isAway ? here.find(({ state }) => state === 'out-of-office') : undefined;
      if (away) differs = true;
      return away ?? here.find(({ state }) => state === 'active') ?? [];
    });
  return isAway && !differs ? null : chain;
};

export const layersOf = (chain: readonly SavedPolicy[], device: DeviceTraits | null): Layer[] =>
  chain.map((policy) => ({
    policy,
    activeProfiles: device ? policy.profiles.filter((profile) => holds(profile, device)) : [],
  }));

/** What one policy says of a setting: its first active profile that has it, else it itself. */
const inLayer = ({ policy, activeProfiles }: Layer) => {
  const said = new Map<PolicySettingKey, { value: unknown; locked: boolean; profile: string | null }>();
  for (const [key, value] of valuesOf(policy.settings)) {
    said.set(key, { value, locked: policy.locked.includes(key), profile: null });
  }
  for (const { name, settings, locked } of activeProfiles.toReversed()) {
    for (const [key, value] of valuesOf(settings)) {
      said.set(key, { value, locked: policy.locked.includes(key) || locked.includes(key), profile: name });
    }
  }
  return said;
};

/**
 * Each setting with the policy that it comes from: the nearest that has it, unless one above has locked it. What lies
 * below a lock, also from before it, does not count.
 *
 * @param groupNames full names without the slash at the end
 */
export const effectiveSettings = (
  layers: readonly Layer[],
  groupNames: ReadonlyMap<number, string>,
): EffectivePolicySetting[] => {
  const found = new Map<PolicySettingKey, EffectivePolicySetting>();
  for (const layer of layers) {
    for (const [key, { value, locked, profile }] of inLayer(layer)) {
      if (found.get(key)?.locked) continue;
      const { id: policyId, name: policyName, groupId } = layer.policy;
      const from = { policyId, policyName, groupId, groupName: groupNames.get(groupId) ?? '', profile };
      found.set(key, { key, value, locked, from });
    }
  }
  return policySettingKeys.flatMap((key) => found.get(key) ?? []);
};

/** The same text for the same value, in whatever order its fields came out of the store. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`;
};

const partOf = (layers: readonly Layer[]) => {
  const settings = effectiveSettings(layers, new Map());
  return {
    name: layers.at(-1)?.policy.name ?? '',
    settings: settingsOfValues(settings.map(({ key, value }) => [key, value] as const)),
    locked: settings.filter(({ locked }) => locked).map(({ key }) => key),
  };
};

/** What an agent is told. Null: no policy is in force. */
export const agentPolicyOf = (inForce: readonly Layer[], away: readonly Layer[] | null): AgentPolicy | null => {
  if (inForce.length === 0 && !away) return null;
  const outOfOffice = away && {
    ...partOf(away),
    afterMissedSyncs:
      away.findLast(({ policy }) => policy.state === 'out-of-office')?.policy.outOfOfficeAfterSyncs ?? 1,
  };
  const body = { ...partOf(inForce), outOfOffice };
  return { id: createHash('sha256').update(canonical(body)).digest('hex').slice(0, 32), ...body };
};
