import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { realDisk } from '../disk.ts';
import type { Entry } from './entry.ts';

/**
 * The content is enciphered so that nothing on the device takes it for the program that it was: no scanner reports
 * it again, no user opens it. The key lies beside it, so this keeps no secret from whoever may read the folder.
 */
const CIPHER = 'aes-256-ctr';
const CHUNK_BYTES = 1024 * 1024;

export const newCipher = (): Entry['cipher'] => ({
  key: randomBytes(32).toString('base64'),
  iv: randomBytes(16).toString('base64'),
});

/** The open file from its beginning, piece by piece. */
export async function* piecesOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const turn = async (
  direction: 'in' | 'out',
  from: FileHandle,
  to: FileHandle,
  { key, iv }: Entry['cipher'],
): Promise<string> => {
  const keyed = [CIPHER, Buffer.from(key, 'base64'), Buffer.from(iv, 'base64')] as const;
  const cipher = direction === 'in' ? createCipheriv(...keyed) : createDecipheriv(...keyed);
  const hash = createHash('sha256');
  let position = 0;
  for await (const piece of piecesOf(from)) {
    // A stream cipher: as much comes out as goes in, and nothing is left for the end.
    const turned = cipher.update(piece);
    hash.update(direction === 'in' ? piece : turned);
    await realDisk.write(to, turned, position);
    position += turned.length;
  }
  await to.sync();
  return hash.digest('hex');
};

/** Enciphers one open file into another and syncs it. @returns SHA-256 of the plain content, in hex */
export const encipher = (from: FileHandle, to: FileHandle, cipher: Entry['cipher']): Promise<string> =>
  turn('in', from, to, cipher);

/** The way back. @returns SHA-256 of the plain content, in hex */
export const decipher = (from: FileHandle, to: FileHandle, cipher: Entry['cipher']): Promise<string> =>
  turn('out', from, to, cipher);
