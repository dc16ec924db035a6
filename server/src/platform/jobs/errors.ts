import { AppError, InvalidInput, Unavailable } from '../errors/index.ts';

/** The reason of a handler's signal when the server stops; the job is given back and runs again elsewhere or later. */
export class JobsStopping extends Unavailable {
  constructor() {
    super('jobs.stopping', 'The server is stopping');
  }
}

/** The reason of a handler's signal when its time is over. */
export class JobTookTooLong extends AppError {
  override readonly code = 'jobs.took-too-long';
  override readonly httpStatus = 503;
  override readonly retryable = true;
  constructor() {
    super('The job took longer than it may');
  }
}

/** What a job was given does not fit its schema: most likely it was enqueued by another release. */
export class PayloadInvalid extends InvalidInput {
  constructor(name: string, issues: { path: PropertyKey[]; message: string }[]) {
    super(
      `The payload of a ${name} job has the wrong shape`,
      issues.map(({ path, message }) => ({ where: ['payload', ...path].join('.'), what: message })),
      'jobs.payload-invalid',
    );
  }
}
