import { AppError } from '../../platform/errors/index.ts';

/** The source cannot be read just now; what it would have said is unknown. */
export class SourceUnavailable extends AppError {
  override readonly code = 'source.unavailable';
  override readonly httpStatus = 502;
  override readonly retryable = true;
}

/** The source answers and lets us not in: a wrong password, a missing right, another certificate. */
export class SourceRefused extends AppError {
  override readonly code:
    | 'source.login-refused'
    | 'source.certificate-mismatch'
    | 'source.right-missing'
    | 'source.not-open-api';
  override readonly httpStatus = 502;
  constructor(code: SourceRefused['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
