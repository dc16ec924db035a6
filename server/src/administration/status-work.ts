import type { StatusPreview } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../platform/db/index.ts';
import type { Doer, Http } from '../platform/http/index.ts';
import { type Decidable, deviceStatuses, type SavedStatus } from './devices/index.ts';
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
const LOOKED_AT_AT_ONCE = 10_000;

export interface StatusWorkParts {
  database: Database;
  clock: () => Date;
  visibleForMinutes: () => number;
  /** How often agents are to tell their facts. */
  syncSeconds: number;
}

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
 *   rules of groups change -> look:    their devices are read and decided, those that would differ become due
 */
export const createStatusWork = ({ database, clock, visibleForMinutes, syncSeconds }: StatusWorkParts) => {
  type Tx = Kysely<AdministrationTables>;
  const schema = () => database.forSchema<AdministrationTables>('administration');
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => schema().transaction().execute(work);
  /** To be asked for before a transaction begins: the setting of visibility may be read for it. */
  const contextNow = (): Omit<DecisionContext, 'rules'> => ({
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

  /** @returns how many were taken, and how many changed */
  const decideSome = (context: Omit<DecisionContext, 'rules'>): Promise<{ taken: number; changed: number }> =>
    inTransaction(async (tx) => {
      const { now } = context;
      const db = administrationDb(tx);
      // Before the devices are locked: whoever changes rules holds it while devices wait.
      const version = await statusStore(db.statuses).holdVersion();
      const due = await deviceStatuses(db.devices).lockDue(DEVICES_AT_ONCE, now);
      if (due.length === 0) return { taken: 0, changed: 0 };
      const { rulesOf, nameOf } = await rulesAt(tx, version, new Set(due.map(({ state }) => state.groupId)));
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
        for (const event of statusEvents(state, status, decided, now)) events.push({ sender, event });
      }
      await deviceStatuses(db.devices).saveDecided(saved);
      await eventStore(db.events).publishAll(events);
      return { taken: due.length, changed: saved.filter(({ status }) => status !== null).length };
    });

  /** Looks at a page of devices whose rules changed. @returns whether there was any */
  const lookAtSome = (context: Omit<DecisionContext, 'rules'>): Promise<boolean> =>
    inTransaction(async (tx) => {
      const db = administrationDb(tx);
      const statuses = statusStore(db.statuses);
      const recheck = await statuses.lockRecheck();
      if (!recheck) return false;
      const { groupIds, doneUpTo } = recheck;
      const { rulesOf } = await rulesAt(tx, await statuses.version(), groupIds);
      const devices = deviceStatuses(db.devices);
      const page = await devices.ofGroups(groupIds, doneUpTo, LOOKED_AT_AT_ONCE);
      const isStale = ({ state, decided }: Decidable): boolean => {
        const status = decideStatus(state, decided, { ...context, rules: rulesOf(state.groupId) });
        return differs(status, decided) || isSooner(status, decided);
      };
      await devices.markDue(page.filter(isStale).map(({ state }) => state.id));
      await statuses.saveRecheck(recheck.id, page.length < LOOKED_AT_AT_ONCE ? null : (page.at(-1)?.state.id ?? null));
      return true;
    });

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
    let after: string | null = null;
    for (;;) {
      const page: Decidable[] = await deviceStatuses(db.devices).ofGroups(below, after, LOOKED_AT_AT_ONCE);
      result.add(
        page,
        (id) => rulesNow(paths.get(id) ?? '/'),
        (id) => rulesThen(paths.get(id) ?? '/'),
      );
      after = page.at(-1)?.state.id ?? null;
      if (page.length < LOOKED_AT_AT_ONCE) return result.result();
    }
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
      while (await lookAtSome(contextNow()));
      for (;;) {
        const some = await decideSome(contextNow());
        changed += some.changed;
        if (some.taken < DEVICES_AT_ONCE) return changed;
      }
    },

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
export type StatusWork = ReturnType<typeof createStatusWork>;
