import type { AgentPolicySettings, DeviceFacts, SoftwareItem } from '@gatehouse/contract';
import type { ProgramResult } from '../scanners/run-program.ts';
import type { RtpStateCode, Scanner } from '../scanners/scanner.ts';

export type RtpMethod = 'on-access' | 'watch' | 'none';

/** Runs a program of the system without a shell; null: there is no such program. */
export type RunProgram = (
  program: string,
  args: string[],
  options: { signal: AbortSignal },
) => Promise<ProgramResult | null>;

/** What facts are collected from, besides the system itself. */
export interface FactSources {
  scanner: Scanner | null;
  realTimeProtection: () => Promise<{ state: RtpStateCode; method: RtpMethod }>;
  /** Null: never. */
  lastScanAt: () => Date | null;
  /** Null: to be found out. */
  isServer: boolean | null;
  /** What the policy in force sets; empty without one. */
  policy: () => AgentPolicySettings;
  /** What the last search found; null: never searched. */
  vulnerabilities: () => DeviceFacts['vulnerabilities'];
  /** What is installed, as the inventory tells it. */
  software: () => Promise<readonly SoftwareItem[]>;
  quarantined: () => NonNullable<DeviceFacts['quarantine']>;
  /** Folder that stands for `/`. */
  root: string;
  run: RunProgram;
}

/** One fact about the device. A new fact is a file and a line in the `list.ts` of its folder. */
export interface Fact<Name extends keyof DeviceFacts> {
  name: Name;
  /** Undefined, or a rejection: unknown just now, and left out of the sync. Null says that there is none. */
  collect(sources: FactSources): Promise<DeviceFacts[Name]>;
}

/** Every fact at least by name; its value type is checked against the contract when it was collected. */
export type AnyFact = { [Name in keyof DeviceFacts]-?: Fact<Name> }[keyof DeviceFacts];

export const fact = <Name extends keyof DeviceFacts>(declared: Fact<Name>): Fact<Name> => declared;
