import { z } from 'zod';
import { Id, Moment } from '../common.ts';

const text = (most: number) => z.string().max(most);

/** What the agent is asked to do. */
export const CommandKind = z.enum(['scan', 'update-databases']);
export type CommandKind = z.output<typeof CommandKind>;

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
  })
  .meta({ id: 'AgentCommand' });
export type AgentCommand = z.output<typeof AgentCommand>;
