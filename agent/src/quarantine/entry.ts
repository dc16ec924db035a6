import { z } from 'zod';

/** What is known of an object in quarantine; beside it in a file of its own lies its content, enciphered. */
export const Entry = z.object({
  id: z.uuid(),
  /** `moving`: the copy is whole, the original may still be in place. `restoring`: the other way round. */
  state: z.enum(['moving', 'held', 'restoring']),
  path: z.string(),
  /** The very bytes of the path in base64. */
  rawPath: z.string(),
  /** Ties it to the find that led to it. */
  threatUid: z.string(),
  threatName: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  mode: z.number(),
  uid: z.number(),
  gid: z.number(),
  modifiedAtMs: z.number(),
  /** Which file it was, to know after a crash whether that very one is still in place. */
  device: z.number(),
  inode: z.number(),
  quarantinedAt: z.iso.datetime(),
  cipher: z.object({ key: z.string(), iv: z.string() }),
  /** Where a restoration builds the file up; base64 of the path. */
  buildPath: z.string().optional(),
});
export type Entry = z.output<typeof Entry>;

export const rawPathOf = ({ rawPath }: Entry): Buffer => Buffer.from(rawPath, 'base64');
