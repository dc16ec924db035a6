import type { ReportedEvent } from '@gatehouse/contract';
import { DAY_MS, MINUTE_MS } from '../platform/clock/index.ts';
import type { DevicePlaces, InactivityLimit } from './devices/index.ts';
import { effectiveInactivity, type Group } from './groups/index.ts';

const DEVICES_AT_ONCE = 500;
/** Days are counted: looking more often would only cost. */
const LOOK_EVERY_MS = 10 * MINUTE_MS;

interface InactivityTx {
  places: DevicePlaces;
  fullNames: (ids: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  publish: (
    device: { id: string; tenantId: string; name: string; ipAddress: string; groupId: number; groupName: string },
    event: Omit<ReportedEvent, 'seq'>,
  ) => Promise<void>;
}

type Found = Awaited<ReturnType<DevicePlaces['longInactive']>>[number];

/** Groups by how many days they give their devices, as limits that the store can ask for. */
const limitsOf = (
  groups: readonly { id: number; days: number | null }[],
  now: Date,
): (InactivityLimit & { days: number })[] =>
  [...Map.groupBy(groups, ({ days }) => days)].flatMap(([days, members]) =>
    days === null
      ? []
      : [{ days, groupIds: members.map(({ id }) => id), before: new Date(now.getTime() - days * DAY_MS) }],
  );

const sentence = (text: string): string =>
  // The cut may have left half of a character.
  text.slice(0, 1000).toWellFormed();

/**
 * Devices that are not seen on the network for long, by the settings of their groups (KSC 13.1, inactive devices): told
 * of once (4103), and taken out of their group into Unassigned devices (4104). What a restart interrupts is done at the
 * next look.
 */
export const createInactivity = (parts: {
  groups: () => Promise<Group[]>;
  inTransaction: <T>(work: (tx: InactivityTx) => Promise<T>) => Promise<T>;
  clock: () => Date;
  changed: () => void;
}) => {
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const daysSince = (lastSeenAt: Date | null, now: Date): number =>
    lastSeenAt === null ? 0 : Math.floor((now.getTime() - lastSeenAt.getTime()) / DAY_MS);

  /** Does one page after the other until there is none. @returns how many devices */
  const all = async (
    find: (tx: InactivityTx) => Promise<Found[]>,
    act: (tx: InactivityTx, found: Found[], names: ReadonlyMap<number, string>) => Promise<void>,
  ): Promise<number> => {
    let done = 0;
    for (;;) {
      const count = await parts.inTransaction(async (tx) => {
        const found = await find(tx);
        if (found.length > 0) await act(tx, found, await tx.fullNames([...new Set(found.map((each) => each.groupId))]));
        return found.length;
      });
      done += count;
      if (count < DEVICES_AT_ONCE) return done;
    }
  };

  const notify = (limits: readonly InactivityLimit[], now: Date) =>
    all(
      (tx) => tx.places.newlyInactive(limits, DEVICES_AT_ONCE),
      async (tx, found, names) => {
        for (const device of found) {
          const days = daysSince(device.lastSeenAt, now);
          await tx.publish(
            { ...device, groupName: names.get(device.groupId) ?? '' },
            {
              type: 'KLSRV_EVENT_HOSTS_NOT_VISIBLE',
              riseTime: now.toISOString(),
              description: sentence(`Device “${device.name}” was not seen on the network for ${days} days`),
              params: { '1': String(days) },
            },
          );
        }
        await tx.places.markNotified(
          found.map(({ id }) => id),
          now,
        );
      },
    );

  const remove = (limits: readonly InactivityLimit[], unassigned: ReadonlyMap<string, Group>, now: Date) =>
    all(
      (tx) => tx.places.longInactive(limits, DEVICES_AT_ONCE),
      async (tx, found, names) => {
        for (const [tenantId, group] of Map.groupBy(found, (device) => device.tenantId)) {
          const target = unassigned.get(tenantId);
          if (!target) throw new Error(`tenant ${tenantId} has no group of unassigned devices`);
          for (const device of group) {
            const groupName = names.get(device.groupId) ?? '';
            const days = daysSince(device.lastSeenAt, now);
            await tx.publish(
              { ...device, groupId: target.id, groupName: `${target.name}/` },
              {
                type: 'KLSRV_INVISIBLE_HOSTS_REMOVED',
                riseTime: now.toISOString(),
                description: sentence(
                  `Device “${device.name}” was removed from the group “${groupName.replace(/\/$/, '')}”: not seen on the network for ${days} days`,
                ),
                params: { '1': groupName.slice(0, 512).toWellFormed(), '2': String(days) },
              },
            );
          }
          await tx.places.moveTo(
            group.map(({ id }) => id),
            target.id,
            // A rule that holds always would put it back into the group at once.
            { byRule: true },
          );
        }
      },
    );

  return {
    sweep: async (): Promise<void> => {
      const now = parts.clock();
      if (Math.abs(now.getTime() - lookedAtMs) < LOOK_EVERY_MS) return;
      const groups = await parts.groups();
      const settingsOf = effectiveInactivity(groups);
      const roots = new Map(groups.map(({ id, kind }) => [id, kind]));
      // Devices that belong to no group have nothing to be taken out of.
      const managed = groups.flatMap((group) =>
        roots.get(Number(group.path.split('/')[1])) === 'managed'
          ? [{ id: group.id, ...settingsOf(group).settings }]
          : [],
      );
      const unassigned = new Map(
        groups.filter(({ kind }) => kind === 'unassigned').map((each) => [each.tenantId, each]),
      );
      const told = await notify(
        limitsOf(
          managed.map(({ id, notifyAfterDays }) => ({ id, days: notifyAfterDays })),
          now,
        ),
        now,
      );
      const removed = await remove(
        limitsOf(
          managed.map(({ id, removeAfterDays }) => ({ id, days: removeAfterDays })),
          now,
        ),
        unassigned,
        now,
      );
      lookedAtMs = now.getTime();
      if (told + removed > 0) parts.changed();
    },
  };
};
