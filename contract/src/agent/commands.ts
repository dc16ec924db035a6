import { z } from 'zod';
import { Id, Moment } from '../common.ts';

const text = (most: number) => z.string().max(most);

/** What the agent is asked to do. */
export const CommandKind = z.enum([
  'scan',
  'update-databases',
  'find-vulnerabilities',
  'restart',
  'run-script',
  'restore-from-quarantine',
  'delete-from-quarantine',
  'cancel',
  'pause',
  'resume',
]);
export type CommandKind = z.output<typeof CommandKind>;

export const QuarantineChoice = z.object({ objectIds: z.array(text(64).min(1)).min(1).max(100) });
export type QuarantineChoice = z.output<typeof QuarantineChoice>;

/** What may run a script; each is one program with fixed arguments, never a command line. */
export const ScriptInterpreter = z.enum(['sh', 'bash', 'python3', 'perl', 'powershell']);
export type ScriptInterpreter = z.output<typeof ScriptInterpreter>;

export const ScriptOrder = z.object({
  interpreter: ScriptInterpreter,
  body: text(65_536).min(1),
  /** SHA-256 of the body in UTF-8, as hex: an agent carries out only what has it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  timeLimitSeconds: z.number().int().min(1).max(86_400),
  outputLimitBytes: z.number().int().min(1024).max(1_048_576),
});
export type ScriptOrder = z.output<typeof ScriptOrder>;

export const RestartOrder = z.object({
  /** `tell`: only say whether a restart is needed. `warn`: tell the people at the device, and restart after the delay. */
  mode: z.enum(['tell', 'now', 'warn']),
  delayMinutes: z.number().int().min(1).max(1440),
  /** Leave the device alone when nothing waits for a restart. */
  onlyIfRequired: z.boolean(),
  message: text(200),
});
export type RestartOrder = z.output<typeof RestartOrder>;

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
    restart: RestartOrder.optional(),
    script: ScriptOrder.optional(),
    /** For `cancel`, `pause` and `resume`: the command that is meant. These three make no task-state events of their own. */
    commandId: Id.optional(),
    /** Running for longer, the agent stops it and says that it timed out. */
    stopAfterMinutes: z.number().int().min(1).max(10_080).optional(),
    /** Progress is told no more often than this; left out: once a second. */
    progressEverySeconds: z.number().int().min(1).max(3600).optional(),
  })
  .meta({ id: 'AgentCommand' });
export type AgentCommand = z.output<typeof AgentCommand>;

/**
 * How a command goes on one device. `taken`: the agent has it on its disk. `expired`: the server waited in vain for the
 * device, a late report still counts.
 */
export const CommandState = z.enum([
  'waiting',
  'taken',
  'running',
  'suspended',
  'completed',
  'completed-with-warnings',
  'failed',
  'expired',
  'cancelled',
]);
export type CommandState = z.output<typeof CommandState>;
