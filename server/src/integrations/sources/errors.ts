import { AppError, InvalidInput } from '../../platform/errors/index.ts';

/** What keeps a source from being read for now; it may go by itself. */
export type UnavailableCode =
  | 'source.name-not-found'
  | 'source.connection-refused'
  | 'source.timed-out'
  | 'source.proxy-unreachable'
  | 'source.unavailable';

/** What somebody has to mend. */
export type RefusedCode =
  | 'source.certificate-not-trusted'
  | 'source.certificate-mismatch'
  | 'source.proxy-refused'
  | 'source.login-refused'
  | 'source.second-step-needed'
  | 'source.right-missing'
  | 'source.no-virtual-servers'
  | 'source.not-open-api';

/** The source cannot be read just now; what it would have said is unknown. */
export class SourceUnavailable extends AppError {
  override readonly code: UnavailableCode;
  override readonly httpStatus = 502;
  override readonly retryable = true;
  constructor(message: string, options: ErrorOptions & { code?: UnavailableCode } = {}) {
    super(message, options);
    this.code = options.code ?? 'source.unavailable';
  }
}

/** The source answers and lets us not in: a wrong password, a missing right, another certificate. */
export class SourceRefused extends AppError {
  override readonly code: RefusedCode;
  override readonly httpStatus = 502;
  constructor(code: RefusedCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Trying these again and again could lock an account: a long pause comes first. */
export const couldLock = (code: string): boolean =>
  code === 'source.login-refused' || code === 'source.second-step-needed' || code === 'source.proxy-refused';

/** The field of a form that mends it. */
const fieldOf: Record<UnavailableCode | RefusedCode, string> = {
  'source.name-not-found': 'body.url',
  'source.connection-refused': 'body.url',
  'source.timed-out': 'body.url',
  'source.not-open-api': 'body.url',
  'source.unavailable': 'body.url',
  'source.proxy-unreachable': 'body.proxy.url',
  'source.proxy-refused': 'body.proxy.user',
  'source.certificate-not-trusted': 'body.certificateFingerprint',
  'source.certificate-mismatch': 'body.certificateFingerprint',
  'source.login-refused': 'body.password',
  'source.second-step-needed': 'body.user',
  'source.right-missing': 'body.user',
  'source.no-virtual-servers': 'body.user',
};

/** Access that somebody wants to save and that does not work, beside the field that mends it. */
export const notWorking = (code: UnavailableCode | RefusedCode, message: string): InvalidInput =>
  new InvalidInput(message, [{ where: fieldOf[code], what: message }], code);
