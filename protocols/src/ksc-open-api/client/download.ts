/** A file of the server, in one piece or in several, as the server likes to give it. */
import { setTimeout as wait } from 'node:timers/promises';
import { FileUnavailable, NotOpenApi } from './errors.ts';
import type { HttpReply } from './transport.ts';

/** A file that is not ready is asked for again so often. */
const MOST_RETRIES = 5;
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Reads to the end of the file: 200 is all of it, 206 a piece, 503 "not ready, come again".
 *
 * @param get asks for the bytes that the value of the Range header names
 * @throws FileUnavailable, NotOpenApi
 */
export const downloadPieces = async (
  path: string,
  {
    get,
    retryMs,
    signal,
  }: { get: (range: string) => Promise<HttpReply>; retryMs: number; signal: AbortSignal | undefined },
): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  let position = 0;
  for (let retries = 0; ; ) {
    const reply = await get(`bytes=${position}-`);
    if (reply.status === 200) return reply.bytes;
    if (reply.status === 206) {
      const { start, end, size } = rangeOf(reply.contentRange, path);
      if (start !== position || reply.bytes.length !== end - start + 1) {
        throw new NotOpenApi(`${path}: bytes ${start} to ${end} came where ${position} was asked for`, 206);
      }
      if (size > MAX_FILE_BYTES) throw new NotOpenApi(`${path}: ${size} bytes are more than this client takes`, 206);
      pieces.push(reply.bytes);
      position = end + 1;
      if (position >= size) return Buffer.concat(pieces);
      retries = 0;
    } else if (reply.status === 503 && retries < MOST_RETRIES) {
      retries += 1;
      await wait(retryMs, undefined, { signal }).catch((error: unknown) => {
        signal?.throwIfAborted(); // with its own reason
        throw error;
      });
    } else {
      const text = reply.text.trim().slice(0, 200);
      throw new FileUnavailable(`${path}: HTTP ${reply.status}: ${text}`, reply.status);
    }
  }
};

const rangeOf = (header: string, path: string) => {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header.trim());
  const [start, end, size] = (match?.slice(1) ?? []).map(Number);
  if (start === undefined || end === undefined || size === undefined || end < start || end >= size) {
    throw new NotOpenApi(`${path}: a piece came without a Content-Range that can be right: ${header}`, 206);
  }
  return { start, end, size };
};
