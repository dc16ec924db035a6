import { crc32 } from 'node:zlib';
import { ReportedEvent } from '@gatehouse/contract';
import type { z } from 'zod';

/** An event before the spool numbered it. */
export type NewEvent = Omit<z.input<typeof ReportedEvent>, 'seq'>;

/** Where one event lies in its segment file, and what matters when room must be made. */
export interface RecordPlace {
  seq: number;
  offset: number;
  /** Bytes, with the newline. */
  length: number;
  /** Of the least severity: the first to go when the spool is full. */
  isInfo: boolean;
}

const CHECKSUM_LENGTH = 8;
const NEWLINE = 0x0a;

/** `<CRC-32 of the JSON, 8 hex digits> <JSON>\n`: a record that a crash cut short does not match its checksum. */
export const encodeRecord = (event: ReportedEvent): Buffer => {
  const json = Buffer.from(JSON.stringify(event));
  return Buffer.concat([Buffer.from(`${checksumOf(json)} `), json, Buffer.from('\n')]);
};

const checksumOf = (json: Buffer): string => crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0');

/** Null when the line is torn, altered or holds no event. */
export const decodeRecord = (line: Buffer): ReportedEvent | null => {
  const json = line.subarray(CHECKSUM_LENGTH + 1, line.at(-1) === NEWLINE ? -1 : undefined);
  if (line.subarray(0, CHECKSUM_LENGTH).toString('latin1') !== checksumOf(json)) return null;
  const read = ReportedEvent.safeParse(JSON.parse(json.toString('utf8')));
  return read.success ? read.data : null;
};

/** Severity 1 or none: without one the catalogue decides, and our own Info types are the ones that leave it out. */
export const isInfo = (event: Pick<ReportedEvent, 'severity'>): boolean => (event.severity ?? 1) === 1;

export interface SegmentContent {
  records: RecordPlace[];
  /** Up to here the file holds whole lines; a torn tail lies behind it. */
  soundBytes: number;
  /** Whole lines before a good one that are unreadable: not torn by a crash but altered. */
  damagedLines: number;
}

/**
 * Reads a segment file's content. Bad lines at the very end are what a crash leaves and are cut off;
 * bad lines with good ones behind them are counted.
 */
export const readSegment = (content: Buffer): SegmentContent => {
  const records: RecordPlace[] = [];
  let soundBytes = 0;
  let damagedLines = 0;
  let badSinceGood = 0;
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(NEWLINE, start);
    if (end < 0) break;
    const event = decodeRecord(content.subarray(start, end + 1));
    if (event && event.seq > (records.at(-1)?.seq ?? 0)) {
      records.push({ seq: event.seq, offset: start, length: end + 1 - start, isInfo: isInfo(event) });
      soundBytes = end + 1;
      damagedLines += badSinceGood;
      badSinceGood = 0;
    } else badSinceGood += 1;
    start = end + 1;
  }
  return { records, soundBytes, damagedLines };
};
