import { AgentError } from '../errors.ts';

/** A version of the agent was offered that this one will not install; it says why. */
export class UpdateRefused extends AgentError {
  readonly code = 'agent.update_refused';
}
