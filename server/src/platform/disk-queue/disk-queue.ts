import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRecord, encodeRecord, readSegment } from './segment.ts';

export interface QueuedRecord {
  /** As given by who added it. */
  number: number;
  payload: Buffer;
  /** Hand it to `confirm` when this record and all before it arrived. */
  place: Place;
}

interface Place {
  segment: number;
  offset: number;
}

/** The queue holds as much as it may. Nothing of the call was added. */
export class QueueFull extends Error {
  readonly code = 'disk-queue.full';
}

interface Segment {
  name: number;
  /** Bytes of whole records. */
  bytes: number;
  records: number;
}

const SEGMENT_BYTES = 8 * 1_048_576;
const READ_BYTES = 262_144;
const POSITION_FILE = 'position.json';

const fileOf = (name: number): string => `${String(name).padStart(10, '0')}.queue`;

/**
 * Opens the queue in a folder of its own, made if need be. One process at a time: who opens it holds the lock of the
 * data folder. Torn ends of a crash are cut off; a damaged record costs the rest of its file, which is counted.
 *
 * @param segmentBytes a file is closed and a new one begun at this size
 */
export const openDiskQueue = async ({
  folder,
  mostBytes,
  segmentBytes = SEGMENT_BYTES,
}: {
  folder: string;
  mostBytes: number;
  segmentBytes?: number;
}) => {
  await mkdir(folder, { recursive: true });
  const position = await readPosition(join(folder, POSITION_FILE));
  const segments: Segment[] = [];
  let lastNumber = position.lastNumber;
  let damagedFiles = 0;
  /** Records up to the confirmed place are done. */
  let confirmed: Place = { segment: position.segment, offset: position.offset };
  let confirmedCount = position.confirmedCount;
  let waiting = 0;

  for (const name of await segmentNames(folder)) {
    const bytes = await readFile(join(folder, fileOf(name)));
    const facts = readSegment(bytes);
    if (facts.soundBytes < bytes.length) {
      // Only the newest file can have been cut short by a crash.
      await truncate(join(folder, fileOf(name)), facts.soundBytes);
    }
    segments.push({ name, bytes: facts.soundBytes, records: facts.records });
    lastNumber = Math.max(lastNumber, facts.lastNumber ?? 0);
    const doneBefore = name < confirmed.segment ? facts.soundBytes : name === confirmed.segment ? confirmed.offset : 0;
    waiting += facts.ends.filter((end) => end > doneBefore).length;
    if (facts.soundBytes < bytes.length && name !== (await segmentNames(folder)).at(-1)) damagedFiles += 1;
  }

  let writer: FileHandle | null = null;
  /** Where the next record to be handed out lies: at the confirmed place or behind it. */
  let reading: Place = { ...confirmed };
  let reader: { name: number; file: FileHandle } | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  /** One thing at a time: files are not changed under each other's hands. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => {});
    return result;
  };

  const totalBytes = (): number => segments.reduce((sum, { bytes }) => sum + bytes, 0);

  const openWriter = async (): Promise<{ file: FileHandle; segment: Segment }> => {
    const last = segments.at(-1);
    if (last && last.bytes < segmentBytes) {
      writer ??= await open(join(folder, fileOf(last.name)), 'a');
      return { file: writer, segment: last };
    }
    await writer?.close();
    const segment = { name: Math.max(last?.name ?? 0, confirmed.segment) + 1, bytes: 0, records: 0 };
    writer = await open(join(folder, fileOf(segment.name)), 'ax');
    await syncFolder(folder);
    segments.push(segment);
    return { file: writer, segment };
  };

  const savePosition = async (): Promise<void> => {
    const file = join(folder, POSITION_FILE);
    const next = await open(`${file}.new`, 'w');
    try {
      await next.writeFile(JSON.stringify({ ...confirmed, confirmedCount, lastNumber }));
      await next.sync();
    } finally {
      await next.close();
    }
    await rename(`${file}.new`, file);
  };

  /** Files that are done go, but for the newest, which is written to. */
  const removeDone = async (): Promise<void> => {
    for (let first = segments[0]; first !== undefined && segments.length > 1; first = segments[0]) {
      const isDone =
        first.name < confirmed.segment || (first.name === confirmed.segment && confirmed.offset >= first.bytes);
      if (!isDone) return;
      if (reader?.name === first.name) {
        await reader.file.close();
        reader = null;
      }
      await rm(join(folder, fileOf(first.name)), { force: true });
      segments.shift();
    }
    const only = segments[0];
    // An only file that is done and has grown goes too, so that its room is free again.
    if (only && segments.length === 1 && confirmed.segment === only.name && confirmed.offset >= only.bytes) {
      if (only.bytes < segmentBytes) return;
      await writer?.close();
      writer = null;
      await reader?.file.close();
      reader = null;
      await rm(join(folder, fileOf(only.name)), { force: true });
      segments.shift();
    }
  };

  return {
    /**
     * Resolves when the records would survive a power cut. Records whose number is not above the last one's are there
     * already and are left out: who is cut off between adding and noting so can simply add again.
     *
     * @throws QueueFull
     */
    add: (records: readonly { number: number; payload: Buffer }[]): Promise<void> =>
      inTurn(async () => {
        const fresh = records.filter(({ number }) => number > lastNumber);
        const last = fresh.at(-1);
        if (last === undefined) return;
        const bytes = Buffer.concat(fresh.map(({ number, payload }) => encodeRecord(number, payload)));
        if (totalBytes() + bytes.length > mostBytes) throw new QueueFull(`the queue holds ${totalBytes()} bytes`);
        const { file, segment } = await openWriter();
        try {
          await file.writeFile(bytes);
          await file.datasync();
        } catch (error) {
          // What a full disk let through is cut off again, else it would lie before the next try.
          await truncate(join(folder, fileOf(segment.name)), segment.bytes);
          throw error;
        }
        segment.bytes += bytes.length;
        segment.records += fresh.length;
        waiting += fresh.length;
        lastNumber = last.number;
      }),

    /** The next records in their order; an empty list when all were handed out. */
    take: (mostRecords: number): Promise<QueuedRecord[]> =>
      inTurn(async () => {
        for (;;) {
          const segment = segments.find(({ name }) => name >= reading.segment);
          if (!segment) return [];
          if (segment.name > reading.segment) reading = { segment: segment.name, offset: 0 };
          if (reading.offset >= segment.bytes) {
            if (segment === segments.at(-1)) return [];
            reading = { segment: segment.name + 1, offset: 0 };
            continue;
          }
          if (reader?.name !== segment.name) {
            await reader?.file.close();
            reader = { name: segment.name, file: await open(join(folder, fileOf(segment.name)), 'r') };
          }
          let size = Math.min(READ_BYTES, segment.bytes - reading.offset);
          for (;;) {
            const bytes = Buffer.allocUnsafe(size);
            const { bytesRead } = await reader.file.read(bytes, 0, size, reading.offset);
            const taken = cut(bytes.subarray(0, bytesRead), reading, mostRecords);
            if (taken === 'damaged') {
              damagedFiles += 1;
              reading = { segment: segment.name + 1, offset: 0 };
              break;
            }
            if (taken.length > 0) {
              reading = { ...(taken.at(-1) as QueuedRecord).place };
              return taken;
            }
            // A record that is longer than one read.
            if (size >= segment.bytes - reading.offset) {
              reading = { segment: segment.name + 1, offset: 0 };
              break;
            }
            size = segment.bytes - reading.offset;
          }
          if (reading.segment > (segments.at(-1)?.name ?? 0)) return [];
        }
      }),

    /** This record and all before it arrived; they are not handed out again. */
    confirm: (place: Place, records: number): Promise<void> =>
      inTurn(async () => {
        confirmed = { ...place };
        confirmedCount += records;
        waiting -= records;
        await savePosition();
        await removeDone();
      }),

    /** What was handed out and not confirmed is handed out again. */
    rewind: (): Promise<void> =>
      inTurn(async () => {
        reading = { ...confirmed };
      }),

    facts: () => ({
      waiting: Math.max(0, waiting),
      /** Over all times. */
      confirmed: confirmedCount,
      bytes: totalBytes(),
      lastNumber,
      /** Files whose rest could not be read. */
      damagedFiles,
    }),

    close: (): Promise<void> =>
      inTurn(async () => {
        await writer?.close();
        await reader?.file.close();
        writer = null;
        reader = null;
      }),
  };
};
export type DiskQueue = Awaited<ReturnType<typeof openDiskQueue>>;

const cut = (bytes: Buffer, from: Place, mostRecords: number): QueuedRecord[] | 'damaged' => {
  const taken: QueuedRecord[] = [];
  let offset = 0;
  while (taken.length < mostRecords) {
    const record = decodeRecord(bytes, offset);
    if (record === null) break;
    if (record === 'damaged') return taken.length > 0 ? taken : 'damaged';
    offset = record.end;
    taken.push({
      number: record.number,
      payload: Buffer.from(record.payload),
      place: { segment: from.segment, offset: from.offset + offset },
    });
  }
  return taken;
};

const segmentNames = async (folder: string): Promise<number[]> =>
  (await readdir(folder))
    .flatMap((name) => (/^\d{10}\.queue$/.test(name) ? [Number(name.slice(0, 10))] : []))
    .sort((a, b) => a - b);

interface Position extends Place {
  confirmedCount: number;
  lastNumber: number;
}

const readPosition = async (file: string): Promise<Position> => {
  const none = { segment: 0, offset: 0, confirmedCount: 0, lastNumber: 0 };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none;
    throw error;
  }
  return { ...none, ...(JSON.parse(text) as Partial<Position>) };
};

/** A new file's name survives a power cut only when its folder was synced too. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
