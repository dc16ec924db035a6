import { appendFile, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReportedEvent, sendEvents } from '@gatehouse/contract';
import { askedWaitMs, type BackoffSettings, pause, waitMs } from './backoff.ts';
import type { Connection } from './connection.ts';
import { syncFolder } from './disk.ts';
import { reasonOf } from './errors.ts';
import type { Logger } from './log.ts';
import { ServerProblem } from './server-client.ts';
import type { Spool } from './spool/index.ts';

export interface SenderStatus {
  /** Set when the last try failed: why, and how often in a row. */
  failing: { reason: string; failures: number } | null;
  rejectedEvents: number;
}

export interface Sender {
  /** There are new events. */
  wake(): void;
  /** The server answers again: do not wait out the back-off. */
  hurry(): void;
  /** Sends until the signal; never rejects for what the network or the server does. */
  run(signal: AbortSignal): Promise<void>;
  isBusy(): boolean;
  status(): SenderStatus;
}

export interface SenderParts {
  spool: Spool;
  connection: Connection;
  /** Events that the server calls invalid end here, with its reason: one JSON line each. */
  rejectedFolder: string;
  backoff: BackoffSettings;
  random: () => number;
  now: () => Date;
  logger: Logger;
  mostEvents?: number;
}

const MOST_EVENTS = 500;
/** Well under the body limits that servers and proxies commonly have. */
const MOST_BATCH_BYTES = 512 * 1024;
const REJECTED_FILES_KEPT = 30;

/** The batch itself is at fault: sending it again unchanged gives the same answer. */
const isBatchFault = (cause: unknown): cause is ServerProblem =>
  cause instanceof ServerProblem && [400, 413, 422].includes(cause.status) && !cause.problem.retryable;

/**
 * Sends the spool in order, one batch in flight. A refused batch is halved until the one bad event stands alone;
 * that one is set aside, and the batch size grows again.
 */
export const sender = (parts: SenderParts): Sender => {
  const { spool, connection, rejectedFolder, backoff, random, now, logger, mostEvents = MOST_EVENTS } = parts;
  let batchSize = mostEvents;
  let failing: SenderStatus['failing'] = null;
  let rejectedEvents = 0;
  let isSending = false;
  let wakeUp = new AbortController();
  let hurryUp = new AbortController();

  const setAside = async (event: ReportedEvent, problem: ServerProblem) => {
    await mkdir(rejectedFolder, { recursive: true, mode: 0o700 });
    const path = join(rejectedFolder, `${now().toISOString().slice(0, 10)}.jsonl`);
    const line = {
      rejectedAt: now().toISOString(),
      epoch: spool.stats().epoch,
      status: problem.status,
      problem: problem.problem,
      event,
    };
    await appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    const handle = await open(path, 'r');
    await handle.sync();
    await handle.close();
    await syncFolder(rejectedFolder);
    rejectedEvents += 1;
    logger.error('The server refuses an event for good; it is kept in the rejected folder', {
      seq: event.seq,
      type: event.type,
      reason: problem.message,
    });
    for (const name of (await readdir(rejectedFolder)).sort().slice(0, -REJECTED_FILES_KEPT)) {
      logger.warn('An old file of rejected events is removed', {
        name,
        bytes: (await stat(join(rejectedFolder, name))).size,
      });
      await unlink(join(rejectedFolder, name));
    }
  };

  const sendOne = async (events: ReportedEvent[], signal: AbortSignal): Promise<void> => {
    const { epoch, highestSeq } = spool.stats();
    const last = events.at(-1)?.seq ?? 0;
    const { acknowledgedSeq } = await connection.call(sendEvents, { body: { epoch, events }, signal });
    if (acknowledgedSeq > highestSeq && acknowledgedSeq > spool.stats().highestSeq) {
      // This folder is older than what the server remembers (a restored backup): it would swallow our numbers.
      logger.error('The server knows later events than this spool ever held; a new epoch begins', { acknowledgedSeq });
      await spool.renewEpoch();
      return;
    }
    if (acknowledgedSeq < last) throw new Error(`the server acknowledged ${acknowledgedSeq}, not ${last}`);
    await spool.acknowledge(acknowledgedSeq);
  };

  const step = async (signal: AbortSignal): Promise<'sent' | 'empty'> => {
    const events = await spool.peek(batchSize, MOST_BATCH_BYTES);
    const [first] = events;
    if (!first) return 'empty';
    try {
      await sendOne(events, signal);
      batchSize = Math.min(mostEvents, batchSize * 2);
    } catch (cause) {
      if (!isBatchFault(cause)) throw cause;
      if (events.length > 1) batchSize = Math.ceil(events.length / 2);
      else {
        await setAside(first, cause);
        await spool.acknowledge(first.seq);
      }
    }
    return 'sent';
  };

  return {
    wake: () => wakeUp.abort(),
    hurry: () => hurryUp.abort(),
    isBusy: () => isSending || spool.stats().events > 0,
    status: () => ({ failing, rejectedEvents }),
    async run(signal) {
      while (!signal.aborted) {
        wakeUp = new AbortController();
        hurryUp = new AbortController();
        isSending = true;
        try {
          const did = await step(signal);
          failing = null;
          isSending = false;
          if (did === 'empty') await pause(backoff.mostMs, AbortSignal.any([signal, wakeUp.signal]));
        } catch (cause) {
          isSending = false;
          if (signal.aborted) return;
          const failures = (failing?.failures ?? 0) + 1;
          failing = { reason: reasonOf(cause), failures };
          if (failures === 1) logger.warn('Events cannot be sent; they are kept', { reason: reasonOf(cause) });
          // New events are no reason to hurry: the server that failed would get every detection as a new try.
          await pause(
            waitMs(failures, backoff, random(), askedWaitMs(cause)),
            AbortSignal.any([signal, hurryUp.signal]),
          );
        }
      }
    },
  };
};
