/** What simulated agents were told is stored: the word that a server is held to afterwards. */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

/** Events `from` to `to` of a device were acknowledged, all but `without` (lost to a full spool, or refused for good). */
const JournalLine = z.object({
  run: z.string(),
  device: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  without: z.array(z.number().int()).optional(),
});
type JournalLine = z.output<typeof JournalLine>;

export interface Journal {
  /** By device id: numbers of the acknowledged events, as ranges. */
  readonly devices: ReadonlyMap<string, readonly JournalLine[]>;
  acknowledge(line: JournalLine): void;
  /** Resolves when the file, if there is one, has it all. */
  close(): Promise<void>;
}

/** The mark that a simulated event carries in its parameter 9: which run, which event of its device. */
export const markOf = (run: string, number: number): string => `${run} ${number}`;

/** @returns the number, or null for an event of another run or of no simulation */
export const numberOfMark = (run: string, mark: string | undefined): number | null => {
  const [given, number] = mark?.split(' ') ?? [];
  return given === run && /^\d+$/.test(number ?? '') ? Number(number) : null;
};

/** @param file gets a JSON line per acknowledged batch */
export const openJournal = (file?: string): Journal => {
  const devices = new Map<string, JournalLine[]>();
  const stream = file === undefined ? null : createWriteStream(file, { flags: 'a', mode: 0o600 });
  return {
    devices,
    acknowledge: (line) => {
      const lines = devices.get(line.device) ?? [];
      if (lines.length === 0) devices.set(line.device, lines);
      const last = lines.at(-1);
      if (last && last.to + 1 === line.from && !line.without && !last.without) last.to = line.to;
      else lines.push({ ...line });
      stream?.write(`${JSON.stringify(line)}\n`);
    },
    close: async () => {
      if (!stream) return;
      stream.end();
      await finished(stream);
    },
  };
};

/** Journals of earlier runs, by run. @throws Error naming the line that is none */
export const readJournal = async (file: string): Promise<Map<string, Journal['devices']>> => {
  const runs = new Map<string, Map<string, JournalLine[]>>();
  for (const [at, text] of (await readFile(file, 'utf8')).split('\n').entries()) {
    if (text === '') continue;
    let line: JournalLine;
    try {
      line = JournalLine.parse(JSON.parse(text));
    } catch (cause) {
      throw new Error(`${file}, line ${at + 1}: not a line of a journal`, { cause });
    }
    const devices = runs.get(line.run) ?? new Map<string, JournalLine[]>();
    runs.set(line.run, devices);
    devices.set(line.device, [...(devices.get(line.device) ?? []), line]);
  }
  return runs;
};
