import {
  type AgentPolicySettings,
  type PolicyContent,
  type PolicyProfile,
  type PolicySettingKey,
  policySettingKeys,
  policyValue,
} from '@gatehouse/contract';

/** Where a policy belongs. Of several policies in one place at most one is active, and at most one out-of-office. */
export interface PolicyPlace {
  tenantId: string;
  groupId: number;
  application: string;
}

/** A policy as it is saved. */
export interface SavedPolicy extends PolicyPlace, PolicyContent {
  id: number;
  /** Grows with each save. */
  version: number;
  changedAt: Date;
  changedBy: string;
}

/** What profiles ask about a device. */
export interface DeviceTraits {
  tags: readonly string[];
  isServer: boolean;
  /** `linux`, `windows`, `macos`, `other`, or empty while nothing is known. */
  osFamily: string;
  addresses: readonly string[];
}

/** A device whose policy is to be found out. */
export interface PolicyDevice extends DeviceTraits {
  id: string;
  tenantId: string;
  groupId: number;
}

/** Single settings that are set, in the order of the catalogue. */
export const valuesOf = (settings: AgentPolicySettings): [PolicySettingKey, unknown][] =>
  policySettingKeys.flatMap((key) => {
    const value = policyValue(settings, key);
    return value === undefined ? [] : [[key, value] as [PolicySettingKey, unknown]];
  });

const titles: Record<PolicySettingKey, string> = {
  'realTimeProtection.enabled': 'Real-time protection',
  'realTimeProtection.watchedFolders': 'Watched folders',
  'scan.schedule': 'Scan schedule',
  'scan.mode': 'Scheduled scan',
  'scan.excludedFolders': 'Excluded folders',
  'scan.action': 'Detected objects',
  'scan.largestFileBytes': 'Largest file (bytes)',
  'databaseUpdates.schedule': 'Database update schedule',
  'vulnerabilitySearch.schedule': 'Vulnerability search schedule',
  'quarantine.keepDays': 'Days in quarantine',
  'encryption.systemVolumeRequired': 'Encrypted system volume',
  'incompatibleApplications.names': 'Incompatible applications',
};

/** For people, in messages and in what differs between revisions. */
export const titleOfSetting = (key: string): string | undefined =>
  Object.hasOwn(titles, key) ? titles[key as PolicySettingKey] : undefined;

type Values = Pick<PolicyProfile, 'settings' | 'locked'>;

const settingsState = ({ settings, locked }: Values) =>
  Object.fromEntries(valuesOf(settings).map(([key, value]) => [key, { value, locked: locked.includes(key) }]));

/** A policy as its history keeps it: setting by setting, so that what differs is told in words. */
export const stateOfPolicy = (policy: PolicyPlace & PolicyContent) => ({
  name: policy.name,
  application: policy.application,
  state: policy.state,
  outOfOfficeAfterSyncs: policy.outOfOfficeAfterSyncs,
  settings: settingsState(policy),
  profiles: policy.profiles.map(({ name, enabled, condition, ...values }) => ({
    name,
    enabled,
    condition,
    settings: settingsState(values),
  })),
});

/** What is in one place of settings, for telling whether a save touches it. */
const touch = (values: Values, key: PolicySettingKey): string =>
  JSON.stringify([policyValue(values.settings, key) ?? null, values.locked.includes(key)]);
const none: Values = { settings: {}, locked: [] };

/** Settings that a save sets, changes or takes away, in the policy itself or in a profile. */
export const touchedSettings = (before: PolicyContent | null, after: PolicyContent): PolicySettingKey[] =>
  policySettingKeys.filter((key) => {
    if (touch(before ?? none, key) !== touch(after, key)) return true;
    const profilesBefore = new Map(before?.profiles.map((profile) => [profile.name, profile]));
    return after.profiles.some(
      (profile) => touch(profilesBefore.get(profile.name) ?? none, key) !== touch(profile, key),
    );
  });

const withoutKeys = ({ settings, locked }: Values, keys: ReadonlySet<PolicySettingKey>) => {
  const left: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of valuesOf(settings)) {
    const [section = '', field = ''] = key.split('.');
    if (!keys.has(key)) left[section] = { ...left[section], [field]: value };
  }
  return { settings: left as AgentPolicySettings, locked: locked.filter((key) => !keys.has(key)) };
};

/** The same policy without some settings, in itself and in its profiles. */
export const withoutSettings = <P extends PolicyContent>(policy: P, keys: ReadonlySet<PolicySettingKey>): P => ({
  ...policy,
  ...withoutKeys(policy, keys),
  profiles: policy.profiles.map((profile) => ({ ...profile, ...withoutKeys(profile, keys) })),
});

/** Settings that a policy or one of its profiles sets. */
export const settingsSet = (policy: PolicyContent): PolicySettingKey[] =>
  policySettingKeys.filter((key) =>
    [policy, ...policy.profiles].some(({ settings }) => policyValue(settings, key) !== undefined),
  );
