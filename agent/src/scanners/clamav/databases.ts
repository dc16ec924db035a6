import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../errors.ts';
import type { DatabasesState } from '../scanner.ts';

/** Text formats with one signature a line. */
const LINES = /\.(hdb|hsb|hdu|hsu|ndb|ndu|ldb|ldu|mdb|msb|fp|sfp|pdb|gdb|wdb|db)$/;
const PACKED = /\.(cvd|cld)$/;
const RULES = /\.(yar|yara)$/;
const HEADER_BYTES = 512;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `ClamAV-VDB:07 Dec 2025 03-32 -0500:27116:2049012:…`: build time and number of signatures of a .cvd or .cld file. */
export const readPackedHeader = (header: string): DatabasesState | null => {
  const parts = /^ClamAV-VDB:(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2})-(\d{2}) ([+-])(\d{2})(\d{2}):\d+:(\d+):/.exec(
    header,
  );
  if (!parts) return null;
  const [, day, month = '', year, hour, minute, sign, zoneHours, zoneMinutes, records] = parts;
  const monthIndex = MONTHS.indexOf(month);
  if (monthIndex < 0) return null;
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const local = Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute));
  return { releasedAt: new Date(local - zoneMs), records: Number(records) };
};

const stateOfFile = async (path: string): Promise<DatabasesState | null> => {
  if (PACKED.test(path)) {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return readPackedHeader(buffer.subarray(0, bytesRead).toString('latin1'));
    } finally {
      await handle.close();
    }
  }
  if (!LINES.test(path) && !RULES.test(path)) return null;
  const { mtime } = await stat(path);
  const text = await readFile(path, 'latin1');
  const records = RULES.test(path)
    ? (text.match(/^\s*(private\s+|global\s+)*rule\s/gm) ?? []).length
    : text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).length;
  return { releasedAt: mtime, records };
};

/** What the signature files of a folder say together: the date of the newest, the sum of the records. */
export const readDatabases = async (folder: string): Promise<DatabasesState | null> => {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (systemCodeOf(cause) === 'ENOENT') return [];
    throw cause;
  });
  const files: DatabasesState[] = [];
  for (const name of names) {
    const file = await stateOfFile(join(folder, name));
    if (file) files.push(file);
  }
  if (files.length === 0) return null;
  return {
    releasedAt: new Date(Math.max(...files.map(({ releasedAt }) => releasedAt.getTime()))),
    records: files.reduce((sum, { records }) => sum + (records ?? 0), 0),
  };
};
