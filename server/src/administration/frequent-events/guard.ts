import type { FrequentEventSettings } from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import {
  type Arrival,
  type EventStore,
  eventTypeOf,
  type IngestGuard,
  SERVER_EPOCH,
  type SenderRow,
} from '../events/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { wrongState } from './errors.ts';
import { isNeverBlocked, keyOfKind, kindKeyOf, kindOfKey } from './kind.ts';
import { blockNotice, serverAbout } from './notice.ts';
import { budgetPerDay, decideBlocks, defaultSettings, type Frequency, isCalm, isFrequent } from './rule.ts';
import type { FrequentEventRow, FrequentEventStore } from './store.ts';
import { type ListedKind, Suppressions } from './suppressions.ts';
import { TenantWindow } from './tenant-window.ts';

export interface FrequentEventParts {
  storeOf: (scope: TenantScope) => FrequentEventStore;
  inTransaction: <T>(
    work: (own: { storeOf: (scope: TenantScope) => FrequentEventStore; publish: EventStore['publish'] }) => Promise<T>,
  ) => Promise<T>;
  /** The limit of the event database. */
  maximumEvents: () => Promise<number>;
  clock: () => Date;
  /** The list, or a count in it, changed. */
  onChange: () => void;
  /** An event of the server waits in the outbox. */
  onPublished: () => void;
  /** The clock's round or a block failed; it is tried again. */
  onError: (error: unknown) => void;
}

/** How often the list of other processes is read, and what became calm is looked for. */
const ROUND_SECONDS = 5;
const PRUNE_EVERY_MS = 3_600_000;
/** A batch that was not acknowledged is not sent again after so long. */
const NUMBERS_KEPT_MS = 30 * 86_400_000;
const HOUR_MS = 3_600_000;

interface TenantState {
  window: TenantWindow;
  listed: Map<string, ListedKind>;
}

/** What a kind is called on screen, by one of its events. */
interface Names {
  displayName: string;
  taskName: string;
  displayVersion: string;
}

/**
 * Keeps out events that come too often. What is counted lies in memory, bounded for each tenant; what was decided and
 * what was kept out lies in the database, written before the sender is answered.
 *
 * Several processes share the list. Each counts what it takes in, so the thresholds hold for each of them.
 */
export const createFrequentEvents = (parts: FrequentEventParts) => {
  const { clock } = parts;
  const store = parts.storeOf('all');
  const tenants = new Map<string, TenantState>();
  /** Kinds whose block is being written. */
  const pending = new Map<string, Set<string>>();
  let settings: FrequentEventSettings = defaultSettings;
  let maximumEvents = 0;
  let prunedAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: a list that was read before a change must not be applied after it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };

  const stateOf = (tenantId: string): TenantState => {
    let state = tenants.get(tenantId);
    if (!state) {
      state = { window: new TenantWindow(settings.windowMinutes), listed: new Map() };
      tenants.set(tenantId, state);
    }
    return state;
  };

  const toListed = (row: FrequentEventRow, devices: Set<string>): ListedKind => ({
    id: row.id,
    key: keyOfKind({
      type: row.type,
      severity: row.severity,
      product: row.product,
      productVersion: row.product_version,
      taskId: row.task_id,
    }),
    isBlocked: row.state === 'blocked',
    lastFrequentAt: row.last_frequent_at,
    displayVersionMin: row.display_version_min,
    displayVersionMax: row.display_version_max,
    devices,
  });

  /** Takes over what the database says. */
  const refresh = async (): Promise<void> => {
    const before = settings;
    settings = (await store.settings()) ?? defaultSettings;
    maximumEvents = await parts.maximumEvents();
    if (settings.windowMinutes !== before.windowMinutes) {
      for (const state of tenants.values()) state.window = new TenantWindow(settings.windowMinutes);
    }
    const rows = await store.listed();
    const known = new Map(
      [...tenants.values()].flatMap(({ listed }) => [...listed.values()].map((kind) => [kind.id, kind])),
    );
    const counted = await store.countedDevices(rows.map(({ id }) => id).filter((id) => !known.has(id)));
    const byTenant = Map.groupBy(rows, (row) => row.tenant_id);
    for (const tenantId of new Set([...tenants.keys(), ...byTenant.keys()])) {
      const state = stateOf(tenantId);
      const listed = new Map<string, ListedKind>();
      for (const row of byTenant.get(tenantId) ?? []) {
        const fromMemory = known.get(row.id);
        const kind = toListed(row, fromMemory?.devices ?? counted.get(row.id) ?? new Set());
        listed.set(kind.key, kind);
        // What an administrator wants to have is no part of the reckoning.
        if (!kind.isBlocked) state.window.forget(kind.key);
      }
      // Taken from the list: its counting starts anew.
      for (const key of state.listed.keys()) if (!listed.has(key)) state.window.forget(key);
      state.listed = listed;
    }
  };

  const block = async (tenantId: string, blocks: (Frequency & Names & { sharePercent: number })[]): Promise<void> => {
    const now = clock();
    const published = await parts.inTransaction(async (own) => {
      const ownStore = own.storeOf('all');
      let notices = 0;
      for (const { key, events, sharePercent, displayName, taskName, displayVersion } of blocks) {
        const kind = kindOfKey(key);
        const since = new Date(now.getTime() - settings.noticeHours * HOUR_MS);
        const isQuiet = await ownStore.wasNoticed(tenantId, kind, since);
        const isNew = await ownStore.add({
          id: newId(now),
          tenant_id: tenantId,
          state: 'blocked',
          type: kind.type,
          severity: kind.severity,
          product: kind.product,
          product_version: kind.productVersion,
          task_id: kind.taskId,
          display_name: displayName,
          task_name: taskName,
          display_version_min: displayVersion,
          display_version_max: displayVersion,
          blocked_at: now,
          changed_at: now,
          changed_by: null,
          last_frequent_at: now,
          noticed_at: isQuiet ? null : now,
          events_in_window: events,
          share_percent: sharePercent,
        });
        if (!isNew || isQuiet) continue;
        await own.publish(
          serverAbout(tenantId),
          blockNotice({ kind, displayName, events, sharePercent }, settings, now),
        );
        notices += 1;
      }
      return notices;
    });
    await refresh();
    parts.onChange();
    if (published > 0) parts.onPublished();
  };

  /** Looks whether a tenant that events were just stored of has kinds to block. */
  const decide = (tenantId: string, state: TenantState, arrivals: readonly Arrival[]): void => {
    const { window, listed } = state;
    const { eventsInWindow, letInDay } = window;
    const budget = budgetPerDay(settings, maximumEvents);
    // The common case, before anything is gathered.
    if (letInDay <= budget || eventsInWindow <= settings.minimumEvents) return;
    const underWay = pending.get(tenantId) ?? new Set();
    const kept = [...underWay, ...[...listed.values()].filter(({ isBlocked }) => isBlocked).map(({ key }) => key)];
    const blocks = decideBlocks(
      {
        eventsInWindow,
        letInDay,
        blockedInWindow: kept.reduce((sum, key) => sum + window.eventsOf(key), 0),
        kinds: window
          .kinds()
          .filter(({ key }) => !listed.has(key) && !underWay.has(key) && !isNeverBlocked(kindOfKey(key))),
      },
      settings,
      budget,
    );
    if (blocks.length === 0) return;
    pending.set(tenantId, new Set([...underWay, ...blocks.map(({ key }) => key)]));
    const namesOf = (key: string): Names => {
      const { type } = kindOfKey(key);
      const sample = arrivals.find(
        ({ event, batch }) => event.type === type && batch.sender.tenantId === tenantId && kindKeyOf(event) === key,
      );
      return {
        displayName: sample?.event.displayName ?? eventTypeOf(type, sample?.event.typeId)?.displayName ?? type,
        taskName: sample?.event.task?.displayName ?? '',
        displayVersion: sample?.event.product?.displayVersion ?? '',
      };
    };
    void inTurn(() =>
      block(
        tenantId,
        blocks.map((each) => ({
          ...each,
          ...namesOf(each.key),
          sharePercent: Math.min(100, (each.events * 100) / eventsInWindow),
        })),
      ),
    )
      // The next events of the kind decide again.
      .catch(parts.onError)
      .finally(() => {
        const left = pending.get(tenantId);
        for (const { key } of blocks) left?.delete(key);
        if (left?.size === 0) pending.delete(tenantId);
      });
  };

  /** The server's own events are few, and tell of what it did. */
  const isOwn = ({ batch }: Arrival): boolean => batch.epoch === SERVER_EPOCH || batch.sender.deviceId === null;

  const guard: IngestGuard = {
    taken: ({ sender, epoch }: SenderRow, seqs) => store.taken(sender, epoch, seqs),

    admit: async (arrivals) => {
      if (!settings.enabled) return arrivals;
      const now = clock();
      const suppressions = new Suppressions(now);
      const admitted = arrivals.filter((arrival) => {
        const listed = tenants.get(arrival.batch.sender.tenantId)?.listed;
        if (!listed || listed.size === 0 || isOwn(arrival)) return true;
        const kind = listed.get(kindKeyOf(arrival.event));
        if (!kind?.isBlocked) return true;
        suppressions.add(kind, arrival);
        return false;
      });
      if (suppressions.isEmpty) return arrivals;
      await parts.inTransaction(async ({ storeOf }) => {
        const own = storeOf('all');
        await own.suppress(suppressions.forRows());
        await own.take(suppressions.taken(), now);
      });
      for (const { tenantId, kind, count } of suppressions.counts()) {
        const { window } = stateOf(tenantId);
        window.moveTo(now);
        window.add(kind.key, count, false);
      }
      parts.onChange();
      return admitted;
    },

    stored: (arrivals) => {
      const now = clock();
      const touched = new Map<string, TenantState>();
      let batch: Arrival['batch'] | undefined;
      let state: TenantState | undefined;
      for (const arrival of arrivals) {
        if (isOwn(arrival)) continue;
        // Events come batch by batch, so that the tenant is mostly that of the event before.
        if (!state || arrival.batch !== batch) {
          batch = arrival.batch;
          state = stateOf(batch.sender.tenantId);
          state.window.moveTo(now);
          touched.set(batch.sender.tenantId, state);
        }
        const key = kindKeyOf(arrival.event);
        // What an administrator wants to have is no part of the reckoning.
        if (state.listed.size > 0 && state.listed.get(key)?.isBlocked === false) continue;
        state.window.add(key, 1, true);
      }
      for (const [tenantId, tenant] of touched) decide(tenantId, tenant, arrivals);
    },
  };

  const endWhatIsCalm = async (): Promise<void> => {
    const now = clock();
    const stillFrequent: string[] = [];
    const calm: string[] = [];
    for (const { window, listed } of tenants.values()) {
      window.moveTo(now);
      for (const kind of listed.values()) {
        if (!kind.isBlocked) continue;
        if (isFrequent(window.eventsOf(kind.key), window.eventsInWindow, settings)) stillFrequent.push(kind.id);
        else if (isCalm(kind.lastFrequentAt, now, settings)) calm.push(kind.id);
      }
    }
    await store.stillFrequent(stillFrequent, now);
    const calmMs = settings.calmWindows * settings.windowMinutes * 60_000;
    // Asked of the database, since another process may have seen it frequent.
    if ((await store.endCalm(calm, new Date(now.getTime() - calmMs), now)) === 0) return;
    await refresh();
    parts.onChange();
  };

  /** What the clock does: takes over what other processes did, and ends what is calm. */
  const round = () =>
    inTurn(async () => {
      await refresh();
      await endWhatIsCalm();
      const now = clock();
      for (const [tenantId, { window, listed }] of tenants) {
        if (listed.size === 0 && window.isIdle(now)) tenants.delete(tenantId);
      }
      if (now.getTime() - prunedAtMs < PRUNE_EVERY_MS) return;
      prunedAtMs = now.getTime();
      const historyMs = Math.max(settings.historyDays * 24, settings.noticeHours) * HOUR_MS;
      await store.prune(new Date(now.getTime() - historyMs), new Date(now.getTime() - NUMBERS_KEPT_MS));
    });

  /** @throws NotFound, Conflict `frequent-event.wrong-state`; then nothing was moved */
  const move = (
    scope: TenantScope,
    ids: readonly string[],
    from: readonly FrequentEventRow['state'][],
    to: 'blocked' | 'excluded' | 'removed',
    by: string,
  ): Promise<FrequentEventRow[]> =>
    inTurn(async () => {
      const moved = await parts.inTransaction(async ({ storeOf }) => {
        const rows = await storeOf(scope).lock(ids);
        const missing = ids.find((id) => !rows.some((row) => row.id === id));
        if (missing !== undefined) throw new NotFound('frequent event', missing);
        const toMove = rows.filter(({ state }) => state !== to);
        const wrong = toMove.find(({ state }) => !from.includes(state));
        if (wrong) throw wrongState(wrong.display_name, wrong.state, to);
        await storeOf(scope).setState(
          toMove.map(({ id }) => id),
          to,
          { at: clock(), by },
        );
        return toMove;
      });
      await refresh();
      parts.onChange();
      return moved;
    });

  return {
    guard,
    round,
    /** The rule that holds now. */
    rule: async () => {
      const held = (await store.settings()) ?? defaultSettings;
      const maximum = await parts.maximumEvents();
      return { settings: held, maximumEvents: maximum, effectiveBudgetPerDay: budgetPerDay(held, maximum) };
    },
    changeRule: (changed: FrequentEventSettings): Promise<void> =>
      inTurn(async () => {
        await store.saveSettings(changed);
        await refresh();
        parts.onChange();
      }),
    /** Received again, whatever their number; they stay in the list. @returns the rows that changed, as they were */
    exclude: (scope: TenantScope, ids: readonly string[], by: string) => move(scope, ids, ['blocked'], 'excluded', by),
    /** Excluded ones are blocked again. */
    blockAgain: (scope: TenantScope, ids: readonly string[], by: string) =>
      move(scope, ids, ['excluded'], 'blocked', by),
    /** Gone from the list, received and counted anew. */
    remove: (scope: TenantScope, ids: readonly string[], by: string) =>
      move(scope, ids, ['blocked', 'excluded'], 'removed', by),
    start: (): void => {
      timer = setInterval(() => void round().catch(parts.onError), ROUND_SECONDS * 1000);
    },
    /** Ends after what is under way. */
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await last;
    },
    /** Resolves when every block that was decided is written. */
    idle: async (): Promise<void> => {
      await last;
    },
  };
};
export type FrequentEvents = ReturnType<typeof createFrequentEvents>;
