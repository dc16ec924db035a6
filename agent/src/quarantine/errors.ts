import { AgentError } from '../errors.ts';

/** The object could not be moved into quarantine; it is where it was. */
export class NotQuarantined extends AgentError {
  readonly code = 'agent.not_quarantined';
  override readonly retryable = true;
  constructor(path: string, why: string) {
    super(`${path} could not be moved to quarantine: ${why}`);
  }
}

/** The object could not be put back; it is still in quarantine. */
export class NotRestored extends AgentError {
  readonly code = 'agent.not_restored';
  constructor(path: string, why: string) {
    super(`${path} could not be restored: ${why}`);
  }
}

/** No object of the quarantine has this id: it was restored, deleted, or kept long enough. */
export class NotInQuarantine extends AgentError {
  readonly code = 'agent.not_in_quarantine';
  constructor(id: string) {
    super(`Nothing in quarantine has the id ${id}`);
  }
}
