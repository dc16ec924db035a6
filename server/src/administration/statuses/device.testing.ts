/** A device for tests of conditions: nothing is wrong with it unless the test says so. */
import type { ConditionSetting, LevelSetting } from '@gatehouse/contract';
import type { DecidedStatus, DeviceState } from '../devices/index.ts';
import type { DecisionContext } from './decide.ts';
import { defaultRules, type Rule } from './rules.ts';
import { inWords } from './settings.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const now = new Date('2026-05-01T12:00:00Z');
export const ago = (ms: number) => new Date(now.getTime() - ms);
export const days = (count: number) => ago(count * DAY_MS);
export const SYNC_SECONDS = 300;

export const healthy: DeviceState = {
  id: 'd',
  tenantId: 't',
  groupId: 10,
  name: 'pc-1',
  createdAt: days(100),
  agentInstalled: true,
  enrolledAt: days(100),
  factsAt: ago(MINUTE_MS),
  heardSince: null,
  lastSeenAt: ago(MINUTE_MS),
  lastConnectedAt: ago(MINUTE_MS),
  securityKnown: true,
  securityProduct: 'clamav',
  securityName: 'ClamAV',
  securityRunning: true,
  rtpState: 4,
  rtpStoppedSince: null,
  databasesReleasedAt: days(1),
  activeThreats: 0,
  virusCount: 0,
  restartSince: null,
  licenseKnown: true,
  licenseExpiresAt: days(-100),
  unprocessedIncidents: 0,
  told: { lastScanAt: days(1).toISOString(), updatesSearchedAt: days(1).toISOString() },
};
export const ok: DecidedStatus = {
  level: 'ok',
  mask: 0,
  reasons: [],
  unseen: [],
  since: days(3),
  visible: true,
  nextAt: null,
};

/** One level on, the other off. */
export const on = (value: LevelSetting['value'], choices: string[] = []): ConditionSetting => ({
  critical: { enabled: true, value, choices },
  warning: { enabled: false, value: null, choices: [] },
  locked: false,
});

/** The default rules with some settings of a group. */
export const rulesWith = (settings: Record<string, ConditionSetting> = {}, groupId = 10): Rule[] =>
  defaultRules.map((rule) => {
    const setting = settings[rule.condition.key];
    if (!setting) return rule;
    const words = {
      critical: inWords(rule.condition, setting.critical),
      warning: inWords(rule.condition, setting.warning),
    };
    return { ...rule, setting, groupId, words };
  });

export const context = (settings: Record<string, ConditionSetting> = {}, at = now): DecisionContext => ({
  now: at,
  visibleForMinutes: 120,
  syncSeconds: SYNC_SECONDS,
  rules: rulesWith(settings),
});
