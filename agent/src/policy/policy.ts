import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentPolicy, type PolicySettingKey, policySettingKeys, policyValue } from '@gatehouse/contract';
import { z } from 'zod';
import { isDiskFull, oneAtATime, stateFile } from '../disk.ts';
import { reasonOf, StateDamaged } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type InForce, type LocalSettings, putTogether } from './in-force.ts';

const Stored = z.object({
  policy: AgentPolicy.nullable(),
  /** When the server last answered a sync, and after how long the next one was due. */
  reachedAt: z.iso.datetime().nullable(),
  syncSeconds: z.number(),
});
type Stored = z.output<typeof Stored>;

const USUAL_SYNC_SECONDS = 300;
const storedIn = (stateDir: string) => {
  const path = join(stateDir, 'policy.json');
  const nothing = (): Stored => ({ policy: null, reachedAt: null, syncSeconds: USUAL_SYNC_SECONDS });
  return { path, nothing, file: stateFile(path, Stored, nothing) };
};

/** Settings that the stored policy locks, whatever was set on the device; for those who look from outside. */
export const lockedByPolicy = async (stateDir: string): Promise<Map<PolicySettingKey, unknown>> => {
  const { policy } = await storedIn(stateDir).file.read();
  const values = policySettingKeys.map((key) => [key, policyValue(policy?.settings ?? {}, key)] as const);
  return new Map(values.filter(([key, value]) => value !== undefined && policy?.locked.includes(key)));
};

/** Whether so many syncs were missed that the out-of-office settings hold. Decides only. */
export const isAway = (
  policy: AgentPolicy | null,
  { reachedAt, syncSeconds }: { reachedAt: Date; syncSeconds: number },
  now: Date,
): boolean =>
  policy !== null &&
  policy.outOfOffice !== null &&
  now.getTime() - reachedAt.getTime() >= policy.outOfOffice.afterMissedSyncs * syncSeconds * 1000;

/**
 * The policy of this device, on disk before it counts.
 *
 * @param onChange what is in force is something else now
 */
export const openPolicy = async ({
  stateDir,
  local,
  now,
  logger,
  onChange,
}: {
  stateDir: string;
  local: LocalSettings;
  now: () => Date;
  logger: Logger;
  onChange: () => void;
}) => {
  const { path, nothing, file } = storedIn(stateDir);
  let stored = await file.read().catch(async (cause: unknown) => {
    if (!(cause instanceof StateDamaged)) throw cause;
    // The server sends it again with the next sync, since none is told to it.
    logger.error('The stored policy is unreadable and was put aside', { path, reason: reasonOf(cause) });
    await rename(path, `${path}.damaged`);
    return nothing();
  });
  const exclusively = oneAtATime();
  // A device that starts without the server has waited no sync yet.
  let reachedAt = stored.reachedAt === null ? now() : new Date(stored.reachedAt);
  let inForce: InForce;
  const look = (): boolean => {
    // A clock that was set back would keep the device in the office for ever.
    if (reachedAt > now()) reachedAt = now();
    const away = isAway(stored.policy, { reachedAt, syncSeconds: stored.syncSeconds }, now());
    const before = JSON.stringify(inForce);
    inForce = putTogether(stored.policy, local, away);
    return JSON.stringify(inForce) !== before;
  };
  inForce = putTogether(stored.policy, local, false);
  look();

  const tell = (): void => {
    const { policyName: policy, policyId, isOutOfOffice } = inForce;
    logger.info('What the policy sets has changed', { policy, policyId, isOutOfOffice });
    onChange();
  };
  const save = async (next: Stored): Promise<void> => {
    try {
      await file.write(next);
      stored = next;
    } catch (cause) {
      // What is not on disk is not applied: after a restart it would be something else. The server sends it again.
      if (!isDiskFull(cause)) throw cause;
      logger.error('The disk is full: the policy stays as it was', { policyId: stored.policy?.id ?? null });
    }
  };

  return {
    /** Of the policy that is on disk, for the sync. */
    policyId: (): string | null => stored.policy?.id ?? null,
    inForce: (): InForce => inForce,

    /**
     * What the server answered to a sync: a policy, null (none any more), or undefined (as it is). One that this agent
     * cannot read is left: the server sees by the id that another is applied.
     */
    take: (answer: unknown, syncSeconds: number): Promise<void> =>
      exclusively(async () => {
        reachedAt = now();
        const read = answer === undefined ? { success: true as const, data: stored.policy } : readPolicy(answer);
        if (!read.success) logger.error('The policy of the server is not readable here', { reason: read.reason });
        const policy = read.success ? read.data : stored.policy;
        // Nothing needs the time on disk unless being away makes a difference.
        if (policy !== stored.policy || policy?.outOfOffice) {
          await save({ policy, reachedAt: reachedAt.toISOString(), syncSeconds });
        } else stored = { ...stored, syncSeconds };
        if (look()) tell();
      }),

    /** Time has passed: perhaps the server has been away for too long. */
    look: (): void => {
      if (look()) tell();
    },
  };
};
const readPolicy = (
  answer: unknown,
): { success: true; data: AgentPolicy | null } | { success: false; reason: string } => {
  const read = AgentPolicy.nullable().safeParse(answer);
  return read.success ? read : { success: false, reason: z.prettifyError(read.error) };
};
