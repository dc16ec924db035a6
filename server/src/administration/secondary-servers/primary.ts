import type { PrimaryServer } from '@gatehouse/contract';
import { Conflict } from '../../platform/errors/index.ts';
import type { PrimaryRow, SecondaryServerStore } from './store.ts';

const SECOND_MS = 1000;
/** A primary that was not heard of for so many of its own rounds is gone. */
const ROUNDS = 3;
const LEAST_SILENCE_MS = 3 * 60_000;

/** A primary server that makes itself known. */
export interface Announcement {
  instanceId: string;
  name: string;
  /** Instance ids of the servers above it, nearest first. */
  above: readonly string[];
  roundSeconds: number;
}

/** What becomes of it: the row to keep, and whether the link is new or came back. */
export type AnnouncementOutcome =
  | { kind: 'taken'; row: PrimaryRow; isNews: boolean }
  /** It stands below this server, or is this server. */
  | { kind: 'loop' }
  /** There is another one above this server already. */
  | { kind: 'other-primary'; name: string };

/** Decides only. @param known who is above this server now */
export const takeAnnouncement = (
  announced: Announcement,
  known: PrimaryRow | null,
  own: { instanceId: string; below: readonly string[] },
  now: Date,
): AnnouncementOutcome => {
  const { instanceId, above } = announced;
  if (instanceId === own.instanceId || above.includes(own.instanceId) || own.below.includes(instanceId)) {
    return { kind: 'loop' };
  }
  if (known && known.instance_id !== instanceId) return { kind: 'other-primary', name: known.name };
  const isNews = !known?.connected;
  return {
    kind: 'taken',
    isNews,
    row: {
      instance_id: instanceId,
      name: announced.name,
      above: [...above],
      since: known?.since ?? now,
      last_heard_at: now,
      round_seconds: announced.roundSeconds,
      connected: true,
    },
  };
};

/** Whether nothing was heard of it for too long. */
export const isSilent = (primary: Pick<PrimaryRow, 'last_heard_at' | 'round_seconds'>, now: Date): boolean =>
  now.getTime() - primary.last_heard_at.getTime() >
  Math.max(LEAST_SILENCE_MS, ROUNDS * primary.round_seconds * SECOND_MS);

export interface PrimaryParts {
  /** Work in one transaction, with the event of a link that came or broke. */
  inTransaction: <T>(
    work: (
      store: SecondaryServerStore,
      publish: (what: 'connected' | 'disconnected', primary: PrimaryRow) => Promise<void>,
    ) => Promise<T>,
  ) => Promise<T>;
  store: Pick<SecondaryServerStore, 'primary'>;
  own: () => Promise<{ instanceId: string; below: readonly string[] }>;
  clock: () => Date;
  changed: () => void;
}

/** The server above this one. */
export const createPrimary = ({ inTransaction, store, own, clock, changed }: PrimaryParts) => ({
  /** @returns what became of it */
  announced: async (announcement: Announcement): Promise<AnnouncementOutcome> => {
    const us = await own();
    const outcome = await inTransaction(async (locked, publish) => {
      const decided = takeAnnouncement(announcement, await locked.lockPrimary(), us, clock());
      if (decided.kind === 'taken') {
        await locked.savePrimary(decided.row);
        if (decided.isNews) await publish('connected', decided.row);
      }
      return decided;
    });
    if (outcome.kind === 'taken' && outcome.isNews) changed();
    return outcome;
  },

  /** It let this server go. */
  left: async (instanceId: string): Promise<void> => {
    await inTransaction(async (locked, publish) => {
      const known = await locked.lockPrimary();
      if (known?.instance_id !== instanceId) return;
      await locked.forgetPrimary();
      if (known.connected) await publish('disconnected', known);
    });
    changed();
  },

  /** @throws Conflict while it is heard of: it would be back within its next round */
  forget: async (): Promise<PrimaryRow | null> => {
    const forgotten = await inTransaction(async (locked) => {
      const known = await locked.lockPrimary();
      if (known?.connected) {
        throw new Conflict(
          'primary-server.connected',
          `${known.name} reads this server now; detach this server there, then it is forgotten here by itself`,
        );
      }
      await locked.forgetPrimary();
      return known;
    });
    changed();
    return forgotten;
  },

  /** Notices a primary that has gone silent. */
  check: async (): Promise<void> => {
    const seen = await store.primary();
    if (!seen?.connected || !isSilent(seen, clock())) return;
    await inTransaction(async (locked, publish) => {
      const known = await locked.lockPrimary();
      if (!known?.connected || !isSilent(known, clock())) return;
      await locked.savePrimary({ ...known, connected: false });
      await publish('disconnected', known);
    });
    changed();
  },

  shown: async (): Promise<PrimaryServer | null> => {
    const row = await store.primary();
    return (
      row && {
        instanceId: row.instance_id,
        name: row.name,
        since: row.since.toISOString(),
        lastHeardAt: row.last_heard_at.toISOString(),
        connected: row.connected,
      }
    );
  },
});
export type Primary = ReturnType<typeof createPrimary>;
