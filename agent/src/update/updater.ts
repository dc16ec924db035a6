import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AgentPackage } from '@gatehouse/contract';
import { z } from 'zod';
import { stateFile } from '../disk.ts';
import { reasonOf } from '../errors.ts';
import type { RunProgram } from '../facts/fact.ts';
import type { Logger } from '../log.ts';
import type { NewEvent, Spool } from '../spool/index.ts';
import { clip } from '../threat-events.ts';
import { agentProduct } from '../version.ts';
import { checkOffer } from './check.ts';
import { UpdateRefused } from './errors.ts';

const State = z.object({
  /** The hook was called and this agent, or the next, has to see what came of it. */
  installing: z.object({ from: z.string(), to: z.string(), signature: z.string() }).nullable(),
  /** Signature of the offer that did not come up, or was refused: it is not tried again. */
  failed: z.string().nullable(),
});

export interface UpdaterParts {
  stateDir: string;
  /** Replaces the installed agent and restarts it: called with the file and its version. Null: no updates. */
  program: string | null;
  currentVersion: string;
  pinnedKey: () => string | null;
  /** Writes the offered file. */
  download: (offer: AgentPackage, toFile: string, signal: AbortSignal) => Promise<void>;
  run: RunProgram;
  spool: Spool;
  now: () => Date;
  logger: Logger;
}

const HOOK_TIMEOUT_MS = 600_000;

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

/**
 * Updates of the agent itself: off unless a program is set that can install one. The agent checks who signed an offer,
 * fetches and checks the file, hands it to the program, and tells afterwards what came of it; the program is what puts
 * the old version back when the new one does not answer. Owns `update/` and `update.json` in the state folder.
 */
export const openUpdater = async (parts: UpdaterParts) => {
  const { stateDir, program, currentVersion, pinnedKey, download, run, spool, now, logger } = parts;
  const folder = join(stateDir, 'update');
  const file = stateFile(join(stateDir, 'update.json'), State, () => ({ installing: null, failed: null }));
  let state = await file.read();
  let working: Promise<void> | null = null;

  const save = async (next: z.output<typeof State>) => {
    await file.write(next);
    state = next;
  };
  const tell = (event: Pick<NewEvent, 'type' | 'severity' | 'displayName'>, description: string) =>
    spool.append({
      ...event,
      description: clip(description, 1000),
      riseTime: now().toISOString(),
      product: agentProduct,
    });
  const giveUp = async (signature: string, why: string) => {
    await save({ installing: null, failed: signature });
    await rm(folder, { recursive: true, force: true });
    logger.error('The agent was not updated', { reason: why });
    await tell(
      { type: 'GATEHOUSE_AGENT_UPDATE_FAILED', severity: 3, displayName: 'The agent could not be updated' },
      why,
    );
  };

  const install = async (offer: AgentPackage, hook: string, signal: AbortSignal): Promise<void> => {
    checkOffer(offer, pinnedKey());
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const part = join(folder, `${offer.sha256}.part`);
    await download(offer, part, signal);
    const seen = await hashOf(part);
    if (seen !== offer.sha256) throw new UpdateRefused(`The file has the hash ${seen}, not the signed ${offer.sha256}`);
    const whole = join(folder, `${offer.version.replace(/[^\w.+~-]/g, '_')}.package`);
    await rename(part, whole);
    await save({ ...state, installing: { from: currentVersion, to: offer.version, signature: offer.signature } });
    logger.info('The agent is being updated', { from: currentVersion, to: offer.version });
    const limited = AbortSignal.any([signal, AbortSignal.timeout(HOOK_TIMEOUT_MS)]);
    const told = await run(hook, [whole, offer.version], { signal: limited });
    if (signal.aborted) return; // replaced in the middle: the next agent tells
    if (!told) throw new UpdateRefused(`There is no program ${hook}`);
    if (told.exitCode !== 0) {
      throw new UpdateRefused(`${hook} ended with ${told.exitCode}: ${told.stderr.trim().slice(-300)}`);
    }
  };

  const take = async (offer: AgentPackage, hook: string, signal: AbortSignal): Promise<void> => {
    try {
      await install(offer, hook, signal);
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof UpdateRefused) await giveUp(offer.signature, cause.message);
      // No answer, a full disk: the next sync offers it again.
      else logger.warn('The update could not be fetched; it is tried again', { reason: reasonOf(cause) });
    }
  };

  return {
    /** At the start: what came of an update that was under way. */
    async lookBack(): Promise<void> {
      const { installing } = state;
      if (!installing) return;
      if (installing.to !== currentVersion) {
        return giveUp(installing.signature, `Version ${installing.to} did not come up; ${currentVersion} runs again`);
      }
      await save({ installing: null, failed: null });
      await rm(folder, { recursive: true, force: true });
      await tell(
        { type: 'GATEHOUSE_AGENT_UPDATED', severity: 1, displayName: 'The agent was updated' },
        `From version ${installing.from} to ${installing.to}`,
      );
    },
    /** @param offer what the server offers; undefined: nothing */
    onSync(offer: AgentPackage | undefined, signal: AbortSignal): void {
      if (!offer || !program || working) return;
      if (offer.version === currentVersion || offer.signature === state.failed) return;
      // Handed over already: the program is about to restart this agent.
      if (state.installing?.signature === offer.signature) return;
      working = take(offer, program, signal).finally(() => {
        working = null;
      });
    },
    idle: async (): Promise<void> => {
      await working;
    },
  };
};
