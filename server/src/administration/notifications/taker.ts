import { type NotificationChannel, NotificationChannel as NotificationChannels } from '@gatehouse/contract';
import { newId } from '../../platform/ids/index.ts';
import type { EngineStore, EventRow, EventStore } from '../events/index.ts';
import { messageOf, severityNameOf, summaryOf } from './message.ts';
import type { NewNotification, NotificationStore } from './store.ts';

const CONSUMER = 'notifications';
const EVENTS_AT_ONCE = 500;
/** What no mail server took for this long has failed. */
export const GIVE_UP_MS = 86_400_000;

export const channels: readonly NotificationChannel[] = NotificationChannels.options;

interface Stores {
  store: NotificationStore;
  cursors: Pick<EventStore, 'cursor' | 'moveCursor'>;
}

export interface TakerParts extends Stores {
  engine: Pick<EngineStore, 'oldest' | 'lastId'>;
  inTransaction: <T>(work: (stores: Stores) => Promise<T>) => Promise<T>;
  /** Whether events of this type and group are told by a channel, as it is set now. */
  chosen: () => Promise<(event: EventRow, channel: NotificationChannel) => boolean>;
  clientNames: () => Promise<ReadonlyMap<string, string>>;
  clock: () => Date;
}

const periodEndOf = (now: Date, minutes: number): Date => {
  const periodMs = minutes * 60_000;
  return new Date((Math.floor(now.getTime() / periodMs) + 1) * periodMs);
};

/**
 * Makes notifications of events. They are written in the transaction that moves the reader's place, so that each event
 * is told once, whatever happens to the process.
 */
export const createTaker = ({ store, cursors, engine, inTransaction, chosen, clientNames, clock }: TakerParts) => {
  const takeSome = async (): Promise<boolean> => {
    const { settings } = await store.settings();
    const open = channels.filter((channel) => settings[channel].enabled);
    const from = await cursors.cursor(CONSUMER);
    const reach = await engine.lastId();
    if (reach <= from) return false;
    if (open.length === 0) {
      // Kept up to date, so that notifications begin when they are switched on.
      await cursors.moveCursor(CONSUMER, reach);
      return false;
    }
    const events = await engine.oldest({ afterId: from, beforeId: reach + 1, includeUnlisted: true }, EVENTS_AT_ONCE);
    const isFull = events.length === EVENTS_AT_ONCE;
    const isChosen = await chosen();
    const names = await clientNames();
    const now = clock();
    const periodEndsAt = periodEndOf(now, settings.limit.periodMinutes);
    await inTransaction(async (own) => {
      await own.store.lockTaking();
      // Another process took them meanwhile.
      if ((await own.cursors.cursor(CONSUMER)) !== from) return;
      for (const channel of open) {
        const { recipients } = settings[channel];
        const wanted = events.filter((event) => isChosen(event, channel));
        if (wanted.length === 0) continue;
        const told = await own.store.countOfPeriod(channel, periodEndsAt);
        const room = Math.max(0, settings.limit.mostPerPeriod - told);
        await own.store.add(
          wanted.map((event, index): NewNotification => {
            const isFolded = index >= room;
            const { eventId: id, type, displayName, severity, deviceId, deviceName, tenantId } = event;
            const { subject, body } = messageOf(event, channel, settings, names.get(tenantId) ?? '');
            return {
              id: newId(now),
              key: `${channel}|event|${id}`,
              channel,
              kind: 'event',
              tenant_id: tenantId,
              event: { id, type, displayName, severity: severityNameOf(severity), deviceId, deviceName, tenantId },
              folded: 0,
              period_ends_at: periodEndsAt,
              recipients,
              subject,
              // Its summary tells of it.
              body: isFolded ? '' : body,
              state: isFolded ? 'folded' : 'waiting',
              created_at: now,
              give_up_at: new Date(now.getTime() + GIVE_UP_MS),
              next_try_at: isFolded ? null : now,
            };
          }),
        );
      }
      await own.cursors.moveCursor(CONSUMER, isFull ? (events.at(-1)?.eventId ?? reach) : reach);
    });
    return true;
  };

  /** Summaries of the periods that are over. */
  const tellFolded = async (): Promise<void> => {
    const now = clock();
    const periods = await store.periodsToTell(now);
    if (periods.length === 0) return;
    const { settings } = await store.settings();
    for (const { channel, period_ends_at: periodEndsAt } of periods) {
      await inTransaction(async (own) => {
        await own.store.lockTaking();
        const id = newId(now);
        const folded = await own.store.foldInto(id, channel, periodEndsAt);
        if (folded.count === 0) return;
        const { subject, body } = summaryOf(channel, folded, settings, periodEndsAt);
        const { recipients, enabled } = settings[channel];
        await own.store.add([
          {
            ...{ id, key: `${channel}|summary|${id}`, channel, kind: 'summary', tenant_id: null, event: null },
            ...{ folded: folded.count, period_ends_at: periodEndsAt, recipients, subject, body },
            state: enabled ? 'waiting' : 'failed',
            created_at: now,
            give_up_at: new Date(now.getTime() + GIVE_UP_MS),
            next_try_at: enabled ? now : null,
          },
        ]);
      });
    }
  };

  return {
    /** All that there is now. */
    run: async (): Promise<void> => {
      while (await takeSome());
      await tellFolded();
    },
  };
};
