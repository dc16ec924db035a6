import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sendCommandOutput } from '@gatehouse/contract';
import { z } from 'zod';
import { askedWaitMs, type BackoffSettings, pause, waitMs } from '../backoff.ts';
import type { Connection } from '../connection.ts';
import { replaceFile } from '../disk.ts';
import { reasonOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { ServerProblem } from '../server-client.ts';

const Kept = z.object({ output: z.string(), isCut: z.boolean() });

export interface OutputParts {
  folder: string;
  connection: Connection;
  backoff: BackoffSettings;
  random: () => number;
  logger: Logger;
}

/** What scripts wrote, on disk until the server has it. Owns `outputs/` in the state folder. */
export const openOutputs = async ({ folder, connection, backoff, random, logger }: OutputParts) => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const waiting = new Set((await readdir(folder)).flatMap((name) => /^([0-9a-f-]{36})\.json$/.exec(name)?.[1] ?? []));
  const pathOf = (id: string) => join(folder, `${id}.json`);
  let wake = () => {};

  const send = async (id: string, signal: AbortSignal): Promise<void> => {
    const kept = Kept.parse(JSON.parse(await readFile(pathOf(id), 'utf8')));
    await connection.call(sendCommandOutput, { body: { commandId: id, ...kept }, signal }).catch((cause: unknown) => {
      // The server knows no such command (any more), or will never take it: there is nobody to keep it for.
      if (!(cause instanceof ServerProblem) || ![400, 404, 413].includes(cause.status)) throw cause;
      logger.warn('The output of a command was refused', { id, reason: reasonOf(cause) });
    });
    await unlink(pathOf(id));
    waiting.delete(id);
  };

  return {
    keep: async (id: string, output: string, isCut: boolean): Promise<void> => {
      await replaceFile(pathOf(id), JSON.stringify({ output: output.toWellFormed(), isCut }));
      waiting.add(id);
      wake();
    },
    isBusy: (): boolean => waiting.size > 0,
    /** Sends until the signal. */
    run: async (signal: AbortSignal): Promise<void> => {
      let failures = 0;
      while (!signal.aborted) {
        const [id] = waiting;
        if (id === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          continue;
        }
        try {
          await send(id, signal);
          failures = 0;
        } catch (cause) {
          if (signal.aborted) return;
          failures += 1;
          if (failures === 1) logger.warn('The output of a command cannot be sent', { reason: reasonOf(cause) });
          await pause(waitMs(failures, backoff, random(), askedWaitMs(cause)), signal);
        }
      }
    },
  };
};
export type Outputs = Awaited<ReturnType<typeof openOutputs>>;
