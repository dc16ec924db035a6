import type { AgentCommand, CommandKind } from '@gatehouse/contract';
import type { QuarantineWork } from '../quarantine/index.ts';
import type { ScanResult } from '../scanning/scan.ts';

/** What a command may use of the agent. */
export interface CommandParts {
  watchedFolders: string[];
  /** Where a full scan starts. */
  localRoots: string[];
  scan(roots: string[], onProgress: (percent: number) => void, signal: AbortSignal): Promise<ScanResult>;
  quarantine: Pick<QuarantineWork, 'restore' | 'remove'>;
  updateDatabases(signal: AbortSignal): Promise<{ releasedAt: Date; records: number | null } | null>;
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
    onProgress: (percent: number) => void,
    signal: AbortSignal,
  ): Promise<CommandOutcome>;
}
