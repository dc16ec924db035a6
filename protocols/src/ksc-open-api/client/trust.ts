/** Whether the server at the other end of a TLS connection is the right one. Self-signed certificates are the rule. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { BadFormat } from '../errors.ts';
import { CertificateMismatch, KscUnreachable } from './errors.ts';
import { openTunnel, type WebProxy } from './proxy.ts';

export type Trust =
  /** This very certificate, whoever signed it and whatever name it bears. 64 hex digits, colons allowed. */
  | { sha256Fingerprint: string }
  /** The same, as the certificate's file: PEM text or DER bytes. */
  | { certificate: string | Uint8Array }
  /**
   * Certificates that this authority signed, or this certificate itself.
   * `serverName` is the name that the certificate must bear when it is not the host of the URL.
   */
  | { caPem: string; serverName?: string }
  /** The authorities that Node.js knows. */
  | 'system-authorities';

export interface ServerAddress {
  host: string;
  port: number;
}

/** Lower case without colons. @throws BadFormat */
export const normalizeFingerprint = (fingerprint: string): string => {
  const digits = fingerprint.replace(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new BadFormat('64 hex digits are needed', 'sha256Fingerprint');
  return digits;
};

/** The fingerprint that alone is trusted; undefined: authorities decide. @throws BadFormat */
export const pinOf = (trust: Trust): string | undefined => {
  if (typeof trust !== 'object') return undefined;
  if ('sha256Fingerprint' in trust) return normalizeFingerprint(trust.sha256Fingerprint);
  if (!('certificate' in trust)) return undefined;
  try {
    return normalizeFingerprint(new X509Certificate(trust.certificate).fingerprint256);
  } catch (cause) {
    throw new BadFormat('a certificate as PEM text or DER bytes is needed', 'trust.certificate', { cause });
  }
};

/**
 * Opens a TLS connection and hands it over only when the server is trusted: until then not a byte of ours is sent.
 * A proxy on the way sees the server's address and what is encrypted.
 *
 * @throws CertificateMismatch, KscUnreachable, ProxyRefused
 */
export const connectTrusted = async (
  { host, port }: ServerAddress,
  trust: Trust,
  timeoutMs: number,
  proxy?: WebProxy,
): Promise<TLSSocket> => {
  const wanted = pinOf(trust);
  const tunnel = proxy && (await openTunnel({ host, port }, proxy, timeoutMs));
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({
    ...(tunnel ? { socket: tunnel, host } : { host, port }),
    ...(isIP(host) === 0 && { servername: host }),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...authorityOptions(trust),
  });
  const fail = (error: Error) => {
    clearTimeout(timer);
    socket.destroy();
    reject(error);
  };
  const timer = setTimeout(
    () => fail(new KscUnreachable(`${host}:${port} took over ${timeoutMs} ms to connect`, { mayHaveRun: false })),
    timeoutMs,
  );
  const onError = (error: Error) => fail(connectError(error, { host, port }, fingerprintOf(socket)));
  const onClose = () => fail(connectError(new Error('closed while connecting'), { host, port }, undefined));
  socket.once('error', onError);
  socket.once('close', onClose);
  socket.once('secureConnect', () => {
    const presented = fingerprintOf(socket);
    if (wanted !== undefined && presented !== wanted) {
      fail(new CertificateMismatch(`${host}:${port} shows another certificate than the trusted one`, presented));
      return;
    }
    clearTimeout(timer);
    socket.off('error', onError);
    socket.off('close', onClose);
    resolve(socket);
  });
  return promise;
};

export interface PresentedCertificate {
  sha256Fingerprint: string;
  pem: string;
  subject: string;
  validUntil: Date;
}

/**
 * The certificate that a server shows, for a person to compare before it is trusted. Sends nothing but the TLS
 * handshake.
 *
 * @throws KscUnreachable, ProxyRefused
 */
export const presentedCertificate = async (
  address: ServerAddress,
  { timeoutMs = 10_000, proxy }: { timeoutMs?: number; proxy?: WebProxy | undefined } = {},
): Promise<PresentedCertificate> => {
  const tunnel = proxy && (await openTunnel(address, proxy, timeoutMs));
  const { promise, resolve, reject } = Promise.withResolvers<PresentedCertificate>();
  const socket = connect({
    ...(tunnel ? { socket: tunnel, host: address.host } : address),
    ...(isIP(address.host) === 0 && { servername: address.host }),
    rejectUnauthorized: false,
    timeout: timeoutMs,
  });
  const fail = (error: Error) => reject(connectError(error, address, undefined));
  socket.once('error', fail);
  socket.once('close', () => fail(new Error('closed while connecting')));
  socket.once('timeout', () => fail(new Error(`no answer within ${timeoutMs} ms`)));
  socket.once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) {
      fail(new Error('the server shows no certificate'));
      return;
    }
    resolve({
      sha256Fingerprint: normalizeFingerprint(certificate.fingerprint256),
      pem: certificate.toString(),
      subject: certificate.subject,
      validUntil: certificate.validToDate,
    });
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
};

const authorityOptions = (trust: Trust): ConnectionOptions => {
  if (trust === 'system-authorities') return {};
  // The pin is compared by connectTrusted, which takes the place of the check that is off here.
  if (!('caPem' in trust)) return { rejectUnauthorized: false };
  const { caPem, serverName } = trust;
  return {
    ca: caPem,
    ...(serverName !== undefined && {
      checkServerIdentity: (_host: string, certificate: PeerCertificate) =>
        checkServerIdentity(serverName, certificate),
    }),
  };
};

const fingerprintOf = (socket: TLSSocket): string | undefined => {
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256;
  return fingerprint === undefined ? undefined : normalizeFingerprint(fingerprint);
};

/** Codes of OpenSSL and Node.js for a certificate that is not accepted. */
const CERTIFICATE_CODES =
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))/;

const connectError = (error: Error, { host, port }: ServerAddress, presented: string | undefined): Error => {
  const code = 'code' in error ? String(error.code) : '';
  const text = `${host}:${port}: ${error.message || code}`;
  return CERTIFICATE_CODES.test(code)
    ? new CertificateMismatch(text, presented, { cause: error })
    : new KscUnreachable(text, { mayHaveRun: false, cause: error });
};
