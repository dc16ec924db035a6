import {
  type ConditionSettings,
  changeStatusSettings,
  getStatusSettings,
  listStatusConditions,
  previewStatusSettings,
  type StatusPreview,
  type StatusSettingsChange,
} from '@gatehouse/contract';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import type { Group, GroupStore } from '../groups/index.ts';
import { inScope } from '../tenants/index.ts';
import { conditionOf, conditions } from './conditions/index.ts';
import { rulesByPath } from './rules.ts';
import { checkSetting, describeCondition } from './settings.ts';
import type { StatusStore } from './store.ts';

export type SettingChanges = StatusSettingsChange['changes'];

export interface StatusParts {
  groupsOf: (tenantId: string) => GroupStore;
  settings: Pick<StatusStore, 'all'>;
  /** Saves all of them and has the devices of the group and of those below it looked at, in one transaction. */
  save: (tenantId: string, groupId: number, changes: SettingChanges, doer: Doer) => Promise<unknown>;
  /** What the devices of the group and of those below it would become. */
  preview: (group: Group, changes: SettingChanges) => Promise<StatusPreview>;
  onChange: () => void;
}

export const statusRoutes = (http: Http, parts: StatusParts): void => {
  const groupOf = async (actor: Actor, tenantId: string, groupId: number): Promise<{ group: Group; all: Group[] }> => {
    if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
    const all = await parts.groupsOf(tenantId).list();
    const group = all.find(({ id }) => id === groupId);
    if (!group) throw new NotFound('group', groupId);
    return { group, all };
  };

  const settingsOf = async (group: Group, all: readonly Group[]): Promise<ConditionSettings[]> => {
    const rules = rulesByPath(await parts.settings.all())(group.path);
    const placeOf = (id: number | null) =>
      id === null || id === group.id ? null : { groupId: id, name: all.find((each) => each.id === id)?.name ?? '' };
    return rules.map(({ condition, setting, groupId, lockedBy }) => ({
      ...describeCondition(condition),
      setting,
      own: groupId === group.id,
      inheritedFrom: placeOf(groupId),
      lockedBy: placeOf(lockedBy),
    }));
  };

  /**
   * Each condition once, with values that it can have and that may be set here.
   * @throws NotFound, InvalidInput `status-setting.bad-value`, Conflict `status-settings.locked`
   */
  const checked = async ({ changes }: StatusSettingsChange, group: Group, all: readonly Group[]) => {
    const rules = rulesByPath(await parts.settings.all())(group.path);
    const byCondition = new Map(
      changes.map(({ condition: key, setting }, index) => {
        const condition = conditionOf(key);
        if (!condition) throw new NotFound('status condition', key);
        const lockedBy = rules.find((rule) => rule.condition === condition)?.lockedBy ?? null;
        // Taking one's own setting back stays possible: it does not count anyway.
        if (lockedBy !== null && setting !== null) {
          const name = all.find(({ id }) => id === lockedBy)?.name ?? '';
          throw new Conflict(
            'status-settings.locked',
            `“${condition.title}” is locked by “${name}”: change it there, or take the lock off there`,
          );
        }
        const where = `body.changes[${index}].setting`;
        return [key, { condition: key, setting: setting && checkSetting(condition, setting, where) }];
      }),
    );
    return [...byCondition.values()];
  };

  route(http, listStatusConditions, async () => ({ items: conditions.map(describeCondition) }));

  route(http, getStatusSettings, async ({ actor, params }) => {
    const { group, all } = await groupOf(actor, params.tenantId, params.groupId);
    return { conditions: await settingsOf(group, all) };
  });

  route(http, changeStatusSettings, async ({ actor, params, body, request, audit }) => {
    const { group, all } = await groupOf(actor, params.tenantId, params.groupId);
    const changes = await checked(body, group, all);
    const before = (await parts.settings.all()).filter(({ groupId }) => groupId === group.id);
    await parts.save(params.tenantId, group.id, changes, doerOf({ actor, request }));
    audit({
      before: changes.map(({ condition }) => ({
        condition,
        setting: before.find((own) => own.condition === condition)?.setting ?? null,
      })),
      after: changes,
    });
    parts.onChange();
    return { conditions: await settingsOf(group, all) };
  });

  route(http, previewStatusSettings, async ({ actor, params, body }) => {
    const { group, all } = await groupOf(actor, params.tenantId, params.groupId);
    return parts.preview(group, await checked(body, group, all));
  });
};
