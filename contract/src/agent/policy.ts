import { z } from 'zod';

const folder = z.string().min(1).max(1024);

/** When the agent starts something by itself, in the device's own time of day. */
export const AgentSchedule = z
  .discriminatedUnion('every', [
    z.object({ every: z.literal('never') }),
    z.object({ every: z.literal('hours'), hours: z.number().int().min(1).max(168) }),
    z.object({ every: z.literal('day'), minuteOfDay: z.number().int().min(0).max(1439) }),
    z.object({
      every: z.literal('week'),
      /** 0 is Sunday. */
      weekday: z.number().int().min(0).max(6),
      minuteOfDay: z.number().int().min(0).max(1439),
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

/** The policy in force for one device, with all that it inherits put together. */
export const AgentPolicy = z
  .object({
    /** Another id whenever the settings are others. */
    id: z.string().min(1).max(64),
    name: z.string().max(256),
    settings: AgentPolicySettings,
  })
  .meta({ id: 'AgentPolicy' });
export type AgentPolicy = z.output<typeof AgentPolicy>;
