import { pollCommands, takeCommands } from '@gatehouse/contract';
import { z } from 'zod';
import { askedWaitMs, type BackoffSettings, pause, waitMs } from '../backoff.ts';
import type { Connection } from '../connection.ts';
import { reasonOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type Inbox, ReceivedCommand } from './inbox.ts';

export interface PollParts {
  connection: Connection;
  inbox: Inbox;
  waitSeconds: number;
  backoff: BackoffSettings;
  random: () => number;
  logger: Logger;
  /** There are new commands on disk. */
  onNew: () => void;
}

/** Each command is read by itself, so that one of a newer kind does not hide the others. */
const lenientPoll = { ...pollCommands, reply: z.object({ commands: z.array(ReceivedCommand) }) };

/** Time beyond the asked-for wait that the answer may take. */
const GRACE_MS = 15_000;
const MOST_TAKEN_AT_ONCE = 100;

/** Listens for commands until the signal: on disk first, then taken, so that a crash loses none and doubles none. */
export const listenForCommands = async (parts: PollParts, signal: AbortSignal): Promise<void> => {
  const { connection, inbox, waitSeconds, backoff, random, logger, onNew } = parts;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const { commands } = await connection.call(lenientPoll, {
        query: { waitSeconds },
        timeoutMs: waitSeconds * 1000 + GRACE_MS,
        signal,
      });
      const fresh = commands.filter(({ id }) => !inbox.has(id));
      for (const command of fresh) await inbox.put(command, 'waiting');
      if (fresh.length > 0) onNew();
      // Known ones come again when the server did not hear that they were taken.
      const ids = commands.map(({ id }) => id);
      for (let from = 0; from < ids.length; from += MOST_TAKEN_AT_ONCE) {
        await connection.call(takeCommands, { body: { ids: ids.slice(from, from + MOST_TAKEN_AT_ONCE) }, signal });
      }
      failures = 0;
      // A server that does not wait must not be asked without a pause.
      if (fresh.length === 0) await pause(Math.min(backoff.firstMs, 1_000), signal);
    } catch (cause) {
      if (signal.aborted) return;
      failures += 1;
      if (failures === 1) logger.warn('Commands cannot be fetched', { reason: reasonOf(cause) });
      await pause(waitMs(failures, backoff, random(), askedWaitMs(cause)), signal);
    }
  }
};
