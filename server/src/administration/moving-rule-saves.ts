import { MovingRuleBody } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Conflict } from '../platform/errors/index.ts';
import type { Doer } from '../platform/http/index.ts';
import { groupPlaces, groupStore } from './groups/index.ts';
import { recordSave } from './history.ts';
import { type MovingRule, movingRuleStore } from './moving-rules/index.ts';
import { type ObjectState, type Revision, revisionStore } from './revisions/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { tenantStore } from './tenants/index.ts';

type Tx = Kysely<AdministrationTables>;

const RulesState = z.object({ rules: z.array(MovingRuleBody.safeExtend({ id: z.uuid() })) });

const stateOf = (rules: readonly MovingRule[], names: ReadonlyMap<number, string>): ObjectState => ({
  rules: rules.map(({ id, name, tenantId: _, changedAt: __, changedBy: ___, ...body }) => ({
    id,
    name,
    ...body,
    groupName: body.groupId === null ? null : (names.get(body.groupId) ?? null),
  })),
});

/**
 * Changes a tenant's list of moving rules: the save, its revision and its audit event, in the transaction that is given.
 * The list is one object, since its order is what decides.
 */
export const saveMovingRules = async (
  tx: Tx,
  tenantId: string,
  change: (rules: MovingRule[]) => MovingRule[],
  { doer, at, rolledBackTo }: { doer: Doer; at: Date; rolledBackTo?: number },
): Promise<Revision | null> => {
  const own = administrationDb(tx);
  await revisionStore(own.revisions, 'all').lock('moving-rules', tenantId);
  const store = movingRuleStore(own.movingRules, tenantId);
  const tenant = await tenantStore(own.tenants, 'all').get(tenantId);
  const before = await store.list();
  const after = change(before);
  await store.save(after);
  const groupIds = [...before, ...after].flatMap(({ groupId }) => groupId ?? []);
  const names = await groupPlaces(own.groups, [tenantId]).fullNames([...new Set(groupIds)]);
  // A list that never had a rule was no object yet.
  const isNew =
    before.length === 0 && (await revisionStore(own.revisions, 'all').lastNumber('moving-rules', tenantId)) === 0;
  return recordSave(tx, {
    object: { kind: 'moving-rules', id: tenantId, name: tenant.name, tenantId },
    ...{ before: isNew ? null : stateOf(before, names), after: stateOf(after, names), doer, at, rolledBackTo },
  });
};

/** Brings the list back as it was. @throws NotFound for a group that is gone */
export const restoreMovingRules = async (
  tx: Tx,
  tenantId: string,
  state: ObjectState,
  how: { doer: Doer; at: Date; rolledBackTo?: number },
): Promise<Revision | null> => {
  const { rules } = RulesState.parse(state);
  const groups = groupStore(administrationDb(tx).groups, tenantId);
  for (const { groupId } of rules) if (groupId !== null) await groups.get(groupId);
  const stamp = { tenantId, changedAt: how.at, changedBy: how.doer.actor };
  return saveMovingRules(tx, tenantId, () => rules.map((rule) => ({ ...rule, ...stamp })), how);
};

/** @throws Conflict `group.in-use` when a rule moves devices into one of these groups */
export const requireNoRuleInto = async (tx: Tx, tenantId: string, groupIds: readonly number[]): Promise<void> => {
  const rules = await movingRuleStore(administrationDb(tx).movingRules, tenantId).list();
  const rule = rules.find(({ groupId }) => groupId !== null && groupIds.includes(groupId));
  if (!rule) return;
  throw new Conflict(
    'group.in-use',
    `The moving rule “${rule.name}” moves devices into this group; change or delete the rule first`,
  );
};
