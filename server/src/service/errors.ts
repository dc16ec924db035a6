import { InvalidInput, Unavailable } from '../platform/errors/index.ts';

/** Something was not said that a person has to say: the licence, or what becomes of the data. Nothing was done. */
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
