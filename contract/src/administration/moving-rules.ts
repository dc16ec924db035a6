import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { few, Mask, maybe } from '../filters.ts';
import { AddressRangeText, DeviceTag, OsFamily, osFamilies } from './device-filter.ts';
import { DeviceRow } from './devices.ts';

const tag = 'Moving rules';

/** What a device must be for a rule; several parts must all be met, within a part one value is enough. */
export const MovingConditions = z
  .object({
    /** Masks for the device's name or host name. */
    names: few(Mask),
    /** Any address of the device. */
    addresses: few(AddressRangeText),
    osFamilies: few(OsFamily, osFamilies.length),
    /** Masks: `Debian*`. */
    osNames: few(Mask),
    isServer: maybe,
    tags: few(DeviceTag),
  })
  .meta({ id: 'MovingConditions' });
export type MovingConditions = z.output<typeof MovingConditions>;

export const movingModes = ['enrolment', 'once', 'always'] as const;

const RuleShape = z.object({
  name: z.string().trim().min(1, 'Type a name').max(100),
  enabled: z.boolean().default(true),
  /**
   * `enrolment`: each time the device enrols, until its first report was looked at. `once`: the first time that it meets
   * the conditions, then never again. `always`: whenever something changes about the device.
   */
  mode: z.enum(movingModes),
  /** Only devices in Unassigned devices, or all of the tenant. */
  reach: z.enum(['unassigned', 'all']),
  conditions: MovingConditions.prefault({}),
  /** Where to; null: the device stays, and the rules below are asked too. */
  groupId: z.number().int().nullable(),
  addTags: z.array(DeviceTag).max(20).default([]),
});

export const MovingRuleBody = RuleShape.refine(({ groupId, addTags }) => groupId !== null || addTags.length > 0, {
  message: 'Choose a group, or type a tag: this rule would do nothing',
  path: ['groupId'],
}).meta({ id: 'MovingRuleBody' });
export type MovingRuleBody = z.output<typeof MovingRuleBody>;

export const MovingRule = RuleShape.extend({
  id: Id,
  tenantId: Id,
  /** Full name of the group. */
  groupName: z.string().nullable(),
  changedAt: Moment,
  changedBy: z.string(),
}).meta({ id: 'MovingRule' });
export type MovingRule = z.output<typeof MovingRule>;

const tenantParams = z.object({ tenantId: Id });
const ruleParams = z.object({ tenantId: Id, ruleId: Id });

export const listMovingRules = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/moving-rules',
  tag,
  summary: 'The moving rules of a tenant in their order: the first that moves a device decides',
  needs: 'devices:read',
  audit: { notAudited: 'reads only' },
  params: tenantParams,
  reply: z.object({ items: z.array(MovingRule) }),
});

export const addMovingRule = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/moving-rules',
  tag,
  summary: 'Add a moving rule at the end of the list',
  needs: 'groups:write',
  audit: 'moving-rule.added',
  params: tenantParams,
  body: MovingRuleBody,
  reply: MovingRule,
});

export const changeMovingRule = endpoint({
  method: 'PUT',
  path: '/api/tenants/:tenantId/moving-rules/:ruleId',
  tag,
  summary: 'Change a moving rule; devices that it moved stay where they are',
  needs: 'groups:write',
  audit: 'moving-rule.changed',
  params: ruleParams,
  body: MovingRuleBody,
  reply: MovingRule,
});

export const deleteMovingRule = endpoint({
  method: 'DELETE',
  path: '/api/tenants/:tenantId/moving-rules/:ruleId',
  tag,
  summary: 'Delete a moving rule; devices that it moved stay where they are',
  needs: 'groups:write',
  audit: 'moving-rule.deleted',
  params: ruleParams,
  reply: Done,
});

export const orderMovingRules = endpoint({
  method: 'PUT',
  path: '/api/tenants/:tenantId/moving-rules-order',
  tag,
  summary: 'Put the moving rules of a tenant into an order',
  needs: 'groups:write',
  audit: 'moving-rules.ordered',
  params: tenantParams,
  body: z.object({ ids: z.array(Id).min(1).max(500) }),
  reply: z.object({ items: z.array(MovingRule) }),
});

export const previewMovingRule = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/moving-rules/preview',
  tag,
  summary: 'Which devices a rule would move or tag if it were applied now, in its place among the others',
  needs: 'devices:read',
  audit: { notAudited: 'changes nothing' },
  params: tenantParams,
  body: z.object({
    rule: MovingRuleBody,
    /** The saved rule whose place it has; left out: the end of the list. */
    ruleId: Id.optional(),
  }),
  reply: z.object({
    moved: z.number().int(),
    tagged: z.number().int(),
    /** The first of them. */
    devices: z.array(
      DeviceRow.pick({ id: true, name: true, groupName: true, osName: true, ipAddress: true }).extend({
        /** Full name; null: it stays. */
        toGroupName: z.string().nullable(),
        addTags: z.array(z.string()),
      }),
    ),
  }),
});

export const applyMovingRule = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/moving-rules/:ruleId/apply',
  tag,
  summary: 'Apply a moving rule now to all devices that it reaches, whatever its mode',
  needs: 'groups:write',
  audit: 'moving-rule.applied',
  params: ruleParams,
  body: z.object({}),
  reply: z.object({ moved: z.number().int(), tagged: z.number().int() }),
});
