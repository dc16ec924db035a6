import { z } from 'zod';

const folder = z.string().min(1).max(1024);

const whenStarted = {
  /** Whether a start that came while the device was off or asleep is made up for as soon as it can be. */
  runMissed: z.boolean().default(true),
  /** Each device starts up to so many minutes later, always by the same, so that not all start at once. */
  spreadMinutes: z.number().int().min(0).max(720).default(0),
};

/** When the agent starts something by itself, in the device's own time of day. */
export const AgentSchedule = z
  .discriminatedUnion('every', [
    z.object({ every: z.literal('never') }),
    z.object({ every: z.literal('hours'), hours: z.number().int().min(1).max(168), ...whenStarted }),
    z.object({ every: z.literal('day'), minuteOfDay: z.number().int().min(0).max(1439), ...whenStarted }),
    z.object({
      every: z.literal('week'),
      /** 0 is Sunday. */
      weekday: z.number().int().min(0).max(6),
      minuteOfDay: z.number().int().min(0).max(1439),
      ...whenStarted,
    }),
  ])
  .meta({ id: 'AgentSchedule' });
export type AgentSchedule = z.output<typeof AgentSchedule>;

/** What a policy sets on a device; a part that is missing is left to the device's own settings. */
export const AgentPolicySettings = z
  .object({
    realTimeProtection: z.object({ enabled: z.boolean(), watchedFolders: z.array(folder).max(100) }).partial(),
    scan: z
      .object({
        schedule: AgentSchedule,
        mode: z.enum(['quick', 'full']),
        excludedFolders: z.array(folder).max(100),
        /** What becomes of a detected object. */
        action: z.enum(['report', 'quarantine']),
        largestFileBytes: z.number().int().min(1024).max(4_294_967_296),
      })
      .partial(),
    databaseUpdates: z.object({ schedule: AgentSchedule }).partial(),
    vulnerabilitySearch: z.object({ schedule: AgentSchedule }).partial(),
    quarantine: z.object({ keepDays: z.number().int().min(1).max(3650) }).partial(),
    encryption: z.object({ systemVolumeRequired: z.boolean() }).partial(),
    incompatibleApplications: z.object({ names: z.array(z.string().min(1).max(128)).max(200) }).partial(),
  })
  .partial()
  .meta({ id: 'AgentPolicySettings' });
export type AgentPolicySettings = z.output<typeof AgentPolicySettings>;

/** Every setting by its place, `section.field`. */
export const policySettingKeys = [
  'realTimeProtection.enabled',
  'realTimeProtection.watchedFolders',
  'scan.schedule',
  'scan.mode',
  'scan.excludedFolders',
  'scan.action',
  'scan.largestFileBytes',
  'databaseUpdates.schedule',
  'vulnerabilitySearch.schedule',
  'quarantine.keepDays',
  'encryption.systemVolumeRequired',
  'incompatibleApplications.names',
] as const;
export const PolicySettingKey = z.enum(policySettingKeys);
export type PolicySettingKey = z.output<typeof PolicySettingKey>;

/** The value of one setting; undefined: it is not set. */
export const policyValue = (settings: AgentPolicySettings, key: PolicySettingKey): unknown => {
  const [section = '', field = ''] = key.split('.');
  return (settings as Record<string, Record<string, unknown> | undefined>)[section]?.[field];
};

/** Settings out of single values. Values must be such as `policyValue` gives. */
export const settingsOfValues = (values: Iterable<readonly [PolicySettingKey, unknown]>): AgentPolicySettings => {
  const settings: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of values) {
    const [section = '', field = ''] = key.split('.');
    settings[section] = { ...settings[section], [field]: value };
  }
  return settings as AgentPolicySettings;
};

/** Settings with those that a device's own settings may not overrule. A key that an agent does not know is no matter. */
const locked = z.array(z.string().max(100)).max(200);

/** The policy in force for one device, with all that it inherits put together. */
export const AgentPolicy = z
  .object({
    /** Another id whenever anything else in here is another. */
    id: z.string().min(1).max(64),
    name: z.string().max(256),
    settings: AgentPolicySettings,
    locked: locked.default([]),
    /** What holds instead while the server cannot be reached; null: nothing else. */
    outOfOffice: z
      .object({
        name: z.string().max(256),
        /** After so many syncs that should have been and were not. */
        afterMissedSyncs: z.number().int().min(1).max(1000),
        settings: AgentPolicySettings,
        locked,
      })
      .nullable()
      .default(null),
  })
  .meta({ id: 'AgentPolicy' });
export type AgentPolicy = z.output<typeof AgentPolicy>;
