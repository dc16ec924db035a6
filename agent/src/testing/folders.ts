import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogLine, loggerOf } from '../log.ts';

/** Temporary folders that are removed together. */
export const temporaryFolders = () => {
  const made: string[] = [];
  return {
    async make(): Promise<string> {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-agent-')));
      made.push(folder);
      return folder;
    },
    async removeAll(): Promise<void> {
      for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A log that keeps its lines. */
export const keptLog = () => {
  const lines: LogLine[] = [];
  const log = (line: LogLine) => void lines.push(line);
  return { lines, log, logger: loggerOf(log) };
};
