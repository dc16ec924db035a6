import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open as openFile, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportedEvent } from '@gatehouse/contract';
import { z } from 'zod';
import { type Disk, isDiskFull, oneAtATime, realDisk, stateFile } from '../disk.ts';
import { SpoolFull, StateDamaged } from '../errors.ts';
import type { Logger } from '../log.ts';
import { decodeRecord, encodeRecord, isInfo, type NewEvent, type RecordPlace, readSegment } from './record.ts';

const Cursor = z.object({
  epoch: z.string().min(8).max(64),
  acknowledgedSeq: z.number().int().min(0),
  /** The highest number ever given in this epoch, so that it never starts again when all files are gone. */
  highestSeq: z.number().int().min(0),
  dropped: z.object({ info: z.number().int().min(0), other: z.number().int().min(0) }),
});
type Cursor = z.output<typeof Cursor>;

interface Segment {
  path: string;
  /** Not yet acknowledged, in order. */
  records: RecordPlace[];
  bytes: number;
}

interface Waiting {
  event: NewEvent;
  isLostWhenRefused: boolean;
  resolve(seq: number): void;
  reject(cause: unknown): void;
}

export interface SpoolStats {
  epoch: string;
  events: number;
  bytes: number;
  acknowledgedSeq: number;
  highestSeq: number;
  /** Lost for want of room and not yet told to the server. */
  dropped: { info: number; other: number };
  diskFull: boolean;
}

export interface Spool {
  /**
   * Numbers the event and resolves when it would survive kill -9 and a power cut.
   * @param isKeptElsewhere the caller has its own copy and comes again: a refusal is then no loss to be counted
   * @throws SpoolFull
   */
  append(event: NewEvent, options?: { isKeptElsewhere?: boolean }): Promise<number>;
  /** The oldest events that the server has not acknowledged; stops before `mostBytes`, but gives one at least. */
  peek(most: number, mostBytes: number): Promise<ReportedEvent[]>;
  /** Forgets everything up to this number. */
  acknowledge(seq: number): Promise<void>;
  /** Starts a new epoch: the server claims numbers that this spool never gave, so the old one is of no use. */
  renewEpoch(): Promise<void>;
  stats(): SpoolStats;
  close(): Promise<void>;
}

export interface SpoolOptions {
  folder: string;
  limitBytes: number;
  now: () => Date;
  logger: Logger;
  /** Called after something new is safe on disk. */
  onStored?: () => void;
  disk?: Disk;
}

const LARGEST_SEGMENT_BYTES = 256 * 1024;
const SMALLEST_SEGMENT_BYTES = 2 * 1024;
const GROUP_COMMIT_EVENTS = 500;
/** Below this part of the limit there is room again, and the loss is told. */
const ROOM_AGAIN = 0.9;
const SEGMENT_NAME = /^\d{16}\.events$/;
const FUNCTIONAL_FAILURE = 3;

/**
 * Opens the spool, mending what a crash left: a torn last record is cut off, half-written files are removed.
 *
 * When there is no room (its own limit or a full disk), the oldest Info events go first, a segment's worth at a time,
 * then the oldest of all. An Info event never pushes out a weightier one: then it is refused itself. Every loss is
 * counted, and told in one GATEHOUSE_AGENT_SPOOL_OVERFLOW event when there is room again.
 */
export const openSpool = async ({
  folder,
  limitBytes,
  now,
  logger,
  onStored,
  disk = realDisk,
}: SpoolOptions): Promise<Spool> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const segmentBytes = Math.min(LARGEST_SEGMENT_BYTES, Math.max(SMALLEST_SEGMENT_BYTES, Math.floor(limitBytes / 16)));
  const cursorPath = join(folder, 'cursor.json');
  const newCursor = (): Cursor => ({
    epoch: randomUUID(),
    acknowledgedSeq: 0,
    highestSeq: 0,
    dropped: { info: 0, other: 0 },
  });
  const cursorFile = stateFile(cursorPath, Cursor, newCursor);
  const cursor = await cursorFile.read().catch(async (cause: unknown) => {
    if (!(cause instanceof StateDamaged)) throw cause;
    await rename(cursorPath, `${cursorPath}.damaged`);
    logger.error('The cursor of the spool is unreadable; its events go on under a new epoch', {
      reason: cause.message,
    });
    return newCursor();
  });

  const exclusively = oneAtATime();
  let segments: Segment[] = [];
  let usedBytes = 0;
  let tail: FileHandle | null = null;
  /** The tail file may hold more than its sound bytes. */
  let tailIsDirty = false;
  let diskFull = false;
  let waiting: Waiting[] = [];

  const saveCursor = () => disk.replace(cursorPath, Buffer.from(JSON.stringify(cursor)));

  /** On a full disk the cursor may stay behind: events are then sent twice after a crash, which does no harm. */
  const trySaveCursor = async (): Promise<boolean> => {
    try {
      await saveCursor();
      return true;
    } catch (cause) {
      if (!isDiskFull(cause)) throw cause;
      diskFull = true;
      return false;
    }
  };

  const closeTail = async () => {
    await tail?.close();
    tail = null;
  };

  const removeSegment = async (segment: Segment) => {
    if (segment === segments.at(-1)) await closeTail();
    await disk.remove(segment.path);
    segments = segments.filter((other) => other !== segment);
    usedBytes -= segment.bytes;
  };

  const countDrop = (records: { isInfo: boolean }[]) => {
    for (const record of records) cursor.dropped[record.isInfo ? 'info' : 'other'] += 1;
  };

  const load = async () => {
    const names = await readdir(folder);
    for (const name of names.filter((each) => each.endsWith('.new'))) await unlink(join(folder, name));
    for (const name of names.filter((each) => SEGMENT_NAME.test(each)).sort()) {
      const path = join(folder, name);
      const content = await readFile(path);
      const { records, soundBytes, damagedLines } = readSegment(content);
      if (damagedLines > 0) {
        logger.error('Stored events are unreadable and lost', { file: name, events: damagedLines });
        cursor.dropped.other += damagedLines;
      }
      if (soundBytes < content.length) {
        const handle = await openFile(path, 'r+');
        await handle.truncate(soundBytes);
        await handle.sync();
        await handle.close();
      }
      segments.push({
        path,
        records: records.filter(({ seq }) => seq > cursor.acknowledgedSeq),
        bytes: soundBytes,
      });
      usedBytes += soundBytes;
      cursor.highestSeq = Math.max(cursor.highestSeq, records.at(-1)?.seq ?? 0);
    }
    if (!(await trySaveCursor())) return;
    for (const segment of segments.filter(({ records }) => records.length === 0)) await removeSegment(segment);
  };

  /** Writes a segment anew without its Info events and without what is acknowledged. */
  const compact = async (segment: Segment): Promise<void> => {
    const content = await readFile(segment.path);
    const kept = segment.records.filter((record) => !record.isInfo);
    if (segment === segments.at(-1)) await closeTail();
    const slices = kept.map(({ offset, length }) => content.subarray(offset, offset + length));
    await disk.replace(segment.path, Buffer.concat(slices));
    countDrop(segment.records.filter((record) => record.isInfo));
    let offset = 0;
    segment.records = kept.map((record) => {
      const moved = { ...record, offset };
      offset += record.length;
      return moved;
    });
    usedBytes += offset - segment.bytes;
    segment.bytes = offset;
  };

  const dropSegment = async (segment: Segment): Promise<boolean> => {
    // The last file is the only other proof of the highest number, so without the cursor it must stay.
    if (segment === segments.at(-1) && !(await trySaveCursor())) return false;
    countDrop(segment.records);
    await removeSegment(segment);
    return true;
  };

  /** Gives up the least worthy piece. @returns false when nothing may be given up for an event of this weight */
  const giveUpSome = async (forInfo: boolean): Promise<boolean> => {
    const withInfo = segments.find(({ records }) => records.some((record) => record.isInfo));
    if (withInfo) {
      try {
        await compact(withInfo);
        if (withInfo.records.length === 0) await dropSegment(withInfo);
        await trySaveCursor();
        return true;
      } catch (cause) {
        if (!isDiskFull(cause)) throw cause;
        diskFull = true; // no room to write the segment anew: whole files must go
      }
    }
    const onlyInfo = segments.find(({ records }) => records.length > 0 && records.every((record) => record.isInfo));
    const victim = onlyInfo ?? (forInfo ? undefined : segments[0]);
    if (!victim || !(await dropSegment(victim))) return false;
    await trySaveCursor();
    return true;
  };

  const mendTail = async (segment: Segment) => {
    tail ??= await disk.openAppend(segment.path);
    if (!tailIsDirty) return;
    await tail.truncate(segment.bytes);
    tailIsDirty = false;
  };

  const writeNow = async (encoded: { bytes: Buffer; seq: number; isInfo: boolean }[]) => {
    const data = Buffer.concat(encoded.map(({ bytes }) => bytes));
    let segment = segments.at(-1);
    if (!segment || (segment.bytes > 0 && segment.bytes + data.length > segmentBytes)) {
      if (segment && tailIsDirty) await mendTail(segment);
      await closeTail();
      const path = join(folder, `${String(encoded[0]?.seq).padStart(16, '0')}.events`);
      tail = await disk.openAppend(path);
      segment = { path, records: [], bytes: 0 };
      segments.push(segment);
    }
    await mendTail(segment);
    const file = tail as unknown as FileHandle;
    tailIsDirty = true;
    await disk.write(file, data, segment.bytes);
    await disk.sync(file);
    tailIsDirty = false;
    for (const { bytes, seq, isInfo: info } of encoded) {
      segment.records.push({ seq, offset: segment.bytes, length: bytes.length, isInfo: info });
      segment.bytes += bytes.length;
    }
    usedBytes += data.length;
    cursor.highestSeq = encoded.at(-1)?.seq ?? cursor.highestSeq;
    diskFull = false;
    onStored?.();
  };

  const number = (events: NewEvent[]) =>
    events.map((event, index) => {
      const numbered = ReportedEvent.parse({ ...event, seq: cursor.highestSeq + 1 + index });
      return { seq: numbered.seq, bytes: encodeRecord(numbered), isInfo: isInfo(numbered) };
    });

  /** One event, giving up others for it as long as that is right. @throws SpoolFull */
  const store = async (event: NewEvent, isLostWhenRefused: boolean): Promise<number> => {
    const [encoded] = number([event]);
    if (!encoded) throw new SpoolFull('no event');
    const refuse = (why: string): never => {
      if (isLostWhenRefused) countDrop([encoded]);
      throw new SpoolFull(`The event ${event.type} was not stored: ${why}`);
    };
    if (encoded.bytes.length > limitBytes) refuse('it is larger than the spool may be');
    while (usedBytes + encoded.bytes.length > limitBytes) {
      if (!(await giveUpSome(encoded.isInfo))) refuse('the spool is full of weightier events');
    }
    for (;;) {
      try {
        await writeNow([encoded]);
        return encoded.seq;
      } catch (cause) {
        if (!isDiskFull(cause)) throw cause;
        diskFull = true;
        if (!(await giveUpSome(encoded.isInfo))) refuse('the disk is full');
      }
    }
  };

  const tellLosses = async () => {
    const { info, other } = cursor.dropped;
    if (info + other === 0 || diskFull || usedBytes > limitBytes * ROOM_AGAIN) return;
    const notice: NewEvent = {
      type: 'GATEHOUSE_AGENT_SPOOL_OVERFLOW',
      riseTime: now().toISOString(),
      severity: FUNCTIONAL_FAILURE,
      displayName: 'Events of the device were lost',
      description: `No room in the agent's spool: ${info + other} events were lost, ${info} of them informational`,
      params: { 1: String(info + other), 2: String(info), 3: String(other) },
    };
    try {
      await writeNow(number([notice]));
      cursor.dropped = { info: 0, other: 0 }; // a crash just now tells the loss twice, never not at all
      await trySaveCursor();
    } catch (cause) {
      if (!isDiskFull(cause)) throw cause;
      diskFull = true;
    }
  };

  /** All that waits goes to disk with one sync. */
  const flush = async () => {
    const group = waiting.slice(0, GROUP_COMMIT_EVENTS);
    waiting = waiting.slice(GROUP_COMMIT_EVENTS);
    if (group.length === 0) return;
    const encoded = number(group.map(({ event }) => event));
    const bytes = encoded.reduce((sum, each) => sum + each.bytes.length, 0);
    if (usedBytes + bytes <= limitBytes && bytes <= segmentBytes) {
      try {
        await writeNow(encoded);
        for (const [index, { resolve }] of group.entries()) resolve(encoded[index]?.seq ?? 0);
        await tellLosses();
        return;
      } catch (cause) {
        if (!isDiskFull(cause)) {
          for (const { reject } of group) reject(cause);
          return;
        }
        diskFull = true;
      }
    }
    for (const { event, isLostWhenRefused, resolve, reject } of group) {
      await store(event, isLostWhenRefused).then(resolve, reject);
    }
    await tellLosses();
  };

  const append = (event: NewEvent, { isKeptElsewhere = false } = {}): Promise<number> => {
    ReportedEvent.parse({ ...event, seq: 1 }); // a shape that the server would refuse is our bug: say so here and now
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    waiting.push({ event, isLostWhenRefused: !isKeptElsewhere, resolve, reject });
    exclusively(flush).catch((cause: unknown) =>
      logger.error('The spool could not be written', { cause: String(cause) }),
    );
    return promise;
  };

  const peek = async (most: number, mostBytes: number): Promise<ReportedEvent[]> => {
    const found: ReportedEvent[] = [];
    let bytes = 0;
    for (const segment of segments) {
      if (found.length >= most) break;
      const content = await readFile(segment.path);
      for (const { offset, length, seq } of segment.records) {
        if (found.length >= most || (found.length > 0 && bytes + length > mostBytes)) return found;
        const event = decodeRecord(content.subarray(offset, offset + length));
        if (!event) throw new StateDamaged(segment.path, `event ${seq} changed while the agent ran`);
        found.push(event);
        bytes += length;
      }
    }
    return found;
  };

  const acknowledge = async (seq: number) => {
    cursor.acknowledgedSeq = Math.max(cursor.acknowledgedSeq, Math.min(seq, cursor.highestSeq));
    for (const segment of segments) segment.records = segment.records.filter((record) => record.seq > seq);
    const done = () => segments.filter(({ records }) => records.length === 0);
    // On a full disk the files make the room in which the cursor can be written; the last one waits for it.
    if (!(await trySaveCursor())) {
      for (const segment of done()) if (segment !== segments.at(-1)) await removeSegment(segment);
      if (!(await trySaveCursor())) return;
    }
    for (const segment of done()) await removeSegment(segment);
    diskFull = false;
    await tellLosses();
  };

  await load();
  return {
    append,
    peek: (most, mostBytes) => exclusively(() => peek(most, mostBytes)),
    acknowledge: (seq) => exclusively(() => acknowledge(seq)),
    renewEpoch: () =>
      exclusively(async () => {
        cursor.epoch = randomUUID();
        await saveCursor();
      }),
    stats: () => ({
      epoch: cursor.epoch,
      events: segments.reduce((sum, { records }) => sum + records.length, 0),
      bytes: usedBytes,
      acknowledgedSeq: cursor.acknowledgedSeq,
      highestSeq: cursor.highestSeq,
      dropped: { ...cursor.dropped },
      diskFull,
    }),
    close: () =>
      exclusively(async () => {
        await flush();
        await trySaveCursor();
        await closeTail();
      }),
  };
};
