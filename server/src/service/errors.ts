import { InvalidInput, Unavailable } from '../platform/errors/index.ts';

/** Something has to be said or done by a person first, as to accept the licence. Nothing was done. */
export class NotSaid extends InvalidInput {
  constructor(code: `${string}.${string}`, message: string) {
    super(message, [], code);
  }
}

/** A program of the system refused, or the new version did not start. What stood before stands again. */
export class ServiceFailed extends Unavailable {
  constructor(message: string) {
    super('service.failed', message);
  }
}
