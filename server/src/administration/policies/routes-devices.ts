import { getDevicePolicy } from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { type Http, route } from '../../platform/http/index.ts';
import type { PolicyDevices } from '../devices/index.ts';
import type { GroupStore } from '../groups/index.ts';
import { inScope } from '../tenants/index.ts';
import type { PolicyBook } from './book.ts';
import { effectiveSettings, type Layer, layersOf } from './effective.ts';
import { stateOf } from './progress.ts';
import type { DevicePolicyStore } from './store-devices.ts';
import { namesOf } from './tree.ts';

/** What is in force for one device, from the policies as they are now, and where each setting comes from. */
export const devicePolicyRoutes = (
  http: Http,
  {
    devices,
    states,
    groupsOf,
    book,
  }: {
    devices: Pick<PolicyDevices, 'byIds'>;
    states: Pick<DevicePolicyStore, 'ofDevices'>;
    groupsOf: (tenantId: string) => Pick<GroupStore, 'list'>;
    book: PolicyBook;
  },
): void => {
  route(http, getDevicePolicy, async ({ actor, params: { deviceId } }) => {
    const device = (await devices.byIds([deviceId]))[0];
    if (!device || !inScope(actor.tenantIds ?? 'all', device.tenantId)) throw new NotFound('device', deviceId);
    const [open, known, groups] = await Promise.all([
      book.openFor([device.groupId]),
      states.ofDevices([deviceId]),
      groupsOf(device.tenantId).list(),
    ]);
    const names = namesOf(groups);
    const explained = (layers: Layer[]) => ({
      name: layers.at(-1)?.policy.name ?? '',
      policies: layers.map(({ policy, activeProfiles }) => ({
        policyId: policy.id,
        name: policy.name,
        groupId: policy.groupId,
        groupName: names.get(policy.groupId) ?? '',
        activeProfiles: activeProfiles.map(({ name }) => name),
      })),
      settings: effectiveSettings(layers, names),
    });
    const { inForce, away } = open.placeOf(device.groupId);
    const policy = open.policyOf(device);
    const progress = known.get(deviceId);
    return {
      state: stateOf({
        effectiveId: policy?.id ?? '',
        appliedId: progress?.appliedId ?? null,
        // What it failed at was another policy when another one is in force by now.
        failingSince: progress?.effectiveId === policy?.id ? (progress?.failingSince ?? null) : null,
      }),
      toldAt: progress?.toldAt?.toISOString() ?? null,
      inForce: inForce.length > 0 ? explained(layersOf(inForce, device)) : null,
      outOfOffice: away && {
        ...explained(layersOf(away, device)),
        afterMissedSyncs: policy?.outOfOffice?.afterMissedSyncs ?? 1,
      },
      policy,
    };
  });
};
