import { dateTime, type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../../groups/index.ts';
import type { SavedPolicy } from '../../policies/index.ts';
import { readContext, type ServerContext } from '../context.ts';
import type { Call, MethodClass } from '../method.ts';
import { doerOfLogin } from '../writes.ts';

const ALL_GROUPS = -1;
/** Versions of applications play no part in our policies. */
const ANY_VERSION = '1.0.0.0';

const attributesOf = (policy: SavedPolicy, { fullNames }: ServerContext, groupId: number): Params => ({
  KLPOL_ID: policy.id,
  KLPOL_DN: policy.name,
  KLPOL_PRODUCT: policy.application,
  KLPOL_VERSION: ANY_VERSION,
  KLPOL_GROUP_ID: policy.groupId,
  KLPOL_GROUP_NAME: (fullNames.get(policy.groupId) ?? '').replace(/\/$/, ''),
  KLPOL_ACTIVE: policy.state === 'active',
  KLPOL_ROAMING: policy.state === 'out-of-office',
  KLPOL_INHERITED: groupId !== ALL_GROUPS && policy.groupId !== groupId,
  // Every policy takes what is locked above, and hands its own settings down.
  KLPOL_ACCEPT_PARENT: true,
  KLPOL_FORCED: false,
  KLPOL_FORCE_DISTRIB2CHILDREN: false,
  KLPOL_HIDE_ON_SLAVES: false,
  KLPOL_MODIFIED: dateTime(policy.changedAt),
  KLPOL_PROFILES_NUM: policy.profiles.length,
});

const groupOf = (call: Call, { groups }: ServerContext): Group | null => {
  const id = required(call.args.long('nGroupId'), 'nGroupId');
  if (id === ALL_GROUPS) return null;
  const group = groups.get(id);
  if (!group) throw pxgError('notFound', `There is no group ${id}`);
  return group;
};

/** A policy of the server that the login is for; its states are changed in the name of the login's user. */
const policyOf = async (call: Call): Promise<SavedPolicy> => {
  const id = required(call.args.long('nPolicy'), 'nPolicy');
  const found = (await call.administration.policies.of(call.login.scope()).list()).find((policy) => policy.id === id);
  if (!found) throw pxgError('notFound', `There is no policy ${id}`);
  return found;
};

/** Policy: policies of groups (KSCAPI 13, class Policy). Their contents are set in the console or by our own API. */
export const policyClass: MethodClass = {
  /** The group's own policies; with -1 those of all groups. */
  GetPoliciesForGroup: {
    needs: 'policies:read',
    run: async (call) => {
      const scope = call.login.scope();
      const context = await readContext(call, scope);
      const group = groupOf(call, context);
      const all = await call.administration.policies.of(scope).list();
      const found = all.filter(({ groupId }) => !group || groupId === group.id);
      return { PxgRetVal: found.map((policy) => attributesOf(policy, context, group?.id ?? ALL_GROUPS)) };
    },
  },

  /** Active and out-of-office policies that count in the group, its own and those of the groups above. */
  GetEffectivePoliciesForGroup: {
    needs: 'policies:read',
    run: async (call) => {
      const scope = call.login.scope();
      const context = await readContext(call, scope);
      const group = groupOf(call, context);
      const way = group?.path.split('/').filter(Boolean).map(Number);
      const all = await call.administration.policies.of(scope).list();
      const found = all.filter(({ groupId, state }) => state !== 'inactive' && (!way || way.includes(groupId)));
      return { PxgRetVal: found.map((policy) => attributesOf(policy, context, group?.id ?? ALL_GROUPS)) };
    },
  },

  GetPolicyData: {
    needs: 'policies:read',
    run: async (call) => {
      const policy = await policyOf(call);
      return { PxgRetVal: attributesOf(policy, await readContext(call, call.login.scope()), policy.groupId) };
    },
  },

  MakePolicyActive: {
    needs: 'policies:write',
    audit: 'policy.changed',
    run: async (call) => {
      const policy = await policyOf(call);
      const state = required(call.args.boolean('bActive'), 'bActive') ? 'active' : 'inactive';
      await call.administration.policies.change(policy.id, { state }, policy.version, doerOfLogin(call.login));
      return { PxgRetVal: true };
    },
  },

  MakePolicyRoaming: {
    needs: 'policies:write',
    audit: 'policy.changed',
    run: async (call) => {
      const policy = await policyOf(call);
      await call.administration.policies.change(
        policy.id,
        { state: 'out-of-office' },
        policy.version,
        doerOfLogin(call.login),
      );
      return { PxgRetVal: true };
    },
  },
};
