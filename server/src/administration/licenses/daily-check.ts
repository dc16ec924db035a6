import type { ReportedEvent } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import type { DeviceStandings } from '../devices/index.ts';
import { isBillable, type LicenseKey } from './key.ts';
import { dueNotice, expiryEvent, usageEvent, usageLevel } from './notices.ts';
import type { LicenseStore } from './store.ts';
import type { SeatStore } from './store-seats.ts';
import type { NewUse, UsageDay, UsageStore, Use } from './store-usage.ts';
import { type ActiveUse, tally, walkUses } from './usage.ts';

/** For how long the history of use is kept: three years, so that a year's bills can still be proven in the year after. */
const HISTORY_DAYS = 1100;

export interface DailyCheckParts {
  /** Of all tenants, outside of a transaction. */
  keys: LicenseStore;
  seats: SeatStore;
  usage: UsageStore;
  standings: DeviceStandings;
  inTransaction: <T>(
    work: (tx: {
      keys: LicenseStore;
      usage: UsageStore;
      /** Puts an event of the server on its way. @param tenantId null: the main server's */
      publish: (tenantId: string | null, event: Omit<ReportedEvent, 'seq'>) => Promise<void>;
    }) => Promise<T>,
  ) => Promise<T>;
  names: () => Promise<{ tenants: ReadonlyMap<string, string>; groups: ReadonlyMap<number, string> }>;
  /** Has every device's keys decided, since time alone ends some. */
  distribute: () => Promise<void>;
  clock: () => Date;
  /** Events wait to be carried. */
  onPublished: () => void;
}

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const keyOf = ({ serial_number, device_id }: Pick<Use, 'serial_number' | 'device_id'>) =>
  `${device_id} ${serial_number}`;

/**
 * What becomes of the uses that were true at the last check. A device that was renamed, moved or became something
 * else begins a new use, so that each row is true as it stands.
 */
export const compareUses = (
  before: readonly Use[],
  now: readonly Omit<NewUse, 'first_day'>[],
  day: string,
): { ended: Use[]; begun: NewUse[] } => {
  const wanted = new Map(now.map((use) => [keyOf(use), use]));
  const ended: Use[] = [];
  for (const use of before) {
    const next = wanted.get(keyOf(use));
    const isSame =
      next &&
      next.device_name === use.device_name &&
      next.group_name === use.group_name &&
      next.category === use.category &&
      next.tenant_id === use.tenant_id;
    if (isSame) wanted.delete(keyOf(use));
    else ended.push(use);
  }
  return { ended, begun: [...wanted.values()].map((use) => ({ ...use, first_day: day })) };
};

/**
 * The daily check of licence keys: what devices shall hold, who used what on this day, and the events about limits and
 * ends. It may be cut off anywhere and run again, also on the same day: the day then has the later state.
 */
export const createDailyCheck = (parts: DailyCheckParts) => {
  const { keys, seats, usage, standings, inTransaction } = parts;

  /** Writes down who uses what. */
  const countDay = async (day: string, now: Date): Promise<number> => {
    const [names, all, lastDay] = [await parts.names(), await keys.all(), await usage.lastDay()];
    const bySerial = new Map(all.map((key) => [key.serialNumber, key]));
    const counted = tally<`${string} ${string}`>();
    const devices = new Set<string>();

    const asUse = ({ serialNumber, device, category }: ActiveUse) => ({
      serial_number: serialNumber,
      device_id: device.id,
      tenant_id: device.tenantId,
      device_name: device.name,
      group_name: (names.groups.get(device.groupId) ?? '').replace(/\/$/, ''),
      category,
    });

    for await (const { after, upTo, uses } of walkUses({ standings, seats })) {
      // A key that nobody added here has no product: nothing can be said about it in a bill.
      const known = uses.filter(({ serialNumber }) => bySerial.has(serialNumber));
      for (const { serialNumber, device, category } of known) {
        counted.add(`${device.tenantId} ${serialNumber}`, category);
        devices.add(device.id);
      }
      await inTransaction(async (tx) => {
        const before = await tx.usage.openBetween(after, upTo);
        const { ended, begun } = compareUses(before, known.map(asUse), day);
        // What began today, or in a check that was cut off, was never part of a finished day.
        const isUnproven = ({ first_day }: Use) => lastDay === null || first_day > lastDay || first_day === day;
        const idsOf = (uses: Use[]) => uses.map(({ id }) => Number(id));
        await tx.usage.close(idsOf(ended.filter(isUnproven)), null);
        const provenUntil = lastDay === day ? dayBefore(day) : lastDay;
        await tx.usage.close(idsOf(ended.filter((use) => !isUnproven(use))), provenUntil);
        await tx.usage.open(begun);
      });
    }

    const rows = [...counted.byKey].flatMap(([place, counts]): UsageDay[] => {
      const [tenantId = '', serialNumber = ''] = place.split(' ');
      const key = bySerial.get(serialNumber);
      return key ? [usageDay(day, key, tenantId, names.tenants.get(tenantId) ?? '', counts, now)] : [];
    });
    await inTransaction((tx) => tx.usage.finishDay(day, rows, now));
    await usage.forget(dayOf(new Date(now.getTime() - HISTORY_DAYS * DAY_MS)));
    return devices.size;
  };

  /** The events that are due for one key, each once. @returns how many */
  const tellOf = (id: string, used: number, now: Date): Promise<number> =>
    inTransaction(async (tx) => {
      const locked = await tx.keys.lockTold(id);
      if (!locked) return 0;
      const { key, told } = locked;
      let published = 0;
      // A key that nobody can use any more has no use worth a word; it counts anew when it is good again.
      const level = key.blockedAt ? 0 : usageLevel(used, key.deviceLimit);
      if (level > told.usageLevel && level > 0) {
        await tx.publish(key.tenantId, usageEvent(key, level as 1 | 2 | 3, used, now));
        published += 1;
      }
      const isSameEnd = told.noticedFor?.getTime() === key.expiresAt?.getTime();
      const noticed = isSameEnd ? told.noticedDays : [];
      const { notice, reached } = dueNotice(key, noticed, now);
      if (notice !== null) {
        await tx.publish(key.tenantId, expiryEvent(key, notice, now));
        published += 1;
      }
      const noticedDays = [...new Set([...noticed, ...reached])].sort((a, b) => b - a);
      if (level !== told.usageLevel || !isSameEnd || noticedDays.length !== noticed.length) {
        await tx.keys.saveTold(id, { usageLevel: level, noticedFor: key.expiresAt, noticedDays });
      }
      return published;
    });

  const run = async (): Promise<{ day: string; devices: number; events: number }> => {
    const now = parts.clock();
    const day = dayOf(now);
    await parts.distribute();
    let events = 0;
    const counts = await seats.counts();
    for (const { id, serialNumber } of await keys.all()) {
      events += await tellOf(id, counts.get(serialNumber)?.used ?? 0, now);
    }
    if (events > 0) parts.onPublished();
    // Last, since it marks the day as done: cut off before, the whole check comes again.
    const devices = await countDay(day, now);
    return { day, devices, events };
  };

  return {
    run,
    /** Runs it unless this day was checked already: to be called every hour, so that an hour missed is made up for. */
    runOnce: async (): Promise<void> => {
      if (!(await usage.isChecked(dayOf(parts.clock())))) await run();
    },
  };
};
export type DailyCheck = ReturnType<typeof createDailyCheck>;

const dayBefore = (day: string): string => dayOf(new Date(Date.parse(day) - DAY_MS));

const usageDay = (
  day: string,
  key: LicenseKey,
  tenantId: string,
  tenantName: string,
  counts: {
    windowsWorkstations: number;
    windowsServers: number;
    otherWorkstations: number;
    otherServers: number;
    unknown: number;
  },
  now: Date,
): UsageDay => ({
  day,
  serial_number: key.serialNumber,
  tenant_id: tenantId,
  tenant_name: tenantName,
  product_name: key.productName,
  kind: key.kind,
  billable: isBillable(key, now),
  device_limit: key.deviceLimit,
  windows_workstations: counts.windowsWorkstations,
  windows_servers: counts.windowsServers,
  other_workstations: counts.otherWorkstations,
  other_servers: counts.otherServers,
  unknown: counts.unknown,
});
