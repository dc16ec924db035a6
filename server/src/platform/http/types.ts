import type { Endpoint, InputOf, ReplyIn } from '@gatehouse/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor, Authenticator } from './actor.ts';

/** What a handler may say about its call for the audit line; what it leaves out is filled in from the call. */
export interface AuditWords {
  /** Left out: the checked body, secrets masked. */
  after?: unknown;
  before?: unknown;
  /** Left out: the `tenantId` of the path. */
  tenantId?: string | null;
  /** Who it was, where the call itself makes them known: signing in. */
  actor?: Pick<Actor, 'kind' | 'id' | 'name'>;
}

/** What a call did, for the record. */
export interface AuditLine {
  actor: string;
  actorKind: Actor['kind'];
  actorId: string;
  /** As `user.added`. */
  action: string;
  /** The path that was called. */
  target: string;
  tenantId: string | null;
  address: string | null;
  /** `refused`: by a rule or a right. `failed`: by an accident. */
  outcome: 'done' | 'refused' | 'failed';
  before: unknown;
  after: unknown;
  requestId: string | null;
}

export interface CallRequest {
  /** In every log line of this call, in the reply header `x-request-id` and in a Problem. */
  readonly id: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** Aborted when the caller has gone or the server stops: a waiting handler answers at once then. */
  readonly signal: AbortSignal;
}

export interface CallReply {
  /** HttpOnly, SameSite=Lax, Path=/, and Secure when the server is reached by https. */
  setCookie(name: string, value: string, options: { maxAgeSeconds: number }): void;
  clearCookie(name: string): void;
}

export type HandlerInput<E> = InputOf<E> & {
  actor: Actor;
  request: CallRequest;
  reply: CallReply;
  audit(words: AuditWords): void;
};
export type Handler<E> = (input: HandlerInput<E>) => Promise<ReplyIn<E>> | ReplyIn<E>;

/** A file as an answer. */
export interface FileReply {
  name: string;
  /** Media type, with the charset of text. */
  type: string;
  /** Read as fast as the caller takes them; left when the caller has gone. */
  chunks: AsyncIterable<string | Uint8Array>;
}
export type FileHandler<E> = (input: HandlerInput<E>) => Promise<FileReply> | FileReply;

export interface RouteOptions {
  /** Default 1 MiB. */
  bodyLimitBytes?: number;
}

export interface Http {
  /** For `platform/http` and for modules that must speak another protocol on the same port. */
  readonly app: FastifyInstance;
  /** Every endpoint that `route` registered, in that order. */
  readonly endpoints: readonly Endpoint[];
  /** Asked after those that were added before it. */
  addAuthenticator(authenticator: Authenticator): void;
  /** A named check of `/readyz`; throws when the part is not ready, and its message says why. */
  addReadyCheck(name: string, check: () => Promise<void> | void): void;
  /** @throws PortTaken, CannotListen */
  listen(at: { host: string; port: number }): Promise<{ host: string; port: number; url: string }>;
  /** Ends waiting calls and live streams, lets running ones finish for a moment, then closes all connections. */
  close(): Promise<void>;
  /** Used by `route`. */
  readonly internals: HttpInternals;
}

/** What `route` needs of the server it registers with. */
export interface HttpInternals {
  endpoints: Endpoint[];
  /** The signal of one call; give it back with `end` when the reply is out. */
  callSignal(): { signal: AbortSignal; abort(reason: unknown): void; end(): void };
  /** Who calls. @throws NotSignedIn, TooMany */
  identify(request: FastifyRequest, endpoint: Endpoint): Promise<Actor>;
  /** Leaves the audit line of a call that was carried out. @throws AuditNotWritten */
  recordDone(request: FastifyRequest): Promise<void>;
  isSecure: boolean;
}
