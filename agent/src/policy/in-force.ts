import { isAbsolute } from 'node:path';
import {
  type AgentPolicy,
  type AgentPolicySettings,
  AgentSchedule,
  type PolicySettingKey,
  policyValue,
} from '@gatehouse/contract';

/** What somebody set on this very device; undefined: nobody did. */
export interface LocalSettings {
  watch: string[] | undefined;
  exclude: string[] | undefined;
  largestFileBytes: number | undefined;
}

/** What this device does now: its policy, its own settings and what is usual, put together. */
export interface InForce {
  policyId: string | null;
  policyName: string | null;
  isOutOfOffice: boolean;
  /** What the policy sets, without the device's own settings. */
  settings: AgentPolicySettings;
  /** None while real-time protection is off. */
  watchedFolders: string[];
  /** The same folders, also while it is off. */
  quickScanFolders: string[];
  excludedFolders: string[];
  largestFileBytes: number;
  scan: { schedule: AgentSchedule; mode: 'quick' | 'full'; action: 'report' | 'quarantine' };
  databaseUpdates: { schedule: AgentSchedule };
  vulnerabilitySearch: { schedule: AgentSchedule };
  /** Null: the agent's usual time. */
  quarantineKeepDays: number | null;
}

const USUAL_LARGEST_FILE_BYTES = 100 * 1024 * 1024;
const nothing: { settings: AgentPolicySettings; locked: string[] } = { settings: {}, locked: [] };
const never: AgentSchedule = AgentSchedule.parse({ every: 'never' });

/**
 * A locked setting of the policy counts before the device's own, the device's own before a setting that is not locked.
 * Folders that are no absolute path on this system are for other devices of the same policy and left out.
 */
export const putTogether = (policy: AgentPolicy | null, local: LocalSettings, isAway: boolean): InForce => {
  const isOutOfOffice = isAway && policy?.outOfOffice !== null && policy !== null;
  const { settings, locked } = (isOutOfOffice ? policy.outOfOffice : policy) ?? nothing;
  const set = <T>(key: PolicySettingKey): T | undefined => policyValue(settings, key) as T;
  const nearest = <T>(key: PolicySettingKey, own: T | undefined): T | undefined => {
    const value = set<T>(key);
    return value !== undefined && locked.includes(key) ? value : (own ?? value);
  };
  const foldersOf = (key: PolicySettingKey, own: string[] | undefined) =>
    (nearest<string[]>(key, own) ?? []).filter((folder) => isAbsolute(folder));

  const isProtectionOff =
    set<boolean>('realTimeProtection.enabled') === false &&
    (locked.includes('realTimeProtection.enabled') || local.watch === undefined);
  const folders = foldersOf('realTimeProtection.watchedFolders', local.watch);
  return {
    policyId: policy?.id ?? null,
    policyName: (isOutOfOffice ? policy.outOfOffice?.name : policy?.name) ?? null,
    isOutOfOffice,
    settings,
    watchedFolders: isProtectionOff ? [] : folders,
    quickScanFolders: folders,
    excludedFolders: foldersOf('scan.excludedFolders', local.exclude),
    largestFileBytes: nearest('scan.largestFileBytes', local.largestFileBytes) ?? USUAL_LARGEST_FILE_BYTES,
    scan: {
      schedule: set<AgentSchedule>('scan.schedule') ?? never,
      mode: set<'quick' | 'full'>('scan.mode') ?? 'quick',
      action: set<'report' | 'quarantine'>('scan.action') ?? 'report',
    },
    databaseUpdates: { schedule: set<AgentSchedule>('databaseUpdates.schedule') ?? never },
    vulnerabilitySearch: { schedule: set<AgentSchedule>('vulnerabilitySearch.schedule') ?? never },
    quarantineKeepDays: set<number>('quarantine.keepDays') ?? null,
  };
};
