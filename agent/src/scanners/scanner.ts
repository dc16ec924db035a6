import type { RtpState } from '@gatehouse/contract';
import type { z } from 'zod';

/** A file to scan: only regular files, found by the agent's own walk. */
export interface FileToScan {
  /** For people and events. A name that is no UTF-8 has replacement characters here. */
  path: string;
  /** The very bytes of the name, for opening. */
  raw: Buffer;
}

export type Verdict =
  | { kind: 'clean' }
  | { kind: 'infected'; threat: string }
  /** The engine said nothing usable about this file; it is neither clean nor infected. */
  | { kind: 'error'; reason: string }
  /** Gone or not to be opened by the time the engine came. */
  | { kind: 'unreadable'; reason: string };

export interface FileVerdict {
  file: FileToScan;
  verdict: Verdict;
}

export interface ScannerState {
  /** Short name, as events carry it: at most 32 characters. */
  product: string;
  name: string;
  version: string;
  /** A scan asked for now would be done. */
  running: boolean;
}

export interface DatabasesState {
  releasedAt: Date;
  records: number | null;
}

export type RtpStateCode = z.output<typeof RtpState>;

/** One scan engine on this device. A new engine is a folder beside `clamav/` and a line in `list.ts`. */
export interface Scanner {
  /** Null: not installed. */
  state(): Promise<ScannerState | null>;
  /** Null: there are none. */
  databases(): Promise<DatabasesState | null>;
  /**
   * One verdict for every file, in any order.
   * @throws ScannerFailed when the engine cannot work at all (no databases, crash, stopped by the signal)
   */
  scan(files: FileToScan[], signal: AbortSignal): Promise<FileVerdict[]>;
  /** Fetches newer databases or reads them anew. @throws ScannerFailed with the engine's reason */
  updateDatabases(signal: AbortSignal): Promise<void>;
}
