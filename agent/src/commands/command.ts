import type { AgentCommand, CommandKind } from '@gatehouse/contract';
import type { QuarantineWork } from '../quarantine/index.ts';
import type { ScanResult } from '../scanning/scan.ts';

/** What the people who gave a command can do while it runs, and what it can tell them. */
export interface CommandControl {
  /** Percent of the work that is done. */
  onProgress(percent: number): void;
  /** Where the work can hold on: resolves at once, or when a paused command goes on. Rejects when it is to end. */
  pausePoint(): Promise<void>;
  /** Keeps what a program wrote for the server; on disk when it resolves. */
  keepOutput(output: string, isCut: boolean): Promise<void>;
}

export interface Restarter {
  /** Why the system wants a restart; empty when it does not. */
  reasons(): Promise<string[]>;
  /** Has the system restart, and tells those who are signed in. */
  restartIn(minutes: number, message: string, signal: AbortSignal): Promise<void>;
}

/** What a command may use of the agent. */
export interface CommandParts {
  watchedFolders: string[];
  /** Where a full scan starts. */
  localRoots: string[];
  scan(
    roots: string[],
    control: Pick<CommandControl, 'onProgress' | 'pausePoint'>,
    signal: AbortSignal,
  ): Promise<ScanResult>;
  quarantine: Pick<QuarantineWork, 'restore' | 'remove'>;
  updateDatabases(signal: AbortSignal): Promise<{ releasedAt: Date; records: number | null } | null>;
  searchVulnerabilities(signal: AbortSignal): Promise<{ counts: { critical: number; high: number; medium: number } }>;
  restarter: Restarter;
  /** Null: this agent runs no scripts. Else the folder, of its own, that they lie in while they run. */
  scriptFolder: string | null;
}

/** It was done. `isPartial`: some of what was asked for could not be looked at. A rejection is a failed command. */
export interface CommandOutcome {
  summary: string;
  isPartial: boolean;
}

/** One kind of command. A new kind is a file and a line in `list.ts`. */
export interface CommandHandler {
  kind: CommandKind;
  run(
    command: AgentCommand,
    parts: CommandParts,
    control: CommandControl,
    signal: AbortSignal,
  ): Promise<CommandOutcome>;
}
