import type { DeviceFacts } from '@gatehouse/contract';
import type { RtpStateCode, Scanner } from '../scanners/scanner.ts';

/** What facts are collected from, besides the system itself. */
export interface FactSources {
  scanner: Scanner | null;
  rtpState: () => Promise<RtpStateCode>;
  /** Null: never. */
  lastScanAt: () => Date | null;
  /** Null: to be found out. */
  isServer: boolean | null;
  /** Folder that stands for `/`. */
  root: string;
}

/** One fact about the device. A new fact is a file and a line in `list.ts`. */
export interface Fact<Name extends keyof DeviceFacts> {
  name: Name;
  /** Undefined, or a rejection: unknown just now, and left out of the sync. Null says that there is none. */
  collect(sources: FactSources): Promise<DeviceFacts[Name]>;
}

export const fact = <Name extends keyof DeviceFacts>(declared: Fact<Name>): Fact<Name> => declared;
