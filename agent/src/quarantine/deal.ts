import { AgentError, reasonOf, SpoolFull } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { NewEvent, Spool } from '../spool/index.ts';
import type { Threats } from '../threats.ts';
import { notMovedEvent, removedEvent, restoredEvent } from './events.ts';
import type { Quarantine } from './quarantine.ts';

export interface QuarantineWorkParts {
  quarantine: Quarantine;
  threats: Threats;
  spool: Spool;
  /** What becomes of a detected object. */
  action: () => 'report' | 'quarantine';
  /** How long objects are kept. */
  keepDays: () => number;
  now: () => Date;
  logger: Logger;
  /** The server should hear that the list is another one. */
  onChange: () => void;
}

/** What may be asked of the quarantine, with the events that tell of it. */
export const quarantineWork = (parts: QuarantineWorkParts) => {
  const { quarantine, threats, spool, action, keepDays, now, logger, onChange } = parts;
  /** Finds whose object could not be moved; it is said once each and tried again with every scan. */
  const failing = new Set<string>();

  const tell = async (event: NewEvent): Promise<void> => {
    await spool.append(event).catch((cause: unknown) => {
      if (!(cause instanceof SpoolFull)) throw cause;
      logger.warn('An event of the quarantine had no room in the spool', { type: event.type });
    });
  };

  return {
    /** Moves finds at these paths away, when that is what is to become of them. */
    async dealWith(paths: readonly string[]): Promise<void> {
      if (action() !== 'quarantine' || paths.length === 0) return;
      for (const { uid } of threats.active().filter(({ path }) => paths.includes(path))) {
        try {
          await threats.moveAway(uid, async (threat) => {
            await quarantine.take({
              threatUid: threat.uid,
              path: threat.path,
              raw: threat.rawPath === undefined ? Buffer.from(threat.path) : Buffer.from(threat.rawPath, 'base64'),
              threatName: threat.threat,
              sha256: threat.sha256,
            });
          });
          failing.delete(uid);
        } catch (cause) {
          if (!(cause instanceof AgentError)) throw cause;
          const threat = threats.active().find((each) => each.uid === uid);
          if (!threat || failing.has(uid)) continue;
          failing.add(uid);
          logger.error('An object could not be moved to quarantine', { path: threat.path, reason: reasonOf(cause) });
          const object = { path: threat.path, threatName: threat.threat, threatUid: uid, sha256: threat.sha256 };
          await tell(notMovedEvent(object, cause.message, now()));
        }
      }
      onChange();
    },

    /** A crash may have come between the move and its being noted. */
    async catchUp(): Promise<void> {
      for (const { uid } of threats.active()) {
        if (quarantine.holds(uid)) await threats.moveAway(uid, async () => undefined);
      }
    },

    /** @throws NotInQuarantine, NotRestored */
    async restore(id: string): Promise<string> {
      const entry = await quarantine.restore(id);
      await tell(restoredEvent(entry, now()));
      onChange();
      return entry.path;
    },

    /** @throws NotInQuarantine */
    async remove(id: string): Promise<string> {
      const entry = await quarantine.remove(id);
      await tell(removedEvent(entry, 'somebody asked for it', now()));
      onChange();
      return entry.path;
    },

    /** Lets go of what was kept long enough. */
    async expire(): Promise<void> {
      const days = keepDays();
      const old = await quarantine.expire(days);
      for (const entry of old) await tell(removedEvent(entry, `it was kept for ${days} days`, now()));
      if (old.length > 0) onChange();
    },

    list: quarantine.list,
  };
};
export type QuarantineWork = ReturnType<typeof quarantineWork>;
