import {
  BadFormat,
  CertificateMismatch,
  IncompleteRead,
  KscUnreachable,
  LoginFailed,
  NotOpenApi,
  ProxyRefused,
  PxgError,
  pxgCodes,
} from '@gatehouse/protocols/ksc-open-api';
import { shownFingerprint } from '../access.ts';
import { SourceRefused, SourceUnavailable, type UnavailableCode } from '../errors.ts';

/** Codes of the operating system and of Node.js behind a connection that did not come about. */
const systemCodes = (error: unknown): string[] => {
  const codes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    // Several addresses of one name were tried.
    if (at instanceof AggregateError) codes.push(...at.errors.flatMap((each) => String(each?.code ?? '')));
  }
  return codes;
};

const unreachable = (error: KscUnreachable, url: string): SourceUnavailable | SourceRefused => {
  const codes = systemCodes(error);
  const host = new URL(url).host;
  const say = (code: UnavailableCode, words: string) => new SourceUnavailable(words, { code, cause: error });
  // The client names the proxy first when it is the proxy that cannot be reached.
  if (error.message.startsWith('the proxy')) {
    return say(
      'source.proxy-unreachable',
      `${capital(error.message)}. Check the proxy's address, or connect without it`,
    );
  }
  if (codes.some((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN')) {
    return say('source.name-not-found', `The name ${new URL(url).hostname} is not known. Check the address`);
  }
  if (codes.includes('ECONNREFUSED')) {
    return say(
      'source.connection-refused',
      `Nothing listens at ${host}. Check the port (the Open API's is usually 13299) and the firewall`,
    );
  }
  // What answers in plain text to the first bytes of TLS.
  if (codes.some((code) => code === 'EPROTO' || code.startsWith('ERR_SSL_'))) {
    return new SourceRefused(
      'source.not-open-api',
      `${host} does not speak TLS as the Open API does: ${error.message}. Check the port`,
      { cause: error },
    );
  }
  if (codes.includes('ETIMEDOUT') || /no answer within|took over/.test(error.message)) {
    return say('source.timed-out', `${host} does not answer in time. Check address, port and firewall`);
  }
  return say('source.unavailable', `${url} cannot be read just now: ${error.message}`);
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A failure of the protocol's client in this program's words, with a code of its own; anything else as it is.
 * @param presented fingerprint of the certificate that the server showed, where the failure does not tell it
 */
export const explained = (
  error: unknown,
  { url, isPinned, presented }: { url: string; isPinned: boolean; presented?: string | undefined },
): unknown => {
  const options = { cause: error };
  if (error instanceof LoginFailed) {
    if (error.isSecondStepNeeded) {
      return new SourceRefused(
        'source.second-step-needed',
        `${url} asks this user for a second step of verification, which a program cannot pass. Exclude the user from it`,
        options,
      );
    }
    return new SourceRefused(
      'source.login-refused',
      `${url} refuses the login: check user and password. It says: ${error.serverText || error.httpStatus}`,
      options,
    );
  }
  if (error instanceof ProxyRefused) {
    const advice =
      error.httpStatus === 407
        ? "Check the proxy's user and password"
        : 'Allow this server in the proxy’s own settings';
    return new SourceRefused('source.proxy-refused', `${capital(error.message)}. ${advice}`, options);
  }
  if (error instanceof CertificateMismatch) {
    const fingerprint = error.presentedSha256 ?? presented;
    const shown = fingerprint ? ` It shows ${shownFingerprint(fingerprint)}.` : '';
    if (!isPinned) {
      return new SourceRefused(
        'source.certificate-not-trusted',
        // Node.js adds advice for its own command line after a semicolon.
        `No known authority vouches for the certificate: ${error.message.split(';')[0]}. Nothing was sent.${shown} Compare the fingerprint with the server's own, then trust it`,
        options,
      );
    }
    return new SourceRefused(
      'source.certificate-mismatch',
      `${url} shows another certificate than the one that was trusted; nothing was sent.${shown}`,
      options,
    );
  }
  if (error instanceof KscUnreachable) return unreachable(error, url);
  if (error instanceof IncompleteRead) {
    return new SourceUnavailable(`${url} cannot be read just now: ${error.message}`, options);
  }
  if (error instanceof NotOpenApi) {
    return new SourceRefused(
      'source.not-open-api',
      `${url} does not answer like an Administration Server: ${error.message}`,
      options,
    );
  }
  if (error instanceof PxgError) {
    if (error.code === pxgCodes.noAccess.code) {
      return new SourceRefused('source.right-missing', `The user lacks a right on ${url}: ${error.message}`, options);
    }
    return new SourceUnavailable(`${url} failed: ${error.message} (${error.code})`, options);
  }
  if (error instanceof BadFormat) {
    return new SourceUnavailable(`${url} sent something unreadable: ${error.message}`, options);
  }
  return error;
};
