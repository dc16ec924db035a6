import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentCommand } from '@gatehouse/contract';
import { z } from 'zod';
import { replaceFile } from '../disk.ts';
import { reasonOf, systemCodeOf } from '../errors.ts';
import type { Logger } from '../log.ts';

/** A kind that this agent does not know is kept too: the server is newer, and hears that it failed here. */
export const ReceivedCommand = AgentCommand.extend({ kind: z.string() });
export type ReceivedCommand = z.output<typeof ReceivedCommand>;

const Entry = z.object({
  command: ReceivedCommand,
  /** `finished`: decided, its last event perhaps not yet in the spool. `told`: kept only to know it again. */
  state: z.enum(['waiting', 'running', 'finished', 'told']),
  outcome: z
    .object({ newState: z.union([z.literal(3), z.literal(4), z.literal(5)]), text: z.string(), isPartial: z.boolean() })
    .optional(),
  /** Not to be started before it is resumed. */
  isHeld: z.boolean().optional(),
  changedAt: z.iso.datetime(),
});
export type InboxEntry = z.output<typeof Entry>;

const REMEMBERED_DAYS = 30;
const DAY_MS = 86_400_000;

/** Commands on disk, one file each. Owns `commands/` in the state folder. */
export const openInbox = async (folder: string, now: () => Date, logger: Logger) => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = new Map<string, InboxEntry>();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.endsWith('.json')) {
      await unlink(path);
      continue;
    }
    try {
      const entry = Entry.parse(JSON.parse(await readFile(path, 'utf8')));
      entries.set(entry.command.id, entry);
    } catch (cause) {
      if (systemCodeOf(cause)) throw cause;
      // Files are replaced as a whole, so this is no crash: leave it for a person, and take the command anew.
      logger.error('A stored command is unreadable', { path, reason: reasonOf(cause) });
    }
  }
  const pathOf = (id: string) => join(folder, `${id}.json`);

  return {
    has: (id: string): boolean => entries.has(id),
    /** In the order in which they were given. */
    all: (): InboxEntry[] =>
      [...entries.values()].sort((a, b) => a.command.createdAt.localeCompare(b.command.createdAt)),
    get: (id: string): InboxEntry | undefined => entries.get(id),
    async put(
      command: ReceivedCommand,
      state: InboxEntry['state'],
      { outcome, isHeld }: Pick<InboxEntry, 'outcome' | 'isHeld'> = {},
    ): Promise<void> {
      const entry: InboxEntry = {
        command,
        state,
        ...(outcome ? { outcome } : {}),
        ...(isHeld ? { isHeld } : {}),
        changedAt: now().toISOString(),
      };
      await replaceFile(pathOf(command.id), JSON.stringify(entry));
      entries.set(command.id, entry);
    },
    /** Forgets what the server will surely not send again. */
    async prune(): Promise<void> {
      for (const { command, state, changedAt } of entries.values()) {
        if (state !== 'told' || now().getTime() - Date.parse(changedAt) < REMEMBERED_DAYS * DAY_MS) continue;
        await unlink(pathOf(command.id));
        entries.delete(command.id);
      }
    },
  };
};
export type Inbox = Awaited<ReturnType<typeof openInbox>>;
