import { randomUUID } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportedEvent } from '@gatehouse/contract';
import { z } from 'zod';
import { isDiskFull, oneAtATime, stateFile } from './disk.ts';
import { SpoolFull, systemCodeOf } from './errors.ts';
import type { Logger } from './log.ts';
import type { FileVerdict, ScannerState } from './scanners/scanner.ts';
import { type Examined, examine as examineFile } from './scanning/examine.ts';
import { isWithin, type Mount, mountPointOf, readMounts } from './scanning/mounts.ts';
import type { Spool } from './spool/index.ts';
import { foundEvent, type Resolution, resolvedEvent, type Threat } from './threat-events.ts';

const StoredThreat = z.object({
  uid: z.string(),
  path: z.string(),
  rawPath: z.string().optional(),
  sha256: z.string().nullable(),
  threat: z.string(),
  owner: z.string().nullable(),
  foundAt: z.string(),
  mountPoint: z.string(),
  engine: z.object({ product: z.string(), version: z.string() }),
  method: z.string(),
}) satisfies z.ZodType<Threat>;

const Stored = z.object({
  active: z.array(StoredThreat),
  /** Decided and not yet in the spool: written in one piece with `active`, so that neither is true without the other. */
  unsent: z.array(ReportedEvent.omit({ seq: true })),
});

export interface Threats {
  /** Takes the verdicts of a scan into account. @returns how many finds and resolutions were new */
  observe(verdicts: FileVerdict[], engine: ScannerState, method: string): Promise<number>;
  /** Looks whether known infected files under these folders are gone; without folders, all of them. */
  checkGone(under?: string[]): Promise<number>;
  active(): Threat[];
  /** Has the object of a find moved away and notes that it was; a rejection of `move` leaves the find as it is. */
  moveAway(uid: string, move: (threat: Threat) => Promise<void>): Promise<void>;
  /** Events that the spool had no room for, once more. */
  retry(): Promise<void>;
}

export interface ThreatsParts {
  stateDir: string;
  spool: Spool;
  now: () => Date;
  logger: Logger;
  /** Called after something was found or resolved. */
  onChange: () => void;
  examine?: (file: FileVerdict['file']) => Promise<Examined>;
  mounts?: () => Promise<Mount[]>;
  /** A person said that this content is harmless. */
  isAllowed?: (sha256: string | null) => boolean;
}

type Decision = { found: Threat } | { resolved: Threat; resolution: Resolution };

/**
 * Which finds are new and which are over, given what is known at one path. Decides only.
 * Another content that is infected too is a new find and the end of the old one, in this order, so that the device
 * never looks clean in between. Another name for the same content keeps its uid.
 */
export const decideAt = (known: Threat[], now: Threat | 'clean'): Decision[] => {
  if (now === 'clean') return known.map((threat) => ({ resolved: threat, resolution: 'cured' as const }));
  const same = known.find(
    ({ sha256, threat }) => sha256 === now.sha256 || (now.sha256 === null && threat === now.threat),
  );
  if (same && same.threat === now.threat) return [];
  if (same) return [{ found: { ...now, uid: same.uid } }];
  return [{ found: now }, ...known.map((threat) => ({ resolved: threat, resolution: 'deleted' as const }))];
};

/** What was found on this device and is not over yet. Owns `threats.json` in the state folder. */
export const openThreats = async (parts: ThreatsParts): Promise<Threats> => {
  const { stateDir, spool, now, logger, onChange, examine = examineFile, mounts = readMounts } = parts;
  const isAllowed = parts.isAllowed ?? (() => false);
  const file = stateFile(join(stateDir, 'threats.json'), Stored, () => ({ active: [], unsent: [] }));
  let { active, unsent } = await file.read();
  const exclusively = oneAtATime();

  const save = async () => {
    try {
      await file.write({ active, unsent });
    } catch (cause) {
      // The finds stay in memory and are written with the next change; a crash before that finds them anew.
      if (!isDiskFull(cause)) throw cause;
      logger.error('The disk is full: the list of threats is kept in memory only');
    }
  };

  /** Crash-safe: after a crash the same events are spooled again under the same uid. */
  const spoolUnsent = async () => {
    if (unsent.length === 0) return;
    const results = await Promise.allSettled(unsent.map((event) => spool.append(event, { isKeptElsewhere: true })));
    const refused = results.map((result) => (result.status === 'rejected' ? result.reason : null));
    unsent = unsent.filter((_event, index) => refused[index] !== null);
    for (const reason of refused) if (reason && !(reason instanceof SpoolFull)) throw reason;
    await save();
  };

  const apply = async (decisions: Decision[]): Promise<number> => {
    if (decisions.length === 0) return 0;
    for (const decision of decisions) {
      if ('found' in decision) {
        active = [...active.filter(({ uid }) => uid !== decision.found.uid), decision.found];
        unsent.push(foundEvent(decision.found, now()));
        logger.warn('Malicious object detected', { path: decision.found.path, threat: decision.found.threat });
      } else {
        active = active.filter(({ uid }) => uid !== decision.resolved.uid);
        unsent.push(resolvedEvent(decision.resolved, decision.resolution, now()));
        logger.info('A threat is over', { path: decision.resolved.path, resolution: decision.resolution });
      }
    }
    await save();
    await spoolUnsent();
    onChange();
    return decisions.length;
  };

  const observe = async (verdicts: FileVerdict[], engine: ScannerState, method: string) => {
    const mounted = verdicts.some(({ verdict }) => verdict.kind === 'infected') ? await mounts() : [];
    const knownByPath = Map.groupBy(active, ({ path }) => path);
    const decisions: Decision[] = [];
    for (const { file: scanned, verdict } of verdicts) {
      const known = knownByPath.get(scanned.path) ?? [];
      if (verdict.kind === 'clean' && known.length > 0) decisions.push(...decideAt(known, 'clean'));
      if (verdict.kind !== 'infected') continue;
      const { sha256, owner } = await examine(scanned);
      if (isAllowed(sha256)) continue;
      const isUtf8 = Buffer.from(scanned.path).equals(scanned.raw);
      decisions.push(
        ...decideAt(known, {
          uid: randomUUID(),
          path: scanned.path,
          ...(isUtf8 ? {} : { rawPath: scanned.raw.toString('base64') }),
          sha256,
          threat: verdict.threat,
          owner,
          foundAt: now().toISOString(),
          mountPoint: mountPointOf(scanned.path, mounted),
          engine: { product: engine.product, version: engine.version },
          method,
        }),
      );
    }
    return apply(decisions);
  };

  const isGone = async (threat: Threat, mounted: Mount[]): Promise<boolean> => {
    if (mountPointOf(threat.path, mounted) !== threat.mountPoint) return false;
    try {
      await lstat(threat.rawPath === undefined ? threat.path : Buffer.from(threat.rawPath, 'base64'));
      return false;
    } catch (cause) {
      // Not to be seen (no right, a failing disk) is not gone.
      return ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '');
    }
  };

  const checkGone = async (under?: string[]) => {
    const asked = active.filter(({ path }) => under === undefined || under.some((folder) => isWithin(path, folder)));
    if (asked.length === 0) return 0;
    const mounted = await mounts();
    const decisions: Decision[] = [];
    for (const threat of asked) {
      if (await isGone(threat, mounted)) decisions.push({ resolved: threat, resolution: 'deleted' });
    }
    return apply(decisions);
  };

  const moveAway = async (uid: string, move: (threat: Threat) => Promise<void>) => {
    const threat = active.find((each) => each.uid === uid);
    if (!threat) return;
    await move(threat);
    await apply([{ resolved: threat, resolution: 'quarantined' }]);
  };

  await spoolUnsent();
  return {
    observe: (verdicts, engine, method) => exclusively(() => observe(verdicts, engine, method)),
    checkGone: (under) => exclusively(() => checkGone(under)),
    active: () => active,
    moveAway: (uid, move) => exclusively(() => moveAway(uid, move)),
    retry: () => exclusively(spoolUnsent),
  };
};
