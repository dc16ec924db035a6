import { z } from 'zod';
import { Id, Moment } from '../common.ts';

const text = (most: number) => z.string().max(most);

/** What the agent is asked to do. */
export const CommandKind = z.enum([
  'scan',
  'update-databases',
  'restore-from-quarantine',
  'delete-from-quarantine',
]);
export type CommandKind = z.output<typeof CommandKind>;

export const QuarantineChoice = z.object({ objectIds: z.array(text(64).min(1)).min(1).max(100) });
export type QuarantineChoice = z.output<typeof QuarantineChoice>;

export const AgentCommand = z
  .object({
    id: Id,
    kind: CommandKind,
    displayName: z.string(),
    createdAt: Moment,
    /** After this the agent must not start it any more. */
    expiresAt: Moment,
    /** For a scan: which paths; empty means the paths that the agent watches (quick) or all local disks (full). */
    scan: z.object({ mode: z.enum(['quick', 'full', 'paths']), paths: z.array(text(1024)).max(50) }).optional(),
    /** For the two kinds of quarantine: ids of objects, as the fact `quarantine` tells them. */
    quarantine: QuarantineChoice.optional(),
  })
  .meta({ id: 'AgentCommand' });
export type AgentCommand = z.output<typeof AgentCommand>;
