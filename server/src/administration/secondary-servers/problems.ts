import {
  BadFormat,
  CertificateMismatch,
  IncompleteRead,
  KscUnreachable,
  LoginFailed,
  NotOpenApi,
  PxgError,
  pxgCodes,
} from '@gatehouse/protocols/ksc-open-api';

/** Why a server that should be below this one cannot be read, in words for the person who attaches it. */
export class SecondaryProblem extends Error {
  override readonly name = 'SecondaryProblem';
  /** Stable. */
  readonly code: `secondary-server.${string}`;
  /** `unreachable` may pass by itself; for `refused` somebody has to do something. */
  readonly state: 'unreachable' | 'refused';
  /** The setting that it most likely comes from. */
  readonly setting: 'address' | 'port' | 'userName' | 'password' | 'certificateFingerprint';
  constructor(
    code: SecondaryProblem['code'],
    state: SecondaryProblem['state'],
    setting: SecondaryProblem['setting'],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.state = state;
    this.setting = setting;
  }
}

const inPairs = (fingerprint: string): string => (fingerprint.match(/../g) ?? []).join(':').toUpperCase();

const network: readonly (readonly [RegExp, (place: string) => string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, (place) => `No such host: the name in ${place} is known to no name server`],
  [/ECONNREFUSED/, (place) => `Nothing listens at ${place}: is the server running, and is this the Open API's port?`],
  [/EHOSTUNREACH|ENETUNREACH/, (place) => `There is no way through the network to ${place}`],
  [/took over|no answer|timed? ?out/i, (place) => `${place} does not answer in time: a firewall may be in between`],
  [/SSL|wrong version|EPROTO/i, (place) => `What listens at ${place} speaks no TLS: is this the Open API's port?`],
];

/** @param place host and port, as people write them @returns what is no failure of the secondary's as it is */
export const problemOf = (error: unknown, place: string): unknown => {
  const options = { cause: error };
  if (error instanceof SecondaryProblem) return error;
  if (error instanceof LoginFailed) {
    const words = error.isSecondStepNeeded
      ? 'the account has two-step verification, which a server cannot pass: exclude the account from it'
      : 'check user name and password, and whether the account is blocked';
    return new SecondaryProblem(
      'secondary-server.login-refused',
      'refused',
      'password',
      `${place} refuses the login: ${words}`,
      options,
    );
  }
  if (error instanceof CertificateMismatch) {
    const shown = error.presentedSha256 ? ` It shows ${inPairs(error.presentedSha256)}.` : '';
    return new SecondaryProblem(
      'secondary-server.certificate-mismatch',
      'refused',
      'certificateFingerprint',
      `${place} shows another certificate than the one that is trusted; nothing was sent to it.${shown} ` +
        'If its certificate was renewed, compare the new fingerprint and save it',
      options,
    );
  }
  if (error instanceof KscUnreachable || error instanceof IncompleteRead) {
    const [, words] = network.find(([pattern]) => pattern.test(error.message)) ?? [];
    return new SecondaryProblem(
      'secondary-server.unreachable',
      'unreachable',
      'address',
      words ? words(place) : `${place} cannot be read: ${error.message}`,
      options,
    );
  }
  if (error instanceof NotOpenApi) {
    return new SecondaryProblem(
      'secondary-server.not-open-api',
      'refused',
      'port',
      `What answers at ${place} is no Administration Server: ${error.message}`,
      options,
    );
  }
  if (error instanceof PxgError) {
    if (error.code === pxgCodes.noAccess.code) {
      return new SecondaryProblem(
        'secondary-server.right-missing',
        'refused',
        'userName',
        `The account lacks a right on ${place}: ${error.message}`,
        options,
      );
    }
    return new SecondaryProblem(
      'secondary-server.failed',
      'unreachable',
      'address',
      `${place} could not answer: ${error.message} (${error.code})`,
      options,
    );
  }
  if (error instanceof BadFormat) {
    return new SecondaryProblem(
      'secondary-server.unreadable',
      'unreachable',
      'address',
      `${place} sent something unreadable: ${error.message}`,
      options,
    );
  }
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) {
    return new SecondaryProblem(
      'secondary-server.too-slow',
      'unreachable',
      'address',
      `${place} did not answer everything in time`,
      options,
    );
  }
  return error;
};
