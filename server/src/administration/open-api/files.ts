import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { PxgError, pxgError } from '@gatehouse/protocols/ksc-open-api';
import { acceptsGzip, sendText } from './body.ts';
import { type Login, newHandle } from './login.ts';

/** A file that a method made for its login: it is fetched by GET on the same login, and ends with it. */
const FILE = 'file';
export const FILES_PATH = '/api/v1.0/files/';

/** Time to fetch it, after the last try. */
const LIFETIME_SECONDS = 900;
/** Packed, and of one file: they are kept in memory. */
const MOST_PACKED_BYTES = 32 * 1024 * 1024;

/** A login keeps so many; the oldest goes first, as with other result sets. */
const MOST_FILES = 10;
const filesOf = new WeakMap<Login, string[]>();

export interface PackedFile {
  name: string;
  type: string;
  packed: Buffer;
  /** As it is when unpacked. */
  bytes: number;
}

/** @throws PxgError 1229 for what is too large to be kept */
export const packFile = async (
  name: string,
  type: string,
  chunks: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<PackedFile> => {
  const pieces: Buffer[] = [];
  let packedBytes = 0;
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of chunks) {
      const buffer = Buffer.from(chunk as string);
      bytes += buffer.length;
      yield buffer;
    }
  };
  await pipeline(
    counted,
    createGzip(),
    async (source: AsyncIterable<Buffer>) => {
      for await (const piece of source) {
        packedBytes += piece.length;
        if (packedBytes > MOST_PACKED_BYTES)
          throw pxgError('limitViolation', 'The file is too large; ask for fewer rows');
        pieces.push(piece);
      }
    },
    { signal },
  );
  return { name, type, packed: Buffer.concat(pieces), bytes };
};

/** @returns the path under which this login, and nobody else, gets the file; its ending tells the format */
export const keepFile = (login: Login, file: PackedFile, nowMs: number): string => {
  const id = newHandle();
  const kept = filesOf.get(login) ?? [];
  for (const oldest of kept.splice(0, Math.max(0, kept.length + 1 - MOST_FILES))) {
    if (isKept(login, oldest, nowMs)) login.resultSets.release(oldest, FILE, nowMs);
  }
  filesOf.set(login, [...kept, id]);
  login.resultSets.add(id, FILE, file, LIFETIME_SECONDS, nowMs);
  return `${FILES_PATH}${id}/${file.name}`;
};

const isKept = (login: Login, id: string, nowMs: number): boolean => {
  try {
    login.resultSets.get(id, FILE, nowMs);
    return true;
  } catch (error) {
    if (!(error instanceof PxgError)) throw error;
    return false; // it expired
  }
};

/**
 * Always the complete file with 200, whatever range was asked for: a known client writes each piece over the one before.
 * 404 for what is unknown, of another login or gone.
 */
export const sendFile = async (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { login, nowMs }: { login: Login; nowMs: number },
): Promise<void> => {
  const [id = '', name] = path.slice(FILES_PATH.length).split('/');
  let file: PackedFile;
  try {
    file = login.resultSets.get<PackedFile>(id, FILE, nowMs);
    if (file.name !== name) throw pxgError('notFound', 'another name');
  } catch (error) {
    if (!(error instanceof PxgError)) throw error;
    sendText(response, 404, 'There is no such file for this login; run the report again');
    return;
  }
  const isPacked = acceptsGzip(request);
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Disposition': `attachment; filename="${file.name}"`,
    'Content-Length': isPacked ? file.packed.length : file.bytes,
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
  });
  if (isPacked) response.end(file.packed);
  else await pipeline(Readable.from([file.packed]), createGunzip(), response);
};
