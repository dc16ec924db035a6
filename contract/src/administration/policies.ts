import { z } from 'zod';
import { AgentPolicy, AgentPolicySettings, PolicySettingKey } from '../agent/policy.ts';
import { Done, Id, Moment, oneOrMore, pageOf, paging } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { AddressRangeText, DeviceTag } from './device-filter.ts';

const tag = 'Policies';

/** The application whose policies carry settings: our own agent. Policies of others configure their events. */
export const ENDPOINT_AGENT = 'Gatehouse Endpoint Agent';

/** Which components of the event catalogue a policy of an application configures; others have a component of their own name. */
export const policyApplications: Readonly<Record<string, readonly string[]>> = {
  [ENDPOINT_AGENT]: ['Gatehouse agent', 'Managed application (general event)'],
  'Administration Server': ['Administration Server'],
  'Network Agent': ['Network Agent'],
  'iOS MDM Server': ['iOS MDM Server'],
  'Exchange Mobile Device Server': ['Exchange Mobile Device Server'],
  'Kaspersky Endpoint Security for Windows': ['Kaspersky Endpoint Security for Windows'],
};
export const componentsOfApplication = (application: string): readonly string[] =>
  Object.hasOwn(policyApplications, application) ? (policyApplications[application] ?? []) : [application];

/** `out-of-office`: in force on a device that cannot reach the server. One active and one out-of-office per group. */
export const PolicyState = z.enum(['active', 'inactive', 'out-of-office']);
export type PolicyState = z.output<typeof PolicyState>;

const Name = z.string().trim().min(1, 'Type a name').max(100);

/** `/srv/data`, `C:\Data` or `\\server\share`. */
const AbsoluteFolder = z
  .string()
  .trim()
  .max(1024)
  .refine((path) => /^(\/|[a-z]:[\\/]|\\\\)/i.test(path), 'Must be an absolute path, as /srv/data or C:\\Data');
const Folders = z
  .array(AbsoluteFolder)
  .max(100)
  .refine((all) => new Set(all).size === all.length, 'Names a folder twice');

const { realTimeProtection, scan, databaseUpdates, vulnerabilitySearch, quarantine, encryption } =
  AgentPolicySettings.shape;

/** Settings of our agent as people set them: checked more strictly than an agent reads them. */
export const PolicySettings = z
  .strictObject({
    realTimeProtection: realTimeProtection.unwrap().extend({ watchedFolders: Folders.optional() }).strict(),
    scan: scan.unwrap().extend({ excludedFolders: Folders.optional() }).strict(),
    databaseUpdates: databaseUpdates.unwrap().strict(),
    vulnerabilitySearch: vulnerabilitySearch.unwrap().strict(),
    quarantine: quarantine.unwrap().strict(),
    encryption: encryption.unwrap().strict(),
    incompatibleApplications: AgentPolicySettings.shape.incompatibleApplications.unwrap().strict(),
  })
  .partial();

const Locked = z.array(PolicySettingKey).max(100);

/** When a profile is active: everything that is given must hold; of a list, one of its members. */
export const ProfileCondition = z.strictObject({
  /** Tags of the device. */
  tags: z.array(DeviceTag).max(50).default([]),
  deviceKind: z.enum(['any', 'server', 'workstation']).default('any'),
  osFamilies: z
    .array(z.enum(['linux', 'windows', 'macos', 'other']))
    .max(4)
    .default([]),
  ipRanges: z.array(AddressRangeText).max(50).default([]),
});
export type ProfileCondition = z.output<typeof ProfileCondition>;

/** Settings that stand in the place of the policy's own on devices of which a condition holds. */
export const PolicyProfile = z.strictObject({
  /** Unique in its policy. */
  name: Name,
  enabled: z.boolean().default(true),
  condition: ProfileCondition,
  settings: PolicySettings,
  locked: Locked.default([]),
});
export type PolicyProfile = z.output<typeof PolicyProfile>;

const content = {
  name: Name,
  state: PolicyState,
  /** Of an out-of-office policy: how many syncs in a row must have failed before it is in force. */
  outOfOfficeAfterSyncs: z.int().min(1).max(1000),
  /** What is missing is inherited, or left to the device. */
  settings: PolicySettings,
  /** Settings that policies of groups below and devices themselves cannot change. */
  locked: Locked,
  /** In the order of their weight: of several that are active the first counts. */
  profiles: z.array(PolicyProfile).max(50),
};

export const PolicyContent = z.strictObject(content);
export type PolicyContent = z.output<typeof PolicyContent>;

/** How far a policy has come: numbers of devices that it is in force for, itself or through what they inherit. */
export const PolicyProgress = z.object({
  devices: z.int(),
  applied: z.int(),
  /** Not fetched yet. */
  pending: z.int(),
  /** Fetched, and yet the device tells that it applies another. */
  outOfDate: z.int(),
  /** Devices that never told which policy they apply. */
  unknown: z.int(),
});
export type PolicyProgress = z.output<typeof PolicyProgress>;

export const PolicyRow = z
  .object({
    id: z.int(),
    tenantId: Id,
    tenantName: z.string(),
    groupId: z.int(),
    /** With the groups above it, as `Managed devices/Branch`. */
    groupName: z.string(),
    application: z.string(),
    name: z.string(),
    state: PolicyState,
    profiles: z.int(),
    /** Grows with each save; sent along with a change, so that nobody overwrites what he has not seen. */
    version: z.int(),
    changedAt: Moment,
    changedBy: z.string(),
    progress: PolicyProgress,
  })
  .meta({ id: 'PolicyRow' });
export type PolicyRow = z.output<typeof PolicyRow>;

/** Where the value of a setting comes from. */
export const SettingOrigin = z.object({
  policyId: z.int(),
  policyName: z.string(),
  groupId: z.int(),
  groupName: z.string(),
  /** Null: the policy itself. */
  profile: z.string().nullable(),
});
export type SettingOrigin = z.output<typeof SettingOrigin>;

export const EffectivePolicySetting = z.object({
  key: PolicySettingKey,
  value: z.unknown(),
  locked: z.boolean(),
  from: SettingOrigin,
});
export type EffectivePolicySetting = z.output<typeof EffectivePolicySetting>;

export const Policy = PolicyRow.omit({ profiles: true })
  .extend({
    outOfOfficeAfterSyncs: z.int(),
    settings: PolicySettings,
    locked: Locked,
    profiles: z.array(PolicyProfile),
    /** What comes from active policies of the groups above, profiles left out. Locked ones cannot be changed here. */
    inherited: z.array(EffectivePolicySetting),
    /** Components of the event catalogue that it configures, through the event configuration of its group. */
    eventComponents: z.array(z.string()),
  })
  .meta({ id: 'Policy' });
export type Policy = z.output<typeof Policy>;

export const listPolicies = endpoint({
  method: 'GET',
  path: '/api/policies',
  tag,
  summary: 'Policies with how far each has come; of a group with those of the groups above it',
  needs: 'policies:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    tenantId: Id.optional(),
    /** Policies that can be in force in this group: its own, and those of the groups above. */
    groupId: z.coerce.number().int().optional(),
    application: z.string().max(100).optional(),
    state: oneOrMore(PolicyState).optional(),
  }),
  reply: z.object({ items: z.array(PolicyRow) }),
});

export const addPolicy = endpoint({
  method: 'POST',
  path: '/api/policies',
  tag,
  summary: 'Add a policy to a group; made active, it takes the place of the one that was',
  needs: 'policies:write',
  audit: 'policy.added',
  body: z.strictObject({
    tenantId: Id,
    groupId: z.int(),
    application: z.string().trim().min(1).max(100).default(ENDPOINT_AGENT),
    name: Name,
    state: PolicyState.default('inactive'),
    outOfOfficeAfterSyncs: content.outOfOfficeAfterSyncs.default(3),
    settings: PolicySettings.default({}),
    locked: Locked.default([]),
    profiles: content.profiles.default([]),
  }),
  reply: Policy,
});

const params = z.object({ policyId: z.coerce.number().int() });

export const getPolicy = endpoint({
  method: 'GET',
  path: '/api/policies/:policyId',
  tag,
  summary: 'A policy with its settings, and what it inherits',
  needs: 'policies:read',
  audit: { notAudited: 'reads only' },
  params,
  reply: Policy,
});

export const changePolicy = endpoint({
  method: 'PATCH',
  path: '/api/policies/:policyId',
  tag,
  summary: 'Change a policy; what is left out stays as it is',
  needs: 'policies:write',
  audit: 'policy.changed',
  params,
  body: PolicyContent.partial().extend({ version: z.int() }),
  reply: Policy,
});

export const deletePolicy = endpoint({
  method: 'DELETE',
  path: '/api/policies/:policyId',
  tag,
  summary: 'Delete a policy; its devices take what comes from above',
  needs: 'policies:write',
  audit: 'policy.deleted',
  params,
  reply: Done,
});

/** A copy or an import, and the settings that were left out since they are locked above the group. */
const Made = z.object({ policy: Policy, leftOut: z.array(PolicySettingKey) });

const place = { tenantId: Id, groupId: z.int(), name: Name.optional() };

export const copyPolicy = endpoint({
  method: 'POST',
  path: '/api/policies/:policyId/copy',
  tag,
  summary: 'Copy a policy to a group, inactive; settings that are locked there are left out',
  needs: 'policies:write',
  audit: 'policy.copied',
  params,
  body: z.strictObject(place),
  reply: Made,
});

/** A policy as a file. */
export const PolicyFile = z
  .strictObject({
    format: z.literal('gatehouse-policy'),
    formatVersion: z.literal(1),
    application: z.string().trim().min(1).max(100),
    ...PolicyContent.omit({ state: true }).shape,
  })
  .meta({ id: 'PolicyFile' });
export type PolicyFile = z.output<typeof PolicyFile>;

export const exportPolicy = endpoint({
  method: 'GET',
  path: '/api/policies/:policyId/export',
  tag,
  summary: 'A policy with its profiles as a file that can be imported elsewhere',
  needs: 'policies:read',
  audit: { notAudited: 'reads only' },
  params,
  reply: PolicyFile,
});

export const importPolicy = endpoint({
  method: 'POST',
  path: '/api/policies/import',
  tag,
  summary: 'Make a policy of a file, inactive; settings that are locked above the group are left out',
  needs: 'policies:write',
  audit: 'policy.imported',
  body: z.strictObject({ ...place, file: PolicyFile }),
  reply: Made,
});

/** How a device stands to the policy that is in force for it. */
export const DevicePolicyState = z.enum(['none', 'applied', 'pending', 'out-of-date', 'unknown']);
export type DevicePolicyState = z.output<typeof DevicePolicyState>;

const DevicePolicyRow = z.object({
  deviceId: Id,
  deviceName: z.string(),
  groupId: z.int(),
  groupName: z.string(),
  state: DevicePolicyState,
  /** When the device last told which policy it applies. */
  toldAt: Moment.nullable(),
  lastSeenAt: Moment.nullable(),
});
export type DevicePolicyRow = z.output<typeof DevicePolicyRow>;

export const listPolicyDevices = endpoint({
  method: 'GET',
  path: '/api/policies/:policyId/devices',
  tag,
  summary: 'Devices that a policy is in force for, and how each stands to it',
  needs: 'policies:read',
  audit: { notAudited: 'reads only' },
  params,
  query: z.object({ ...paging(), state: oneOrMore(DevicePolicyState).optional() }),
  reply: pageOf(DevicePolicyRow),
});

const InForce = z.object({
  /** The nearest policy. */
  name: z.string(),
  /** Policies that play a part, from the top down, with the profiles that are active. */
  policies: z.array(
    z.object({
      policyId: z.int(),
      name: z.string(),
      groupId: z.int(),
      groupName: z.string(),
      activeProfiles: z.array(z.string()),
    }),
  ),
  settings: z.array(EffectivePolicySetting),
});

export const getDevicePolicy = endpoint({
  method: 'GET',
  path: '/api/devices/:deviceId/policy',
  tag,
  summary: 'Which settings are in force for a device, and which policy and profile each of them comes from',
  needs: 'policies:read',
  audit: { notAudited: 'reads only' },
  params: z.object({ deviceId: Id }),
  reply: z.object({
    state: DevicePolicyState,
    toldAt: Moment.nullable(),
    /** Null: no policy is in force. */
    inForce: InForce.nullable(),
    /** What holds after the device has not reached the server for so many syncs; null: the same. */
    outOfOffice: InForce.extend({ afterMissedSyncs: z.int() }).nullable(),
    /** As the agent gets it. */
    policy: AgentPolicy.nullable(),
  }),
});
export type DevicePolicy = z.output<(typeof getDevicePolicy)['reply']>;
