import { type DeviceFacts, type ReplyOf, syncAgent } from '@gatehouse/contract';
import { z } from 'zod';
import { askedWaitMs, type BackoffSettings, pause, waitMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import { reasonOf } from './errors.ts';
import type { Logger } from './log.ts';
import { agentVersion } from './version.ts';

/** A policy that this agent cannot read must not make the whole answer unreadable. */
const lenientSync = {
  ...syncAgent,
  reply: syncAgent.reply.extend({ policy: z.unknown().optional() }),
};
export type SyncReply = ReplyOf<typeof lenientSync>;

export interface SyncParts {
  connection: Connection;
  collectFacts: () => Promise<DeviceFacts>;
  /** Undefined: as often as the server asks. */
  everySeconds: number | undefined;
  /** Of the policy that this device applies. */
  policyId: () => string | null;
  backoff: BackoffSettings;
  random: () => number;
  now: () => Date;
  logger: Logger;
  /** Done before every sync, whether the server can be reached or not. */
  before: () => Promise<void>;
  /** The server has answered: what it wants is in the reply. A rejection counts as a failed sync. */
  onReply: (reply: SyncReply, signal: AbortSignal) => Promise<void> | void;
}

/** Several things that happen at once are told with one sync. */
const SOON_MS = 1_000;

/** Tells the server what is true of the device: at the start, every so often, and soon after something changed. */
export const startSync = (parts: SyncParts) => {
  const { connection, collectFacts, everySeconds, policyId, backoff, random, now, logger, before, onReply } = parts;
  let failing: string | null = null;
  let lastAt: Date | null = null;
  let serverAheadMs = 0;
  let isDue = true;
  let isSyncing = false;
  let hurry = new AbortController();

  const syncOnce = async (signal: AbortSignal): Promise<number> => {
    const facts = await collectFacts();
    const sentAt = now();
    const reply = await connection.call(lenientSync, {
      body: { agentVersion, sentAt: sentAt.toISOString(), facts, policyId: policyId() },
      signal,
      isProbe: true,
    });
    lastAt = now();
    serverAheadMs = Date.parse(reply.serverTime) - (sentAt.getTime() + lastAt.getTime()) / 2;
    await onReply(reply, signal);
    return (everySeconds ?? reply.nextSyncSeconds) * 1000;
  };

  return {
    /** Something changed that the server should hear of. */
    soon(): void {
      isDue = true;
      hurry.abort();
    },
    isBusy: (): boolean => isSyncing || isDue,
    status: () => ({ lastAt, failing, serverAheadMs }),
    async run(signal: AbortSignal): Promise<void> {
      let failures = 0;
      while (!signal.aborted) {
        isSyncing = true;
        isDue = false;
        hurry = new AbortController();
        let waitUntilNextMs: number;
        try {
          await before();
          waitUntilNextMs = await syncOnce(signal);
          failures = 0;
          failing = null;
        } catch (cause) {
          if (signal.aborted) return;
          failures += 1;
          if (failing === null) logger.warn('The sync failed; it is tried again', { reason: reasonOf(cause) });
          failing = reasonOf(cause);
          waitUntilNextMs = waitMs(failures, backoff, random(), askedWaitMs(cause));
        }
        isSyncing = false;
        await pause(waitUntilNextMs, failing === null ? AbortSignal.any([signal, hurry.signal]) : signal);
        if (isDue && failing === null) await pause(SOON_MS, signal);
      }
    },
  };
};
