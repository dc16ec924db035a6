import { SecondaryProblem } from './problems.ts';

/** Where a server stands among servers. */
export interface OwnPlace {
  instanceId: string;
  name: string;
  /** Instance ids of the servers above this one, nearest first. */
  above: readonly string[];
}

/** A server that is to stand below this one, as it tells of itself. */
export interface OtherPlace {
  /** Null: its product tells none. */
  instanceId: string | null;
  /** Instance ids of the servers below it. */
  below: readonly string[];
}

/**
 * Servers are a tree: one server above each, and no way back to itself.
 * @throws SecondaryProblem `is-this-server`, `loop`
 */
export const requireNoLoop = (own: OwnPlace, other: OtherPlace, place: string): void => {
  if (other.instanceId === own.instanceId) {
    throw new SecondaryProblem(
      'secondary-server.is-this-server',
      'refused',
      'address',
      `${place} is this very server; a server cannot stand below itself`,
    );
  }
  const isAbove = other.instanceId !== null && own.above.includes(other.instanceId);
  if (isAbove || other.below.includes(own.instanceId)) {
    throw new SecondaryProblem(
      'secondary-server.loop',
      'refused',
      'address',
      `${place} stands above this server: a server cannot be above and below another at once. Detach this server there first`,
    );
  }
};
