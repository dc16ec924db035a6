import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  key: string;
  cert: string;
  /** SHA-256 of the certificate, hex with colons: what a client pins. */
  fingerprint: string;
}

const YEARS = 10;

const read = async (folder: string): Promise<ServerCertificate | null> => {
  try {
    const [key, cert] = await Promise.all([
      readFile(join(folder, 'open-api.key.pem'), 'utf8'),
      readFile(join(folder, 'open-api.cert.pem'), 'utf8'),
    ]);
    return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

const writeSafely = async (path: string, text: string, mode: number): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text, { mode, flush: true });
  await rename(`${path}.new`, path);
};

/**
 * The Open API's certificate: made by ourselves at the first start and kept in the data folder, so that clients which
 * pinned it go on working. Put other PEM files in their place to use your own.
 */
export const ensureCertificate = async (folder: string, now: Date): Promise<ServerCertificate> => {
  const found = await read(folder);
  if (found) return found;
  const notAfterDate = new Date(now);
  notAfterDate.setFullYear(now.getFullYear() + YEARS);
  const made = await generate([{ name: 'commonName', value: hostname() }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: hostname() },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await writeSafely(join(folder, 'open-api.key.pem'), made.private, 0o600);
  await writeSafely(join(folder, 'open-api.cert.pem'), made.cert, 0o644);
  return { key: made.private, cert: made.cert, fingerprint: new X509Certificate(made.cert).fingerprint256 };
};
