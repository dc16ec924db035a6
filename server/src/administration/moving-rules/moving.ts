import type { ReportedEvent } from '@gatehouse/contract';
import type { DevicePlaces, MovingState } from '../devices/index.ts';
import { decideMove, type Outcome, type ReadyRule, type Rule, readyRule } from './rule.ts';
import type { MovingRuleStore } from './store.ts';

const DEVICES_AT_ONCE = 500;
const DEVICES_A_PAGE = 2000;

/** What the work needs of one transaction. */
export interface MovingTx {
  places: DevicePlaces;
  rules: MovingRuleStore;
  groups: {
    unassignedIds: () => Promise<number[]>;
    fullNames: (ids: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  };
  /** Publishes an event of the server about a device. */
  publish: (
    device: { id: string; tenantId: string; name: string; ipAddress: string; groupId: number; groupName: string },
    event: Omit<ReportedEvent, 'seq'>,
  ) => Promise<void>;
}

export interface MovingParts {
  /** With a tenant: only its devices and rules. */
  inTransaction: <T>(tenantId: string | null, work: (tx: MovingTx) => Promise<T>) => Promise<T>;
  clock: () => Date;
  /** Devices are elsewhere, or have other tags. */
  changed: () => void;
}

/** What a rule would do with a device, or did. */
export interface Planned {
  device: MovingState;
  toGroupId: number | null;
  addTags: string[];
}

const textOf = (device: string, group: string, rule: string): string =>
  `Device “${device}” was moved to the group “${group.replace(/\/$/, '')}” by the rule “${rule}”`
    .slice(0, 1000)
    // The cut may have left half of a character.
    .toWellFormed();

/** Carries moving rules out: on devices about which something changed, and on all of a tenant when somebody says so. */
export const createMoving = (parts: MovingParts) => {
  /** Does what was decided for some devices of any tenants, and tells of each move (4101). */
  const carryOut = async (tx: MovingTx, decided: readonly { device: MovingState; outcome: Outcome }[]) => {
    const moves = decided.flatMap(({ device, outcome: { move } }) => (move ? [{ device, ...move }] : []));
    for (const [groupId, group] of Map.groupBy(moves, (move) => move.groupId)) {
      await tx.places.moveTo(
        group.map(({ device }) => device.id),
        groupId,
        { byRule: true },
      );
    }
    const tagged = decided.filter(({ outcome }) => outcome.addTags.length > 0);
    for (const group of Map.groupBy(tagged, ({ outcome }) => JSON.stringify(outcome.addTags)).values()) {
      await tx.places.changeTags(
        group.map(({ device }) => device.id),
        { add: group[0]?.outcome.addTags ?? [], remove: [] },
        { byRule: true },
      );
    }
    await tx.rules.markActed(
      decided.flatMap(({ device, outcome }) => outcome.done.map((ruleId) => ({ ruleId, deviceId: device.id }))),
    );
    if (moves.length > 0) {
      const names = await tx.groups.fullNames([...new Set(moves.map(({ groupId }) => groupId))]);
      const riseTime = parts.clock().toISOString();
      for (const { device, groupId, rule } of moves) {
        const groupName = names.get(groupId) ?? '';
        await tx.publish(
          { ...device, groupId, groupName },
          {
            type: 'KLSRV_EVENT_HOSTS_NEW_REDIRECTED',
            riseTime,
            description: textOf(device.name, groupName, rule.name),
            params: { '1': groupName.slice(0, 512).toWellFormed(), '2': rule.name },
          },
        );
      }
    }
    return { moved: moves.length, tagged: tagged.length };
  };

  const contextOf = async (tx: MovingTx, devices: readonly MovingState[]) => {
    const unassigned = new Set(await tx.groups.unassignedIds());
    const acted = await tx.rules.actedOn(devices.map(({ id }) => id));
    return {
      isUnassigned: (groupId: number) => unassigned.has(groupId),
      hasActed: (ruleId: string, deviceId: string) => acted.has(`${ruleId} ${deviceId}`),
    };
  };

  /** The devices of a tenant on which a rule would act if it were applied now, in its place in this list. */
  const plan = async function* (tx: MovingTx, rules: readonly Rule[], forcedRuleId: string) {
    const ready = rules.map(readyRule);
    let after: string | null = null;
    for (;;) {
      const page: MovingState[] = await tx.places.movingAfter(after, DEVICES_A_PAGE);
      const context = { ...(await contextOf(tx, page)), forcedRuleId };
      const found = page.flatMap((device) => {
        const outcome = onlyBy(forcedRuleId, device, ready, context);
        return outcome ? [{ device, outcome }] : [];
      });
      if (found.length > 0) yield found;
      after = page.at(-1)?.id ?? null;
      if (page.length < DEVICES_A_PAGE) return;
    }
  };

  return {
    /** Devices about which something changed that rules ask for. Safe to call at any time. @returns how many moved */
    run: async (): Promise<number> => {
      let moved = 0;
      let touched = 0;
      for (;;) {
        const taken = await parts.inTransaction(null, async (tx) => {
          const devices = await tx.places.takeMoving(DEVICES_AT_ONCE);
          if (devices.length === 0) return 0;
          const rules = (await tx.rules.list()).filter(({ enabled }) => enabled);
          if (rules.length === 0) return devices.length;
          const byTenant = Map.groupBy(rules.map(readyRule), ({ rule }) => rule.tenantId);
          const context = await contextOf(tx, devices);
          const decided = devices.flatMap((device) => {
            const own = byTenant.get(device.tenantId);
            return own ? [{ device, outcome: decideMove(device, own, context) }] : [];
          });
          const result = await carryOut(tx, decided);
          moved += result.moved;
          touched += result.moved + result.tagged;
          return devices.length;
        });
        if (taken < DEVICES_AT_ONCE) break;
      }
      if (touched > 0) parts.changed();
      return moved;
    },

    /** What applying a rule now would do; nothing is changed. */
    preview: async (tenantId: string, rules: readonly Rule[], ruleId: string, mostShown: number) =>
      parts.inTransaction(tenantId, async (tx) => {
        const shown: Planned[] = [];
        let [moved, tagged] = [0, 0];
        for await (const found of plan(tx, rules, ruleId)) {
          for (const { device, outcome } of found) {
            if (outcome.move) moved += 1;
            if (outcome.addTags.length > 0) tagged += 1;
            if (shown.length < mostShown) {
              shown.push({ device, toGroupId: outcome.move?.groupId ?? null, addTags: outcome.addTags });
            }
          }
        }
        return { moved, tagged, shown };
      }),

    /** Applies a rule to all devices of its tenant that it reaches, whatever its mode. */
    apply: async (tenantId: string, ruleId: string) => {
      const sum = await parts.inTransaction(tenantId, async (tx) => {
        const rules = await tx.rules.list();
        const total = { moved: 0, tagged: 0 };
        for await (const found of plan(tx, rules, ruleId)) {
          const { moved, tagged } = await carryOut(tx, found);
          total.moved += moved;
          total.tagged += tagged;
        }
        return total;
      });
      if (sum.moved + sum.tagged > 0) parts.changed();
      return sum;
    },
  };
};
export type Moving = ReturnType<typeof createMoving>;

/**
 * What this one rule does with a device when it is applied by hand, null for nothing. A rule above it that would move
 * the device keeps it from doing so; what other rules would do is left to them.
 */
const onlyBy = (
  ruleId: string,
  device: MovingState,
  rules: readonly ReadyRule[],
  context: Parameters<typeof decideMove>[2],
): Outcome | null => {
  const at = rules.findIndex(({ rule }) => rule.id === ruleId);
  const own = rules[at];
  if (!own) return null;
  const above = rules
    .slice(0, at)
    .filter(({ rule }) => rule.enabled && rule.mode === 'always' && rule.groupId !== null);
  const isTaken = above.some(
    ({ rule, fits }) =>
      (rule.reach === 'all' || context.isUnassigned(device.groupId)) && fits(device, new Set(device.tags)),
  );
  if (isTaken) return null;
  const outcome = decideMove(device, [own], context);
  return outcome.move || outcome.addTags.length > 0 || outcome.done.length > 0 ? outcome : null;
};
