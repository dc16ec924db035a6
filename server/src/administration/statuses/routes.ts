import { type ConditionSettings, getStatusSettings, putStatusSetting } from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import type { Group, GroupStore } from '../groups/index.ts';
import { inScope } from '../tenants/index.ts';
import type { ConditionSetting, Requires } from './condition.ts';
import { conditionOf, conditions } from './conditions/index.ts';
import { checkSetting, settingsByGroup } from './settings.ts';
import type { StatusStore } from './store.ts';

export interface StatusParts {
  groupsOf: (tenantId: string) => GroupStore;
  settings: StatusStore;
  /** Saves and marks the devices of the group and of those below it as due, in one transaction. */
  save: (
    tenantId: string,
    groupId: number,
    condition: string,
    setting: ConditionSetting | null,
    doer: Doer,
  ) => Promise<unknown>;
  onChange: () => void;
}

const inWords = (requires: Requires): string[] => [
  ...(requires.visible ? ['The device is visible on the network'] : []),
  ...(requires.agentInstalled ? ['The agent is installed'] : []),
  ...(requires.securityAppInstalled ? ['A security application is installed'] : []),
  ...(requires.minDaysInDatabase ? [`The device has been known for ${requires.minDaysInDatabase} day(s) or more`] : []),
];

export const statusRoutes = (http: Http, parts: StatusParts): void => {
  const groupOf = async (actor: Actor, tenantId: string, groupId: number): Promise<{ group: Group; all: Group[] }> => {
    if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
    const all = await parts.groupsOf(tenantId).list();
    const group = all.find(({ id }) => id === groupId);
    if (!group) throw new NotFound('group', groupId);
    return { group, all };
  };

  const settingsOf = async (group: Group, all: readonly Group[]): Promise<ConditionSettings[]> => {
    const settingOf = settingsByGroup(await parts.settings.all());
    return conditions.map((condition) => {
      const { setting, groupId } = settingOf(group, condition);
      const from = groupId === null || groupId === group.id ? undefined : all.find(({ id }) => id === groupId);
      return {
        key: condition.key,
        title: condition.title,
        unit: condition.value?.unit ?? null,
        smallest: condition.value?.smallest ?? null,
        largest: condition.value?.largest ?? null,
        requires: inWords(condition.requires),
        ...setting,
        inheritedFrom: from ? { groupId: from.id, name: from.name } : null,
      };
    });
  };

  route(http, getStatusSettings, async ({ actor, params }) => {
    const { group, all } = await groupOf(actor, params.tenantId, params.groupId);
    return { conditions: await settingsOf(group, all) };
  });

  route(http, putStatusSetting, async ({ actor, params, body, request, audit }) => {
    const { group, all } = await groupOf(actor, params.tenantId, params.groupId);
    const condition = conditionOf(params.condition);
    if (!condition) throw new NotFound('status condition', params.condition);
    const before = settingsByGroup(await parts.settings.all())(group, condition).setting;
    const setting = body.settings === null ? null : checkSetting(condition, body.settings);
    await parts.save(params.tenantId, group.id, condition.key, setting, doerOf({ actor, request }));
    audit({ before });
    parts.onChange();
    return { conditions: await settingsOf(group, all) };
  });
};
