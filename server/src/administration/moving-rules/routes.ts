import {
  addMovingRule,
  applyMovingRule,
  changeMovingRule,
  deleteMovingRule,
  listMovingRules,
  type MovingRuleBody,
  type MovingRule as MovingRuleReply,
  orderMovingRules,
  previewMovingRule,
} from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { GroupStore } from '../groups/index.ts';
import { inScope } from '../tenants/index.ts';
import type { Moving } from './moving.ts';
import type { Rule } from './rule.ts';
import type { MovingRuleStore } from './store.ts';

const MOST_SHOWN = 200;

export interface MovingRuleParts {
  rulesOf: (tenantId: string) => MovingRuleStore;
  groupsOf: (tenantId: string) => Pick<GroupStore, 'get'>;
  groupNames: (ids: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  moving: Moving;
  /** Changes a tenant's list of rules with its history, in one transaction that no other change of the list overtakes. */
  change: (tenantId: string, change: (rules: Rule[]) => Rule[], doer: Doer) => Promise<unknown>;
  clock: Clock;
  onChange: () => void;
}

const requireTenant = (actor: Actor, tenantId: string): void => {
  if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
};

export const movingRuleRoutes = (http: Http, parts: MovingRuleParts): void => {
  const shown = async (rules: readonly Rule[]): Promise<MovingRuleReply[]> => {
    const names = await parts.groupNames(rules.flatMap(({ groupId }) => groupId ?? []));
    return rules.map((rule) => ({
      ...rule,
      groupName: rule.groupId === null ? null : (names.get(rule.groupId) ?? '').replace(/\/$/, ''),
      changedAt: rule.changedAt.toISOString(),
    }));
  };
  const one = async (tenantId: string, ruleId: string): Promise<MovingRuleReply> => {
    const [rule] = await shown([await parts.rulesOf(tenantId).get(ruleId)]);
    if (!rule) throw new NotFound('moving rule', ruleId);
    return rule;
  };
  /** @throws NotFound for a group that is not of the tenant, Conflict for the one group that is no place for devices */
  const checkGroup = async (tenantId: string, { groupId }: MovingRuleBody): Promise<void> => {
    if (groupId === null) return;
    const group = await parts.groupsOf(tenantId).get(groupId);
    if (group.kind === 'super') {
      throw new Conflict('group.not-here', `“${group.name}” holds no devices; choose another group`);
    }
  };
  const made = (tenantId: string, id: string, body: MovingRuleBody, actor: Actor): Rule => ({
    ...body,
    id,
    tenantId,
    changedAt: parts.clock(),
    changedBy: actor.name,
  });

  route(http, listMovingRules, async ({ actor, params }) => {
    requireTenant(actor, params.tenantId);
    return { items: await shown(await parts.rulesOf(params.tenantId).list()) };
  });

  route(http, addMovingRule, async ({ actor, params: { tenantId }, body, request, audit }) => {
    requireTenant(actor, tenantId);
    await checkGroup(tenantId, body);
    const rule = made(tenantId, newId(parts.clock()), body, actor);
    await parts.change(tenantId, (rules) => [...rules, rule], doerOf({ actor, request }));
    audit({ after: { id: rule.id, ...body } });
    parts.onChange();
    return one(tenantId, rule.id);
  });

  route(http, changeMovingRule, async ({ actor, params: { tenantId, ruleId }, body, request, audit }) => {
    requireTenant(actor, tenantId);
    await checkGroup(tenantId, body);
    const before = await parts.rulesOf(tenantId).get(ruleId);
    const rule = made(tenantId, ruleId, body, actor);
    await parts.change(
      tenantId,
      (rules) => {
        if (!rules.some(({ id }) => id === ruleId)) throw new NotFound('moving rule', ruleId);
        return rules.map((each) => (each.id === ruleId ? rule : each));
      },
      doerOf({ actor, request }),
    );
    audit({ before });
    parts.onChange();
    return one(tenantId, ruleId);
  });

  route(http, deleteMovingRule, async ({ actor, params: { tenantId, ruleId }, request, audit }) => {
    requireTenant(actor, tenantId);
    const before = await parts.rulesOf(tenantId).get(ruleId);
    await parts.change(tenantId, (rules) => rules.filter(({ id }) => id !== ruleId), doerOf({ actor, request }));
    audit({ before });
    parts.onChange();
    return {};
  });

  route(http, orderMovingRules, async ({ actor, params: { tenantId }, body, request }) => {
    requireTenant(actor, tenantId);
    await parts.change(
      tenantId,
      (rules) => {
        const byId = new Map(rules.map((rule) => [rule.id, rule]));
        const ordered = [...new Set(body.ids)].flatMap((id) => byId.get(id) ?? []);
        if (ordered.length !== rules.length || body.ids.length !== rules.length) {
          throw new Conflict(
            'moving-rules.changed',
            'The list of rules has changed meanwhile; read it again, then put it into an order',
          );
        }
        return ordered;
      },
      doerOf({ actor, request }),
    );
    parts.onChange();
    return { items: await shown(await parts.rulesOf(tenantId).list()) };
  });

  route(http, previewMovingRule, async ({ actor, params: { tenantId }, body }) => {
    requireTenant(actor, tenantId);
    await checkGroup(tenantId, body.rule);
    const saved = await parts.rulesOf(tenantId).list();
    const id = body.ruleId ?? newId(parts.clock());
    const rule = made(tenantId, id, body.rule, actor);
    if (body.ruleId !== undefined && !saved.some((each) => each.id === id)) throw new NotFound('moving rule', id);
    const rules = body.ruleId === undefined ? [...saved, rule] : saved.map((each) => (each.id === id ? rule : each));
    const { moved, tagged, shown: found } = await parts.moving.preview(tenantId, rules, id, MOST_SHOWN);
    const names = await parts.groupNames([
      ...new Set(found.flatMap(({ device, toGroupId }) => [device.groupId, toGroupId ?? device.groupId])),
    ]);
    const nameOf = (groupId: number) => (names.get(groupId) ?? '').replace(/\/$/, '');
    return {
      moved,
      tagged,
      devices: found.map(({ device, toGroupId, addTags }) => ({
        id: device.id,
        name: device.name,
        groupName: nameOf(device.groupId),
        osName: device.osName || null,
        ipAddress: device.ipAddress || null,
        toGroupName: toGroupId === null ? null : nameOf(toGroupId),
        addTags,
      })),
    };
  });

  route(http, applyMovingRule, async ({ actor, params: { tenantId, ruleId }, audit }) => {
    requireTenant(actor, tenantId);
    await parts.rulesOf(tenantId).get(ruleId);
    const result = await parts.moving.apply(tenantId, ruleId);
    audit({ after: result });
    parts.onChange();
    return result;
  });
};
