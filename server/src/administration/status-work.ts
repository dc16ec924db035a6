import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { StatusPreview } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../platform/db/index.ts';
import type { Doer, Http } from '../platform/http/index.ts';
import { type Decidable, type DeviceStatuses, deviceStatuses, type SavedStatus } from './devices/index.ts';
import { type EventSender, eventStore, type Published } from './events/index.ts';
import { allGroups, fullNames, type Group, type GroupStore } from './groups/index.ts';
import { statusEvents } from './status-event.ts';
import {
  type DecisionContext,
  decideStatus,
  differs,
  isSooner,
  previewOf,
  type Rule,
  rulesByPath,
  type SettingChanges,
  statusRoutes,
  statusStore,
} from './statuses/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';

const DEVICES_AT_ONCE = 2000;
const LOOKED_AT_AT_ONCE = 5_000;

export interface StatusWorkParts {
  database: Database;
  clock: () => Date;
  visibleForMinutes: () => number;
  /** How often agents are to tell their facts. */
  syncSeconds: number;
}

type Context = Omit<DecisionContext, 'rules'>;

/** Rules and names of all groups as they are in one version of the rules. */
interface RuleBook {
  version: number;
  rulesOf: (groupId: number) => readonly Rule[];
  has: (groupId: number) => boolean;
  nameOf: (groupId: number) => string;
}

/**
 * From what is known of devices to their statuses.
 *
 *   a device is due        -> decide:  conditions -> status -> its events into the outbox, all in one transaction
 *   its time has come      -> the same: each decision says until when time alone changes nothing
 *   rules of groups change -> look:    their devices are read, and those decided that would differ
 */
export const createStatusWork = ({ database, clock, visibleForMinutes, syncSeconds }: StatusWorkParts) => {
  type Tx = Kysely<AdministrationTables>;
  const schema = () => database.forSchema<AdministrationTables>('administration');
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => schema().transaction().execute(work);
  /** To be asked for before a transaction begins: the setting of visibility may be read for it. */
  const contextNow = (): Context => ({
    now: clock(),
    visibleForMinutes: visibleForMinutes(),
    syncSeconds,
  });

  let book: RuleBook | null = null;
  /** Read anew only when rules or groups changed, in this process or another. */
  const rulesAt = async (tx: Tx, version: number, groupIds: Iterable<number>): Promise<RuleBook> => {
    // A group that came since then changed no rules.
    if (book?.version === version && [...groupIds].every(book.has)) return book;
    const db = administrationDb(tx);
    const groups = await allGroups(db.groups);
    const rules = rulesByPath(await statusStore(db.statuses).all());
    const paths = new Map(groups.map(({ id, path }) => [id, path]));
    const names = fullNames(groups);
    book = {
      version,
      rulesOf: (id) => rules(paths.get(id) ?? '/'),
      has: (id) => paths.has(id),
      nameOf: (id) => names.get(id) ?? '',
    };
    return book;
  };

  /** Decides devices that the transaction has locked, and saves what came of it. @returns how many changed */
  const decideLocked = async (tx: Tx, due: readonly Decidable[], { rulesOf, nameOf }: RuleBook, context: Context) => {
    const db = administrationDb(tx);
    const saved: SavedStatus[] = [];
    const events: Published[] = [];
    for (const { state, decided } of due) {
      const status = decideStatus(state, decided, { ...context, rules: rulesOf(state.groupId) });
      const isNew = differs(status, decided);
      saved.push({ id: state.id, status: isNew ? status : null, nextAt: status.nextAt });
      if (!isNew) continue;
      const sender: EventSender = {
        tenantId: state.tenantId,
        deviceId: state.id,
        deviceName: state.name,
        groupId: state.groupId,
        groupName: nameOf(state.groupId),
        ipAddress: '',
      };
      for (const event of statusEvents(state, status, decided, context.now)) events.push({ sender, event });
    }
    await deviceStatuses(db.devices).saveDecided(saved);
    await eventStore(db.events).publishAll(events);
    return saved.filter(({ status }) => status !== null).length;
  };

  /**
   * Locks devices and decides them. The version of the rules is held first: whoever changes rules holds it while devices
   * wait, and what is decided by old rules is looked at again.
   */
  const decideSome = (
    lock: (devices: DeviceStatuses) => Promise<Decidable[]>,
    context: Context,
  ): Promise<{ taken: number; changed: number }> =>
    inTransaction(async (tx) => {
      const db = administrationDb(tx);
      const version = await statusStore(db.statuses).holdVersion();
      const due = await lock(deviceStatuses(db.devices));
      if (due.length === 0) return { taken: 0, changed: 0 };
      const rules = await rulesAt(tx, version, new Set(due.map(({ state }) => state.groupId)));
      return { taken: due.length, changed: await decideLocked(tx, due, rules, context) };
    });

  /** Pages of the devices of some groups; while one is worked on, the next is being read. */
  const pagesOf = async function* (groupIds: readonly number[], from: string | null): AsyncGenerator<Decidable[]> {
    const { ofGroups } = deviceStatuses(administrationDb(schema()).devices);
    let page = await ofGroups(groupIds, from, LOOKED_AT_AT_ONCE);
    for (;;) {
      const last = page.length < LOOKED_AT_AT_ONCE ? null : (page.at(-1)?.state.id ?? null);
      const next = last === null ? null : ofGroups(groupIds, last, LOOKED_AT_AT_ONCE);
      // Whoever breaks off between two pages leaves a reading behind, whose failure is nobody's business any more.
      next?.catch(() => {});
      // A question leaves the process when the event loop turns; the work on a page would keep it here till its end.
      await turnOfTheLoop();
      yield page;
      if (next === null) return;
      page = await next;
    }
  };

  /**
   * Looks at the devices of groups whose rules changed, and decides those that would differ. Reading locks nothing: what
   * happens to a device meanwhile makes it due, and twice is once.
   * @returns how many changed; null: there were no such groups
   */
  const lookAtSome = async (context: Context): Promise<number | null> => {
    const statuses = statusStore(administrationDb(schema()).statuses);
    const recheck = await statuses.nextRecheck();
    if (!recheck) return null;
    const { rulesOf } = await rulesAt(schema(), await statuses.version(), recheck.groupIds);
    const isStale = ({ state, decided }: Decidable): boolean => {
      const status = decideStatus(state, decided, { ...context, rules: rulesOf(state.groupId) });
      return differs(status, decided) || isSooner(status, decided);
    };
    let changed = 0;
    for await (const page of pagesOf(recheck.groupIds, recheck.doneUpTo)) {
      const stale = page.filter(isStale).map(({ state }) => state.id);
      for (let from = 0; from < stale.length; from += DEVICES_AT_ONCE) {
        const ids = stale.slice(from, from + DEVICES_AT_ONCE);
        changed += (await decideSome((devices) => devices.lockThese(ids), context)).changed;
      }
      const last = page.at(-1)?.state.id;
      if (last !== undefined) await statuses.saveRecheck(recheck.id, last);
    }
    await statuses.endRecheck(recheck.id);
    return changed;
  };

  /** What the devices of a group and of those below it would become, by what they are now. */
  const preview = async (group: Group, changes: SettingChanges): Promise<StatusPreview> => {
    const db = administrationDb(schema());
    const groups = await allGroups(db.groups);
    const paths = new Map(groups.map(({ id, path }) => [id, path]));
    const own = await statusStore(db.statuses).all();
    const changed = new Set(changes.map(({ condition }) => condition));
    const rulesNow = rulesByPath(own);
    const rulesThen = rulesByPath([
      ...own.filter(({ groupId, condition }) => groupId !== group.id || !changed.has(condition)),
      ...changes.flatMap(({ condition, setting }) => (setting ? [{ groupId: group.id, condition, setting }] : [])),
    ]);
    const below = groups.filter(({ path }) => path.startsWith(group.path)).map(({ id }) => id);
    const result = previewOf(contextNow());
    for await (const page of pagesOf(below, null)) {
      result.add(
        page,
        (id) => rulesNow(paths.get(id) ?? '/'),
        (id) => rulesThen(paths.get(id) ?? '/'),
      );
    }
    return result.result();
  };

  return {
    /** What all devices are seen by is another now: when a device counts as out of sight. */
    visibilityChanged: (): Promise<void> =>
      inTransaction(async (tx) => {
        const db = administrationDb(tx);
        await statusStore(db.statuses).rulesChanged((await allGroups(db.groups)).map(({ id }) => id));
      }),

    /** Statuses of all devices for which there is something to decide. @returns how many changed */
    decide: async (): Promise<number> => {
      let changed = 0;
      for (let some = await lookAtSome(contextNow()); some !== null; some = await lookAtSome(contextNow())) {
        changed += some;
      }
      for (;;) {
        const context = contextNow();
        const some = await decideSome((devices) => devices.lockDue(DEVICES_AT_ONCE, context.now), context);
        changed += some.changed;
        if (some.taken < DEVICES_AT_ONCE) return changed;
      }
    },

    /** What holds for the conditions in groups, by their paths, as it is set now. */
    rules: async (): Promise<(path: string) => readonly Rule[]> =>
      rulesByPath(await statusStore(administrationDb(schema()).statuses).all()),

    serve: (
      http: Http,
      parts: {
        groupsOf: (tenantId: string) => GroupStore;
        save: (tenantId: string, groupId: number, changes: SettingChanges, doer: Doer) => Promise<unknown>;
        onChange: () => void;
      },
    ): void => statusRoutes(http, { ...parts, settings: statusStore(administrationDb(schema()).statuses), preview }),
  };
};
