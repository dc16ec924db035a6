/** Who makes a call, and what they may do. */
export interface Actor {
  kind: 'user' | 'api-token' | 'agent' | 'server' | 'anonymous';
  /** Of the user, token or device; empty for anonymous callers. */
  id: string;
  /** As people know it, for audit lines. */
  name: string;
  /** Rights by name; this folder only compares them. */
  permissions: ReadonlySet<string>;
  /** The name of the bundle that the rights come from, where there is one: things can be shared with its bearers. */
  role?: string;
  /** Null: all tenants. */
  tenantIds: readonly string[] | null;
  /** Of an agent. */
  deviceId?: string;
  /** Of a caller with a session cookie: the session, and what its writing calls must carry as `x-csrf-token`. */
  session?: { id: string; csrfToken: string };
}

export const anonymous: Actor = {
  kind: 'anonymous',
  id: '',
  name: 'anonymous',
  permissions: new Set(),
  tenantIds: [],
};

/** What a call shows of its caller. */
export interface Credentials {
  /** From `Authorization: Bearer …`. */
  bearer: string | null;
  cookies: Readonly<Record<string, string | undefined>>;
  address: string;
}

/** Knows one kind of credentials. Several are asked in turn until one knows the caller. */
export interface Authenticator {
  name: string;
  /**
   * @returns null when these are no credentials of this kind
   * @throws NotSignedIn when they are, but wrong, ended or revoked
   */
  authenticate(credentials: Credentials): Promise<Actor | null>;
}

/** Who did something and from where, as records keep it. */
export interface Doer {
  actor: string;
  actorKind: Actor['kind'];
  address: string | null;
}

/** The doer of a call. */
export const doerOf = ({ actor, request }: { actor: Actor; request: { address: string } }): Doer => ({
  actor: actor.name,
  actorKind: actor.kind,
  address: request.address,
});
