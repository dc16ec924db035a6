/** One thing that is wrong with an input: where it is, what is wrong, what to do. */
export interface Issue {
  /** Path of the value in the input, as `body.rules[2].priority`. */
  where: string;
  what: string;
}

/**
 * A failure that we expect. `code` is public and stable: console, agent and API users match on it.
 * The message says what is wrong and what to do, in one or two sentences; it holds no secret.
 */
export abstract class AppError extends Error {
  abstract readonly code: `${string}.${string}`;
  abstract readonly httpStatus: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 502 | 503;
  /** The same call may succeed later: jobs retry it, the agent keeps its batch. */
  readonly retryable: boolean = false;
  readonly issues: Issue[] = [];
}

/** The input has the wrong shape or breaks a rule; nothing was done. */
export class InvalidInput extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 400;
  override readonly issues: Issue[];
  constructor(message: string, issues: Issue[] = [], code: `${string}.${string}` = 'input.invalid') {
    super(message);
    this.issues = issues;
    this.code = code;
  }
}

/** Nobody is signed in, or the key or session has ended. */
export class NotSignedIn extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 401;
  constructor(message = 'Sign in first', code: `${string}.${string}` = 'session.missing') {
    super(message);
    this.code = code;
  }
}

/** Signed in, but without the right for this. */
export class Forbidden extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 403;
  constructor(message: string, code: `${string}.${string}` = 'right.missing') {
    super(message);
    this.code = code;
  }
}

/** No such thing, or one of another tenant: the two cannot be told apart from outside. */
export class NotFound extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 404;
  constructor(what: string, id?: string | number) {
    super(id === undefined ? `There is no such ${what}` : `There is no ${what} ${id}`);
    this.code = `${what.replaceAll(' ', '-')}.not-found`;
  }
}

/** The thing is in a state that does not allow this. */
export class Conflict extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 409;
  constructor(code: `${string}.${string}`, message: string) {
    super(message);
    this.code = code;
  }
}

/** Too many tries or requests; later it may go. */
export class TooMany extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 429;
  override readonly retryable = true;
  readonly retryAfterSeconds: number;
  constructor(code: `${string}.${string}`, message: string, retryAfterSeconds: number) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Something of ours is not ready or not reachable just now. */
export class Unavailable extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 503;
  override readonly retryable = true;
  constructor(code: `${string}.${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
