import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import type { World } from './world.ts';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

interface Saved extends contract.PolicyContent {
  id: number;
  tenantId: string;
  groupId: number;
  application: string;
  version: number;
  changedAt: string;
  progress: contract.PolicyProgress;
}

const none = { devices: 0, applied: 0, pending: 0, outOfDate: 0, unknown: 0 };

const somePolicies = ({ groups }: World): Saved[] => {
  const [first] = groups;
  if (!first) return [];
  const ofTenant = groups.filter(({ tenantId }) => tenantId === first.tenantId);
  const managed = ofTenant.find(({ kind }) => kind === 'managed') ?? first;
  const branch = ofTenant.find(({ kind }) => kind === 'group') ?? first;
  const when = { runMissed: true, spreadMinutes: 60 };
  const saved = (id: number, words: Partial<Saved>): Saved => ({
    ...{ id, tenantId: first.tenantId, groupId: branch.id, application: contract.ENDPOINT_AGENT, version: 1 },
    ...{ name: 'Policy', state: 'active', outOfOfficeAfterSyncs: 3, settings: {}, locked: [], profiles: [] },
    ...{ changedAt: ago(7200), progress: none },
    ...words,
  });
  return [
    saved(1, {
      groupId: managed.id,
      name: 'Workstations of the client',
      version: 4,
      settings: {
        realTimeProtection: { enabled: true, watchedFolders: ['/home', 'C:\\Users'] },
        scan: {
          schedule: { every: 'week', weekday: 5, minuteOfDay: 720, ...when },
          mode: 'full',
          action: 'quarantine',
        },
        quarantine: { keepDays: 30 },
      },
      locked: ['realTimeProtection.enabled', 'scan.action'],
      profiles: [
        {
          name: 'Servers',
          enabled: true,
          condition: { tags: [], deviceKind: 'server', osFamilies: ['linux'], ipRanges: ['10.1.0.0/16'] },
          settings: { scan: { mode: 'quick' } },
          locked: [],
        },
        {
          name: 'Laboratory',
          enabled: false,
          condition: { tags: ['lab'], deviceKind: 'any', osFamilies: [], ipRanges: [] },
          settings: { quarantine: { keepDays: 365 } },
          locked: ['quarantine.keepDays'],
        },
      ],
      progress: { devices: 40, applied: 27, pending: 8, outOfDate: 2, unknown: 3 },
    }),
    saved(2, {
      name: 'Reception',
      settings: { quarantine: { keepDays: 7 } },
      progress: { devices: 6, applied: 6, pending: 0, outOfDate: 0, unknown: 0 },
    }),
    saved(3, { name: 'Travelling', state: 'out-of-office', outOfOfficeAfterSyncs: 5 }),
    saved(4, { name: 'Draft for next year', state: 'inactive' }),
    saved(5, { groupId: managed.id, name: 'Events of the server', application: 'Administration Server' }),
  ];
};

/** Policies of the first client; the first one locks settings for the groups below it. */
export const answerPolicies = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const policies = kind === 'full' ? somePolicies(world) : [];
  const groupOf = (id: number) => world.groups.find((group) => group.id === id);
  const nameOf = (id: number) => (groupOf(id)?.fullName ?? '').replace(/\/$/, '');
  const found = (id: number): Saved => {
    const policy = policies.find((one) => one.id === id);
    if (!policy) throw new Refusal(404, 'policy.not-found', `There is no policy ${id}`);
    return policy;
  };
  const rowOf = (policy: Saved): contract.PolicyRow => ({
    ...policy,
    tenantName: world.tenants.find(({ id }) => id === policy.tenantId)?.name ?? '',
    groupName: nameOf(policy.groupId),
    profiles: policy.profiles.length,
    changedBy: 'ada',
  });
  const keysOf = (settings: contract.AgentPolicySettings) =>
    contract.policySettingKeys.filter((key) => contract.policyValue(settings, key) !== undefined);
  const effective = (policy: Saved): contract.EffectivePolicySetting[] =>
    keysOf(policy.settings).map((key) => ({
      key,
      value: contract.policyValue(policy.settings, key),
      locked: policy.locked.includes(key),
      from: {
        ...{ policyId: policy.id, policyName: policy.name, profile: null },
        ...{ groupId: policy.groupId, groupName: nameOf(policy.groupId) },
      },
    }));
  const shown = (policy: Saved): contract.Policy => {
    const above = policies.find(
      ({ application, groupId, state, tenantId }) =>
        tenantId === policy.tenantId &&
        application === policy.application &&
        state === 'active' &&
        groupId !== policy.groupId &&
        groupOf(groupId)?.kind === 'managed',
    );
    return {
      ...rowOf(policy),
      settings: policy.settings,
      locked: policy.locked,
      outOfOfficeAfterSyncs: policy.outOfOfficeAfterSyncs,
      profiles: policy.profiles,
      inherited: above ? effective(above) : [],
      eventComponents: [...contract.componentsOfApplication(policy.application), 'Security application'],
    };
  };
  const add = (place: Pick<Saved, 'tenantId' | 'groupId' | 'application'>, content: contract.PolicyContent): Saved => {
    if (policies.some(({ name, groupId }) => name === content.name && groupId === place.groupId))
      throw new Refusal(
        409,
        'policy.name-taken',
        `This group has a policy named “${content.name}”; choose another name`,
      );
    const policy = {
      ...place,
      ...content,
      id: Math.max(0, ...policies.map(({ id }) => id)) + 1,
      version: 1,
      changedAt: ago(0),
      progress: none,
    };
    policies.push(policy);
    return policy;
  };

  on(contract.listPolicies, ({ query }) => ({
    items: policies
      .filter(({ tenantId }) => query.tenantId === undefined || tenantId === query.tenantId)
      .filter(({ groupId }) => query.groupId === undefined || groupId <= query.groupId)
      .map(rowOf),
  }));
  on(contract.getPolicy, ({ params }) => shown(found(params.policyId)));
  on(contract.addPolicy, ({ body: { tenantId, groupId, application, ...content } }) =>
    shown(add({ tenantId, groupId, application }, content)),
  );
  on(contract.changePolicy, ({ params, body: { version, ...change } }) => {
    const policy = found(params.policyId);
    if (policy.version !== version)
      throw new Refusal(409, 'policy.changed-meanwhile', `“${policy.name}” was changed meanwhile by ben`);
    return shown(Object.assign(policy, change, { version: version + 1, changedAt: ago(0) }));
  });
  on(contract.deletePolicy, ({ params }) => {
    policies.splice(policies.indexOf(found(params.policyId)), 1);
    return {};
  });
  on(contract.copyPolicy, ({ params, body: { tenantId, groupId, name } }) => {
    const { application, ...from } = found(params.policyId);
    const content = { ...from, name: name ?? from.name, state: 'inactive' as const };
    return { policy: shown(add({ tenantId, groupId, application }, content)), leftOut: ['scan.action' as const] };
  });
  on(contract.exportPolicy, ({ params }) => {
    const { name, application, outOfOfficeAfterSyncs, settings, locked, profiles } = found(params.policyId);
    const content = { name, outOfOfficeAfterSyncs, settings, locked, profiles };
    return { format: 'gatehouse-policy' as const, formatVersion: 1 as const, application, ...content };
  });
  on(contract.importPolicy, ({ body: { tenantId, groupId, name, file } }) => {
    const { format: _format, formatVersion: _version, application, ...content } = file;
    const made = add({ tenantId, groupId, application }, { ...content, name: name ?? content.name, state: 'inactive' });
    return { policy: shown(made), leftOut: [] };
  });
  on(contract.listPolicyDevices, ({ params, query }) => {
    found(params.policyId);
    const states = ['applied', 'pending', 'out-of-date', 'unknown'] as const;
    const all = world.devices.slice(0, 12).map((device, at) => ({
      ...{ deviceId: device.id, deviceName: device.name, groupId: device.groupId, groupName: device.groupName },
      state: states[at % states.length] ?? 'applied',
      toldAt: at % states.length === 3 ? null : ago(600 * at),
      lastSeenAt: device.lastSeenAt,
    }));
    const items = all.filter(({ state }) => query.state === undefined || query.state.includes(state));
    return { items, next: null };
  });
  on(contract.getDevicePolicy, () => {
    const [base] = policies;
    if (!base) return { state: 'none' as const, toldAt: null, inForce: null, outOfOffice: null, policy: null };
    const way = { policyId: base.id, name: base.name, groupId: base.groupId, groupName: nameOf(base.groupId) };
    const inForce = {
      name: base.name,
      policies: [{ ...way, activeProfiles: ['Servers'] }],
      settings: effective(base).map((each) =>
        each.key === 'scan.mode' ? { ...each, value: 'quick', from: { ...each.from, profile: 'Servers' } } : each,
      ),
    };
    const outOfOffice = { ...inForce, settings: inForce.settings.slice(0, 2), afterMissedSyncs: 5 };
    return { state: 'pending' as const, toldAt: ago(9000), inForce, outOfOffice, policy: null };
  });
};
