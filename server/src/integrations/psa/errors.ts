import { AppError } from '../../platform/errors/index.ts';

/** What the connector knew when it gave up; every PSA failure carries it so that the decision log can quote the PSA. */
interface Detail extends ErrorOptions {
  /** The PSA's own words, cut. */
  answer?: string;
}

/** A failure of the PSA or of the way to it. `answer` quotes the PSA. */
export abstract class PsaError extends AppError {
  readonly answer: string | null;
  constructor(message: string, detail?: Detail) {
    super(message, detail);
    this.answer = detail?.answer ?? null;
  }
}

/** User name, secret or tracking identifier are not accepted. Trying on could lock the user: the integration stops. */
export class PsaLoginRefused extends PsaError {
  override readonly code = 'psa.login-refused';
  override readonly httpStatus = 502;
}

/** The proxy on the way does not accept its user and password. Trying on could lock them: the integration stops. */
export class PsaProxyRefused extends PsaError {
  override readonly code = 'psa.proxy-refused';
  override readonly httpStatus = 502;
}

/** The user is known but lacks a right for this entity or field. */
export class PsaRightMissing extends PsaError {
  override readonly code = 'psa.right-missing';
  override readonly httpStatus = 502;
}

/** The PSA says that the request itself is wrong; sending it again changes nothing. */
export class PsaRefused extends PsaError {
  override readonly code = 'psa.refused';
  override readonly httpStatus = 502;
}

/** A chosen value (priority, queue, account …) was deleted or made inactive in the PSA. */
export class PsaReferenceInvalid extends PsaError {
  override readonly code = 'psa.reference-invalid';
  override readonly httpStatus = 502;
  /** The PSA's name of the field, when it says so. */
  readonly field: string | null;
  constructor(message: string, detail: Detail & { field: string | null }) {
    super(message, detail);
    this.field = detail.field;
  }
}

/** The PSA takes no further fields of our own: some have to be switched off there. */
export class PsaFieldLimitReached extends PsaError {
  override readonly code = 'psa.field-limit';
  override readonly httpStatus = 502;
}

/** The PSA has no ticket of this id any more: somebody deleted or merged it. */
export class PsaTicketGone extends PsaError {
  override readonly code = 'psa.ticket-gone';
  override readonly httpStatus = 502;
}

/** The ticket cannot be changed just now, for instance while a person has it open. */
export class PsaTicketLocked extends PsaError {
  override readonly code = 'psa.ticket-locked';
  override readonly httpStatus = 502;
  override readonly retryable = true;
}

/** Too many requests, by the PSA's count or by our own cap. */
export class PsaBusy extends PsaError {
  override readonly code = 'psa.busy';
  override readonly httpStatus = 503;
  override readonly retryable = true;
  readonly retryAfterSeconds: number;
  /** Only calls of less importance have to wait; tickets are opened and closed all the same. */
  readonly isPartial: boolean;
  constructor(message: string, detail: Detail & { retryAfterSeconds: number; isPartial?: boolean }) {
    super(message, detail);
    this.retryAfterSeconds = detail.retryAfterSeconds;
    this.isPartial = detail.isPartial ?? false;
  }
}

/** Not reachable, or it failed on its own side; nothing was changed. */
export class PsaUnavailable extends PsaError {
  override readonly code = 'psa.unavailable';
  override readonly httpStatus = 502;
  override readonly retryable = true;
}

/**
 * A write was sent and its answer never came, or came as a fault of the PSA's side: it may be stored or not.
 * Never repeat blindly: wait, then ask the PSA by key.
 */
export class PsaOutcomeUnknown extends PsaError {
  override readonly code = 'psa.outcome-unknown';
  override readonly httpStatus = 502;
  override readonly retryable = true;
}

/** A 2xx answer that is not what the protocol promises: an address of something else, or a proxy's page. */
export class PsaAnswerUnreadable extends PsaError {
  override readonly code = 'psa.answer-unreadable';
  override readonly httpStatus = 502;
}
