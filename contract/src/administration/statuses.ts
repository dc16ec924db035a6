import { z } from 'zod';
import { Id, Moment, StatusLevel } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Device statuses';

/** One status condition that holds for a device, with the level that the settings give it. */
export const StatusReason = z
  .object({
    /** Key of the condition, as `activeThreats`. */
    condition: z.string(),
    title: z.string(),
    level: z.enum(['warning', 'critical']),
    since: Moment,
    /** Why, with the device's own figures: `2 active threats (more than 0)`. */
    detail: z.string(),
    /** The setting that makes it count; null in what was decided before settings were noted. */
    rule: z
      .object({
        /** The group whose own setting it is; null: nobody set it, it is the condition's default. */
        groupId: z.number().int().nullable(),
        groupName: z.string().nullable(),
        /** What is set, in words: `more than 3 days`, `on`. */
        value: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'StatusReason' });
export type StatusReason = z.output<typeof StatusReason>;

const Choice = z.object({ key: z.string(), title: z.string() });

/** What one level of a condition is set to. */
export const LevelSetting = z.object({
  enabled: z.boolean(),
  /** A number in the condition's unit, or the key of the one choice; null for a mere switch. */
  value: z
    .union([z.number(), z.string().max(60)])
    .nullable()
    .default(null),
  /** Keys of what may be chosen beside it. */
  choices: z.array(z.string().max(60)).max(20).default([]),
});
export type LevelSetting = z.output<typeof LevelSetting>;

export const ConditionSetting = z.object({
  critical: LevelSetting,
  warning: LevelSetting,
  /** Groups below must take it as it is. */
  locked: z.boolean().default(false),
});
export type ConditionSetting = z.output<typeof ConditionSetting>;

/** A status condition: what can be set for it, and what must be true before it counts. */
export const StatusCondition = z
  .object({
    key: z.string(),
    title: z.string(),
    /** How what is found is compared with what is set. */
    comparison: z.enum(['is', 'above', 'below']),
    /** The value is a number. */
    number: z
      .object({
        /** As `days` or `objects`. */
        unit: z.string(),
        smallest: z.number(),
        largest: z.number().nullable(),
      })
      .nullable(),
    /** The value is one of these. */
    choice: z.object({ label: z.string(), options: z.array(Choice) }).nullable(),
    /** Any of these can be chosen, at least `fewest` while the level is on. */
    choices: z.object({ label: z.string(), options: z.array(Choice), fewest: z.number().int() }).nullable(),
    /** What must be true of a device before the condition counts, in words. */
    requires: z.array(z.string()),
    /** How the server comes to know it, and of which systems. */
    knownBy: z.string(),
    /** What holds where nobody set anything. */
    defaults: ConditionSetting,
  })
  .meta({ id: 'StatusCondition' });
export type StatusCondition = z.output<typeof StatusCondition>;

const GroupName = z.object({ groupId: z.number().int(), name: z.string() });

/** A condition with what is set for it in one group. */
export const ConditionSettings = StatusCondition.extend({
  setting: ConditionSetting,
  /** It was set in this group, and not above. */
  own: z.boolean(),
  /** The group above whose setting it is; null: set here, or by nobody. */
  inheritedFrom: GroupName.nullable(),
  /** Set above and locked there: nothing can be changed here. */
  lockedBy: GroupName.nullable(),
}).meta({ id: 'ConditionSettings' });
export type ConditionSettings = z.output<typeof ConditionSettings>;

/** What of a group's settings is to be changed; all of it or nothing is. */
const StatusSettingsChange = z.object({
  changes: z
    .array(
      z.object({
        condition: z.string().max(60),
        /** Null takes the group's own setting away: the one above holds again. */
        setting: ConditionSetting.nullable(),
      }),
    )
    .min(1)
    .max(50),
});
export type StatusSettingsChange = z.output<typeof StatusSettingsChange>;

export const listStatusConditions = endpoint({
  method: 'GET',
  path: '/api/status-conditions',
  tag,
  summary: 'Every condition that can make a device Critical or Warning, with what can be set for it',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(StatusCondition) }),
});

const params = z.object({ tenantId: Id, groupId: z.coerce.number().int() });
const reply = z.object({ conditions: z.array(ConditionSettings) });

export const getStatusSettings = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/groups/:groupId/status-settings',
  tag,
  summary: 'Which conditions make the devices of a group Critical or Warning',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params,
  reply,
});

export const changeStatusSettings = endpoint({
  method: 'PUT',
  path: '/api/tenants/:tenantId/groups/:groupId/status-settings',
  tag,
  summary: 'Set conditions for a group, or with null go back to what is set above; what is not named stays as it is',
  needs: 'statuses:write',
  audit: 'status-settings.changed',
  params,
  body: StatusSettingsChange,
  reply,
});

/** How many devices a change of settings would move from one status to another. */
export const StatusPreview = z
  .object({
    /** Devices in the group and the groups below it. */
    devices: z.number().int(),
    moves: z.array(z.object({ from: StatusLevel, to: StatusLevel, devices: z.number().int() })),
    /** Of the moves: to a graver status, and to a lighter one. */
    worse: z.number().int(),
    better: z.number().int(),
    /** Some of the devices that would move, the graver moves first. */
    examples: z.array(z.object({ id: Id, name: z.string(), from: StatusLevel, to: StatusLevel })),
  })
  .meta({ id: 'StatusPreview' });
export type StatusPreview = z.output<typeof StatusPreview>;

export const previewStatusSettings = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/groups/:groupId/status-settings/preview',
  tag,
  summary: 'How many devices a change of settings would make Critical, Warning or OK, as the devices are now',
  needs: 'statuses:write',
  audit: { notAudited: 'changes nothing' },
  params,
  body: StatusSettingsChange,
  reply: StatusPreview,
});
