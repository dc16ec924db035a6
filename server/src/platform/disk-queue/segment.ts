import { crc32 } from 'node:zlib';

/** Before each record: length of the payload (4 bytes), CRC-32 of number and payload (4), number (8). Little-endian. */
export const HEAD_BYTES = 16;

/** Longest payload; a length above it is damage and not a record. */
export const MOST_PAYLOAD_BYTES = 1_048_576;

const checksumOf = (record: Buffer): number => crc32(record.subarray(8));

export const encodeRecord = (number: number, payload: Buffer): Buffer => {
  const record = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  record.writeUInt32LE(payload.length, 0);
  record.writeBigUInt64LE(BigInt(number), 8);
  payload.copy(record, HEAD_BYTES);
  record.writeUInt32LE(checksumOf(record), 4);
  return record;
};

/**
 * The record at a place. `null`: more bytes are needed; `'damaged'`: what lies there is no record.
 */
export const decodeRecord = (
  bytes: Buffer,
  from: number,
): { number: number; payload: Buffer; end: number } | 'damaged' | null => {
  if (bytes.length - from < HEAD_BYTES) return null;
  const length = bytes.readUInt32LE(from);
  if (length > MOST_PAYLOAD_BYTES) return 'damaged';
  const end = from + HEAD_BYTES + length;
  if (end > bytes.length) return null;
  const record = bytes.subarray(from, end);
  if (record.readUInt32LE(4) !== checksumOf(record)) return 'damaged';
  return { number: Number(record.readBigUInt64LE(8)), payload: record.subarray(HEAD_BYTES), end };
};

export interface SegmentFacts {
  records: number;
  /** Up to here the file holds whole records. */
  soundBytes: number;
  lastNumber: number | null;
  /** Where each record ends, to find how many lie behind a place. */
  ends: number[];
}

export const readSegment = (bytes: Buffer): SegmentFacts => {
  const facts: SegmentFacts = { records: 0, soundBytes: 0, lastNumber: null, ends: [] };
  for (;;) {
    const record = decodeRecord(bytes, facts.soundBytes);
    if (record === null || record === 'damaged') return facts;
    facts.records += 1;
    facts.soundBytes = record.end;
    facts.lastNumber = record.number;
    facts.ends.push(record.end);
  }
};
