import { X509Certificate } from 'node:crypto';
import {
  DEFAULT_PORT,
  normalizeFingerprint,
  parseServerUrl,
  presentedCertificate,
} from '@gatehouse/protocols/ksc-open-api';
import { InvalidInput } from '../../platform/errors/index.ts';
import { placeOf } from './link.ts';
import { problemOf, SecondaryProblem } from './problems.ts';

export interface ShownCertificate {
  /** SHA-256, 64 hex digits. */
  fingerprint: string;
  subject: string;
  validUntil: string;
}

/** What a server shows. Sends nothing but the TLS handshake. @throws InvalidInput when nothing can be seen there */
export const lookAtCertificate = async (at: { address: string; port?: number }): Promise<ShownCertificate> => {
  const place = placeOf({ address: at.address, port: at.port ?? DEFAULT_PORT });
  try {
    const { sha256Fingerprint, subject, validUntil } = await presentedCertificate(parseServerUrl(`https://${place}`));
    return { fingerprint: sha256Fingerprint, subject, validUntil: validUntil.toISOString() };
  } catch (error) {
    const problem = problemOf(error, place);
    if (!(problem instanceof SecondaryProblem)) throw problem;
    throw new InvalidInput(problem.message, [{ where: 'body.address', what: problem.message }], problem.code);
  }
};

/** Of a certificate that somebody exported to a file. @throws InvalidInput */
export const readCertificate = (pem: string): ShownCertificate => {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw new InvalidInput(
      'This is no certificate: choose the file that begins with “-----BEGIN CERTIFICATE-----”',
      [{ where: 'body.pem', what: 'is no certificate in PEM form' }],
      'secondary-server.no-certificate',
    );
  }
  return {
    fingerprint: normalizeFingerprint(certificate.fingerprint256),
    subject: certificate.subject,
    validUntil: certificate.validToDate.toISOString(),
  };
};
