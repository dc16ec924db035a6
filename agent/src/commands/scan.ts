import type { AgentCommand } from '@gatehouse/contract';
import { ScannerFailed } from '../errors.ts';
import { isIncomplete, summaryOf } from '../scanning/scan.ts';
import type { CommandHandler, CommandParts } from './command.ts';

const rootsOf = ({ scan }: AgentCommand, { watchedFolders, localRoots }: CommandParts): string[] => {
  const mode = scan?.mode ?? 'quick';
  if (mode === 'full') return localRoots;
  if (mode === 'quick') return watchedFolders.length > 0 ? watchedFolders : localRoots;
  return scan?.paths ?? [];
};

/** Scans named paths, the watched folders (quick; all disks when none is watched) or all local disks (full). */
export const scan: CommandHandler = {
  kind: 'scan',
  async run(command, parts, control, signal) {
    const roots = rootsOf(command, parts);
    const relative = roots.find((root) => !root.startsWith('/'));
    if (relative !== undefined) throw new ScannerFailed(`${relative} is no absolute path`);
    if (roots.length === 0) throw new ScannerFailed('The command names no path to scan');
    const result = await parts.scan(roots, control, signal);
    if (result.missing.length === roots.length && result.files === 0) throw new ScannerFailed(summaryOf(result));
    return { summary: summaryOf(result), isPartial: isIncomplete(result) };
  },
};
