/** What can go wrong between a client and a server. An application error of the server is a PxgError instead. */
import type { PlainRow } from '../plain.ts';

abstract class ClientError extends Error {
  /** Public and stable. */
  abstract readonly code: `ksc_open_api.${string}`;
  /** The same call may succeed later. */
  readonly retryable: boolean = false;
}

/** The server refused the credentials, or no longer accepts the login right after it was renewed. */
export class LoginFailed extends ClientError {
  override readonly name = 'LoginFailed';
  readonly code = 'ksc_open_api.login_failed';
  readonly httpStatus: number;
  /** The server's words: they are text, not JSON. */
  readonly serverText: string;
  /** The account has two-step verification, which a program cannot pass: exclude the account from it. */
  readonly isSecondStepNeeded: boolean;

  constructor(httpStatus: number, serverText: string, isSecondStepNeeded = false) {
    const advice = isSecondStepNeeded ? '; exclude this account from two-step verification' : '';
    super(`The server refused the login (HTTP ${httpStatus}): ${serverText || 'no text'}${advice}`);
    this.httpStatus = httpStatus;
    this.serverText = serverText;
    this.isSecondStepNeeded = isSecondStepNeeded;
  }
}

/** No answer: connection refused or lost, time-out, or a gateway that says so (HTTP 502 to 504). */
export class KscUnreachable extends ClientError {
  override readonly name = 'KscUnreachable';
  readonly code = 'ksc_open_api.unreachable';
  override readonly retryable = true;
  /** The server may have carried the call out: ask before doing again what must be done once. */
  readonly mayHaveRun: boolean;

  constructor(what: string, { mayHaveRun, cause }: { mayHaveRun: boolean; cause?: unknown }) {
    super(what, { cause });
    this.mayHaveRun = mayHaveRun;
  }
}

/** The server showed another certificate than the trusted one. Nothing was sent to it, least of all credentials. */
export class CertificateMismatch extends ClientError {
  override readonly name = 'CertificateMismatch';
  readonly code = 'ksc_open_api.certificate_mismatch';
  /** 64 hex digits; undefined when the server's certificate could not be seen. */
  readonly presentedSha256: string | undefined;

  constructor(what: string, presentedSha256: string | undefined, options?: ErrorOptions) {
    super(what, options);
    this.presentedSha256 = presentedSha256;
  }
}

/** The proxy on the way does not let the client through: wrong credentials, or a server that it does not allow. */
export class ProxyRefused extends ClientError {
  override readonly name = 'ProxyRefused';
  readonly code = 'ksc_open_api.proxy_refused';
  readonly httpStatus: number;

  constructor(what: string, httpStatus: number) {
    super(what);
    this.httpStatus = httpStatus;
  }
}

/** A file that a method named cannot be had: gone, of another login, or not ready for too long (HTTP 503). */
export class FileUnavailable extends ClientError {
  override readonly name = 'FileUnavailable';
  readonly code = 'ksc_open_api.file_unavailable';
  override readonly retryable: boolean;
  readonly httpStatus: number;

  constructor(what: string, httpStatus: number) {
    super(what);
    this.httpStatus = httpStatus;
    this.retryable = httpStatus === 503;
  }
}

/** An action that went on after its reply ended in failure. */
export class ActionFailed extends ClientError {
  override readonly name = 'ActionFailed';
  readonly code = 'ksc_open_api.action_failed';
  /** What the server tells of it. */
  readonly data: PlainRow;

  constructor(what: string, data: PlainRow) {
    super(what);
    this.data = data;
  }
}

/** Something answers at that address, and it does not speak the protocol as it is known here. */
export class NotOpenApi extends ClientError {
  override readonly name = 'NotOpenApi';
  readonly code = 'ksc_open_api.not_open_api';
  readonly httpStatus: number;

  constructor(what: string, httpStatus = 200, options?: ErrorOptions) {
    super(what, options);
    this.httpStatus = httpStatus;
  }
}

/** A result set had fewer rows than the server counted. What was read must not be taken for all there is. */
export class IncompleteRead extends ClientError {
  override readonly name = 'IncompleteRead';
  readonly code = 'ksc_open_api.incomplete_read';
  override readonly retryable = true;

  constructor(what: string, { countedRows, readRows }: { countedRows: number; readRows: number }) {
    super(`${what}: the server counted ${countedRows} rows and gave ${readRows}`);
  }
}
