import { isDeepStrictEqual } from 'node:util';
import type { AgentPolicy } from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { createGatherer } from '../../platform/gather/index.ts';
import type { PolicyDevices } from '../devices/index.ts';
import type { OpenBook, PolicyBook } from './book.ts';
import type { PolicyDevice } from './policy.ts';
import { afterSync, type DeviceProgress } from './progress.ts';
import type { PolicyStore } from './store.ts';
import type { DevicePolicyStore } from './store-devices.ts';

const DEVICES_AT_ONCE = 2000;
/** Most groups of one transaction. */
const GROUPS_AT_ONCE = 200;

/** What the work on a group needs, in one transaction. */
export interface RolloutStores {
  policies: Pick<PolicyStore, 'version' | 'takeDueGroup' | 'moveDueGroup'>;
  states: DevicePolicyStore;
  devices: Pick<PolicyDevices, 'byIds' | 'page' | 'takeDue'>;
}

export interface RolloutParts extends Omit<RolloutStores, 'policies'> {
  book: PolicyBook;
  inTransaction: <T>(work: (stores: RolloutStores) => Promise<T>) => Promise<T>;
  clock: Clock;
  /** Devices stand otherwise to their policies now: for consoles that look. */
  changed: () => void;
}

/**
 * Brings policies to devices. What a device gets is decided when it asks, from what is true then; beside that it is
 * kept for every device what is in force for it, so that people see how far a policy has come, also on devices that
 * are switched off.
 */
export const createRollout = ({ book, states, devices, inTransaction, clock, changed }: RolloutParts) => {
  const deviceOf = createGatherer<string, PolicyDevice>(
    async (ids) => new Map((await devices.byIds(ids)).map((device) => [device.id, device])),
  );
  const progressOf = createGatherer<string, DeviceProgress>((ids) => states.ofDevices(ids));
  const waiting = new Map<string, DeviceProgress>();
  const write = createGatherer<string, true>(async (ids) => {
    const rows = ids.flatMap((id) => waiting.get(id) ?? []);
    for (const id of ids) waiting.delete(id);
    await states.save(rows);
    return new Map(ids.map((id) => [id, true]));
  });

  /** Keeps what is in force for these devices where it is not what is kept. @returns how many were others */
  const keep = async (page: readonly PolicyDevice[], open: OpenBook, store: DevicePolicyStore): Promise<number> => {
    if (page.length === 0) return 0;
    const known = await store.ofDevices(page.map(({ id }) => id));
    const others = page.flatMap((device) => {
      const effectiveId = open.policyOf(device)?.id ?? '';
      const kept = known.get(device.id);
      const isKept =
        kept?.effectiveId === effectiveId && kept.groupId === device.groupId && kept.tenantId === device.tenantId;
      return isKept ? [] : [{ deviceId: device.id, tenantId: device.tenantId, groupId: device.groupId, effectiveId }];
    });
    await store.saveEffective(others);
    return others.length;
  };

  /** Devices that were moved or tagged. @returns how many were looked at and how many have another policy now */
  const dueDevices = (open: OpenBook): Promise<{ seen: number; others: number } | 'old'> =>
    inTransaction(async (stores) => {
      if ((await stores.policies.version()) !== open.version) return 'old';
      const page = await stores.devices.takeDue(DEVICES_AT_ONCE);
      return { seen: page.length, others: await keep(page, open, stores.states) };
    });

  /** A page of the devices of groups that are due. @returns `isLast`: no group is due any more */
  const dueGroups = (open: OpenBook): Promise<{ isLast: boolean; others: number } | 'old'> =>
    inTransaction(async (stores) => {
      if ((await stores.policies.version()) !== open.version) return 'old';
      const page: PolicyDevice[] = [];
      let isLast = false;
      for (let groups = 0; groups < GROUPS_AT_ONCE && page.length < DEVICES_AT_ONCE; groups += 1) {
        const due = await stores.policies.takeDueGroup();
        isLast = due === null;
        if (!due) break;
        const room = DEVICES_AT_ONCE - page.length;
        const part = await stores.devices.page(due.groupId, due.afterId, room);
        page.push(...part);
        await stores.policies.moveDueGroup(due.groupId, part.length < room ? null : (part.at(-1)?.id ?? null));
      }
      return { isLast, others: await keep(page, open, stores.states) };
    });

  return {
    /**
     * What a sync is answered with: a policy, null for none any more, undefined when it is as the device told.
     *
     * @param told undefined: the agent knows no policies
     */
    answer: async (deviceId: string, told: string | null | undefined): Promise<AgentPolicy | null | undefined> => {
      const [device, before] = await Promise.all([deviceOf(deviceId), progressOf(deviceId)]);
      if (!device) return undefined;
      const policy = (await book.openFor([device.groupId])).policyOf(device);
      const { after, isToBeGiven } = afterSync(before ?? null, {
        device,
        effectiveId: policy?.id ?? '',
        told: told === undefined ? undefined : (told ?? ''),
        at: clock(),
      });
      if (!isDeepStrictEqual(after, before)) {
        waiting.set(deviceId, after);
        await write(deviceId);
        changed();
      }
      return isToBeGiven ? policy : undefined;
    },

    /** Works off the groups and devices that changed. Can be cut off anywhere: each page is a transaction. */
    run: async (): Promise<void> => {
      let total = 0;
      for (;;) {
        const done = await dueDevices(await book.open());
        if (done === 'old') book.changed();
        else {
          total += done.others;
          if (done.seen < DEVICES_AT_ONCE) break;
        }
      }
      for (;;) {
        const done = await dueGroups(await book.open());
        if (done === 'old') book.changed();
        else {
          total += done.others;
          if (done.isLast) break;
        }
      }
      if (total > 0) changed();
    },

    /** Looks at all devices, for what no mark was left of. */
    sweep: async (): Promise<void> => {
      let afterId: string | null = null;
      let total = 0;
      for (;;) {
        const page = await devices.page(null, afterId, DEVICES_AT_ONCE);
        const open = await book.openFor(new Set(page.map(({ groupId }) => groupId)));
        total += await keep(page, open, states);
        afterId = page.at(-1)?.id ?? null;
        if (page.length < DEVICES_AT_ONCE) break;
      }
      if (total > 0) changed();
    },
  };
};
export type Rollout = ReturnType<typeof createRollout>;
