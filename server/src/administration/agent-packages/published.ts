import { createPublicKey, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentPackage, PackageKey, packageText } from '@gatehouse/contract';
import type { z } from 'zod';

/** As `npm run publish:agent` writes it, last of all, when the file beside it is whole. */
const Manifest = AgentPackage.extend({ publicKey: PackageKey });
type Manifest = z.output<typeof Manifest>;

const changedAtOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw cause;
    },
  );

const isSound = ({ signature, publicKey, ...manifest }: Manifest): boolean =>
  verify(
    null,
    Buffer.from(packageText(manifest)),
    createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }),
    Buffer.from(signature, 'base64'),
  );

/** What lies in the folder just now; it is looked at again whenever it changed. */
export const publishedPackages = ({
  folder,
  onError,
}: {
  folder: string;
  /** What lies there is not usable, and nothing is offered. */
  onError: (error: unknown) => void;
}) => {
  const path = join(folder, 'manifest.json');
  let known: { changedAt: number | null; manifest: Manifest | null } = { changedAt: null, manifest: null };

  const current = async (): Promise<Manifest | null> => {
    const changedAt = await changedAtOf(path);
    if (changedAt === known.changedAt) return known.manifest;
    known = { changedAt, manifest: null };
    if (changedAt === null) return null;
    try {
      const manifest = Manifest.parse(JSON.parse(await readFile(path, 'utf8')));
      if (!isSound(manifest)) throw new Error(`The signature in ${path} is not over what it says; publish it again`);
      known = { changedAt, manifest };
    } catch (error) {
      onError(error);
    }
    return known.manifest;
  };

  return {
    /** What is offered; undefined: nothing. */
    offered: async (): Promise<AgentPackage | undefined> => {
      const manifest = await current();
      return manifest ? AgentPackage.parse(manifest) : undefined;
    },
    /** Whose signatures count; undefined: nothing is offered. */
    publicKey: async (): Promise<string | undefined> => (await current())?.publicKey,
    /** The file with this hash, if that is what is offered. */
    read: async (sha256: string): Promise<AsyncIterable<Buffer> | null> =>
      (await current())?.sha256 === sha256 ? createReadStream(join(folder, `${sha256}.package`)) : null,
  };
};
export type PublishedPackages = ReturnType<typeof publishedPackages>;
